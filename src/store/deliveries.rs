//! The outbox's rows: what is to be sent, every attempt, what became of it.
//!
//! Every function works inside the transaction it is handed. Times are milliseconds since 1970.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use crate::model::event::Class;
use crate::text::{Text, kept};

/// Answers kept of one delivery: the first and the latest; a partner that is down for three days
/// would otherwise fill the disk with the same refusal.
pub(super) const KEPT_ATTEMPTS: u32 = 50;

/// What is to be sent: the same bytes at every attempt.
#[derive(Debug, Clone)]
pub struct Message {
    /// Unique, as `deliver ID` takes it.
    pub id: String,
    /// The app's id.
    pub app: String,
    /// The user's id.
    pub user: String,
    /// The event's name.
    pub event: String,
    /// Whether and how often it is repeated.
    pub class: Class,
    /// Of the request.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// Header fields in order, as JSON pairs; `Authorization` is among them, so this is a secret.
    pub fields: Fields,
    /// Of the request.
    pub body: Option<Vec<u8>>,
}

/// Header fields that may hold a secret: `Debug` shows their names only.
#[derive(Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Fields(#[schemars(with = "Vec<[String; 2]>")] pub Vec<(String, String)>);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A row that waits to be sent, as the plan needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Rows are numbered in the order they were made.
    pub seq: i64,
    /// First attempts to one app and user are made in order.
    pub lane: Lane,
    /// Not before.
    pub due: i64,
    /// Attempts of the present round; sending again by hand begins a new one.
    pub tries: u32,
}

/// An app's and a user's id.
pub type Lane = (String, String);

/// A row to be sent now.
#[derive(Debug, Clone)]
pub struct Job {
    /// See [`Waiting::seq`].
    pub seq: i64,
    /// What is sent.
    pub message: Message,
    /// When it was to be sent.
    pub due: i64,
    /// When the present round began.
    pub begun: i64,
    /// Attempts of the present round so far.
    pub tries: u32,
}

/// One attempt and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it was made.
    pub at: i64,
    /// Microseconds to the end of the answer.
    pub took: i64,
    /// Of the answer.
    pub status: Option<u16>,
    /// Why there was none: the fault's name and a sentence.
    pub failure: Option<Text>,
    /// `pass`, `warn` or `fail`.
    pub verdict: Option<String>,
    /// As JSON.
    pub findings: String,
    /// Content-Type of the answer.
    pub kind: Option<String>,
    /// Its body, as much of it as is kept.
    pub answer: Option<Vec<u8>>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It will be sent.
    Queued,
    /// The partner accepted it.
    Delivered,
    /// It will not be sent again, unless by hand.
    Failed,
}

impl State {
    /// The word in the database and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of a word.
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Queued, Self::Delivered, Self::Failed].into_iter().find(|s| s.name() == name)
    }
}

/// What becomes of a row after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is done.
    Delivered,
    /// It is sent again at this time.
    Again(i64),
    /// It is given up.
    Failed,
}

/// Puts a message into the outbox.
///
/// # Errors
///
/// Of the database.
pub fn enqueue(
    tx: &Connection,
    message: &Message,
    now_ms: i64,
    due: i64,
) -> Result<Waiting, StoreError> {
    let fields = serde_json::to_string(&message.fields.0).unwrap_or_default();
    tx.prepare_cached(
        "INSERT INTO delivery (id, app, user, event, class, method, url, fields, body, created, due, begun)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)",
    )?
    .execute(params![
        message.id,
        message.app,
        message.user,
        message.event,
        class_name(message.class),
        message.method,
        message.url,
        fields,
        message.body,
        now_ms,
        due
    ])?;
    let lane = (message.app.clone(), message.user.clone());
    Ok(Waiting { seq: tx.last_insert_rowid(), lane, due, tries: 0 })
}

