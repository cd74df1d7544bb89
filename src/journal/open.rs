//! Opening the journal's database.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{JournalError, Place};
use crate::file::{has_no_room, is_full, make_folder, make_private};

/// `EvGj` in SQLite's header field for the program that owns a file.
const OWNER: i64 = 0x4576_476a;

/// Of the schema. A journal of another version is begun afresh: it holds nothing that is missed.
const VERSION: i64 = 4;

/// The last number that was given to an exchange, kept or forgotten.
const LAST: &str = "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'exchange'";

const SCHEMA: &str = include_str!("schema.sql");

pub(super) struct Opened {
    pub(super) writer: Connection,
    /// Where the place can be read beside the writer.
    pub(super) reader: Option<Connection>,
    /// The last number that was given.
    pub(super) last: i64,
}

pub(super) fn open(place: &Place) -> Result<Opened, JournalError> {
    match place {
        Place::Memory => {
            let writer = Connection::open_in_memory()?;
            make(&writer)?;
            ready(&writer)?;
            Ok(Opened { writer, reader: None, last: 0 })
        }
        Place::File(path) => file(path).map_err(|why| {
            let place = path.display().to_string();
            match is_without_room(&*why, path) {
                true => JournalError::NoRoom { place },
                false => JournalError::Unusable { place, why: why.to_string() },
            }
        }),
    }
}

fn is_without_room(why: &(dyn std::error::Error + 'static), path: &Path) -> bool {
    let of_sqlite = |error: &rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => true,
        // A log whose index cannot grow is called an I/O error.
        Some(ErrorCode::SystemIoFailure) => has_no_room(path),
        _ => false,
    };
    why.downcast_ref().is_some_and(is_full) || why.downcast_ref().is_some_and(of_sqlite)
}

fn file(path: &Path) -> Result<Opened, Box<dyn std::error::Error>> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    make_private(path)?;
    let writer = connect(path)?;
    if !is_ours(&writer)? {
        return Err("it belongs to another program".into());
    }
    writer.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;",
    )?;
    if number(&writer, "SELECT user_version FROM pragma_user_version")? != VERSION {
        clear(&writer)?;
        make(&writer)?;
    }
    ready(&writer)?;
    let reader = connect(path)?;
    ready(&reader)?;
    reader.execute_batch("PRAGMA query_only = ON")?;
    let last = number(&reader, LAST)?;
    Ok(Opened { writer, reader: Some(reader), last })
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let owner = number(connection, "SELECT application_id FROM pragma_application_id")?;
    Ok(owner == OWNER || number(connection, "SELECT count(*) FROM sqlite_schema")? == 0)
}

fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN; {SCHEMA} PRAGMA application_id = {OWNER}; PRAGMA user_version = {VERSION}; COMMIT"
    ))
}

fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DROP TABLE IF EXISTS exchange; DROP TABLE IF EXISTS particulars;
         DROP TABLE IF EXISTS stage; DROP TABLE IF EXISTS words;",
    )
}

/// What every connection needs for the filters.
fn ready(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    super::filter::install(connection)
}

fn number(connection: &Connection, query: &str) -> rusqlite::Result<i64> {
    connection.query_row(query, [], |row| row.get(0))
}
