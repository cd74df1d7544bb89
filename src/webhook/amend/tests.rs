//! Changes to a body, and what they leave as it was.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn sale() -> Value {
    json!({"type": "SELL", "sum": 620, "phone": null, "paid": true,
           "items": [{"name": "Латте", "price": 310}, {"name": "Чай", "price": 310}]})
}

type Change = fn(&mut String, &str) -> Result<(), Misfit>;

fn read(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn changed(body: &str, change: impl FnOnce(&mut String) -> Result<(), Misfit>) -> String {
    let mut body = body.to_owned();
    change(&mut body).unwrap();
    body
}

fn after(assignment: &str) -> Value {
    read(&changed(&sale().to_string(), |body| set(body, assignment)))
}

#[test]
fn a_field_that_the_body_did_not_have_is_told_with_the_nearest() {
    let body = r#"{"type": "SELL", "body": {"sum": 1, "items": [1], "note": null}}"#;
    let told = |assignment| added(body, assignment).unwrap_or_default().to_string();
    let wanted = "the body had no field `body.smu`, so it is added; did you mean `body.sum`?";
    assert_eq!(told("body.smu=2"), wanted);
    assert_eq!(told("nosuch.field=1"), "the body had no field `nosuch.field`, so it is added");
    for known in
        ["type=PAYBACK", "body.sum=2", "body.items[0]=2", "body.items.1=2", "body.note.a=1"]
    {
        assert_eq!(told(known), "", "{known}");
    }
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
    assert_eq!(after("a[0][0]=1")["a"], json!([[1]]));
    assert_eq!(after("phone.code=7")["phone"], json!({"code": 7}));
    assert_eq!(after("items.2.name=Сироп")["items"][2], json!({"name": "Сироп"}));
    assert_eq!(changed("{}", |body| set(body, "a=1")), r#"{"a":1}"#);
    assert_eq!(changed(" [ ] ", |body| set(body, "0=1")), " [1 ] ");
    assert_eq!(changed("null", |body| set(body, "a.b=1")), r#"{"a":{"b":1}}"#);
}

#[test]
fn a_body_that_is_an_array_begins_with_a_place() {
    let body = changed(r#"[{"name": "a"}]"#, |body| set(body, "[0].name=b"));
    assert_eq!(changed(&body, |body| set(body, "0.code=1")), r#"[{"name": "b","code":1}]"#);
}

#[test]
fn everything_else_stays_as_it_is_written() {
    let body = "\u{feff}\n{ \"big\": 12345678901234567890123.50, \"e\":1e3 ,\"one\" : 1.0,\n\t\
                \"a\": 1, \"esc\": \"\\u0041\\/\", \"a\": 2, \"x\":{\"z\":-0,\"y\":[ 1.10 , 2e-2 ]} }\r\n";
    let with = |was: &str, is: &str| {
        assert_eq!(body.matches(was).count(), 1, "{was}");
        body.replace(was, is)
    };
    for (change, expected) in [
        ("x.y.1=7", with("2e-2", "7")),
        ("x.y[0]=1.00", with("1.10", "1.00")),
        ("a=3", with("\"a\": 2", "\"a\": 3")),
        ("esc=b", with("\"\\u0041\\/\"", "\"b\"")),
        ("new= 1.0e5 ", with("2e-2 ]}", "2e-2 ]},\"new\":1.0e5")),
        ("x.w={\"k\" : 1}", with("2e-2 ]", "2e-2 ],\"w\":{\"k\" : 1}")),
    ] {
        assert_eq!(changed(body, |body| set(body, change)), expected, "{change}");
    }
    for (path, expected) in [
        ("e", with("\"e\":1e3 ,", "")),
        ("x.z", with("\"z\":-0,", "")),
        ("x.y.1", with(" , 2e-2", "")),
        ("x.y", with(",\"y\":[ 1.10 , 2e-2 ]", "")),
        ("x", with(", \"x\":{\"z\":-0,\"y\":[ 1.10 , 2e-2 ]}", "")),
    ] {
        assert_eq!(changed(body, |body| unset(body, path)), expected, "{path}");
    }
    let without = with("\"a\": 1, ", "").replace("\"a\": 2, ", "");
    assert_eq!(changed(body, |body| unset(body, "a")), without, "each time it comes");
    assert_eq!(changed(body, |body| invalid(body, "one")), with("1.0,", "\"invalid\","));
}

#[test]
fn a_name_is_compared_without_its_escapes() {
    let body = r#"{"\u0061\/b":1}"#;
    assert_eq!(changed(body, |body| set(body, "a/b=2")), r#"{"\u0061\/b":2}"#);
    assert_eq!(changed("{}", |body| set(body, "a\"=2")), r#"{"a\"":2}"#);
}

#[test]
fn a_list_stays_one_whatever_goes() {
    for (body, path, left) in [
        ("[1]", "0", "[]"),
        ("[1, 2]", "0", "[2]"),
        ("[1, 2]", "1", "[1]"),
        (r#"{"a":1,"a":2}"#, "a", "{}"),
        (r#"{"b":0,"a":1,"a":2}"#, "a", r#"{"b":0}"#),
        (r#"{"a":1,"b":0,"a":2}"#, "a", r#"{"b":0}"#),
        (r#"{"a":1,"a":2,"b":0}"#, "a", r#"{"b":0}"#),
        (r#"{"a":1,"b":0,"a":2,"a":3,"c":0,"a":4,"a":5}"#, "a", r#"{"b":0,"c":0}"#),
    ] {
        assert_eq!(changed(body, |body| unset(body, path)), left, "{body}");
    }
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
        ("phone.items[7]=1", "`phone.items` has 0 elements; the place of a further one is 0"),
        ("items[9]=1", "`items` has 2 elements"),
        ("[0]=1", "is an object"),
    ] {
        let mut body = sale().to_string();
        let error = set(&mut body, assignment).unwrap_err().to_string();
        assert!(error.contains(why), "{assignment}: {error}");
        assert_eq!(read(&body), sale(), "{assignment}");
    }
    assert_eq!(set(&mut "{".to_owned(), "a=1"), Err(Misfit::NoJson));
}

#[test]
fn unset_removes_a_field_and_keeps_the_others_in_order() {
    let body = changed(&sale().to_string(), |body| unset(body, "sum"));
    let body = read(&changed(&body, |body| unset(body, "items.0")));
    let fields: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["type", "phone", "paid", "items"]);
    assert_eq!(body["items"], json!([{"name": "Чай", "price": 310}]));
}

#[test]
fn an_unknown_field_names_near_ones() {
    let body = &mut sale().to_string();
    let error = invalid(body, "prise").unwrap_err().to_string();
    assert!(error.contains("`items.0.price`, `items.1.price`"), "{error}");
    let error = unset(body, "data.typ").unwrap_err().to_string();
    assert!(error.contains("did you mean `type`?"), "{error}");
    let error = unset(body, "zzzzzz").unwrap_err().to_string();
    assert!(error.contains("it has `type`, `sum`"), "{error}");
}

#[test]
fn invalid_changes_the_type_of_any_field() {
    let kind = |value: &Value| std::mem::discriminant(value);
    for path in ["type", "sum", "phone", "paid", "items", "items.0", "items[1].price"] {
        let body = read(&changed(&sale().to_string(), |body| invalid(body, path)));
        let pointer = format!("/{}", path.replace('[', ".").replace(']', "").replace('.', "/"));
        let (was, is) = (sale(), body.pointer(&pointer).unwrap().clone());
        assert_ne!(kind(was.pointer(&pointer).unwrap()), kind(&is), "{path}");
    }
}

#[test]
fn a_path_deeper_than_any_body_is_refused() {
    let path = "a.".repeat(100_000) + "a=1";
    assert_eq!(set(&mut sale().to_string(), &path), Err(Misfit::TooDeep));
}

proptest! {
    #[test]
    fn no_path_and_no_body_panics_and_json_stays_json(
        path in r"([a-c0-3\[\].=]|items|price|\PC){0,12}",
        body in r#"\PC{0,12}|(\{"a" ?: ?)?[\[{]("a": ?1,)*("b": ?2)?[\]}]\}?"#,
    ) {
        for start in [&*sale().to_string(), "null", "[[1,null]]", &body] {
            for change in [set as Change, unset, invalid] {
                let mut body = start.to_owned();
                if change(&mut body, &path).is_err() {
                    prop_assert_eq!(&body, start);
                } else {
                    prop_assert!(span::whole(&body).is_some(), "{} {}: {}", start, path, body);
                }
            }
        }
    }

    #[test]
    fn what_was_set_is_found_and_can_be_unset(path in "[a-c](\\.[a-c]){0,3}", number: i64) {
        let mut body = "{}".to_owned();
        set(&mut body, &format!("{path}={number}")).unwrap();
        let pointer = format!("/{}", path.replace('.', "/"));
        prop_assert_eq!(read(&body).pointer(&pointer).cloned(), Some(json!(number)));
        unset(&mut body, &path).unwrap();
        prop_assert_eq!(read(&body).pointer(&pointer).cloned(), None);
    }

    /// An independent way to the same: of the values, not of the text.
    #[test]
    fn what_goes_is_gone_and_all_else_stays(
        names in prop::collection::vec("[a-c]", 1..8),
        gone in "[a-c]",
    ) {
        prop_assume!(names.contains(&gone));
        let text = |names: &[&String]| {
            let members = names.iter().enumerate().map(|(at, name)| format!("\"{name}\": {at}"));
            members.collect::<Vec<_>>()
        };
        let all: Vec<&String> = names.iter().collect();
        let body = format!("{{{}}}", text(&all).join(" , "));
        let left = text(&all).into_iter().zip(&names).filter(|(_, name)| **name != gone);
        let left: Vec<String> = left.map(|(member, _)| member).collect();
        let changed = changed(&body, |body| unset(body, &gone));
        prop_assert_eq!(changed.replace(' ', ""), format!("{{{}}}", left.join(",")).replace(' ', ""));
    }
}
