//! The parts of two exchanges that are not the same.

use super::super::detail::{Detail, Message, STAGES};
use super::super::show::body_text;
use super::lines::{Sign, lines};
use crate::text::{Text, text};

/// A part that differs, line by line.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: Text,
    pub(super) lines: Vec<(Sign, String)>,
}

/// Fields that tell of when and how, not of what.
const PASSING: [&str; 3] = ["connection", "date", "x-gateway-replay"];

/// In the order of an exchange.
pub(super) fn parts(one: &Detail, other: &Detail, all: bool) -> Vec<Part> {
    let both = [one, other];
    let mut parts = Vec::new();
    let mut compare = |name: Text, [one, other]: [String; 2]| {
        if one != other {
            let lines = lines(&one, &other).into_iter();
            let lines = lines.map(|(sign, line)| (sign, line.to_owned())).collect();
            parts.push(Part { name, lines });
        }
    };
    compare(
        text!("request"),
        both.map(|detail| format!("{} {}", detail.row.method, detail.row.url)),
    );
    compare(text!("outcome"), both.map(outcome));
    let mut before = None;
    for (stage, _) in STAGES {
        let messages = both.map(|detail| detail.stages.by_name(stage));
        let headers = messages.map(|message| fields(message, all));
        compare(text!("headers {stage}", stage), headers);
        let bodies = messages.map(text);
        // What passes untouched is told once.
        let is_passed_on =
            matches!(stage, "passed" | "returned") && before.as_ref() == Some(&bodies);
        if !is_passed_on {
            compare(text!("body {stage}", stage), bodies.clone());
        }
        before = Some(bodies);
    }
    parts
}

/// What became of it, a line for each fact.
fn outcome(detail: &Detail) -> String {
    let row = &detail.row;
    let facts = [
        ("status", row.status.map(|status| status.to_string())),
        ("code", row.code.clone()),
        ("verdict", row.verdict.clone()),
        ("rule", row.rule.map(|rule| rule.to_string())),
        ("app", row.app.clone()),
        ("user", row.user.clone()),
        ("device", row.device.clone()),
        ("event", row.event.clone()),
        ("faults", Some(row.faults.join(", ")).filter(|faults| !faults.is_empty())),
    ];
    let facts = facts.into_iter().filter_map(|(name, value)| Some(format!("{name} {}\n", value?)));
    facts.collect()
}

fn fields(message: Option<&Message>, all: bool) -> String {
    let Some(message) = message else { return String::new() };
    let is_shown =
        |name: &str| all || !PASSING.iter().any(|passing| name.eq_ignore_ascii_case(passing));
    let fields = message.fields.iter().filter(|field| is_shown(&field.name));
    let mut lines: Vec<_> =
        fields.map(|field| (field.name.to_ascii_lowercase(), &field.value)).collect();
    // Only among fields of one name does the order mean anything.
    lines.sort_by(|one, other| one.0.cmp(&other.0));
    lines.into_iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

fn text(message: Option<&Message>) -> String {
    message.and_then(|message| message.body.as_ref()).map(body_text).unwrap_or_default()
}
