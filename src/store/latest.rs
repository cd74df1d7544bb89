//! How the webhooks of each app stand: what waits, and what became of the latest of each event.

use rusqlite::Connection;

use super::StoreError;
use crate::model::finding::Finding;
use crate::text::{Text, kept};

/// What waits to be sent to one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The app's id.
    pub app: String,
    /// Messages.
    pub queued: u64,
    /// How many of them failed before.
    pub failed: u64,
    /// The id of the delivery that is due next.
    pub next: String,
    /// When it is due, in milliseconds since 1970 by the simulated clock.
    pub due_ms: i64,
}

/// The latest message of an event that was sent to an app, and what came back.
#[derive(Debug, Clone)]
pub struct Latest {
    /// The app's id.
    pub app: String,
    /// The event's name.
    pub event: String,
    /// The delivery's id.
    pub delivery: String,
    /// When it was last sent, in milliseconds since 1970 by the simulated clock.
    pub at_ms: i64,
    /// Of the answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub failure: Option<Text>,
    /// `pass`, `warn`, `fail` or `undelivered`; nothing where a fault made the answer.
    pub verdict: Option<String>,
    /// What weighs most of what there is to say of the answer.
    pub finding: Option<Finding>,
}

/// Messages that are looked through for the latest of each event.
const LOOKED_AT: u32 = 1000;

/// What waits, by app.
///
/// # Errors
///
/// Of the database.
pub fn queues(tx: &Connection) -> Result<Vec<Queue>, StoreError> {
    let mut rows = tx.prepare_cached(
        // The id is that of the row with the least time.
        "SELECT app, count(*), count(*) FILTER (WHERE tries > 0), min(due), id
         FROM delivery WHERE state = 'queued' GROUP BY app",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(Queue {
            app: row.get(0)?,
            queued: row.get::<_, i64>(1)?.unsigned_abs(),
            failed: row.get::<_, i64>(2)?.unsigned_abs(),
            due_ms: row.get(3)?,
            next: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The latest of each app and event among the newest messages, the newest first.
///
/// # Errors
///
/// Of the database.
pub fn latest(tx: &Connection) -> Result<Vec<Latest>, StoreError> {
    let mut rows = tx.prepare_cached(
        "SELECT d.app, d.event, d.id, a.at, a.status, a.failure, a.verdict, a.findings
         FROM (SELECT seq, id, app, event, attempts FROM delivery ORDER BY seq DESC LIMIT ?1) d
         JOIN attempt a ON a.delivery = d.seq AND a.number = d.attempts ORDER BY d.seq DESC",
    )?;
    let mut rows = rows.query([LOOKED_AT])?;
    let mut found: Vec<Latest> = Vec::new();
    while let Some(row) = rows.next()? {
        let (app, event): (String, String) = (row.get(0)?, row.get(1)?);
        if found.iter().any(|known| known.app == app && known.event == event) {
            continue;
        }
        let findings: String = row.get(7)?;
        let verdict: Option<String> = row.get(6)?;
        found.push(Latest {
            app,
            event,
            delivery: row.get(2)?,
            at_ms: row.get(3)?,
            status: row.get(4)?,
            failure: row.get::<_, Option<String>>(5)?.as_deref().map(kept::read),
            verdict: verdict.filter(|verdict| !verdict.is_empty()),
            finding: Finding::gravest(serde_json::from_str(&findings).unwrap_or_default()),
        });
    }
    Ok(found)
}
