//! What the journal forgets: what is too old, and the oldest where it grows too large.

use rusqlite::Connection;

use super::Bounds;

/// Exchanges dropped at a time, so that a large journal is not held up.
const AT_ONCE: i64 = 500;

/// Brings the journal within its bounds; its age is looked at only when that is due.
pub(super) fn keep_bounded(
    connection: &Connection,
    bounds: &Bounds,
    due: bool,
) -> rusqlite::Result<()> {
    while used(connection)? > bounds.size {
        if drop_oldest(connection, Which::Any)? == 0 {
            break;
        }
    }
    if due {
        let age = i64::try_from(bounds.age.as_micros()).unwrap_or(i64::MAX);
        let now = jiff::Timestamp::now().as_microsecond();
        while drop_oldest(connection, Which::Before(now.saturating_sub(age)))? > 0 {}
    }
    Ok(())
}

/// Forgets everything. Numbers are not given twice.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    while drop_oldest(connection, Which::Any)? > 0 {}
    Ok(())
}

/// Bytes of the pages in use; those that are free are used again before the file grows.
fn used(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |name: &str| -> rusqlite::Result<u64> {
        let sql = format!("SELECT * FROM pragma_{name}");
        connection
            .prepare_cached(&sql)?
            .query_row([], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    };
    Ok((number("page_count")? - number("freelist_count")?) * number("page_size")?)
}

/// Drops some of the oldest that began before a time. Returns how many.
fn drop_oldest(connection: &Connection, which: Which) -> rusqlite::Result<usize> {
    let (condition, before) = match which {
        Which::Any => ("?1 = ?1", 0),
        Which::Before(time) => (AGED, time),
    };
    let tx = connection.unchecked_transaction()?;
    let last: Option<i64> = tx
        .prepare_cached(&format!(
            "SELECT max(id) FROM (SELECT id FROM exchange WHERE {condition} ORDER BY id LIMIT ?2)"
        ))?
        .query_row([before, AT_ONCE], |row| row.get(0))?;
    let Some(last) = last else { return Ok(0) };
    let wanted = format!("SELECT id FROM exchange WHERE {condition} AND id <= ?2");
    // The particulars say which are aged.
    for sql in [
        format!("DELETE FROM words WHERE rowid IN ({wanted})"),
        format!("DELETE FROM stage WHERE exchange IN ({wanted})"),
    ] {
        tx.prepare_cached(&sql)?.execute([before, last])?;
    }
    let gone = tx
        .prepare_cached(&format!("DELETE FROM exchange WHERE {condition} AND id <= ?2"))?
        .execute([before, last])?;
    tx.prepare_cached(
        "DELETE FROM particulars WHERE exchange <= ?1 AND exchange NOT IN (SELECT id FROM exchange)",
    )?
    .execute([last])?;
    tx.commit()?;
    Ok(gone)
}

/// Which of the oldest.
#[derive(Debug, Clone, Copy)]
enum Which {
    /// All of them.
    Any,
    /// Microseconds of Unix time.
    Before(i64),
}

/// What a file brought in was old when it came: whoever did so wants to look at it.
const AGED: &str = "at < ?1 AND NOT EXISTS (SELECT 1 FROM particulars WHERE exchange = exchange.id \
                    AND json_extract(json, '$.entrance') = 'import')";
