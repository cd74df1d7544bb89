//! The rows of the timeline.

use std::cmp::Reverse;
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Serialize, Serializer};

use super::exchange::Plane;
use super::filter::{Filter, Row};
use super::running::{Pending, Running};
use crate::model::finding::Finding;
use crate::model::injected::Injected;
use crate::text::{Text, kept};

/// One exchange on one line.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Exchange")]
pub struct Summary {
    /// Given by the beginning, to some tenths of a second: an exchange is numbered when it has lasted
    /// 100 ms, or when it is written.
    pub id: i64,
    /// Its place among the records, which grows as exchanges are written; 0 before its end. What is
    /// numbered when it is written has its number for it.
    #[serde(skip)]
    pub seq: i64,
    /// That it has not ended: there is no more of it yet than what stands here.
    pub running: Option<Running>,
    /// Of a replay just made.
    #[serde(skip)]
    pub ticket: Option<u64>,
    /// Whose it was.
    #[serde(serialize_with = "plane")]
    #[schemars(with = "String", extend("enum" = ["proxy", "webhook", "cloud"]))]
    pub plane: Plane,
    /// When it began, in microseconds since 1970.
    #[serde(rename = "at", serialize_with = "moment")]
    #[schemars(with = "String")]
    pub at_us: i64,
    /// Of a webhook: the same by the simulated clock, where that was ahead.
    #[serde(rename = "cloud_at", serialize_with = "moment_or_none")]
    #[schemars(with = "Option<String>")]
    pub cloud_at_us: Option<i64>,
    /// Microseconds to its end, or until now.
    #[serde(rename = "took_ms", serialize_with = "milliseconds")]
    #[schemars(with = "f64")]
    pub took_us: i64,
    /// The app's name.
    pub app: Option<String>,
    /// The user's id.
    pub user: Option<String>,
    /// The store's UUID.
    pub store: Option<String>,
    /// The device's UUID.
    pub device: Option<String>,
    /// The device's name.
    pub device_name: Option<String>,
    /// Of the request.
    pub method: String,
    /// With the port where it is not the scheme's own.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// Absolute.
    pub url: String,
    /// What the caller got; of a webhook, what the receiver answered.
    pub status: Option<u16>,
    /// The fault's name.
    pub code: Option<String>,
    /// Who has to act.
    pub culprit: Option<String>,
    /// What went wrong, as a sentence.
    pub why: Option<Text>,
    /// The rule that allowed it, from 1.
    pub rule: Option<u32>,
    /// Whether it went on to the partner without `Authorization`, for the user has no token.
    pub without_token: bool,
    /// Of a webhook.
    pub event: Option<String>,
    /// Of a webhook: the delivery's id.
    pub delivery: Option<String>,
    /// Of a webhook: which attempt it was, from 1.
    pub attempt: Option<u32>,
    /// Of a webhook: `pass`, `warn` or `fail`.
    #[schemars(extend("enum" = ["pass", "warn", "fail", "undelivered", null]))]
    pub verdict: Option<String>,
    /// The exchange that this one repeats.
    pub replay_of: Option<i64>,
    /// `app` or `delivered`.
    #[schemars(extend("enum" = ["app", "delivered", null]))]
    pub replay_as: Option<String>,
    /// Of a webhook: what weighs most of what there is to say of its answer.
    pub finding: Option<Finding>,
    /// Injected faults that touched it, a stub that answered it, breakpoints that stopped it.
    pub faults: Vec<String>,
    /// The same in parts.
    pub injected: Vec<Injected>,
    /// Bytes of the request's body.
    pub sent_bytes: i64,
    /// Bytes of the answer's body.
    pub answer_bytes: i64,
    /// Content-Type of the answer.
    pub answer_type: Option<String>,
    /// Whether it came from a file and never passed here.
    pub imported: bool,
    /// Whether somebody starred it.
    pub starred: bool,
    /// Somebody's note on it.
    pub comment: Option<String>,
}

impl Summary {
    /// What filters look at.
    pub fn as_row(&self) -> Row<'_> {
        Row {
            id: self.id,
            running: self.running.is_some(),
            plane: self.plane as u8,
            at: self.at_us,
            took: self.took_us,
            app: self.app.as_deref(),
            user: self.user.as_deref(),
            store: self.store.as_deref(),
            device: self.device.as_deref(),
            device_name: self.device_name.as_deref(),
            method: &self.method,
            host: &self.host,
            path: &self.path,
            url: &self.url,
            status: self.status,
            code: self.code.as_deref(),
            culprit: self.culprit.as_deref(),
            rule: self.rule.map(i64::from),
            event: self.event.as_deref(),
            delivery: self.delivery.as_deref(),
            attempt: self.attempt.map(i64::from),
            verdict: self.verdict.as_deref(),
            replay_of: self.replay_of,
            faulty: self.faults.len() > self.injected.iter().filter(|one| is_other(one)).count(),
            stubbed: self.injected.iter().any(|one| one.kind == "stub"),
            stopped: self.injected.iter().any(|one| one.kind == "hold"),
            sent_bytes: self.sent_bytes,
            answer_bytes: self.answer_bytes,
            answer_type: self.answer_type.as_deref(),
            imported: self.imported,
            starred: self.starred,
            comment: self.comment.as_deref(),
        }
    }
}

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// Only those with a smaller number.
    pub before: Option<i64>,
    /// Only those that were not recorded yet when this was the latest number.
    pub after: Option<i64>,
    /// At most so many.
    pub limit: u32,
    /// Whether the oldest of them are wanted rather than the newest.
    pub oldest: bool,
}

