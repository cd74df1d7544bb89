//! Reading the fields of a webhook's body, with the vendor's refusal for each that does not fit.

use serde_json::{Map, Value};

use super::answer::Answer;
use crate::model::event::Event;

/// An object in the body of a webhook. Fields that it does not ask for are ignored: the vendor adds
/// some without notice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    event: Event,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(event: Event, body: &'a Value) -> Result<Self, Answer> {
        let object = body.as_object().ok_or_else(Answer::malformed)?;
        Ok(Self { event, object })
    }

    /// The objects of an array; a single object is an array of one.
    pub(super) fn each(event: Event, body: &'a Value) -> Result<Vec<Self>, Answer> {
        match body {
            Value::Array(all) => all.iter().map(|one| Self::of(event, one)).collect(),
            one => Ok(vec![Self::of(event, one)?]),
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Answer> {
        let value = self.value(name)?;
        let text = value.as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| Answer::incorrect(self.event, name, value))
    }

    /// The first of these that is there.
    pub(super) fn text_of(&self, names: &[&str]) -> Result<&'a str, Answer> {
        let there = names.iter().find(|name| self.object.contains_key(**name)).or(names.first());
        there.map_or_else(|| Err(Answer::malformed()), |name| self.text(name))
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Result<i64, Answer> {
        let value = self.value(name)?;
        value.as_i64().ok_or_else(|| Answer::incorrect(self.event, name, value))
    }

    /// An object within.
    pub(super) fn object(&self, name: &str) -> Result<Self, Answer> {
        let value = self.value(name)?;
        let object = value.as_object();
        let object = object.ok_or_else(|| Answer::incorrect(self.event, name, value))?;
        Ok(Self { event: self.event, object })
    }

    /// Whatever stands there.
    pub(super) fn value(&self, name: &str) -> Result<&'a Value, Answer> {
        self.object.get(name).ok_or_else(|| Answer::missing(self.event, name))
    }

    /// The same where it may be absent.
    pub(super) fn optional(&self, name: &str) -> Option<&'a str> {
        self.object.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}
