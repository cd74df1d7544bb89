//! A delivery as the gateway tells of it, and as people read it.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::table;
use crate::cli::words::{said, words};
use crate::model::event::{Class, Event};
use crate::text::Text;

/// The latest state of a delivery.
#[derive(Debug, Deserialize)]
pub(super) struct Delivery {
    #[serde(rename = "delivery")]
    pub(super) id: String,
    pub(super) event: String,
    pub(super) app: String,
    pub(super) user: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) state: String,
    pub(super) attempts: u32,
    pub(super) next_attempt: Option<String>,
    pub(super) created: String,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

/// What one attempt came to.
#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    pub(super) status: Option<u16>,
    pub(super) failure: Option<String>,
    pub(super) verdict: Option<String>,
    pub(super) findings: Option<Vec<Finding>>,
    pub(super) answer: Value,
}

/// One thing that was said about an answer.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Finding {
    level: String,
    place: String,
    pointer: String,
    rule: String,
    text: String,
    /// Kept as the gateway has it, in English.
    source: Text,
}

impl Default for Finding {
    fn default() -> Self {
        let [level, place, pointer, rule, text] = Default::default();
        Self { level, place, pointer, rule, text, source: Text::default() }
    }
}

impl Delivery {
    /// Whether it was delivered and the partner kept the contract. A request of the cloud's is delivered
    /// by any answer, be it a documented refusal; what the cloud tells of, by a 200 alone.
    pub(super) fn holds(&self) -> bool {
        let is_request =
            Event::by_name(&self.event).is_some_and(|event| event.class() == Class::Request);
        let outcome = &self.outcome;
        let is_delivered = self.state == "delivered" || (is_request && outcome.status.is_some());
        is_delivered && matches!(outcome.verdict.as_deref(), Some("pass" | "warn"))
    }
}

/// A verdict as people read it.
pub(super) fn named(verdict: &str) -> String {
    match verdict {
        "undelivered" => words!("not delivered"),
        state => state.to_owned(),
    }
}

impl Outcome {
    /// The status, or the name of what stood in its way.
    pub(super) fn answered(&self) -> String {
        let name = |failure: &String| failure.split(':').next().unwrap_or_default().to_owned();
        match self.status {
            Some(status) => status.to_string(),
            None => self.failure.as_ref().map_or_else(|| "-".to_owned(), name),
        }
    }

    /// The verdict, or a dash.
    pub(super) fn verdict(&self) -> String {
        self.verdict.as_deref().map_or_else(|| "-".to_owned(), named)
    }

    /// What was answered, what that is worth and why, and the answer's body.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let verdict = self.verdict();
        match (self.status, &self.failure) {
            (Some(status), _) => {
                writeln!(out, "{}", words!("answer {status}, verdict {verdict}", status, verdict))?;
            }
            (None, Some(failure)) => {
                let is_told = self.findings.as_ref().is_some_and(|findings| !findings.is_empty());
                match self.verdict.as_deref() {
                    Some("undelivered") => writeln!(out, "{verdict}")?,
                    _ => writeln!(out, "{}", words!("no answer, verdict {verdict}", verdict))?,
                }
                if !is_told {
                    writeln!(out, "  {}", table::safe(failure))?;
                }
            }
            (None, None) => writeln!(out, "{}", words!("no attempt yet"))?,
        }
        for finding in self.findings.iter().flatten() {
            finding.write(out)?;
        }
        if !self.answer.is_null() {
            writeln!(out, "{}", table::body(&self.answer))?;
        }
        Ok(())
    }
}

impl Finding {
    /// What is wrong, where, and by which rule.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let place = match self.pointer.as_str() {
            "" => self.place.replace('_', "-"),
            pointer => format!("{} {pointer}", self.place),
        };
        let place = table::safe(&place);
        // What was not delivered has been said to be so.
        let level =
            if self.level == "undelivered" { String::new() } else { format!("{} ", self.level) };
        writeln!(out, "  {level}{}, {place}: {}", self.rule, table::safe(&self.text))?;
        if !self.source.is_empty() {
            writeln!(out, "    ({})", said(&self.source))?;
        }
        Ok(())
    }
}

/// The keys that come first, in this order; the others follow.
const FIRST: [&str; 8] =
    ["delivery", "event", "method", "url", "status", "verdict", "attempts", "answer"];

/// A delivery's JSON in the order of the documentation.
pub(super) fn ordered(row: Value) -> Value {
    let Value::Object(mut row) = row else { return row };
    let mut ordered = Map::new();
    for key in FIRST {
        ordered.insert(key.to_owned(), row.shift_remove(key).unwrap_or_default());
    }
    ordered.extend(row);
    Value::Object(ordered)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(value: Value) -> Outcome {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_documented_refusal_holds_and_what_was_not_delivered_does_not() {
        let of = |event: &str, state: &str, status: Value, verdict: &str| {
            let row = json!({"delivery": "", "event": event, "app": "", "user": "", "method": "",
                "url": "", "state": state, "attempts": 1, "created": "", "status": status,
                "verdict": verdict, "answer": null});
            serde_json::from_value::<Delivery>(row).unwrap().holds()
        };
        for verdict in ["pass", "warn"] {
            assert!(of("receipts", "delivered", json!(200), verdict));
            assert!(of("user.create", "failed", json!(409), verdict));
            assert!(!of("receipts", "queued", json!(404), verdict), "it is sent again");
            assert!(!of("receipts", "failed", json!(404), verdict), "it was given up");
        }
        for event in ["user.create", "receipts"] {
            assert!(!of(event, "delivered", json!(200), "fail"));
            assert!(!of(event, "queued", json!(500), "fail"));
            assert!(!of(event, "queued", Value::Null, "undelivered"));
            assert!(!of(event, "failed", Value::Null, "fail"));
        }
    }

    #[test]
    fn the_documented_keys_come_first() {
        let row = json!({"answer": 1, "app": "a", "user": "u", "state": "failed", "delivery": "x"});
        let row = ordered(row);
        let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys[..8], FIRST);
        assert_eq!(keys[8..], ["app", "user", "state"]);
    }

    #[test]
    fn an_attempt_without_an_answer_is_told_by_its_name() {
        let silent = json!({"failure": "partner_timeout: late.", "verdict": "fail", "findings": [],
            "answer": null});
        let silent = outcome(silent);
        assert_eq!(silent.answered(), "partner_timeout");
        let mut out = Vec::new();
        silent.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "no answer, verdict fail\n  partner_timeout: late.\n");
        let refused = json!({"failure": "partner_unreachable: nobody.", "verdict": "undelivered",
            "findings": [{"level": "undelivered", "rule": "connection-refused", "place": "connection",
            "text": "Nobody is there."}], "answer": null});
        let mut out = Vec::new();
        outcome(refused).write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let wanted = "not delivered\n  connection-refused, connection: Nobody is there.\n";
        assert_eq!(text, wanted, "said once");
    }
}
