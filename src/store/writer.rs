//! The writer thread: one transaction for everything that came while the last one was committed.

use std::fmt;
use std::fs::File;
use std::sync::mpsc::Receiver;

use rusqlite::Connection;

use super::StoreError;

/// How many pieces of work share one commit at most; a bound on how long the first one waits.
const BATCH: usize = 512;

/// A piece of work and whoever waits for it.
pub(super) struct Work(Box<Piece>);

type Piece = dyn FnOnce(Result<&Connection, StoreError>) -> Reply + Send;

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
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        return (vec![first.0(Err(error.into()))], Ok(()));
    }
    let mut replies = Vec::with_capacity(1);
    let mut next = Some(first);
    while let Some(Work(work)) = next {
        replies.push(work(Ok(connection)));
        // SQLite ends the whole transaction by itself when the disk is full or fails.
        let open = !connection.is_autocommit() && replies.len() < BATCH;
        next = open.then(|| from.try_recv().ok()).flatten();
    }
    let committed = connection.execute_batch("COMMIT").map_err(|error| {
        // A commit that failed may leave the transaction open.
        let _ = connection.execute_batch("ROLLBACK");
        error.into()
    });
    (replies, committed)
}

/// One piece of work within the shared transaction: what it did is undone if it fails.
fn apart<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let run = |sql| connection.execute_batch(sql).map_err(|error| E::from(error.into()));
    run("SAVEPOINT work")?;
    let result = work(connection);
    if !connection.is_autocommit() {
        run(if result.is_ok() { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" })?;
    }
    result
}
