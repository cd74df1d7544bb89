//! Ordered migrations; the version of a database is the number of those it has seen.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// In order; one that has been released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_webhooks.sql")];

/// `EvGw` in SQLite's header field for the program that owns a file.
const OWNER: i64 = 0x4576_4777;

/// The version that a fresh database gets.
pub(super) fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Whether a database may be written: empty, or ours and not newer than this program.
pub(super) fn examine(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        return Err(StoreError::Unusable { path: path.to_owned(), why: check });
    }
    let owner = number(connection, "SELECT application_id FROM pragma_application_id")?;
    let tables = number(connection, "SELECT count(*) FROM sqlite_schema")?;
    if owner != OWNER && tables > 0 {
        let why = "it belongs to another program".to_owned();
        return Err(StoreError::Unusable { path: path.to_owned(), why });
    }
    let (found, known) = (version(connection)?, latest());
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// Brings a database to the latest version, all or nothing.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let seen = usize::try_from(version(connection)?).unwrap_or_default();
    let missing = MIGRATIONS.get(seen..).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let steps = missing.concat();
    let script = format!(
        "BEGIN IMMEDIATE; {steps} PRAGMA application_id = {OWNER}; PRAGMA user_version = {}; COMMIT",
        latest()
    );
    connection.execute_batch(&script).map_err(|error| {
        let _ = connection.execute_batch("ROLLBACK");
        match StoreError::from(error) {
            StoreError::Failed(why) => StoreError::Unusable { path: path.to_owned(), why },
            known => known,
        }
    })
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    number(connection, "SELECT user_version FROM pragma_user_version")
}

fn number(connection: &Connection, query: &str) -> Result<i64, StoreError> {
    Ok(connection.query_row(query, [], |row| row.get(0))?)
}
