//! What outlives a restart: tokens learned, installations, subscriptions, the outbox.
//!
//! One SQLite database with one writer thread. Whoever changes something hands it a piece of work and
//! waits until it is committed; what arrives while a commit is under way shares the next one. The
//! proxy never comes here: it reads what [`Learned`](crate::model::learned::Learned) was prepared for
//! it after each change.

pub mod asna;
pub mod deliveries;
pub mod dump;
pub mod extras;
pub mod facts;
pub mod goods;
pub mod latest;
pub mod listing;
mod migrate;
mod open;
pub mod papers;
pub mod removed;
pub mod removed_tokens;
pub mod retention;
pub mod staff;
pub mod tasks;
pub mod tills;
pub mod world;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use crate::net::priority::step_back;
use writer::Work;

/// Why state cannot be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The file is no database of this program, or is damaged.
    #[error(
        "{path} is not a usable database: {why}. It was left as it is; move it away to start afresh, or restore a copy"
    )]
    Unusable {
        /// The file.
        path: PathBuf,
        /// As SQLite says.
        why: String,
    },
    /// The file was written by a later version.
    #[error(
        "{path} is of version {found}, this evotor-gateway reads up to {known}. Update evotor-gateway, or name another file under `state`"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// Another process works on the file.
    #[error("another evotor-gateway works on {path}. Stop it, or name another file under `state`")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The folder or file cannot be made or opened.
    #[error("{path} cannot be opened: {why}")]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// As the system says.
        why: String,
    },
    /// No room left on the disk for a database that is to be opened.
    #[error(
        "the disk that holds {path} is full. Free some room there, or name another place under `state`"
    )]
    NoRoom {
        /// The file.
        path: PathBuf,
    },
    /// No room left on the disk.
    #[error("the disk that holds the state is full; free some room, what is queued waits")]
    Full,
    /// Something asked for is not there, or contradicts what is.
    #[error("{0}")]
    Refused(String),
    /// Whatever else SQLite says.
    #[error("the state could not be read or written: {0}")]
    Failed(String),
    /// The gateway is shutting down.
    #[error("the state is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            // The index of the log cannot grow.
            Some(ErrorCode::SystemIoFailure) if is_no_index(&error) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt) => Self::Failed(format!(
                "the database is damaged ({error}). Move its file away to start afresh, or restore a copy"
            )),
            _ => Self::Failed(error.to_string()),
        }
    }
}

fn is_no_index(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

/// The way to the writer thread. Clones are one store; the last one dropped closes it.
#[derive(Debug, Clone)]
pub struct Store {
    to: Arc<Sender>,
}

impl Store {
    /// Opens or makes the database file.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being used; the file is then as it was.
    pub fn sqlite(path: &Path) -> Result<Self, StoreError> {
        let (connection, lock) = open::file(path)?;
        Ok(Self::over(connection, Some(lock)))
    }

    /// Keeps everything in memory.
    ///
    /// # Errors
    ///
    /// When SQLite cannot be set up.
    pub fn memory() -> Result<Self, StoreError> {
        Ok(Self::over(open::memory()?, None))
    }

    fn over(connection: Connection, lock: Option<std::fs::File>) -> Self {
        let (to, from) = mpsc::channel();
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || {
            step_back();
            writer::run(connection, &from, lock);
        });
        Self { to: Arc::new(Sender { to: Some(to), thread: thread.ok() }) }
    }

    /// Runs `work` inside a transaction and gives its result once that is committed. Work that fails
    /// leaves nothing behind.
    ///
    /// # Errors
    ///
    /// What `work` says, or why the commit failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.try_write(work).await
    }

    /// The same for work with errors of its own.
    ///
    /// # Errors
    ///
    /// See [`Store::write`].
    pub async fn try_write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // Nobody waiting for the answer is as good.
        self.hand_over(work, move |result| drop(reply.send(result)))?;
        answer.await.unwrap_or(Err(StoreError::Closed.into()))
    }

    /// The same, with something to be done as soon as the work is committed, in the order of commits
    /// and whether or not the caller still waits. `then` runs on the writer thread and must be short.
    ///
    /// # Errors
    ///
    /// See [`Store::write`].
    pub async fn write_then<T, U, E, F>(
        &self,
        work: F,
        then: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, E>
    where
        T: Send + 'static,
        U: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.hand_over(work, move |result: Result<T, E>| drop(reply.send(result.map(then))))?;
        answer.await.unwrap_or(Err(StoreError::Closed.into()))
    }

    /// The same for a thread that may block.
    ///
    /// # Errors
    ///
    /// See [`Store::write`].
    pub fn write_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.write_then_blocking(work, |done| done)
    }

    /// [`Store::write_then`] for a thread that may block.
    ///
    /// # Errors
    ///
    /// See [`Store::write`].
    pub fn write_then_blocking<T, U, F>(
        &self,
        work: F,
        then: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, StoreError>
    where
        T: Send + 'static,
        U: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = mpsc::channel();
        self.hand_over(work, move |result: Result<T, StoreError>| {
            drop(reply.send(result.map(then)));
        })?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }

    fn hand_over<T, E, F>(
        &self,
        work: F,
        reply: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> Result<(), StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let to = self.to.to.as_ref().ok_or(StoreError::Closed)?;
        to.send(Work::new(work, reply)).map_err(|_| StoreError::Closed)
    }
}

#[derive(Debug)]
struct Sender {
    to: Option<mpsc::Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Sender {
    fn drop(&mut self) {
        drop(self.to.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has said so already.
            let _ = thread.join();
        }
    }
}
