//! Opening a database without ever harming what is there.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{StoreError, migrate};

/// Opens or makes the database of a file, readable by its owner alone: it holds tokens. The second
/// value is the lock that keeps other gateways away; SQLite's own would keep people from looking in.
pub(super) fn file(path: &Path) -> Result<(Connection, File), StoreError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| unreachable(path, &error.to_string()))?;
    }
    let lock = lock(path)?;
    make_private(path)?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|error| unreachable(path, &error.to_string()))?;
    prepare(&connection, path).map_err(|error| match error {
        StoreError::Failed(why) => StoreError::Unusable { path: path.to_owned(), why },
        known => known,
    })?;
    Ok((connection, lock))
}

/// A database that is gone when it is closed.
pub(super) fn memory() -> Result<Connection, StoreError> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch("PRAGMA foreign_keys = ON")?;
    migrate::migrate(&connection, Path::new("memory:"))?;
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
    migrate::migrate(connection, path)
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let lock = private().open(beside(path, ".lock"));
    let lock = lock.map_err(|error| unreachable(path, &error.to_string()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unreachable(path, &error.to_string())),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn make_private(path: &Path) -> Result<(), StoreError> {
    private().open(path).map(drop).map_err(|error| unreachable(path, &error.to_string()))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn unreachable(path: &Path, why: &str) -> StoreError {
    StoreError::Unreachable { path: path.to_owned(), why: why.to_owned() }
}
