//! The form of a body: regular expressions where the body has values.

use regex::Regex;
use serde_json::Value;

pub const UUID4: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
/// Of stores, devices and employees.
pub const GUID: &str = "20[0-9]{6}-[0-9A-F]{4}-40[0-9A-F]{2}-80[0-9A-F]{2}-[0-9A-F]{12}";
pub const OFFSET: &str = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000";
pub const ZULU: &str = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z";
/// Milliseconds since 1970.
pub const MILLIS: &str = r"\d{13}";
pub const TEXT: &str = ".*";
pub const NUMBER: &str = r"-?\d+(\.\d+)?";

/// Asserts that a body has all fields of `form` and, unless the form says `"…": "…"`, no others.
#[track_caller]
pub fn assert_form(form: &Value, body: &Value, at: &str) {
    match (form, body) {
        (Value::Object(form), Value::Object(fields)) => {
            for (name, value) in form.iter().filter(|(name, _)| *name != "…") {
                let field = fields.get(name);
                let field = field.unwrap_or_else(|| panic!("{at}: no {name} in {body}"));
                assert_form(value, field, &format!("{at}/{name}"));
            }
            let more: Vec<_> = fields.keys().filter(|name| !form.contains_key(*name)).collect();
            assert!(form.contains_key("…") || more.is_empty(), "{at}: {more:?} in {body}");
        }
        (Value::Array(form), Value::Array(items)) => {
            assert!(!items.is_empty(), "{at}: nothing in it");
            for item in items {
                assert_form(&form[0], item, at);
            }
        }
        (Value::String(pattern), value) => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let whole = Regex::new(&format!("^(?s:{pattern})$")).unwrap();
            assert!(whole.is_match(&text), "{at}: {value} is not {pattern}");
        }
        _ => assert_eq!(form, body, "{at}"),
    }
}
