//! Deliveries as people and programs look at them.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::Value;

use super::StoreError;
use super::deliveries::{Fields, State};
use crate::model::finding::Finding;
use crate::text::{Text, kept};

/// A delivery with its latest attempt.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Delivery")]
pub struct Summary {
    /// As `deliver ID` takes it.
    pub delivery: String,
    /// The event's name.
    pub event: String,
    /// The app's id.
    pub app: String,
    /// The user's id.
    pub user: String,
    /// Of the request.
    pub method: String,
    /// Of the request.
    pub url: String,
    /// `queued`, `delivered` or `failed`.
    #[schemars(extend("enum" = ["queued", "delivered", "failed"]))]
    pub state: String,
    /// Of the latest answer.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<Text>,
    /// `pass`, `warn`, `fail`, or `undelivered` where it never reached the partner; none before the
    /// first attempt, and where a fault made the answer.
    #[schemars(extend("enum" = ["pass", "warn", "fail", "undelivered", null]))]
    pub verdict: Option<String>,
    /// Why; none before the first attempt.
    #[schemars(with = "Option<Vec<Finding>>")]
    pub findings: Vec<Finding>,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is sent next, in RFC 3339; none where it is not.
    pub next_attempt: Option<String>,
    /// When it was made, in RFC 3339.
    pub created: String,
    /// The body of the latest answer: JSON where it is JSON, else text.
    pub answer: Value,
}

/// One attempt of a delivery.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Attempt")]
pub struct Try {
    number: u32,
    at: String,
    took_ms: f64,
    status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<Text>,
    /// `pass`, `warn` or `fail`; none where a fault made the answer.
    #[schemars(extend("enum" = ["pass", "warn", "fail", null]))]
    verdict: Option<String>,
    /// Why.
    pub findings: Vec<Finding>,
    content_type: Option<String>,
    /// The body of the answer: JSON where it is JSON, else text.
    pub answer: Value,
}

/// A delivery with what was sent and every attempt that is kept.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "DeliveryDetail")]
pub struct Detail {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: Summary,
    /// Header fields.
    pub fields: Fields,
    /// The body that was sent.
    pub body: Value,
    /// In order.
    pub tries: Vec<Try>,
}

/// Which deliveries are listed.
#[derive(Debug, Clone)]
pub struct Choice {
    /// To the app of this id only.
    pub app: Option<String>,
    /// In this state only.
    pub state: Option<State>,
    /// Made at this time or later, milliseconds since 1970.
    pub since: i64,
    /// At most so many, the newest.
    pub limit: u32,
}

const COLUMNS: &str =
    "d.id, d.event, d.app, d.user, d.method, d.url, d.state, d.attempts, d.due, d.created,
     a.status, a.failure, a.verdict, a.findings, a.answer, d.seq, d.fields, d.body";

const LATEST: &str =
    "delivery d LEFT JOIN attempt a ON a.delivery = d.seq AND a.number = d.attempts";

/// The newest deliveries first.
///
/// # Errors
///
/// Of the database.
pub fn list(tx: &Connection, choice: &Choice) -> Result<Vec<Summary>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {LATEST}
         WHERE (?1 IS NULL OR d.state = ?1) AND d.created >= ?2
         AND (?4 IS NULL OR d.app = ?4 COLLATE NOCASE) ORDER BY d.seq DESC LIMIT ?3"
    );
    let state = choice.state.map(State::name);
    let mut rows = tx.prepare_cached(&sql)?;
    let rows =
        rows.query_map(params![state, choice.since, choice.limit, choice.app], summary_of)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One delivery.
///
/// # Errors
///
/// [`StoreError::Refused`] where there is none of this id.
pub fn summary(tx: &Connection, id: &str) -> Result<Summary, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {LATEST} WHERE d.id = ?1");
    let found = tx.prepare_cached(&sql)?.query_row([id], summary_of).optional()?;
    found.ok_or_else(|| StoreError::Refused(format!("no delivery has the id {id}")))
}

/// One delivery with all that is kept of it.
///
/// # Errors
///
/// [`StoreError::Refused`] where there is none of this id.
pub fn detail(tx: &Connection, id: &str) -> Result<Detail, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {LATEST} WHERE d.id = ?1");
    let found = tx
        .prepare_cached(&sql)?
        .query_row([id], |row| {
            let seq: i64 = row.get(15)?;
            Ok((summary_of(row)?, seq, fields_of(row, 16)?, shown(row.get(17)?)))
        })
        .optional()?;
    let (summary, seq, fields, body) =
        found.ok_or_else(|| StoreError::Refused(format!("no delivery has the id {id}")))?;
    let mut tries = tx.prepare_cached(
        "SELECT number, at, took, status, failure, verdict, findings, kind, answer
         FROM attempt WHERE delivery = ?1 ORDER BY number",
    )?;
    let tries = tries.query_map([seq], try_of)?.collect::<Result<_, _>>()?;
    Ok(Detail { summary, fields, body, tries })
}

impl Summary {
    /// Whether the partner has taken it.
    pub fn accepted(&self) -> bool {
        self.state == State::Delivered.name()
    }
}

fn summary_of(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let state: String = row.get(6)?;
    let queued = state == State::Queued.name();
    let findings: Option<String> = row.get(13)?;
    Ok(Summary {
        delivery: row.get(0)?,
        event: row.get(1)?,
        app: row.get(2)?,
        user: row.get(3)?,
        method: row.get(4)?,
        url: row.get(5)?,
        state,
        attempts: row.get(7)?,
        next_attempt: queued.then_some(row.get(8)?).map(moment),
        created: moment(row.get(9)?),
        status: row.get(10)?,
        failure: row.get::<_, Option<String>>(11)?.as_deref().map(kept::read),
        verdict: judged(row.get(12)?),
        findings: findings.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        answer: shown(row.get(14)?),
    })
}

fn try_of(row: &Row<'_>) -> rusqlite::Result<Try> {
    let took: i64 = row.get(2)?;
    let findings: String = row.get(6)?;
    Ok(Try {
        number: row.get(0)?,
        at: moment(row.get(1)?),
        #[allow(clippy::cast_precision_loss)]
        took_ms: took as f64 / 1000.0,
        status: row.get(3)?,
        failure: row.get::<_, Option<String>>(4)?.as_deref().map(kept::read),
        verdict: judged(row.get(5)?),
        findings: serde_json::from_str(&findings).unwrap_or_default(),
        content_type: row.get(7)?,
        answer: shown(row.get(8)?),
    })
}

/// The column may not be null.
fn judged(verdict: Option<String>) -> Option<String> {
    verdict.filter(|verdict| !verdict.is_empty())
}

fn fields_of(row: &Row<'_>, at: usize) -> rusqlite::Result<Fields> {
    let text: String = row.get(at)?;
    serde_json::from_str(&text).map(Fields).map_err(|_| {
        let why = "its fields are no list of pairs".into();
        rusqlite::Error::FromSqlConversionFailure(at, Type::Text, why)
    })
}

/// Bytes as JSON where they are JSON, else as text.
fn shown(bytes: Option<Vec<u8>>) -> Value {
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { return Value::Null };
    serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into_owned().into())
}

/// RFC 3339 of milliseconds since 1970.
fn moment(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
}
