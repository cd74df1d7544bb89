//! All that is kept of one exchange.

use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;

use super::exchange::Stage;
use super::listing::{Summary, summary};
use crate::model::finding::Finding;
use crate::text::Text;

/// One exchange as it was recorded, secrets included.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its line.
    pub summary: Summary,
    /// What no search looks at.
    pub particulars: Particulars,
    /// By [`Stage`].
    pub stages: [Option<Kept>; 4],
}

/// What is known beside the line and the messages.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// Microseconds until a connection to the receiver was at hand.
    pub connected_us: Option<u64>,
    /// Whether it had been used before.
    pub reused: Option<bool>,
    /// Microseconds until the head of the receiver's answer had come.
    pub first_byte_us: Option<u64>,
    /// Microseconds to the end.
    pub done_us: u64,
    /// `http`, `https` or `tunnel`.
    pub entrance: Option<String>,
    /// What was connected to: scheme, host and port.
    pub to: Option<String>,
    /// What to do about a fault.
    pub hint: Option<Text>,
    /// What is wrong with the answer to a webhook.
    pub findings: Vec<Finding>,
    /// What was taken although a stricter reading refuses it, as sentences.
    pub notes: Vec<Text>,
}

/// A message of one stage.
#[derive(Clone)]
pub struct Kept {
    /// See [`Message`](super::exchange::Message).
    pub head: Vec<u8>,
    /// As much of it as is kept; `None` where it is that of the stage before.
    pub body: Option<Vec<u8>>,
    /// How many there were.
    pub bytes: u64,
    /// Of all bytes.
    pub sha256: Option<Vec<u8>>,
    /// Whether it broke off before its end.
    pub broken: bool,
}

/// Without what it holds: messages hold tokens.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Recorded {
    /// The message of a stage.
    pub fn stage(&self, stage: Stage) -> Option<&Kept> {
        self.stages.get(stage as usize)?.as_ref()
    }

    /// The message that holds the body of a stage: its own, or that of the stage before.
    pub fn body(&self, stage: Stage) -> Option<&Kept> {
        let own = self.stage(stage)?;
        if own.body.is_some() {
            return Some(own);
        }
        let before = match stage {
            Stage::Passed => Stage::Asked,
            Stage::Returned => Stage::Answered,
            Stage::Asked | Stage::Answered => return None,
        };
        self.stage(before).filter(|kept| kept.body.is_some())
    }
}

/// An exchange, if it is kept.
///
/// # Errors
///
/// Of the database.
pub fn recorded(connection: &Connection, id: i64) -> rusqlite::Result<Option<Recorded>> {
    let Some(summary) = summary(connection, id)? else { return Ok(None) };
    let json: Option<String> = connection
        .prepare_cached("SELECT json FROM particulars WHERE exchange = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let particulars = json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let mut rows = connection.prepare_cached(
        "SELECT stage, head, body, bytes, sha256, broken FROM stage WHERE exchange = ?1",
    )?;
    let mut stages = [const { None }; 4];
    let mut found = rows.query([id])?;
    while let Some(row) = found.next()? {
        let at: i64 = row.get(0)?;
        let kept = Kept {
            head: row.get(1)?,
            body: row.get(2)?,
            bytes: row.get::<_, i64>(3)?.unsigned_abs(),
            sha256: row.get(4)?,
            broken: row.get(5)?,
        };
        if let Some(place) = usize::try_from(at).ok().and_then(|at| stages.get_mut(at)) {
            *place = Some(kept);
        }
    }
    Ok(Some(Recorded { summary, particulars, stages }))
}
