//! Ordered migrations; the version of a database is the number of those it has seen.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// In order; one that has been released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_webhooks.sql"),
    include_str!("migrations/0002_cloud.sql"),
    include_str!("migrations/0003_asna.sql"),
    include_str!("migrations/0004_papers.sql"),
    include_str!("migrations/0005_world.sql"),
    include_str!("migrations/0006_recipes.sql"),
    include_str!("migrations/0007_extras.sql"),
    include_str!("migrations/0008_shifts.sql"),
    include_str!("migrations/0009_removed.sql"),
    include_str!("migrations/0010_removed_tokens.sql"),
];

/// `EvGw` in SQLite's header field for the program that owns a file.
const OWNER: i64 = 0x4576_4777;

/// The version that a fresh database gets.
pub(super) fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Bytes up to which a file is read as a whole before it is used. A larger one would hold up the
/// start: damage in it is met when the damaged part is read.
const READ_WHOLE: u64 = 32 << 20;

/// Whether a database may be written: empty, or ours and not newer than this program.
pub(super) fn examine(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    if fs::metadata(path).is_ok_and(|file| file.len() <= READ_WHOLE) {
        let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if check != "ok" {
            return Err(StoreError::Unusable { path: path.to_owned(), why: check });
        }
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
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
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
        error.into()
    })
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    number(connection, "SELECT user_version FROM pragma_user_version")
}

fn number(connection: &Connection, query: &str) -> Result<i64, StoreError> {
    Ok(connection.query_row(query, [], |row| row.get(0))?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_database_comes_to_the_latest_version_and_stays_there() {
        let connection = Connection::open_in_memory().unwrap();
        for _ in 0..2 {
            examine(&connection, Path::new("x")).unwrap();
            migrate(&connection).unwrap();
            assert_eq!(version(&connection).unwrap(), latest());
        }
        let owner = number(&connection, "SELECT application_id FROM pragma_application_id");
        assert_eq!(owner.unwrap(), OWNER);
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE attempt (own TEXT)").unwrap();
        assert!(migrate(&connection).is_err());
        assert_eq!(version(&connection).unwrap(), 0);
        assert_eq!(number(&connection, "SELECT count(*) FROM sqlite_schema").unwrap(), 1);
    }
}
