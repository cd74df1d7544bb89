//! Changes to a body by hand: `--set`, `--unset` and `--invalid`.
//!
//! A path has its parts between dots; a number in an array is a place: `data.items.0.price` and
//! `data.items[0].price` are the same.

mod path;

use serde_json::{Map, Value};

use crate::config::nearest::nearest;

use path::{DEEPEST, Part};

/// A change that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Not `path=value`.
    #[error("`{0}` sets nothing; write path=value, such as data.type=PAYBACK")]
    NoValue(String),
    /// A part of the path is empty, or a bracket is not a number's.
    #[error("`{0}` is not a path; write names between dots, and places as items.0 or items[0]")]
    BadPath(String),
    /// The body has no such field.
    #[error("the body has no field `{path}`; {}", advice(near, outer))]
    Unknown {
        /// As written.
        path: String,
        /// Paths of the body that may have been meant.
        near: Vec<String>,
        /// The body's outermost fields.
        outer: Vec<String>,
    },
    /// More parts than any body has levels.
    #[error("the path has more than {DEEPEST} parts; no body is that deep")]
    TooDeep,
    /// Something on the way has no fields.
    #[error("`{at}` is {found}, so `{path}` cannot be set; set `{at}` itself")]
    NotContainer {
        /// As written.
        path: String,
        /// The part that is in the way.
        at: String,
        /// Its type.
        found: &'static str,
    },
    /// Places have no gaps.
    #[error("`{at}` has {len} elements; the place of a further one is {len}")]
    BeyondEnd {
        /// The array.
        at: String,
        /// Its length.
        len: usize,
    },
    /// An array's elements have no names.
    #[error("`{at}` is an array; name a place in it, such as {at}.0")]
    NotPlace {
        /// The array.
        at: String,
    },
}

/// Sets a field by `path=value`, the value read as JSON where it is JSON, else as text. Objects
/// that are missing on the way are made, and so is an array's next element.
pub fn set(body: &mut Value, assignment: &str) -> Result<(), Misfit> {
    let Some((path, text)) = assignment.split_once('=') else {
        return Err(Misfit::NoValue(assignment.to_owned()));
    };
    let parts = path::parts(path)?;
    let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    // Worked on a copy: what fails changes nothing.
    let mut changed = body.clone();
    let mut here = &mut changed;
    for (depth, part) in parts.iter().enumerate() {
        here = enter(here, part, path, parts.get(..depth).unwrap_or_default())?;
    }
    *here = value;
    *body = changed;
    Ok(())
}

/// Removes a field, or an element of an array.
pub fn unset(body: &mut Value, path: &str) -> Result<(), Misfit> {
    let parts = path::parts(path)?;
    let Some((last, way)) = parts.split_last() else {
        return Err(Misfit::BadPath(path.to_owned()));
    };
    let removed = match path::find(body, way) {
        Some(Value::Object(fields)) => fields.shift_remove(last.text),
        Some(Value::Array(elements)) => {
            last.place().filter(|at| *at < elements.len()).map(|at| elements.remove(at))
        }
        _ => None,
    };
    if removed.is_some() { Ok(()) } else { Err(unknown(body, path, last.text)) }
}

/// Gives a field a value of a type that it never has: a number for text, text for all else, and an
/// object for null.
pub fn invalid(body: &mut Value, path: &str) -> Result<(), Misfit> {
    let parts = path::parts(path)?;
    let last = parts.last().map_or("", |part| part.text);
    let Some(field) = path::find(body, &parts) else { return Err(unknown(body, path, last)) };
    *field = match field {
        Value::String(_) => Value::from(0),
        Value::Null => Value::Object(Map::new()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Value::from("invalid")
        }
    };
    Ok(())
}

