//! Short words about values: what they are, how they look, where a missing one may be found.

use crate::text::{Text, text};
use serde_json::{Map, Value};

/// The most of a partner's text that is repeated.
const SHOWN: usize = 60;

/// A partner's text, safe for a terminal and short.
pub(super) fn shown(text: &str) -> String {
    excerpt(text, SHOWN)
}

/// At most so many characters of a text, safe for a terminal.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).flat_map(char::escape_debug).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// What a value is, with its article.
pub(super) fn kind(value: &Value) -> Text {
    match value {
        Value::Null => text!("null"),
        Value::Bool(_) => text!("true or false"),
        Value::Number(_) => text!("a number"),
        Value::String(_) => text!("a string"),
        Value::Array(_) => text!("an array"),
        Value::Object(_) => text!("an object"),
    }
}

/// Where a missing field seems to be: under another spelling, or one object further in. Empty where
/// nothing is like it.
pub(super) fn elsewhere(object: &Map<String, Value>, name: &str) -> Text {
    if let Some(other) = object.keys().find(|key| is_like(key, name)) {
        return text!("There is `{other}`; the cloud reads `{name}`.", other = shown(other), name);
    }
    let holds = |value: &Value| value.as_object().is_some_and(|inner| inner.contains_key(name));
    match object.iter().find(|(_, value)| holds(value)) {
        Some((outer, _)) => {
            text!(
                "It stands inside `{outer}`; the cloud reads the top level.",
                outer = shown(outer)
            )
        }
        None => Text::default(),
    }
}

/// `user_id`, `UserID` and `user-id` are like `userId`.
fn is_like(key: &str, name: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect()
    };
    key != name && letters(key) == letters(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hint(value: &Value) -> String {
        elsewhere(value.as_object().unwrap(), "userId").to_string()
    }

    #[test]
    fn another_spelling_or_a_wrapper_is_pointed_out() {
        assert!(hint(&json!({"user_id": 1})).contains("There is `user_id`"));
        assert!(hint(&json!({"UserID": 1})).contains("There is `UserID`"));
        assert!(hint(&json!({"data": {"userId": 1}})).contains("inside `data`"));
        assert_eq!(hint(&json!({"id": 1, "data": []})), "");
    }

    #[test]
    fn a_partners_text_is_cut_and_cannot_steer_a_terminal() {
        assert_eq!(shown("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(shown(&"я".repeat(61)), format!("{}…", "я".repeat(60)));
    }
}
