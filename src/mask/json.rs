//! Secrets in a JSON value. It stays JSON, whatever is hidden of it.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::names::is_secret;
use super::{DOTS, Masker};

impl Masker {
    /// A JSON value: texts are looked through as [`Masker::text`] does, and whatever stands in a
    /// member with a secret's name is hidden. A number that is hidden becomes a text.
    pub fn json(&self, value: &mut Value) {
        self.hide(value, false);
    }

    fn hide(&self, value: &mut Value, behind_name: bool) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(_) if behind_name => *value = DOTS.into(),
            Value::Number(number) => {
                if let Cow::Owned(shown) = self.text(&number.to_string()) {
                    *value = shown.into();
                }
            }
            Value::String(text) => {
                let shown = match behind_name {
                    true => self.field("token", text).0,
                    false => self.text(text),
                };
                if let Cow::Owned(shown) = shown {
                    *value = shown.into();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide(item, behind_name)),
            Value::Object(members) => self.hide_members(members, behind_name),
        }
    }

    fn hide_members(&self, members: &mut Map<String, Value>, behind_name: bool) {
        for (name, value) in members.iter_mut() {
            self.hide(value, behind_name || is_secret(name.as_bytes()));
        }
        if members.keys().any(|name| matches!(self.text(name), Cow::Owned(_))) {
            let named = std::mem::take(members).into_iter();
            members.extend(named.map(|(name, value)| (self.text(&name).into_owned(), value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::mask::Masker;

    fn masked(mut value: Value) -> Value {
        Masker::new(["hunter2-hunter2", "12345678901"]).json(&mut value);
        value
    }

    #[test]
    fn what_stands_behind_a_secrets_name_is_hidden() {
        assert_eq!(
            masked(
                json!({"token": "0123456789", "tokens": {"a": ["b", 1]}, "userId": "0123456789"})
            ),
            json!({"token": "••••6789", "tokens": {"a": ["••••", "••••"]}, "userId": "0123456789"})
        );
        assert_eq!(
            masked(json!({"token": null, "secret": true})),
            json!({"token": null, "secret": true})
        );
        assert_eq!(
            masked(json!({"authorization": "Bearer 0123456789"})),
            json!({"authorization": "Bearer ••••6789"})
        );
    }

    #[test]
    fn a_known_secret_is_hidden_wherever_it_stands() {
        assert_eq!(
            masked(json!({"a": ["x hunter2-hunter2", 12_345_678_901_u64], "hunter2-hunter2": 1})),
            json!({"a": ["x ••••ter2", "••••8901"], "••••ter2": 1})
        );
    }

    #[test]
    fn texts_are_looked_through() {
        assert_eq!(
            masked(json!({"url": "https://a.ru/?code=0123456789", "code": "0123456789"})),
            json!({"url": "https://a.ru/?code=••••6789", "code": "0123456789"})
        );
        assert_eq!(
            masked(json!({"b": "{\"password\":\"0123456789\"}"})),
            json!({"b": "{\"password\":\"••••6789\"}"})
        );
    }
}