/// The value behind one part; null and what is missing become what the part needs.
fn enter<'v>(
    here: &'v mut Value,
    part: &Part<'_>,
    path: &str,
    way: &[Part<'_>],
) -> Result<&'v mut Value, Misfit> {
    if here.is_null() {
        *here = if part.bracketed { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    let found = kind(here);
    match here {
        Value::Object(fields) if !part.bracketed => {
            Ok(fields.entry(part.text).or_insert(Value::Null))
        }
        Value::Array(elements) => {
            let at = part.place().ok_or_else(|| Misfit::NotPlace { at: path::written(way) })?;
            if at == elements.len() {
                elements.push(Value::Null);
            }
            let len = elements.len();
            elements.get_mut(at).ok_or_else(|| Misfit::BeyondEnd { at: path::written(way), len })
        }
        _ => Err(Misfit::NotContainer { path: path.to_owned(), at: path::written(way), found }),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn unknown(body: &Value, path: &str, last: &str) -> Misfit {
    let mut all = Vec::new();
    path::all(body, &mut String::new(), &mut all);
    let name = |path: &String| path.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<_> = all.iter().map(name).collect();
    let meant = nearest(last, names.iter().map(String::as_str));
    let near = all.iter().zip(&names).filter(|(_, name)| Some(name.as_str()) == meant);
    let near = near.map(|(path, _)| path.clone()).take(NEAR).collect();
    let outer = all.iter().filter(|path| !path.contains('.')).take(OUTER).cloned().collect();
    Misfit::Unknown { path: path.to_owned(), near, outer }
}

fn advice(near: &[String], outer: &[String]) -> String {
    match (near, outer) {
        ([], []) => "it is empty".to_owned(),
        ([], outer) => format!("it has `{}`", outer.join("`, `")),
        (near, _) => format!("did you mean `{}`?", near.join("` or `")),
    }
}

/// How many near fields an error names.
const NEAR: usize = 3;
/// How many of the outermost ones.
const OUTER: usize = 20;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn sale() -> Value {
        json!({"type": "SELL", "sum": 620, "phone": null, "paid": true,
               "items": [{"name": "Латте", "price": 310}, {"name": "Чай", "price": 310}]})
    }

    fn after(assignment: &str) -> Value {
        let mut body = sale();
        set(&mut body, assignment).unwrap();
        body
    }

    #[test]
    fn a_value_is_read_as_json_else_as_text() {
        assert_eq!(after("sum=1")["sum"], json!(1));
        assert_eq!(after("type=PAYBACK")["type"], json!("PAYBACK"));
        assert_eq!(after("type=\"1\"")["type"], json!("1"));
        assert_eq!(after("type=")["type"], json!(""));
        assert_eq!(after("type=a=b")["type"], json!("a=b"));
        assert_eq!(after("items=[]")["items"], json!([]));
    }

    #[test]
    fn both_ways_to_write_a_place_are_the_same() {
        assert_eq!(after("items.1.price=1"), after("items[1].price=1"));
        assert_eq!(after("items.1.price=1")["items"][1]["price"], json!(1));
    }

    #[test]
    fn missing_objects_are_made() {
        assert_eq!(after("a.b.c=1")["a"], json!({"b": {"c": 1}}));
        assert_eq!(after("a[0].b=1")["a"], json!([{"b": 1}]));
        assert_eq!(after("phone.code=7")["phone"], json!({"code": 7}));
        assert_eq!(after("items.2.name=Сироп")["items"][2], json!({"name": "Сироп"}));
    }

    #[test]
    fn a_body_that_is_an_array_begins_with_a_place() {
        let mut body = json!([{"name": "a"}]);
        set(&mut body, "[0].name=b").unwrap();
        set(&mut body, "0.code=1").unwrap();
        assert_eq!(body, json!([{"name": "b", "code": 1}]));
    }

    #[test]
    fn what_cannot_be_set_changes_nothing_and_says_why() {
        for (assignment, why) in [
            ("sum", "path=value"),
            ("=1", "not a path"),
            ("a..b=1", "not a path"),
            ("a[x]=1", "not a path"),
            ("a[0=1", "not a path"),
            ("sum.a=1", "`sum` is a number"),
            ("items.name=1", "name a place in it, such as items.0"),
            ("phone.items[7]=1", "the place of a further one is 0"),
            ("items[9]=1", "`items` has 2 elements"),
        ] {
            let mut body = sale();
            let error = set(&mut body, assignment).unwrap_err().to_string();
            assert!(error.contains(why), "{assignment}: {error}");
            assert_eq!(body, sale(), "{assignment}");
        }
    }

    #[test]
    fn unset_removes_a_field_and_keeps_the_others_in_order() {
        let mut body = sale();
        unset(&mut body, "sum").unwrap();
        unset(&mut body, "items.0").unwrap();
        let fields: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["type", "phone", "paid", "items"]);
        assert_eq!(body["items"], json!([{"name": "Чай", "price": 310}]));
    }

    #[test]
    fn an_unknown_field_names_near_ones() {
        let error = invalid(&mut sale(), "prise").unwrap_err().to_string();
        assert!(error.contains("`items.0.price` or `items.1.price`"), "{error}");
        let error = unset(&mut sale(), "data.typ").unwrap_err().to_string();
        assert!(error.contains("did you mean `type`?"), "{error}");
        let error = unset(&mut sale(), "zzzzzz").unwrap_err().to_string();
        assert!(error.contains("it has `type`, `sum`"), "{error}");
    }

    #[test]
    fn invalid_changes_the_type_of_any_field() {
        for path in ["type", "sum", "phone", "paid", "items", "items.0", "items[1].price"] {
            let (mut body, mut again) = (sale(), sale());
            invalid(&mut body, path).unwrap();
            invalid(&mut again, path).unwrap();
            assert_eq!(body, again);
            let pointer = format!("/{}", path.replace('[', ".").replace(']', "").replace('.', "/"));
            let (was, is) = (sale(), body.pointer(&pointer).unwrap().clone());
            assert_ne!(kind(was.pointer(&pointer).unwrap()), kind(&is), "{path}");
        }
    }

    #[test]
    fn a_path_deeper_than_any_body_is_refused() {
        let path = "a.".repeat(100_000) + "a=1";
        assert_eq!(set(&mut sale(), &path), Err(Misfit::TooDeep));
    }

    proptest! {
        #[test]
        fn no_path_and_no_body_panics(path in r"([a-c0-3\[\].=]|items|price|\PC){0,12}") {
            let _ = set(&mut sale(), &path);
            let _ = unset(&mut sale(), &path);
            let _ = invalid(&mut sale(), &path);
            let _ = set(&mut Value::Null, &path);
            let _ = unset(&mut json!([[1, null]]), &path);
        }

        #[test]
        fn what_was_set_is_found_and_can_be_unset(path in "[a-c](\\.[a-c]){0,3}", number: i64) {
            let mut body = json!({});
            set(&mut body, &format!("{path}={number}")).unwrap();
            prop_assert_eq!(body.pointer(&format!("/{}", path.replace('.', "/"))), Some(&json!(number)));
            unset(&mut body, &path).unwrap();
            prop_assert_eq!(body.pointer(&format!("/{}", path.replace('.', "/"))), None);
        }
    }
}
