//! All state as one document, to be kept beside a test or carried to another machine.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{StoreError, migrate, removed};

/// In an order that respects references.
const TABLES: &[&str] = &[
    "setting",
    "user_token",
    "cloud_token",
    "installation",
    "subscription",
    "delivery",
    "attempt",
    "product",
    "employee",
    "task",
    "asna_key",
    "asna_secret",
    "asna_subscription",
    "asna_package",
    "asna_row",
    "paper",
    "till",
    "world",
    "product_extra",
    "removed",
    "removed_token",
];

/// Columns of bytes; in the document they are base64.
const BYTES: &[&str] = &["body", "answer"];

/// The oldest version whose documents fit: no table has changed since, some were added.
const OLDEST: i64 = 8;

/// Everything that is kept. It holds tokens.
#[derive(Serialize, Deserialize)]
pub struct Saved {
    /// Of the database it was taken from.
    version: i64,
    /// Rows by table.
    tables: Map<String, Value>,
}

impl std::fmt::Debug for Saved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Saved").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Takes everything.
///
/// # Errors
///
/// Of the database.
pub fn take(tx: &Connection) -> Result<Saved, StoreError> {
    let mut tables = Map::new();
    for table in TABLES {
        tables.insert((*table).to_owned(), Value::Array(rows(tx, table, None)?));
    }
    Ok(Saved { version: migrate::latest(), tables })
}

