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
        if drop_oldest(connection, i64::MAX)? == 0 {
            break;
        }
    }
    if due {
        let age = i64::try_from(bounds.age.as_micros()).unwrap_or(i64::MAX);
        let now = jiff::Timestamp::now().as_microsecond();
        while drop_oldest(connection, now.saturating_sub(age))? > 0 {}
    }
    Ok(())
}

/// Forgets everything. Numbers are not given twice.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    while drop_oldest(connection, i64::MAX)? > 0 {}
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
fn drop_oldest(connection: &Connection, before: i64) -> rusqlite::Result<usize> {
    let tx = connection.unchecked_transaction()?;
    let last: Option<i64> = tx
        .prepare_cached(
            "SELECT max(id) FROM (SELECT id FROM exchange WHERE at < ?1 ORDER BY id LIMIT ?2)",
        )?
        .query_row([before, AT_ONCE], |row| row.get(0))?;
    let Some(last) = last else { return Ok(0) };
    let wanted = "SELECT id FROM exchange WHERE id <= ?1 AND at < ?2";
    for sql in [
        format!("DELETE FROM words WHERE rowid IN ({wanted})"),
        format!("DELETE FROM stage WHERE exchange IN ({wanted})"),
        format!("DELETE FROM particulars WHERE exchange IN ({wanted})"),
    ] {
        tx.prepare_cached(&sql)?.execute([last, before])?;
    }
    let gone = tx
        .prepare_cached("DELETE FROM exchange WHERE id <= ?1 AND at < ?2")?
        .execute([last, before])?;
    tx.commit()?;
    Ok(gone)
}