/// The columns of a [`Summary`], in the order in which it reads them.
const COLUMNS: &str = "e.id, e.seq, e.plane, e.at, e.took, e.app, e.user, e.store, e.device, e.device_name, \
    e.method, e.host, e.path, e.url, e.status, e.code, e.culprit, e.why, e.rule, e.event, \
    e.delivery, e.attempt, e.verdict, e.replay_of, e.replay_as, e.faults, e.sent_bytes, \
    e.answer_bytes, e.answer_type, CASE WHEN e.event IS NOT NULL THEN (SELECT \
    json_extract(p.json, '$.findings') FROM particulars p WHERE p.exchange = e.id) END, e.imported, e.starred, \
    e.comment, \
    CASE WHEN e.event IS NOT NULL THEN (SELECT json_extract(p.json, '$.ahead_ms') \
    FROM particulars p WHERE p.exchange = e.id) END, \
    CASE WHEN e.plane = 0 AND e.rule IS NOT NULL THEN (SELECT length(s.head) > 0 AND \
    instr(lower(CAST(s.head AS TEXT)), char(10) || 'authorization:') = 0 \
    FROM stage s WHERE s.exchange = e.id AND s.stage = 1) END";

/// Exchanges that a filter lets through, by falling numbers; of those under way, `running` has what is
/// known.
///
/// # Errors
///
/// Of the database.
pub fn list(
    connection: &Connection,
    filter: &Filter,
    page: Page,
    running: &[Arc<Pending>],
) -> rusqlite::Result<Vec<Summary>> {
    let mut rows = recorded(connection, filter, page)?;
    let is_wanted = |row: &Summary| {
        let is_below = page.before.is_none_or(|before| row.id < before);
        is_below && filter.matches(&row.as_row()) == Some(true)
    };
    // What runs is among the newest.
    let running: &[Arc<Pending>] = if page.oldest { &[] } else { running };
    let under_way = running.iter().map(|one| one.row()).filter(is_wanted);
    // One may have ended since it was looked at.
    let under_way: Vec<_> =
        under_way.filter(|one| rows.iter().all(|row| row.id != one.id)).collect();
    if !under_way.is_empty() {
        rows.extend(under_way);
        rows.sort_by_key(|row| Reverse(row.id));
        rows.truncate(page.limit as usize);
    }
    Ok(rows)
}

fn recorded(
    connection: &Connection,
    filter: &Filter,
    page: Page,
) -> rusqlite::Result<Vec<Summary>> {
    let (before, after) = (page.before.unwrap_or(i64::MAX), page.after.unwrap_or(0));
    if page.oldest {
        let between = "e.id < ? AND e.id > ? ORDER BY e.id";
        let mut rows = find(connection, filter, (between, &[before, after]), page.limit)?;
        rows.reverse();
        return Ok(rows);
    }
    let between = "e.id < ? AND e.id > ? ORDER BY e.id DESC";
    let mut rows = find(connection, filter, (between, &[before, after]), page.limit)?;
    let left = page.limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    if left > 0 && after > 0 {
        // What was numbered before and has ended since stands below all others. It is found by its
        // place among the records: there may be very many numbers.
        let late = "e.seq > ? AND +e.id < ? ORDER BY +e.id DESC";
        rows.extend(find(connection, filter, (late, &[after, before.min(after)]), left)?);
    }
    Ok(rows)
}

/// Rows that a filter lets through, of a part of all of them in an order.
fn find(
    connection: &Connection,
    filter: &Filter,
    (part, bounds): (&str, &[i64]),
    limit: u32,
) -> rusqlite::Result<Vec<Summary>> {
    let (wanted, mut values) = filter.sql();
    values.extend(bounds.iter().map(|bound| Value::Integer(*bound)));
    values.push(Value::Integer(limit.into()));
    let sql = format!("SELECT {COLUMNS} FROM exchange e WHERE ({wanted}) AND {part} LIMIT ?");
    let mut rows = connection.prepare_cached(&sql)?;
    rows.query_map(params_from_iter(values), read)?.collect()
}

