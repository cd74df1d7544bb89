//! How requests are read: as the vendor documents them, or as public clients send them.

use serde_json::{Map, Number, Value};

use super::problem::Problem;
use crate::model::notes::Notes;
use crate::text::{Text, text};

/// The reading of one request. A loose one notes what a strict one refuses. Clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    strict: bool,
    notes: Notes,
}

impl Reading {
    pub(super) fn new(strict: bool, notes: Notes) -> Self {
        Self { strict, notes }
    }

    /// Whether the vendor's rules are to be enforced.
    pub(super) fn is_strict(&self) -> bool {
        self.strict
    }

    /// Notes what is taken loosely; a strict reading refuses it.
    pub(super) fn tolerate(
        &self,
        what: &'static str,
        refused: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        if self.strict {
            return Err(refused());
        }
        self.notes.add(Text::fixed(what));
        Ok(())
    }

    /// A number of text that holds one; empty text is `null`, as Jackson has it.
    pub(super) fn number(&self, subject: &str, value: Value) -> Value {
        self.coerced(subject, value, "text was taken for a number", |value| match value {
            Value::String(text) if text.trim().is_empty() => Some(Value::Null),
            Value::String(text) => number(text.trim()).map(Value::Number),
            _ => None,
        })
    }

    /// Text of a number, or of true and false.
    pub(super) fn text(&self, subject: &str, value: Value) -> Value {
        self.coerced(subject, value, "a scalar was taken for text", |value| match value {
            Value::Number(number) => Some(number.to_string().into()),
            Value::Bool(flag) => Some(flag.to_string().into()),
            _ => None,
        })
    }

    /// The same for each element of an array.
    pub(super) fn texts(&self, subject: &str, value: Value) -> Value {
        match value {
            Value::Array(values) => {
                values.into_iter().map(|value| self.text(subject, value)).collect()
            }
            other => other,
        }
    }

    /// True or false of text and of whole numbers.
    pub(super) fn flag(&self, subject: &str, value: Value) -> Value {
        self.coerced(subject, value, "a scalar was taken for true or false", |value| match value {
            Value::String(text) => match text.trim() {
                "" => Some(Value::Null),
                "true" | "True" | "TRUE" => Some(true.into()),
                "false" | "False" | "FALSE" => Some(false.into()),
                _ => None,
            },
            Value::Number(number) => number.as_i64().map(|number| (number != 0).into()),
            _ => None,
        })
    }

    /// An empty object of an empty array, as PHP writes one.
    pub(super) fn object(&self, subject: &str, value: Value) -> Value {
        self.coerced(subject, value, "[] was taken for an empty object", |value| match value {
            Value::Array(values) if values.is_empty() => Some(Map::new().into()),
            _ => None,
        })
    }

    fn coerced(
        &self,
        subject: &str,
        value: Value,
        how: &'static str,
        coerce: impl FnOnce(&Value) -> Option<Value>,
    ) -> Value {
        if self.strict {
            return value;
        }
        let Some(coerced) = coerce(&value) else { return value };
        self.notes.add(text!("{subject}: {how}.", subject, how => how));
        coerced
    }
}

/// A number as Java's `BigDecimal` reads one; where JSON can write it, its digits stay.
fn number(text: &str) -> Option<Number> {
    let plain = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = serde_json::from_str(plain) {
        return Some(number);
    }
    let fits = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    let looks_like_one = plain.bytes().all(fits) && plain.bytes().any(|byte| byte.is_ascii_digit());
    let number: f64 = looks_like_one.then(|| plain.parse().ok())??;
    match number.fract() == 0.0 && number.abs() < 1e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
        true => Some((number as i64).into()),
        false => Number::from_f64(number),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Coercion = fn(&Reading, &str, Value) -> Value;

    #[test]
    fn a_loose_reading_coerces_as_jackson_does_and_notes_it() {
        for (coerce, from, to) in [
            (Reading::number as Coercion, json!("123.50"), json!(123.5)),
            (Reading::number, json!(" 7 "), json!(7)),
            (Reading::number, json!("+7"), json!(7)),
            (Reading::number, json!("007.5"), json!(7.5)),
            (Reading::number, json!("-0012"), json!(-12)),
            (Reading::number, json!(""), Value::Null),
            (Reading::text, json!(42), json!("42")),
            (Reading::text, json!(4.5), json!("4.5")),
            (Reading::text, json!(true), json!("true")),
            (Reading::texts, json!([1, "2"]), json!(["1", "2"])),
            (Reading::flag, json!("true"), json!(true)),
            (Reading::flag, json!("FALSE"), json!(false)),
            (Reading::flag, json!(0), json!(false)),
            (Reading::flag, json!(2), json!(true)),
            (Reading::object, json!([]), json!({})),
        ] {
            let (loose, strict) = (Reading::default(), Reading::new(true, Notes::default()));
            assert_eq!(coerce(&loose, "x", from.clone()), to, "{from}");
            assert_eq!(loose.notes.texts().len(), 1, "{from}");
            assert!(loose.notes.texts()[0].to_string().starts_with("x: "), "{from}");
            assert_eq!(coerce(&strict, "x", from.clone()), from);
            assert!(strict.notes.texts().is_empty());
        }
    }

    #[test]
    fn what_is_nothing_of_the_kind_stays_as_it_is() {
        for (coerce, value) in [
            (Reading::number as Coercion, json!("1,5")),
            (Reading::number, json!("ten")),
            (Reading::number, json!("NaN")),
            (Reading::number, json!("inf")),
            (Reading::number, json!("1e999")),
            (Reading::number, json!("-")),
            (Reading::number, json!("0x10")),
            (Reading::number, json!(true)),
            (Reading::number, json!([1])),
            (Reading::text, json!({})),
            (Reading::text, json!([])),
            (Reading::text, json!("x")),
            (Reading::texts, json!("x")),
            (Reading::flag, json!("yes")),
            (Reading::flag, json!(0.5)),
            (Reading::object, json!([1])),
            (Reading::object, json!("")),
        ] {
            let loose = Reading::default();
            assert_eq!(coerce(&loose, "x", value.clone()), value);
            assert!(loose.notes.texts().is_empty(), "{value}");
        }
    }
}
