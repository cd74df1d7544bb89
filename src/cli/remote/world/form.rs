//! `KEY=VALUE` words as the form that the API takes.

use std::path::Path;

use serde_json::{Map, Value};

use crate::cli::remote::handed::handed;
use crate::cli::remote::trouble::Trouble;
use crate::file;
use crate::text::text;

/// Keys that hold others: the word goes on behind a point.
const HOLDERS: [&str; 6] = ["webhooks", "authorization", "auth", "tokens", "upstreams", "paths"];
/// Keys whose value is a list, be it of one.
const LISTS: [&str; 3] = ["stores", "allow", "keep"];

/// The form that words make; a word that is a JSON object is taken whole, and so is one on stdin for
/// the word `-`.
pub(super) fn read(words: &[String]) -> Result<Value, Trouble> {
    let mut form = Map::new();
    for word in words {
        if word == "-" {
            form.extend(object("stdin", &handed(Path::new("-"), file::DATA)?)?);
            continue;
        }
        if word.starts_with('{') {
            form.extend(object(&format!("`{word}`"), word.as_bytes())?);
            continue;
        }
        let (key, value) = split(word).ok_or_else(|| {
            Trouble::usage(
                text!("`{word}` is no KEY=VALUE", word),
                text!("write name=Киоск, for example"),
            )
        })?;
        put(&mut form, key, value);
    }
    Ok(Value::Object(form))
}

fn object(name: &str, text: &[u8]) -> Result<Map<String, Value>, Trouble> {
    serde_json::from_slice(text).map_err(|error| {
        Trouble::usage(text!("{name} is no JSON object: {error}", name, error), text!(""))
    })
}

/// A key may hold `=` where it is a URL with a query; the value begins behind the first one.
fn split(word: &str) -> Option<(&str, &str)> {
    word.split_once('=').filter(|(key, _)| !key.is_empty())
}

fn put(form: &mut Map<String, Value>, key: &str, text: &str) {
    if let Some((holder, rest)) = key.split_once('.').filter(|(head, _)| HOLDERS.contains(head)) {
        let inner = form.entry(holder).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(inner) = inner {
            return put(inner, rest, text);
        }
    }
    let value = value(text);
    match form.get_mut(key) {
        Some(Value::Array(items)) => items.push(value),
        Some(known) => *known = Value::Array(vec![known.take(), value]),
        None if LISTS.contains(&key) && value.is_string() => {
            form.insert(key.to_owned(), Value::Array(vec![value]));
        }
        None => {
            form.insert(key.to_owned(), value);
        }
    }
}

/// Lists, objects and the three words of JSON are what they are; the rest is text, for ids and IMEIs
/// are no numbers.
fn value(text: &str) -> Value {
    let is_json = text.starts_with(['[', '{']) || matches!(text, "null" | "true" | "false");
    let read = is_json.then(|| serde_json::from_str(text).ok()).flatten();
    read.unwrap_or_else(|| text.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(words: &[&str]) -> Value {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read(&words).unwrap()
    }

    #[test]
    fn words_become_a_form() {
        assert_eq!(
            of(&["name=Касса", "imei=352099001761481", "address=null"]),
            json!({"name": "Касса", "imei": "352099001761481", "address": null})
        );
        assert_eq!(of(&["allow=https://x/.*?a=1"]), json!({"allow": ["https://x/.*?a=1"]}));
        assert_eq!(of(&["stores=A", "stores=B"]), json!({"stores": ["A", "B"]}));
        assert_eq!(of(&["installed_by=all"]), json!({"installed_by": "all"}));
        assert_eq!(of(&[r#"allow=["a","b"]"#]), json!({"allow": ["a", "b"]}));
    }

    #[test]
    fn what_holds_others_is_reached_with_points() {
        assert_eq!(
            of(&["webhooks.url=http://a", "webhooks.auth.bearer=t", "authorization.raw=x"]),
            json!({"webhooks": {"url": "http://a", "auth": {"bearer": "t"}}, "authorization": {"raw": "x"}})
        );
        assert_eq!(
            of(&["upstreams.https://a.ru=http://b:1", "tokens.01-1=t"]),
            json!({"upstreams": {"https://a.ru": "http://b:1"}, "tokens": {"01-1": "t"}})
        );
    }

    #[test]
    fn a_whole_form_may_be_json() {
        assert_eq!(of(&[r#"{"name": "x"}"#, "keep=X-A"]), json!({"name": "x", "keep": ["X-A"]}));
        assert!(read(&["{oops".to_owned()]).is_err());
        assert!(read(&["name".to_owned()]).is_err());
        assert!(read(&["=x".to_owned()]).is_err());
    }
}