/// Everything that waits to be sent, by time due.
///
/// # Errors
///
/// Of the database.
pub fn waiting(tx: &Connection) -> Result<Vec<Waiting>, StoreError> {
    let mut rows = tx.prepare_cached(
        "SELECT seq, app, user, due, tries FROM delivery INDEXED BY delivery_queued
         WHERE state = 'queued' ORDER BY due, seq",
    )?;
    let rows = rows.query_map([], |row| {
        let lane = (row.get(1)?, row.get(2)?);
        Ok(Waiting { seq: row.get(0)?, lane, due: row.get(3)?, tries: row.get(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The rows of these numbers that still wait, in order.
///
/// # Errors
///
/// Of the database.
pub fn jobs(tx: &Connection, seqs: &[i64]) -> Result<Vec<Job>, StoreError> {
    let mut query = tx.prepare_cached(
        "SELECT seq, id, app, user, event, class, method, url, fields, body, begun, tries, due
         FROM delivery WHERE seq = ?1 AND state = 'queued'",
    )?;
    let mut jobs = Vec::with_capacity(seqs.len());
    for seq in seqs {
        jobs.extend(query.query_row([seq], job).optional()?);
    }
    Ok(jobs)
}

/// The number of the last row there ever was.
///
/// # Errors
///
/// Of the database.
pub fn last(tx: &Connection) -> Result<i64, StoreError> {
    let last = tx
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'delivery'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// Records an attempt and what becomes of the row of a number and id. Whether it was there: all state
/// may have been replaced since it was read.
///
/// # Errors
///
/// Of the database.
pub fn record(
    tx: &Connection,
    (seq, id): (i64, &str),
    attempt: &Attempt,
    fate: Fate,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let (state, due, ended) = match fate {
        Fate::Delivered => (State::Delivered, None, Some(now_ms)),
        Fate::Again(due) => (State::Queued, Some(due), None),
        Fate::Failed => (State::Failed, None, Some(now_ms)),
    };
    let number: Option<u32> = tx
        .prepare_cached(
            "UPDATE delivery SET attempts = attempts + 1, tries = tries + 1, state = ?2,
                 due = coalesce(?3, due), ended = ?4
             WHERE seq = ?1 AND id = ?5 RETURNING attempts",
        )?
        .query_row(params![seq, state.name(), due, ended, id], |row| row.get(0))
        .optional()?;
    let Some(number) = number else { return Ok(false) };
    tx.prepare_cached(
        "INSERT INTO attempt (delivery, number, at, took, status, failure, verdict, findings, kind, answer)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        seq,
        number,
        attempt.at,
        attempt.took,
        attempt.status,
        attempt.failure.as_ref().map(kept::write),
        attempt.verdict.as_deref().unwrap_or_default(),
        attempt.findings,
        attempt.kind,
        attempt.answer
    ])?;
    if number > KEPT_ATTEMPTS {
        tx.prepare_cached("DELETE FROM attempt WHERE delivery = ?1 AND number = ?2")?
            .execute(params![seq, number - KEPT_ATTEMPTS + 1])?;
    }
    Ok(true)
}

/// Begins a new round for a row, whatever became of it. Returns it as it now waits.
///
/// # Errors
///
/// [`StoreError::Refused`] where there is no such row.
pub fn again(tx: &Connection, id: &str, now_ms: i64) -> Result<Waiting, StoreError> {
    tx.prepare_cached(
        "UPDATE delivery SET state = 'queued', due = ?2, begun = ?2, tries = 0, ended = NULL
         WHERE id = ?1 RETURNING seq, app, user",
    )?
    .query_row(params![id, now_ms], |row| {
        let lane = (row.get(1)?, row.get(2)?);
        Ok(Waiting { seq: row.get(0)?, lane, due: now_ms, tries: 0 })
    })
    .optional()?
    .ok_or_else(|| StoreError::Refused(format!("no delivery has the id {id}")))
}

/// Moves everything that waits to an earlier time: the clock was set back by as much.
///
/// # Errors
///
/// Of the database.
pub fn set_back(tx: &Connection, ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE delivery SET due = due - ?1, begun = begun - ?1 WHERE state = 'queued'",
        [ms],
    )?;
    Ok(())
}

/// The word of a class in the database and in the API.
pub fn class_name(class: Class) -> &'static str {
    match class {
        Class::Request => "request",
        Class::Lifecycle => "lifecycle",
        Class::Notification => "notification",
    }
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let message = Message {
        id: row.get(1)?,
        app: row.get(2)?,
        user: row.get(3)?,
        event: row.get(4)?,
        class: class(row, 5)?,
        method: row.get(6)?,
        url: row.get(7)?,
        fields: fields(row, 8)?,
        body: row.get(9)?,
    };
    let (seq, begun, tries, due) = (row.get(0)?, row.get(10)?, row.get(11)?, row.get(12)?);
    Ok(Job { seq, message, due, begun, tries })
}

fn class(row: &Row<'_>, at: usize) -> rusqlite::Result<Class> {
    let name: String = row.get(at)?;
    let classes = [Class::Request, Class::Lifecycle, Class::Notification];
    let class = classes.into_iter().find(|class| class_name(*class) == name);
    class.ok_or_else(|| strange(at, &format!("no class is called {name}")))
}

fn fields(row: &Row<'_>, at: usize) -> rusqlite::Result<Fields> {
    let text: String = row.get(at)?;
    serde_json::from_str(&text).map(Fields).map_err(|error| strange(at, &error.to_string()))
}

fn strange(at: usize, why: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, Type::Text, why.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    const NOW: i64 = 1_000_000;

    fn message(id: &str) -> Message {
        Message {
            id: id.to_owned(),
            app: "app".to_owned(),
            user: "user".to_owned(),
            event: "receipts".to_owned(),
            class: Class::Notification,
            method: "POST".to_owned(),
            url: "http://shop.ru/".to_owned(),
            fields: Fields::default(),
            body: Some(b"{}".to_vec()),
        }
    }

    fn attempt() -> Attempt {
        Attempt {
            at: NOW,
            took: 1,
            status: Some(200),
            failure: None,
            verdict: Some("pass".to_owned()),
            findings: "[]".to_owned(),
            kind: None,
            answer: None,
        }
    }

    fn inside(test: impl FnOnce(&Connection) + Send + 'static) {
        let run = |tx: &Connection| {
            test(tx);
            Ok(())
        };
        Store::memory().unwrap().write_blocking(run).unwrap();
    }

    #[test]
    fn an_answer_to_what_is_gone_is_not_recorded() {
        inside(|tx| {
            let seq = enqueue(tx, &message("a"), NOW, NOW).unwrap().seq;
            tx.execute("DELETE FROM delivery", []).unwrap();
            assert!(!record(tx, (seq, "a"), &attempt(), Fate::Delivered, NOW).unwrap());
            assert_eq!(last(tx).unwrap(), seq);
        });
    }

    #[test]
    fn a_partner_that_refuses_for_days_leaves_the_first_and_the_latest_answers() {
        inside(|tx| {
            let seq = enqueue(tx, &message("a"), NOW, NOW).unwrap().seq;
            for _ in 0..2 * KEPT_ATTEMPTS {
                record(tx, (seq, "a"), &attempt(), Fate::Again(NOW), NOW).unwrap();
            }
            let range =
                "SELECT min(number), min(number) FILTER (WHERE number > 1), count(*) FROM attempt";
            let kept = tx.query_row(range, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            assert_eq!(kept, Ok((1, KEPT_ATTEMPTS + 2, KEPT_ATTEMPTS)));
        });
    }
}
