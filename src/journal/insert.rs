//! Exchanges become rows.

use rusqlite::{Connection, params};
use serde_json::json;

use super::exchange::{Errand, Exchange, IMPORTED, Message, Plane, Replayed, Stage, Trouble};
use super::listing::{ahead, gravest, injected};
use super::text;
use super::{Shared, Summary};
use crate::net::tape::Tape;
use crate::net::transcript::{field, parts};
use crate::text::{Kept, kept};

/// Writes a batch in one commit, and gives what is shown of each.
pub(super) fn insert(
    connection: &mut Connection,
    batch: &[Exchange],
    shared: &Shared,
) -> rusqlite::Result<Vec<Summary>> {
    let tx = connection.transaction()?;
    let mut rows = Vec::with_capacity(batch.len());
    for exchange in batch {
        rows.push(one(&tx, exchange, shared.next_number())?);
    }
    // A number that was only the place of a record is not given again after a restart either.
    if let Some(last) = rows.last() {
        tx.prepare_cached("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'exchange'")?
            .execute([last.seq])?;
    }
    tx.commit()?;
    Ok(rows)
}

/// `next` is the exchange's number unless it has one, and its place among the records in any case.
fn one(tx: &Connection, exchange: &Exchange, next: i64) -> rusqlite::Result<Summary> {
    let words = words(exchange);
    let id = if exchange.number > 0 { exchange.number } else { next };
    let row = Summary { id, seq: next, ..Summary::of(exchange) };
    let size = exchange.weight() + words.len() / 2;
    write(tx, &row, size)?;
    let json = particulars(exchange);
    tx.prepare_cached("INSERT INTO particulars VALUES (?1, ?2)")?.execute(params![row.id, json])?;
    for (at, message) in exchange.stages.iter().enumerate() {
        if let Some(message) = message {
            stage(tx, row.id, at, message)?;
        }
    }
    tx.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?
        .execute(params![row.id, words])?;
    Ok(row)
}

fn write(tx: &Connection, row: &Summary, size: usize) -> rusqlite::Result<()> {
    let faults = (!row.faults.is_empty()).then(|| json!(row.faults).to_string());
    let plane = row.plane as i64;
    tx.prepare_cached(
        "INSERT INTO exchange VALUES (?29, ?30, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
         ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?31, ?32, ?33)",
    )?
    .execute(params![
        plane,
        row.at_us,
        row.took_us,
        row.app,
        row.user,
        row.store,
        row.device,
        row.device_name,
        row.method,
        row.host,
        row.path,
        row.url,
        row.status,
        row.code,
        row.culprit,
        row.why.as_ref().map(kept::write),
        row.rule,
        row.event,
        row.delivery,
        row.attempt,
        row.verdict,
        row.replay_of,
        row.replay_as,
        faults,
        row.sent_bytes,
        row.answer_bytes,
        row.answer_type,
        i64::try_from(size).unwrap_or(i64::MAX),
        row.id,
        row.seq,
        row.imported,
        row.starred,
        row.comment,
    ])?;
    Ok(())
}

fn stage(tx: &Connection, exchange: i64, at: usize, message: &Message) -> rusqlite::Result<()> {
    let body = message.body.as_ref();
    tx.prepare_cached("INSERT INTO stage VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(
        params![
            exchange,
            i64::try_from(at).unwrap_or_default(),
            body.map_or(0, |body| i64::try_from(body.bytes()).unwrap_or(i64::MAX)),
            body.filter(|body| body.bytes() > 0).map(Tape::sha256),
            body.is_some_and(Tape::is_broken),
            message.head,
            body.map(Tape::kept),
        ],
    )?;
    Ok(())
}

fn particulars(exchange: &Exchange) -> String {
    let times = exchange.times;
    let findings = exchange.errand.as_ref().map_or("[]", |errand| &errand.findings);
    let findings: serde_json::Value = serde_json::from_str(findings).unwrap_or_default();
    json!({
        "ahead_ms": exchange.ahead_ms,
        "connected_us": times.connected,
        "reused": times.reused,
        "first_byte_us": times.first_byte,
        "done_us": times.done,
        "entrance": exchange.entrance,
        "to": exchange.to,
        "hint": exchange.trouble.as_ref().map(|trouble| Kept(trouble.hint.clone())),
        "findings": findings,
        "notes": exchange.notes.iter().map(|note| Kept(note.clone())).collect::<Vec<_>>(),
    })
    .to_string()
}

