//! All of one exchange, as the gateway tells of it.

use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::client::Client;
use super::delivery::Finding;
use super::row::Row;
use super::timeline;
use super::trouble::Trouble;
use super::wanted::Wanted;
use crate::text::Text;

/// One exchange with its messages.
#[derive(Debug, Deserialize)]
pub(super) struct Detail {
    #[serde(flatten)]
    pub(super) row: Row,
    pub(super) times: Times,
    pub(super) entrance: Option<String>,
    pub(super) to: Option<String>,
    pub(super) hint: Option<String>,
    pub(super) stages: Stages,
    #[serde(default)]
    pub(super) changes: Vec<Change>,
    pub(super) explanation: Option<Explanation>,
    pub(super) findings: Option<Vec<Finding>>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
}

/// Microseconds from the beginning.
#[derive(Debug, Deserialize)]
pub(super) struct Times {
    pub(super) connected_us: Option<u64>,
    pub(super) reused: Option<bool>,
    pub(super) first_byte_us: Option<u64>,
}

/// The messages that there were.
#[derive(Debug, Deserialize)]
pub(super) struct Stages {
    pub(super) asked: Option<Message>,
    pub(super) passed: Option<Message>,
    pub(super) answered: Option<Message>,
    pub(super) returned: Option<Message>,
}

/// A stage's name in the API, and what it is for people.
pub(super) const STAGES: [(&str, &str); 4] = [
    ("asked", "what the caller sent"),
    ("passed", "what the receiver got"),
    ("answered", "what the receiver answered"),
    ("returned", "what the caller got"),
];

/// A message at one stage.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) line: String,
    pub(super) fields: Vec<Field>,
    pub(super) body: Option<Body>,
}

/// A header field.
#[derive(Debug, Deserialize)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
}

/// What is kept of a body.
#[derive(Debug, Deserialize)]
pub(super) struct Body {
    pub(super) bytes: u64,
    pub(super) kept: u64,
    pub(super) sha256: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) text: Option<String>,
    /// Whether the text goes on.
    #[serde(default)]
    pub(super) text_cut: bool,
    pub(super) base64: Option<String>,
}

/// A field that the gateway changed.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub(super) of: String,
    pub(super) name: String,
    pub(super) change: String,
    pub(super) was: Option<String>,
    pub(super) now: Option<String>,
    pub(super) reason: Text,
}

/// How the app's rules fare with the URL.
#[derive(Debug, Deserialize)]
pub(super) struct Explanation {
    pub(super) sentence: String,
    pub(super) rules: Vec<Tried>,
    pub(super) suggestion: Option<String>,
}

/// One of the rules.
#[derive(Debug, Deserialize)]
pub(super) struct Tried {
    pub(super) number: u32,
    pub(super) pattern: String,
    pub(super) stops_at: usize,
}

impl Stages {
    /// The message of a stage.
    pub(super) fn by_name(&self, name: &str) -> Option<&Message> {
        match name {
            "asked" => self.asked.as_ref(),
            "passed" => self.passed.as_ref(),
            "answered" => self.answered.as_ref(),
            "returned" => self.returned.as_ref(),
            _ => None,
        }
    }
}

/// Where all of an exchange is.
pub(super) fn path(id: i64, reveal: bool) -> String {
    format!("/api/exchanges/{id}{}", if reveal { "?reveal=true" } else { "" })
}

/// All of an exchange.
pub(super) fn detail(client: &Client, id: i64, reveal: bool) -> Result<Detail, Trouble> {
    Detail::deserialize(client.get(&path(id, reveal))?).map_err(|_| client.strange())
}

/// How long an exchange that has ended may take until it is in the journal.
pub(super) const LATE: Duration = Duration::from_secs(2);

/// Waits until the journal has come to an exchange, so long at most; one that it has forgotten is not
/// waited for.
pub(super) fn wait_for(client: &Client, id: i64) -> Result<(), Trouble> {
    until(|| Ok(timeline::newest(client, &Wanted::default(), 1)?.latest >= id))
}

/// Waits until there is an exchange that is wanted, so long at most.
pub(super) fn wait_for_any(client: &Client, wanted: &Wanted) -> Result<(), Trouble> {
    until(|| Ok(!timeline::newest(client, wanted, 1)?.rows.is_empty()))
}

fn until(mut is_there: impl FnMut() -> Result<bool, Trouble>) -> Result<(), Trouble> {
    const PAUSE: Duration = Duration::from_millis(50);
    let end = Instant::now() + LATE;
    while !is_there()? && Instant::now() < end {
        thread::sleep(PAUSE);
    }
    Ok(())
}
