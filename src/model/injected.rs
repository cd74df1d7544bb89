//! A fault, a stub or a breakpoint as the record of an exchange tells of it: what was made on purpose is
//! told as such.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::held::Hold;
use crate::text::{Text, text};

/// A fault that befell an exchange, a stub that answered it, or a breakpoint that held it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "InjectedFault")]
pub struct Injected {
    /// As `fault remove ID`, `stub remove ID` or `breakpoint remove ID` takes it.
    pub id: String,
    /// Which half of the exchange: `request` or `answer`.
    pub side: String,
    /// As in `faults` of gateway.yaml; or `stub`, or `hold`.
    pub kind: String,
    /// Of a status, also a stub's, a delay, a rate, a type, or the bytes before a reset.
    pub value: Option<String>,
    /// Whether not even an HTTP message was left.
    pub raw: bool,
    /// Of a breakpoint.
    pub hold: Option<Hold>,
}

/// Kinds by their beginning in a record, the longest first; then those that have no value.
const WITH_VALUE: [(&str, &str); 5] = [
    ("content type ", "content_type"),
    ("reset after ", "reset"),
    ("status ", "status"),
    ("delay ", "delay"),
    ("drip ", "drip"),
];
const BARE: [(&str, &str, bool); 5] = [
    ("reset", "reset", false),
    ("empty", "empty", false),
    ("nothing at all", "empty", true),
    ("garbage", "garbage", false),
    ("garbage instead of HTTP", "garbage", true),
];

impl Injected {
    /// Reads a record's words, `answer: status 503 (fault f1)`; `None` where they are another's.
    pub fn read(words: &str) -> Option<Self> {
        let (side, rest) = words.split_once(": ")?;
        if !matches!(side, "request" | "answer") {
            return None;
        }
        let (what, by) = rest.strip_suffix(')')?.rsplit_once(" (")?;
        let (tool, id) = by.split_once(' ')?;
        let one = match tool {
            "fault" => Self::of_fault(what)?,
            "stub" => {
                let value = Some(what.strip_prefix("stub ")?.to_owned());
                Self { kind: "stub".to_owned(), value, ..Self::default() }
            }
            "breakpoint" => {
                let hold = Some(Hold::read(what)?);
                Self { kind: "hold".to_owned(), hold, ..Self::default() }
            }
            _ => return None,
        };
        Some(Self { id: id.to_owned(), side: side.to_owned(), ..one })
    }

    fn of_fault(what: &str) -> Option<Self> {
        let bare = BARE.iter().find(|(text, ..)| *text == what);
        let (kind, value, raw) = match bare {
            Some((_, kind, raw)) => (*kind, None, *raw),
            None => {
                let begins = |(start, kind): &(&str, &'static str)| {
                    Some((*kind, what.strip_prefix(start)?.to_owned()))
                };
                let (kind, value) = WITH_VALUE.iter().find_map(begins)?;
                let value = value.strip_suffix(" a second").map(str::to_owned).unwrap_or(value);
                (kind, Some(value), false)
            }
        };
        Some(Self { kind: kind.to_owned(), value, raw, ..Self::default() })
    }

    /// What did it: `fault`, `stub` or `breakpoint`.
    pub fn tool(&self) -> &'static str {
        match &*self.kind {
            "stub" => "stub",
            "hold" => "breakpoint",
            _ => "fault",
        }
    }

    /// Whether what the caller got is not what the receiver answered. An answer that was only slowed
    /// down is the receiver's, unless it came too late for that.
    pub fn stands_in(&self, is_late: bool) -> bool {
        match (&*self.kind, &*self.side) {
            ("status" | "reset" | "stub", _) | ("empty" | "garbage" | "content_type", "answer") => {
                true
            }
            ("delay" | "drip", _) => is_late,
            ("hold", side) => self.hold.as_ref().is_some_and(|hold| hold.stands_in(side)),
            _ => false,
        }
    }

    /// The part of an answer that it is about, as in a [`Finding`](super::finding::Finding).
    pub fn place(&self) -> &'static str {
        match &*self.kind {
            "status" | "stub" => "status",
            "content_type" => "content_type",
            "empty" | "garbage" if !self.raw => "body",
            _ => "connection",
        }
    }

    /// What it did, as a sentence; `receiver` is the partner, or the API that was called.
    pub fn sentence(&self, receiver: &'static str) -> Text {
        let id = &self.id;
        let side = if self.side == "request" { "request" } else { "answer" };
        let value = self.value.as_deref().unwrap_or_default();
        if let Some(hold) = &self.hold {
            return hold.sentence(id, side);
        }
        let receiver = Text::fixed(receiver);
        match (&*self.kind, self.raw) {
            ("status", _) => text!(
                "Fault {id} answered {value}; {receiver} was not asked.",
                id, value, receiver => receiver
            ),
            ("stub", _) => text!(
                "Stub {id} answered {value}; {receiver} was not asked.",
                id, value, receiver => receiver
            ),
            ("reset", _) if side == "request" => text!(
                "Fault {id} cut off the request on its way to {receiver}.",
                id, receiver => receiver
            ),
            ("reset", _) if value.is_empty() => text!("Fault {id} cut off the answer.", id),
            ("reset", _) => {
                text!("Fault {id} cut off the answer after {value} of its body.", id, value)
            }
            ("delay", _) => {
                text!("Fault {id} held the {side} back for {value}.", id, side => side, value)
            }
            ("drip", _) => text!(
                "Fault {id} let the body of the {side} through at {value} a second.",
                id, side => side, value
            ),
            ("empty", true) => text!("Fault {id} let no {side} through at all.", id, side => side),
            ("empty", false) => {
                text!("Fault {id} took the body of the {side} away.", id, side => side)
            }
            ("garbage", true) => text!(
                "Fault {id} put bytes that are no HTTP in the place of the {side}.",
                id, side => side
            ),
            ("garbage", false) => text!(
                "Fault {id} put garbage in the place of the body of the {side}.",
                id, side => side
            ),
            _ => text!(
                "Fault {id} announced the body of the {side} as {value}.",
                id, side => side, value
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_tool_calls_a_fault_is_none() {
        for words in ["", "answer: status 503", "answer: x (fault f1)", "both: reset (fault f1)"] {
            assert_eq!(Injected::read(words), None, "{words}");
        }
    }

    #[test]
    fn only_what_was_slowed_down_and_came_in_time_is_still_the_receivers_answer() {
        let told = |words| Injected::read(words).unwrap();
        let status = told("answer: status 503 (fault f1)");
        assert_eq!(
            status.sentence("the partner").to_string(),
            "Fault f1 answered 503; the partner was not asked."
        );
        assert!(status.stands_in(false));
        let slow = told("answer: delay 900ms (fault f2)");
        assert!(!slow.stands_in(false) && slow.stands_in(true));
        let stub = told("answer: stub 200 (stub s1)");
        let sentence = "Stub s1 answered 200; the partner was not asked.";
        assert!(stub.stands_in(false) && stub.sentence("the partner").to_string() == sentence);
        assert!(!told("request: garbage (fault f3)").stands_in(false));
        assert!(told("answer: garbage (fault f3)").stands_in(false));
    }
}