/// What searches find an exchange by: the URL, every field, what can be read of the bodies.
fn words(exchange: &Exchange) -> String {
    let mut words = exchange.url.clone();
    for message in exchange.stages.iter().flatten() {
        for (name, value) in parts(&message.head).1 {
            words.push('\n');
            words.push_str(&String::from_utf8_lossy(name));
            words.push(' ');
            words.push_str(&String::from_utf8_lossy(value));
        }
        let Some(body) = message.body.as_ref().filter(|body| !body.kept().is_empty()) else {
            continue;
        };
        let encoding = field(&message.head, "content-encoding").unwrap_or_default();
        let kind = field(&message.head, "content-type").unwrap_or_default();
        if let Some(text) = text::read(body.kept(), encoding, kind) {
            words.push('\n');
            words.push_str(&text);
        }
    }
    words
}

impl Summary {
    /// What is shown of an exchange that has no number yet.
    pub(super) fn of(exchange: &Exchange) -> Self {
        let (host, path) = split(&exchange.url);
        let trouble = exchange.trouble.as_ref();
        let errand = exchange.errand.as_ref();
        let replayed = exchange.replayed.as_ref();
        let answer = newest(exchange, [Stage::Returned, Stage::Answered]);
        let sent = newest(exchange, [Stage::Asked, Stage::Passed]);
        Self {
            id: 0,
            seq: 0,
            running: None,
            ticket: replayed.map(|replayed| replayed.ticket),
            plane: exchange.plane,
            at_us: exchange.at,
            cloud_at_us: ahead(exchange.at, exchange.ahead_ms),
            took_us: i64::try_from(exchange.times.done).unwrap_or(i64::MAX),
            app: exchange.app.as_deref().map(str::to_owned),
            user: exchange.user.clone(),
            store: exchange.store.clone(),
            device: exchange.device.clone(),
            device_name: exchange.device_name.clone(),
            method: exchange.method.to_string(),
            host: host.to_owned(),
            path: path.to_owned(),
            url: exchange.url.clone(),
            status: exchange.status,
            code: trouble.map(|trouble: &Trouble| trouble.code.to_owned()),
            culprit: trouble.map(|trouble| trouble.culprit.to_owned()),
            why: trouble.map(|trouble| trouble.why.clone()),
            rule: exchange.rule,
            without_token: is_without_token(exchange),
            event: errand.map(|errand: &Errand| errand.event.clone()),
            delivery: errand.map(|errand| errand.delivery.clone()),
            attempt: errand.and_then(|errand| errand.attempt),
            verdict: errand.and_then(|errand| errand.verdict).map(str::to_owned),
            replay_of: replayed.map(|replayed: &Replayed| replayed.of),
            replay_as: replayed.map(|replayed| replayed.how.name().to_owned()),
            finding: errand.and_then(|errand| gravest(&errand.findings)),
            injected: injected(&exchange.faults),
            faults: exchange.faults.clone(),
            sent_bytes: bytes(sent),
            answer_bytes: bytes(answer.or_else(|| newest(exchange, [Stage::Answered; 2]))),
            answer_type: answer.and_then(content_type),
            imported: exchange.entrance == Some(IMPORTED),
            starred: exchange.starred,
            comment: exchange.comment.clone(),
        }
    }
}

/// Whether an app's request went on without `Authorization`.
fn is_without_token(exchange: &Exchange) -> bool {
    let passed = exchange.stages[Stage::Passed as usize].as_ref();
    let passed = passed.filter(|message| !message.head.is_empty());
    exchange.plane == Plane::Proxy
        && exchange.rule.is_some()
        && passed.is_some_and(|message| field(&message.head, "authorization").is_none())
}

/// The first of two stages that has a message with a body of its own, else with any.
fn newest(exchange: &Exchange, stages: [Stage; 2]) -> Option<&Message> {
    let at = |stage: Stage| exchange.stages.get(stage as usize)?.as_ref();
    let own = stages.into_iter().filter_map(at).find(|message| message.body.is_some());
    own.or_else(|| stages.into_iter().find_map(at))
}

fn bytes(message: Option<&Message>) -> i64 {
    let body = message.and_then(|message| message.body.as_ref());
    body.map_or(0, |body| i64::try_from(body.bytes()).unwrap_or(i64::MAX))
}

fn content_type(message: &Message) -> Option<String> {
    let value = field(&message.head, "content-type")?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Host, with the port where one is written, and path with the query.
fn split(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}
