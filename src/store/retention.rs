//! Deliveries that are done with and documents, and when they go.

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;

/// Which of them stay.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// So many, the newest.
    pub newest: u32,
    /// Of these, what has ended or was made at this time or later, milliseconds since 1970.
    pub since: i64,
    /// How many of the others are removed by one call.
    pub at_most: u32,
}

/// Removes deliveries that are done with, the oldest first. Gives how many.
///
/// # Errors
///
/// Of the database.
pub fn forget(tx: &Connection, bounds: Bounds) -> Result<u32, StoreError> {
    // The newest one that goes; none, and nothing is that old, while there is room.
    let newest: Option<(i64, i64)> = tx
        .prepare_cached(
            "SELECT ended, seq FROM delivery WHERE ended IS NOT NULL
             ORDER BY ended DESC, seq DESC LIMIT 1 OFFSET ?1",
        )?
        .query_row([bounds.newest], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (ended, seq) = newest.unwrap_or((i64::MIN, 0));
    let removed = tx
        .prepare_cached(
            "DELETE FROM delivery WHERE seq IN (
                 SELECT seq FROM delivery WHERE ended <= max(?1 - 1, ?2)
                     AND (ended < ?1 OR (ended, seq) <= (?2, ?3))
                 ORDER BY ended, seq LIMIT ?4)",
        )?
        .execute(params![bounds.since, ended, seq, bounds.at_most])?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

/// Removes documents, those first that came here first. Gives how many.
///
/// # Errors
///
/// Of the database.
pub fn forget_papers(tx: &Connection, bounds: Bounds) -> Result<u32, StoreError> {
    let newest: Option<(i64, i64)> = tx
        .prepare_cached(
            "SELECT made, seq FROM paper ORDER BY made DESC, seq DESC LIMIT 1 OFFSET ?1",
        )?
        .query_row([bounds.newest], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (made, seq) = newest.unwrap_or((i64::MIN, 0));
    let removed = tx
        .prepare_cached(
            "DELETE FROM paper WHERE seq IN (
                 SELECT seq FROM paper WHERE made <= max(?1 - 1, ?2)
                     AND (made < ?1 OR (made, seq) <= (?2, ?3))
                 ORDER BY made, seq LIMIT ?4)",
        )?
        .execute(params![bounds.since, made, seq, bounds.at_most])?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::deliveries::again;

    /// Rows of an id, a state and the time they ended, each with an attempt.
    const ROWS: &str = "
        INSERT INTO delivery (id, app, user, event, class, method, url, fields, created, due, begun,
                              state, ended)
        SELECT value ->> 0, 'app', 'user', 'receipts', 'notification', 'POST', 'http://x/', '[]', 0,
               0, 0, value ->> 1, value ->> 2
        FROM json_each(?1);";
    const ATTEMPTS: &str = "
        INSERT INTO attempt SELECT seq, 1, 0, 1, 200, NULL, 'pass', '[]', NULL, NULL FROM delivery";

    fn with(rows: &'static str, test: impl FnOnce(&Connection) + Send + 'static) {
        let run = move |tx: &Connection| {
            tx.execute(ROWS, [rows])?;
            tx.execute(ATTEMPTS, [])?;
            test(tx);
            Ok(())
        };
        Store::memory().unwrap().write_blocking(run).unwrap();
    }

    fn left(tx: &Connection) -> String {
        let ids = "SELECT group_concat(id, ' ' ORDER BY seq) FROM delivery";
        tx.query_row(ids, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn the_newest_that_ended_are_kept_and_whatever_waits() {
        let rows = r#"[["a","queued",null],["b","delivered",2],["c","failed",3],
            ["d","delivered",9],["e","delivered",4],["f","delivered",4],["g","failed",4]]"#;
        with(rows, |tx| {
            let bounds = Bounds { newest: 3, since: 0, at_most: 100 };
            assert_eq!((forget(tx, bounds).unwrap(), left(tx)), (3, "a d f g".to_owned()));
            assert_eq!(forget(tx, bounds).unwrap(), 0);
        });
    }

    #[test]
    fn what_ended_long_ago_goes_in_batches_with_its_attempts() {
        let rows = r#"[["a","delivered",1],["b","failed",2],["c","failed",3],["d","failed",4]]"#;
        with(rows, |tx| {
            let bounds = Bounds { newest: 100, since: 4, at_most: 2 };
            assert_eq!((forget(tx, bounds).unwrap(), left(tx)), (2, "c d".to_owned()));
            assert_eq!((forget(tx, bounds).unwrap(), left(tx)), (1, "d".to_owned()));
            assert_eq!(forget(tx, bounds).unwrap(), 0);
            let count = "SELECT count(*) FROM attempt";
            assert_eq!(tx.query_row(count, [], |row| row.get(0)), Ok(1));
        });
    }

    #[test]
    fn what_is_sent_again_by_hand_is_not_removed() {
        with(r#"[["a","failed",1],["b","failed",1]]"#, |tx| {
            again(tx, "a", 9).unwrap();
            let bounds = Bounds { newest: 0, since: 9, at_most: 100 };
            assert_eq!((forget(tx, bounds).unwrap(), left(tx)), (1, "a".to_owned()));
        });
    }

    /// Documents of an id and the time they were made, all closed long ago.
    const PAPERS: &str = "
        INSERT INTO paper (id, user, store, device, kind, number, closed, made)
        SELECT value ->> 0, 'user', 'store', 'device', 'SELL', 1, 0, value ->> 1
        FROM json_each(?1)";

    fn with_papers(rows: &'static str, steps: &'static [(Bounds, u32, Option<&str>)]) {
        let run = move |tx: &Connection| {
            tx.execute(PAPERS, [rows])?;
            for (bounds, gone, left) in steps {
                assert_eq!(forget_papers(tx, *bounds).unwrap(), *gone);
                let ids = "SELECT group_concat(id, ' ' ORDER BY seq) FROM paper";
                let ids: Option<String> = tx.query_row(ids, [], |row| row.get(0))?;
                assert_eq!(ids.as_deref(), *left);
            }
            Ok(())
        };
        Store::memory().unwrap().write_blocking(run).unwrap();
    }

    #[test]
    fn the_newest_documents_are_kept() {
        with_papers(
            r#"[["a", 5], ["b", 2], ["c", 2], ["d", 2]]"#,
            const {
                let two = Bounds { newest: 2, since: 0, at_most: 100 };
                let none = Bounds { newest: 0, ..two };
                &[(two, 2, Some("a d")), (two, 0, Some("a d")), (none, 2, None)]
            },
        );
    }

    #[test]
    fn old_documents_go_in_batches() {
        with_papers(
            r#"[["a", 1], ["b", 2], ["c", 3], ["d", 4]]"#,
            const {
                let bounds = Bounds { newest: 100, since: 4, at_most: 2 };
                &[(bounds, 2, Some("c d")), (bounds, 1, Some("d")), (bounds, 0, Some("d"))]
            },
        );
    }
}