/// Exchanges recorded after a place among the records that a filter lets through, as they were.
///
/// # Errors
///
/// Of the database.
pub fn since(
    connection: &Connection,
    filter: &Filter,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<Summary>> {
    find(connection, filter, ("e.seq > ? ORDER BY e.seq", &[after]), limit)
}

/// Exchanges behind a number that a filter lets through, by growing numbers: those recorded up to a
/// place among the records.
///
/// # Errors
///
/// Of the database.
pub fn from_oldest(
    connection: &Connection,
    filter: &Filter,
    after: i64,
    latest: i64,
    limit: u32,
) -> rusqlite::Result<Vec<Summary>> {
    find(connection, filter, ("e.id > ? AND +e.seq <= ? ORDER BY e.id", &[after, latest]), limit)
}

/// How many exchanges are kept, and the place of the latest among the records.
///
/// # Errors
///
/// Of the database.
pub fn extent(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    connection
        .prepare_cached(
            "SELECT count(*), ifnull((SELECT max(seq) FROM exchange), 0) FROM exchange",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// One exchange, if it is kept.
///
/// # Errors
///
/// Of the database.
pub fn summary(connection: &Connection, id: i64) -> rusqlite::Result<Option<Summary>> {
    let sql = format!("SELECT {COLUMNS} FROM exchange e WHERE e.id = ?1");
    let mut rows = connection.prepare_cached(&sql)?;
    let mut found = rows.query_map([id], read)?;
    found.next().transpose()
}

/// What a person notes of an exchange; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// Whether it is starred.
    pub starred: Option<bool>,
    /// The note; an empty one takes it away.
    pub comment: Option<String>,
}

/// Writes a mark down; what the exchange is then, if it is kept.
pub(super) fn mark(
    connection: &Connection,
    id: i64,
    mark: &Mark,
) -> rusqlite::Result<Option<Summary>> {
    if let Some(starred) = mark.starred {
        connection
            .prepare_cached("UPDATE exchange SET starred = ?2 WHERE id = ?1")?
            .execute((id, starred))?;
    }
    if let Some(comment) = &mark.comment {
        connection
            .prepare_cached("UPDATE exchange SET comment = nullif(?2, '') WHERE id = ?1")?
            .execute((id, comment))?;
    }
    summary(connection, id)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Summary> {
    let plane = usize::try_from(row.get::<_, i64>(2)?).unwrap_or_default();
    let faults: Option<String> = row.get(25)?;
    let faults: Vec<String> =
        faults.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
    let findings: Option<String> = row.get(29)?;
    let (at_us, ahead_ms): (i64, Option<i64>) = (row.get(3)?, row.get(33)?);
    let without_token: Option<bool> = row.get(34)?;
    Ok(Summary {
        id: row.get(0)?,
        seq: row.get(1)?,
        running: None,
        ticket: None,
        plane: Plane::ALL.get(plane).copied().unwrap_or_default(),
        at_us,
        cloud_at_us: ahead(at_us, ahead_ms.unwrap_or_default()),
        took_us: row.get(4)?,
        app: row.get(5)?,
        user: row.get(6)?,
        store: row.get(7)?,
        device: row.get(8)?,
        device_name: row.get(9)?,
        method: row.get(10)?,
        host: row.get(11)?,
        path: row.get(12)?,
        url: row.get(13)?,
        status: row.get(14)?,
        code: row.get(15)?,
        culprit: row.get(16)?,
        why: row.get::<_, Option<String>>(17)?.as_deref().map(kept::read),
        rule: row.get(18)?,
        without_token: without_token.unwrap_or_default(),
        event: row.get(19)?,
        delivery: row.get(20)?,
        attempt: row.get(21)?,
        verdict: row.get(22)?,
        replay_of: row.get(23)?,
        replay_as: row.get(24)?,
        finding: findings.as_deref().and_then(gravest),
        injected: injected(&faults),
        faults,
        sent_bytes: row.get(26)?,
        answer_bytes: row.get(27)?,
        answer_type: row.get(28)?,
        imported: row.get(30)?,
        starred: row.get(31)?,
        comment: row.get(32)?,
    })
}

/// A moment by a clock that is ahead, where it is.
pub(super) fn ahead(at_us: i64, ahead_ms: i64) -> Option<i64> {
    (ahead_ms > 0).then(|| at_us.saturating_add(ahead_ms.saturating_mul(1000)))
}

/// Of findings as JSON.
pub(super) fn gravest(findings: &str) -> Option<Finding> {
    serde_json::from_str(findings).ok().and_then(Finding::gravest)
}

/// Whether it was made on purpose and is no fault.
fn is_other(one: &Injected) -> bool {
    matches!(&*one.kind, "stub" | "hold")
}

/// Of faults in a record's words.
pub(super) fn injected(faults: &[String]) -> Vec<Injected> {
    faults.iter().filter_map(|words| Injected::read(words)).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn plane<S: Serializer>(plane: &Plane, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(plane.name())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
pub(super) fn moment<S: Serializer>(at: &i64, to: S) -> Result<S::Ok, S::Error> {
    let at = jiff::Timestamp::from_microsecond(*at).unwrap_or_default();
    to.collect_str(&format_args!("{at:.6}"))
}

#[expect(clippy::ref_option, reason = "serde hands over references")]
fn moment_or_none<S: Serializer>(at: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => moment(at, to),
        None => to.serialize_none(),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn milliseconds<S: Serializer>(took: &i64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(*took as f64 / 1e3)
}