/// Replaces everything by what was saved, or by nothing.
///
/// # Errors
///
/// [`StoreError::Refused`] where the document does not fit; the transaction is then to be undone.
pub fn replace(tx: &Connection, saved: Option<&Saved>) -> Result<(), StoreError> {
    for table in TABLES.iter().rev() {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let Some(saved) = saved else { return Ok(()) };
    let known = migrate::latest();
    if !(OLDEST..=known).contains(&saved.version) {
        let text = format!(
            "the document is of version {}, this evotor-gateway writes {known} and reads {OLDEST} too",
            saved.version
        );
        return Err(StoreError::Refused(text));
    }
    for (table, rows) in &saved.tables {
        let Some(table) = TABLES.iter().find(|known| *known == table) else {
            return Err(StoreError::Refused(format!("no table is called {table}")));
        };
        let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
        rows.iter().try_for_each(|row| insert(tx, table, row))?;
    }
    removed::complete(tx)
}

/// The rows of a table; with a condition, those whose column has a value.
pub(super) fn rows(
    tx: &Connection,
    table: &str,
    condition: Option<(&str, &str)>,
) -> Result<Vec<Value>, StoreError> {
    let only = condition.map_or(String::new(), |(column, _)| format!(" WHERE {column} = ?1"));
    let mut statement = tx.prepare(&format!("SELECT * FROM {table}{only}"))?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map(params_from_iter(condition.map(|(_, value)| value)), |row| {
        let mut object = Map::new();
        for (at, name) in names.iter().enumerate() {
            object.insert(name.clone(), shown(row.get_ref(at)?));
        }
        Ok(Value::Object(object))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn shown(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => STANDARD.encode(bytes).into(),
    }
}

/// Adds a row as it was taken.
pub(super) fn insert(tx: &Connection, table: &str, row: &Value) -> Result<(), StoreError> {
    let refused = |why: &str| StoreError::Refused(format!("a row of {table} does not fit: {why}"));
    let row = row.as_object().ok_or_else(|| refused("it is no object"))?;
    let plain = |name: &String| name.bytes().all(|byte| byte.is_ascii_lowercase());
    if row.is_empty() || !row.keys().all(plain) {
        return Err(refused("its columns are not known"));
    }
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let places = vec!["?"; names.len()].join(", ");
    let cells: Option<Vec<Cell>> = row.iter().map(|(name, value)| cell(name, value)).collect();
    let cells = cells.ok_or_else(|| refused("a value is of another kind"))?;
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", names.join(", "));
    tx.prepare_cached(&sql)
        .and_then(|mut statement| statement.execute(params_from_iter(cells)))
        .map_err(|error| refused(&error.to_string()))?;
    Ok(())
}

fn cell(column: &str, value: &Value) -> Option<Cell> {
    Some(match value {
        Value::Null => Cell::Null,
        Value::Number(number) => Cell::Integer(number.as_i64()?),
        Value::String(text) if BYTES.contains(&column) => Cell::Blob(STANDARD.decode(text).ok()?),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;

    const ROWS: &str = "
        INSERT INTO setting VALUES ('clock_ahead_ms', '5');
        INSERT INTO user_token VALUES ('app', 'user', 'secret', 'user.create', 1, 'delivery');
        INSERT INTO cloud_token VALUES ('app', 'user', 'theirs', 1);
        INSERT INTO installation VALUES ('app', 'user', 1, 2);
        INSERT INTO subscription VALUES ('app', 'user', '{}');
        INSERT INTO delivery VALUES
            (3, 'a', 'app', 'user', 'receipts', 'notification', 'POST', 'http://x/', '[]', x'00ff',
             'delivered', 1, 2, 2, 1, 1, 9),
            (4, 'b', 'app', 'user', 'commodities', 'request', 'GET', 'http://x/', '[]', NULL,
             'queued', 1, 2, 2, 0, 0, NULL);
        INSERT INTO attempt VALUES (3, 1, 2, 7, 200, NULL, 'pass', '[]', 'text/plain', x'fe');
        INSERT INTO product VALUES (5, 'user', 'STORE', 'id', 'group', '{}', 1, 2);
        INSERT INTO product_extra VALUES (6, 'app', 'user', 'STORE', 'extra', 'id', 'id', '{}');
        INSERT INTO employee VALUES (6, 'user', 'ID', '{}', 1, 2);
        INSERT INTO task VALUES ('id', 'app', 'user', 'bulk', '{}', 1, 2);
        INSERT INTO asna_key VALUES (1, x'01ff', 1);
        INSERT INTO asna_secret VALUES ('client', '9xU78vt430');
        INSERT INTO asna_subscription VALUES ('client', 'stocks_full', 's', 'S', 'http://x/', 1);
        INSERT INTO asna_package VALUES (5, 'm', 'client', 's', 'stocks', 'all', 0, 1, 2, 3, 0, '{}');
        INSERT INTO asna_row VALUES ('s', 'stocks', '1', '{}', 3);
        INSERT INTO paper VALUES (1, 'a', 'user', 's', 'd', 'SELL', 1, 2, -3, NULL, '{}', NULL,
                                  '{}', 4);
        INSERT INTO till VALUES ('d', 1, 2, 'shift', 3, 4, '{}');
        INSERT INTO world VALUES (2, 'store', 'S', 1, '{}');
        INSERT INTO removed VALUES (1, 1, 'app', 'a', 3, NULL, '{}', '{}');
        INSERT INTO removed_token VALUES ('app', 'other', 4, 'secret', NULL);";

    fn filled() -> Store {
        let store = Store::memory().unwrap();
        store.write_blocking(|tx| Ok(tx.execute_batch(ROWS)?)).unwrap();
        store
    }

    fn saved(store: &Store) -> Value {
        serde_json::to_value(store.write_blocking(take).unwrap()).unwrap()
    }

    fn load(store: &Store, document: &Value) -> Result<(), StoreError> {
        let document: Saved = serde_json::from_value(document.clone()).unwrap();
        store.write_blocking(move |tx| replace(tx, Some(&document)))
    }

    #[test]
    fn what_was_saved_is_there_again_after_loading() {
        let document = saved(&filled());
        let other = Store::memory().unwrap();
        other.write_blocking(|tx| Ok(tx.execute_batch(&ROWS.replace("'user'", "'old'"))?)).unwrap();
        load(&other, &document).unwrap();
        assert_eq!(saved(&other), document);
        let tables = document["tables"].as_object().unwrap();
        assert!(tables.values().all(|rows| rows.as_array().is_some_and(|rows| !rows.is_empty())));
    }

    #[test]
    fn every_table_is_saved() {
        let tables = "SELECT group_concat(name, ' ') FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rootpage";
        let read = |tx: &Connection| Ok(tx.query_row(tables, [], |row| row.get::<_, String>(0))?);
        let names = Store::memory().unwrap().write_blocking(read).unwrap();
        assert_eq!(names.split(' ').collect::<Vec<_>>(), TABLES);
    }

    #[test]
    fn nothing_is_left_after_loading_nothing() {
        let store = filled();
        store.write_blocking(|tx| replace(tx, None)).unwrap();
        assert_eq!(saved(&store), saved(&Store::memory().unwrap()));
    }

    #[test]
    fn a_document_that_does_not_fit_changes_nothing() {
        let store = filled();
        let before = saved(&store);
        for (pointer, value) in [
            ("/version", 99.into()),
            ("/tables/delivery/0/state", "lost".into()),
            ("/tables/delivery/0/body", "no base64".into()),
            ("/tables/installation/0", Value::Null),
            ("/tables/attempt/0/delivery", 77.into()),
        ] {
            let mut document = before.clone();
            *document.pointer_mut(pointer).unwrap() = value;
            assert!(load(&store, &document).is_err(), "{pointer}");
            assert_eq!(saved(&store), before, "{pointer}");
        }
        let mut document = before;
        document["tables"]["sqlite_schema"] = Value::Array(Vec::new());
        assert!(load(&store, &document).is_err());
    }
}
