//! The writer thread: one transaction for everything that came while the last one was committed.

use std::fmt;
use std::fs::File;
use std::sync::mpsc::Receiver;

use rusqlite::Connection;

use super::StoreError;

/// How many pieces of work share one commit at most; a bound on how long the first one waits.
const BATCH: usize = 512;

/// A piece of work and whoever waits for it.
pub(super) struct Work(Box<Task>);

/// Works on the open transaction, or hears why there is none.
type Task = dyn FnOnce(Result<&Connection, StoreError>) -> Reply + Send;

/// Tells whoever waits, once it is known whether the transaction was committed.
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work")
    }
}

impl Work {
    pub(super) fn new<T, E, F>(work: F, reply: impl FnOnce(Result<T, E>) + Send + 'static) -> Self
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        Self(Box::new(move |connection| {
            let result = match connection {
                Ok(connection) => apart(connection, work),
                Err(error) => Err(error.into()),
            };
            Box::new(move |committed| {
                reply(result.and_then(|value| committed.map(|()| value).map_err(E::from)));
            })
        }))
    }
}

/// Runs until no sender is left. `lock` is held as long as the database is open.
pub(super) fn run(connection: Connection, from: &Receiver<Work>, lock: Option<File>) {
    while let Ok(first) = from.recv() {
        let (replies, committed) = together(&connection, first, from);
        for reply in replies {
            reply(committed.clone());
        }
    }
    drop(connection);
    drop(lock);
}

fn together(
    connection: &Connection,
    first: Work,
    from: &Receiver<Work>,
) -> (Vec<Reply>, Result<(), StoreError>) {
    if let Err(error) = say(connection, "BEGIN IMMEDIATE") {
        return (vec![first.0(Err(error))], Ok(()));
    }
    let mut replies = Vec::with_capacity(1);
    let mut next = Some(first);
    while let Some(Work(work)) = next {
        replies.push(work(Ok(connection)));
        // SQLite ends the whole transaction by itself when the disk is full or fails.
        let open = !connection.is_autocommit() && replies.len() < BATCH;
        next = open.then(|| from.try_recv().ok()).flatten();
    }
    let committed = say(connection, "COMMIT").inspect_err(|_| {
        // A commit that failed may leave the transaction open.
        let _ = say(connection, "ROLLBACK");
    });
    (replies, committed)
}

/// One piece of work within the shared transaction: what it did is undone if it fails.
fn apart<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    say(connection, "SAVEPOINT work")?;
    let result = work(connection);
    if !connection.is_autocommit() {
        if result.is_err() {
            say(connection, "ROLLBACK TO work")?;
        }
        say(connection, "RELEASE work")?;
    }
    result
}

fn say(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;

    use crate::store::{Store, StoreError, facts};
    use rusqlite::Connection;

    type Piece = Box<dyn FnOnce(&Connection) -> Result<(), StoreError> + Send>;

    fn user(name: &'static str) -> impl FnOnce(&Connection) -> Result<(), StoreError> {
        move |tx| facts::install(tx, ("app", name), true, 0)
    }

    fn refused(tx: &Connection) -> Result<(), StoreError> {
        user("refused")(tx)?;
        Err(StoreError::Refused("no".to_owned()))
    }

    /// Hands over work while the writer is held back, so that all of it shares one transaction.
    fn at_once(store: &Store, works: Vec<Piece>) -> Vec<Result<(), StoreError>> {
        let (open, gate) = mpsc::channel::<()>();
        let hold = move |_: &Connection| Ok::<_, StoreError>(gate.recv().is_ok());
        store.hand_over(hold, |_| ()).unwrap();
        let (reply, replies) = mpsc::channel();
        let count = works.len();
        for (nth, work) in works.into_iter().enumerate() {
            let reply = reply.clone();
            store.hand_over(work, move |result| reply.send((nth, result)).unwrap()).unwrap();
        }
        drop(open);
        let mut results: Vec<_> = replies.iter().take(count).collect();
        results.sort_by_key(|(nth, _)| *nth);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn known(store: &Store) -> usize {
        store.write_blocking(|tx| Ok(facts::learned(tx)?.installed.len())).unwrap()
    }

    #[test]
    fn work_that_fails_leaves_the_work_beside_it_alone() {
        let store = Store::memory().unwrap();
        let works: Vec<Piece> = vec![Box::new(user("a")), Box::new(refused), Box::new(user("b"))];
        let results = at_once(&store, works);
        assert!(
            matches!(&results[..], [Ok(()), Err(StoreError::Refused(_)), Ok(())]),
            "{results:?}"
        );
        assert_eq!(known(&store), 2);
    }

    #[test]
    fn a_commit_that_fails_is_told_to_everyone_who_shared_it() {
        let store = Store::memory().unwrap();
        let orphan = |tx: &Connection| -> Result<(), StoreError> {
            tx.execute_batch(
                "PRAGMA defer_foreign_keys = ON;
                 INSERT INTO attempt VALUES (7, 1, 0, 0, 200, NULL, 'pass', '[]', NULL, NULL)",
            )?;
            Ok(())
        };
        let results = at_once(&store, vec![Box::new(user("a")), Box::new(orphan)]);
        assert!(results.iter().all(Result::is_err), "{results:?}");
        assert_eq!(known(&store), 0);
        store.write_blocking(user("b")).unwrap();
        assert_eq!(known(&store), 1);
    }

    #[test]
    fn a_full_disk_is_an_error_and_what_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::sqlite(&folder.path().join("gateway.db")).unwrap();
        store.write_blocking(user("before")).unwrap();
        let bound = |pages: u32| {
            store
                .write_blocking(move |tx| {
                    Ok(tx.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
                })
                .unwrap();
        };
        bound(1);
        let big = |tx: &Connection| facts::keep_subscription(tx, ("app", "u"), &"x".repeat(99_999));
        let full = store.write_blocking(big);
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        assert_eq!(known(&store), 1);
        bound(100_000);
        store.write_blocking(big).unwrap();
    }
}
