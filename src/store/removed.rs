//! What was removed from the world, kept so that it can be brought back with all that went with it.
//!
//! Every function works inside the transaction it is handed.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value, json};

use super::{StoreError, dump};
use crate::config::laid::{Change, Kind, Removed};

/// Of entries that gateway.yaml does not have so many stay, the newest.
const KEPT: i64 = 1000;

/// Tables that [`forget`](super::world::forget) empties.
pub(super) const FACTS: [&str; 5] =
    ["user_token", "cloud_token", "installation", "subscription", "removed_token"];

/// The column of [`FACTS`] that names an entry of a kind.
pub(super) fn column(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::User => Some("user"),
        Kind::App => Some("app"),
        Kind::Store | Kind::Device | Kind::Employee => None,
    }
}

/// A number for what goes together.
///
/// # Errors
///
/// Of the database.
pub fn next_act(tx: &Connection) -> Result<i64, StoreError> {
    Ok(tx.query_row("SELECT coalesce(max(act), 0) + 1 FROM removed", [], |row| row.get(0))?)
}

/// Notes an entry before it goes: the row that the world had of it, and what it was like.
///
/// # Errors
///
/// Of the database.
pub fn note(
    tx: &Connection,
    (act, now_ms): (i64, i64),
    (kind, id): (Kind, &str),
    change: Option<&Change>,
    entry: &Map<String, Value>,
) -> Result<(), StoreError> {
    let mut facts = Map::new();
    let key = kind.key(id);
    for (table, column) in FACTS.into_iter().filter_map(|table| Some((table, column(kind)?))) {
        facts.insert(table.to_owned(), dump::rows(tx, table, Some((column, &key)))?.into());
    }
    let change = change.map(|change| json!({"made": change.made_ms, "form": change.form}));
    tx.prepare_cached(
        "INSERT OR REPLACE INTO removed (act, kind, id, at, change, entry, facts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        act,
        kind.name(),
        key,
        now_ms,
        change.map(|change| change.to_string()),
        Value::Object(entry.clone()).to_string(),
        Value::Object(facts).to_string(),
    ])?;
    tx.prepare_cached(
        "DELETE FROM removed WHERE seq <= (SELECT max(seq) FROM removed) - ?1
         AND (kind, id) NOT IN (SELECT kind, id FROM world WHERE form IS NULL)",
    )?
    .execute([KEPT])?;
    Ok(())
}

/// Everything that can be brought back, in the order in which it went.
///
/// # Errors
///
/// Of the database.
pub fn all(tx: &Connection) -> Result<Vec<Removed>, StoreError> {
    let query = "SELECT act, kind, id, at, entry, facts FROM removed ORDER BY seq";
    let mut statement = tx.prepare_cached(query)?;
    let rows = statement.query_map([], |row| {
        let (kind, id): (String, String) = (row.get(1)?, row.get(2)?);
        let (entry, facts): (String, String) = (row.get(4)?, row.get(5)?);
        Ok((row.get(0)?, kind, id, row.get(3)?, entry, facts))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (act, kind, id, at_ms, entry, facts) = row?;
        let damaged = || damaged(&kind, &id);
        let read = |text: &str| serde_json::from_str::<Value>(text).map_err(|_| damaged());
        let (entry, facts) = (read(&entry)?, read(&facts)?);
        let kind = Kind::by_name(&kind).ok_or_else(damaged)?;
        found.push(Removed::new(act, kind, &id, at_ms, [&entry, &facts]));
    }
    Ok(found)
}

/// Forgets that an entry was removed: another has taken its place.
///
/// # Errors
///
/// Of the database.
pub fn replaced(tx: &Connection, kind: Kind, id: &str) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM removed WHERE kind = ?1 AND id = ?2")?
        .execute(params![kind.name(), kind.key(id)])?;
    Ok(())
}

/// Takes what is kept of a removed entry: the row that the world had of it is given, its facts are
/// known again.
///
/// # Errors
///
/// Of the database.
pub fn bring_back(tx: &Connection, kind: Kind, id: &str) -> Result<Option<Change>, StoreError> {
    let key = kind.key(id);
    let query = "SELECT change, facts FROM removed WHERE kind = ?1 AND id = ?2";
    let row = tx.prepare_cached(query)?.query_row(params![kind.name(), key], |row| {
        Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?))
    });
    let Some((change, facts)) = row.optional()? else { return Ok(None) };
    let read =
        |text: &str| serde_json::from_str::<Value>(text).map_err(|_| damaged(kind.name(), &key));
    for (table, rows) in read(&facts)?.as_object().into_iter().flatten() {
        let Some(table) = FACTS.into_iter().find(|known| known == table) else { continue };
        for row in rows.as_array().into_iter().flatten() {
            // What an answer under way has brought meanwhile is newer.
            if !is_there(tx, table, row)? {
                dump::insert(tx, table, row)?;
            }
        }
    }
    replaced(tx, kind, &key)?;
    let Some(change) = change.as_deref().map(read).transpose()? else { return Ok(None) };
    let form = change.get("form").and_then(Value::as_object).cloned();
    let made_ms = change.get("made").and_then(Value::as_i64);
    Ok(Some(Change { kind, id: key, made_ms, form, by_partner: false }))
}

fn is_there(tx: &Connection, table: &str, row: &Value) -> Result<bool, StoreError> {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let query = format!("SELECT count(*) FROM {table} WHERE app = ?1 AND user = ?2");
    let count: i64 = tx.query_row(&query, [text("app"), text("user")], |row| row.get(0))?;
    Ok(count > 0)
}

/// Adds what a document of an earlier version does not have.
pub(super) fn complete(tx: &Connection) -> Result<(), StoreError> {
    tx.execute_batch(
        "INSERT OR IGNORE INTO removed (act, kind, id, entry, facts)
         SELECT (SELECT coalesce(max(act), 0) FROM removed) + seq, kind, id, '{}', '{}'
         FROM world WHERE form IS NULL",
    )?;
    Ok(())
}

fn damaged(kind: &str, id: &str) -> StoreError {
    StoreError::Failed(format!("what was removed of the {kind} {id} cannot be read"))
}
