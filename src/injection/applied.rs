//! What was done to an exchange, for its record and for whoever meets it.

use std::fmt;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

use super::{Breakpoint, Spoil, Stub};
use crate::model::held::Hold;
use crate::model::injected::Injected;

/// Names the faults that befell an answer, the stub that gave it and the breakpoints at which something
/// was changed, so that nobody hunts a ghost.
pub static HEADER: HeaderName = HeaderName::from_static("x-gateway-fault");

/// What was done to an exchange on purpose, in the order in which it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    notes: Vec<Note>,
    unanswered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Note {
    /// Of what did it, where that left a trace.
    id: Option<Box<str>>,
    words: String,
}

impl Applied {
    /// Notes a fault.
    pub fn note(&mut self, spoil: &Spoil) {
        self.notes.push(Note { id: Some(spoil.id().into()), words: spoil.to_string() });
        self.unanswered |= spoil.leaves_no_answer();
    }

    /// Notes that a stub answered.
    pub fn note_stub(&mut self, stub: &Stub) {
        let words = format!("answer: stub {} (stub {})", stub.answer.status.as_u16(), stub.id);
        self.notes.push(Note { id: Some(stub.id.clone()), words });
    }

    /// Notes that a breakpoint held it, or could not.
    pub fn note_hold(&mut self, breakpoint: &Breakpoint, hold: &Hold) {
        let words =
            format!("{}: {hold} (breakpoint {})", breakpoint.stop.side.word(), breakpoint.id);
        let id = (!hold.is_without_trace()).then(|| breakpoint.id.clone());
        self.notes.push(Note { id, words });
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
        self.notes.iter().map(|note| note.words.as_str())
    }

    /// Each as the record of the exchange shows it.
    pub fn injected(&self) -> impl Iterator<Item = Injected> {
        self.words().filter_map(Injected::read)
    }

    /// Puts [`HEADER`] among an answer's fields: `f1, f2`.
    pub fn mark(&self, fields: &mut HeaderMap) {
        let ids: Vec<&str> = self.notes.iter().filter_map(|note| note.id.as_deref()).collect();
        if let (false, Ok(value)) = (ids.is_empty(), HeaderValue::from_str(&ids.join(", "))) {
            fields.insert(&HEADER, value);
        }
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join("; "))
    }
}
