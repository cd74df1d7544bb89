//! Opening a database without ever harming what is there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{StoreError, migrate};
use crate::file::{has_no_room, is_full, lockable, make_folder, make_private};

/// There are not as many different ones, so that each is prepared once.
const STATEMENTS: usize = 64;

/// Opens or makes the database of a file, readable by its owner alone: it holds tokens. The second
/// value is the lock that keeps other gateways away; SQLite's own would keep people from looking in.
pub(super) fn file(path: &Path) -> Result<(Connection, File), StoreError> {
    if let Some(folder) = path.parent() {
        make_folder(folder).map_err(|error| unreachable(path, &error))?;
    }
    let lock = lock(path)?;
    make_private(path).map_err(|error| unreachable(path, &error))?;
    // The writer thread alone uses the connection.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| {
        StoreError::Unreachable { path: path.to_owned(), why: error.to_string() }
    })?;
    prepare(&connection, path).map_err(|error| match error {
        StoreError::Full => StoreError::NoRoom { path: path.to_owned() },
        // A log whose index cannot grow is called an I/O error.
        StoreError::Failed(_) if has_no_room(path) => StoreError::NoRoom { path: path.to_owned() },
        StoreError::Failed(why) => StoreError::Unusable { path: path.to_owned(), why },
        known => known,
    })?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok((connection, lock))
}

/// A database that is gone when it is closed.
pub(super) fn memory() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("PRAGMA foreign_keys = ON")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    migrate::migrate(&connection)?;
    Ok(connection)
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    // Looked at before anything is written: a file that is not ours stays as it is, and so does what
    // its owner has written beside it.
    let log = fs::metadata(beside(path, "-wal"));
    let unfinished = log.is_ok_and(|log| log.len() > 0);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, unfinished)?;
    migrate::examine(connection, path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000;",
    )?;
    migrate::migrate(connection)
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let lock = lockable(&beside(path, ".lock")).map_err(|error| unreachable(path, &error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unreachable(path, &error)),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn unreachable(path: &Path, error: &io::Error) -> StoreError {
    let path = path.to_owned();
    match is_full(error) {
        true => StoreError::NoRoom { path },
        false => StoreError::Unreachable { path, why: error.to_string() },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::{Store, facts};
    use tempfile::TempDir;

    fn place() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("data/gateway.db");
        (folder, path)
    }

    /// Opens, and checks that a refusal has left every byte as it was.
    fn refused(path: &Path) -> StoreError {
        let before = fs::read(path).unwrap();
        let error = Store::sqlite(path).unwrap_err();
        assert_eq!(fs::read(path).unwrap(), before, "{error}");
        error
    }

    #[test]
    fn what_was_written_is_there_after_opening_again() {
        let (_folder, path) = place();
        let store = Store::sqlite(&path).unwrap();
        store.write_blocking(|tx| facts::install(tx, ("app", "user"), true, 0)).unwrap();
        drop(store);
        let store = Store::sqlite(&path).unwrap();
        let installed = store.write_blocking(|tx| facts::installed(tx, "app", "user")).unwrap();
        assert_eq!(installed, Some(true));
    }

    #[test]
    fn one_gateway_at_a_time_works_on_a_file() {
        let (_folder, path) = place();
        let store = Store::sqlite(&path).unwrap();
        assert!(matches!(Store::sqlite(&path), Err(StoreError::InUse { .. })));
        drop(store);
        Store::sqlite(&path).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn only_the_owner_reads_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = place();
        let store = Store::sqlite(&path).unwrap();
        store.write_blocking(|tx| facts::install(tx, ("app", "user"), true, 0)).unwrap();
        let files: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().flatten().collect();
        assert!(files.len() >= 3, "database, log and lock: {files:?}");
        for file in files {
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}", file.path());
        }
    }

    #[test]
    fn a_later_versions_database_is_left_alone() {
        let (_folder, path) = place();
        drop(Store::sqlite(&path).unwrap());
        let raw = Connection::open(&path).unwrap();
        raw.execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(raw);
        let error = refused(&path);
        assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
    }

    #[test]
    fn files_that_are_not_ours_are_left_alone() {
        let (_folder, path) = place();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "dear diary, ".repeat(100)).unwrap();
        assert!(matches!(refused(&path), StoreError::Unusable { .. }));
        fs::remove_file(&path).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("CREATE TABLE diary (entry TEXT)").unwrap();
        drop(other);
        assert!(matches!(refused(&path), StoreError::Unusable { .. }));
    }

    #[test]
    fn a_damaged_database_is_left_alone() {
        let (_folder, path) = place();
        let store = Store::sqlite(&path).unwrap();
        let fill = |tx: &Connection| {
            (0..200).try_for_each(|at| {
                let text = "x".repeat(500);
                facts::keep_subscription(tx, ("app", &format!("user {at}")), &text)
            })
        };
        store.write_blocking(fill).unwrap();
        drop(store);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..].fill(0xA5);
        fs::write(&path, bytes).unwrap();
        assert!(matches!(refused(&path), StoreError::Unusable { .. }));
    }
}
