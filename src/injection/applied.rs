//! What was done to an exchange, for its record and for whoever meets it.

use std::fmt;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::Spoil;
use crate::model::injected::Injected;

/// Names the faults that befell an answer, so that nobody hunts a ghost.
pub static HEADER: HeaderName = HeaderName::from_static("x-gateway-fault");

/// The faults that befell an exchange, in the order in which they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// Id and words of each.
    notes: Vec<(Box<str>, String)>,
    unanswered: bool,
}

impl Applied {
    /// Notes one.
    pub fn note(&mut self, spoil: &Spoil) {
        self.notes.push((spoil.id().into(), spoil.to_string()));
        self.unanswered |= spoil.leaves_no_answer();
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// Whether the caller gets nothing that is an answer.
    pub fn is_unanswered(&self) -> bool {
        self.unanswered
    }

    /// Each in words: `answer: status 503 (fault f1)`.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(|(_, words)| words.as_str())
    }

    /// Each as the record of the exchange shows it.
    pub fn injected(&self) -> impl Iterator<Item = Injected> {
        self.words().filter_map(Injected::read)
    }

    /// Puts [`HEADER`] among an answer's fields: `f1, f2`.
    pub fn mark(&self, fields: &mut HeaderMap) {
        let ids = self.notes.iter().map(|(id, _)| &**id).collect::<Vec<_>>().join(", ");
        if let Ok(value) = HeaderValue::from_str(&ids) {
            fields.insert(&HEADER, value);
        }
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join("; "))
    }
}
