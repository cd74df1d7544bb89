//! Exchanges that satisfy all terms but one.

use serde_json::Value;

use super::super::client::Client;
use super::super::row::Row;
use super::super::table;
use super::super::timeline;
use super::super::trouble::Trouble;
use super::super::wanted::{Since, Wanted};
use super::terms::terms;
use crate::cli::words::words;

/// One of them, and what kept it out.
#[derive(Debug)]
pub(super) struct Near {
    pub(super) value: Value,
    pub(super) row: Row,
    /// The term that does not hold.
    pub(super) term: String,
    /// What it found instead.
    pub(super) found: String,
}

/// Shown of each term, and of all.
const EACH: usize = 3;
const ALL: usize = 10;
/// More terms than these are not left out one by one.
const TERMS: usize = 16;

/// Those that fail at a later term first, for the first terms say what is meant; then the newest.
pub(super) fn near(
    client: &Client,
    filter: &str,
    since: Option<&Since>,
) -> Result<Vec<Near>, Trouble> {
    let terms = terms(filter);
    let mut all = Vec::new();
    for (at, term) in terms.iter().enumerate().take(TERMS).rev() {
        let others = terms.iter().enumerate().filter(|(other, _)| *other != at);
        let mut words: Vec<String> = others.map(|(_, other)| other.clone()).collect();
        words.push(format!("-({term})"));
        let wanted = Wanted::of(&words, since)?;
        let part = timeline::newest(client, &wanted, EACH)?;
        all.extend(part.rows.into_iter().rev().map(|(value, row)| {
            let found = found(term, &value);
            Near { value, row, term: term.clone(), found }
        }));
    }
    all.truncate(ALL);
    Ok(all)
}

/// What an exchange has where a term looks.
fn found(term: &str, row: &Value) -> String {
    let bare = term.trim_start_matches('-');
    let key = bare.split_once(':').map(|(key, _)| key.to_ascii_lowercase());
    let is_key = |key: &&String| key.bytes().all(|byte| byte.is_ascii_lowercase());
    let text = |name: &str| match row.get(name) {
        None | Some(Value::Null) => words!("none"),
        Some(Value::String(text)) => table::safe(text),
        Some(other) => other.to_string(),
    };
    let one = |name: &str| words!("{name} is {value}", name, value = text(name));
    match key.as_ref().filter(is_key).map(String::as_str) {
        Some("took") => words!("it took {ms} ms", ms = text("took_ms")),
        Some("size") => words!(
            "{sent} bytes sent, {answered} answered",
            sent = text("sent_bytes"),
            answered = text("answer_bytes")
        ),
        Some("type") => words!("{name} is {value}", name = "type", value = text("answer_type")),
        Some("replay") => words!("replay of {of}", of = text("replay_of")),
        Some("device") => {
            let value = format!("{} ({})", text("device"), text("device_name"));
            words!("{name} is {value}", name = "device", value)
        }
        Some("after" | "before") => words!("it began at {at}", at = text("at")),
        Some("is" | "has") => [one("status"), one("code"), one("verdict")].join(", "),
        Some(name) if row.get(name).is_some() => one(name),
        _ if term.starts_with('-') => words!("it was found"),
        _ => words!("it was not found"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_found_instead_is_named() {
        let row = json!({"status": 403, "code": "url_not_allowed", "verdict": null, "took_ms": 12.3,
            "path": "/a\u{1b}", "device": null, "device_name": null});
        for (term, wanted) in [
            ("status:200", "status is 403"),
            ("-status:4xx", "status is 403"),
            ("took:<1ms", "it took 12.3 ms"),
            ("path:/b", "path is /a\\u{1b}"),
            ("device:x", "device is none (none)"),
            ("-is:refused", "status is 403, code is url_not_allowed, verdict is none"),
            ("word", "it was not found"),
            ("-\"a b\"", "it was found"),
            ("https://x", "it was not found"),
        ] {
            assert_eq!(found(term, &row), wanted, "{term}");
        }
    }
}
