//! An object that came in, read field by field; what breaks a rule is noted, not fatal.

use std::ops::RangeInclusive;

use serde_json::{Map, Number, Value};

use super::problem::Violation;
use super::reading::Reading;

/// The fields that are not read yet. `null` counts as absent.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    at: String,
    left: Map<String, Value>,
    reading: &'a Reading,
    violations: Vec<Violation>,
}

/// How a loose reading coerces a value that stands at a place.
type Coerce = fn(&Reading, &str, Value) -> Value;

impl<'a> Reader<'a> {
    /// `at` says where in the body the object stands: `[3]`.
    pub(super) fn new(
        at: impl Into<String>,
        object: Map<String, Value>,
        reading: &'a Reading,
    ) -> Self {
        Self { at: at.into(), left: object, reading, violations: Vec::new() }
    }

    /// Notes a broken rule of a field.
    pub(super) fn violates(&mut self, name: &str, reason: impl Into<String>) {
        self.violations.push(Violation::new(self.subject(name), reason));
    }

    /// Notes a field that is missing; gives its default.
    pub(super) fn required<T: Default>(&mut self, name: &str, value: Option<T>) -> T {
        let subject = self.subject(name);
        if value.is_none() && !self.violations.iter().any(|broken| broken.subject == subject) {
            self.violations.push(Violation::new(subject, "is required"));
        }
        value.unwrap_or_default()
    }

    /// Any value.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.left.shift_remove(name).filter(|value| !value.is_null())
    }

    fn coerced(&mut self, name: &str, coerce: Coerce) -> Option<Value> {
        let value = self.take(name)?;
        let value = coerce(self.reading, &self.subject(name), value);
        Some(value).filter(|value| !value.is_null())
    }

    /// Text of so many characters.
    pub(super) fn text(&mut self, name: &str, length: RangeInclusive<usize>) -> Option<String> {
        match self.coerced(name, Reading::text)? {
            Value::String(text) if length.contains(&text.chars().count()) => Some(text),
            Value::String(_) => {
                let (from, to) = length.into_inner();
                self.violates(name, format!("must have {from} to {to} characters"));
                None
            }
            _ => self.wrong(name, "must be text"),
        }
    }

    /// An identifier: 8, 4, 4, 4 and 12 hexadecimal digits.
    pub(super) fn uuid(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) if is_uuid(&text) => Some(text),
            _ => self.wrong(name, "must be a uuid"),
        }
    }

    /// Text that `known` knows.
    pub(super) fn word(&mut self, name: &str, known: fn(&str) -> bool) -> Option<String> {
        match self.take(name)? {
            Value::String(text) if known(&text) => Some(text),
            _ => self.wrong(name, "is not one of the known values"),
        }
    }

    /// Texts that all pass `fits`.
    pub(super) fn texts(
        &mut self,
        name: &str,
        reason: &str,
        fits: fn(&str) -> bool,
    ) -> Vec<String> {
        let Some(value) = self.coerced(name, Reading::texts) else { return Vec::new() };
        let texts: Option<Vec<String>> = match value {
            Value::Array(values) => values
                .into_iter()
                .map(|value| match value {
                    Value::String(text) if fits(&text) => Some(text),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| self.wrong(name, reason).unwrap_or_default())
    }

    /// A number within bounds.
    pub(super) fn number(&mut self, name: &str, bounds: RangeInclusive<f64>) -> Option<Number> {
        match self.coerced(name, Reading::number)? {
            Value::Number(number) if number.as_f64().is_some_and(|n| bounds.contains(&n)) => {
                Some(number)
            }
            Value::Number(_) => {
                let (from, to) = bounds.into_inner();
                self.violates(name, format!("must be from {from} to {to}"));
                None
            }
            _ => self.wrong(name, "must be a number"),
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.coerced(name, Reading::flag)? {
            Value::Bool(flag) => Some(flag),
            _ => self.wrong(name, "must be true or false"),
        }
    }

    /// Names and values.
    pub(super) fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.coerced(name, Reading::object) {
            None => Map::new(),
            Some(Value::Object(object)) => object,
            Some(_) => self.wrong(name, "must be an object").unwrap_or_default(),
        }
    }

    /// Ends reading: what was made of the fields if no rule is broken.
    pub(super) fn finish<T>(self, made: T) -> Result<T, Vec<Violation>> {
        if self.violations.is_empty() { Ok(made) } else { Err(self.violations) }
    }

    fn subject(&self, name: &str) -> String {
        if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) }
    }

    fn wrong<T>(&mut self, name: &str, reason: &str) -> Option<T> {
        self.violates(name, reason);
        None
    }
}

/// 8, 4, 4, 4 and 12 hexadecimal digits. Live identifiers do not always have a version that a stricter
/// check would take (evotor.md, section 4).
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
