//! Every exchange of every plane, kept to be looked at: on disk, bounded, searched by words.
//!
//! Whoever serves requests fills in an [`Exchange`](exchange::Exchange) and hands it over in batches;
//! one thread far behind the others writes them. Where it cannot keep up nothing waits for it:
//! exchanges pass unrecorded and are counted. It knows no plane and no vendor.

mod detail;
pub mod exchange;
pub mod filter;
mod insert;
mod listing;
mod open;
mod proxied;
mod recording;
mod retention;
mod running;
mod tally;
pub mod text;
mod under_way;
mod writer;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{broadcast, oneshot};

pub use detail::{Kept, Particulars, Recorded, recorded};
use exchange::{Exchange, ReplayAs};
pub use listing::{Mark, Page, Summary, extent, from_oldest, list, since, summary};
pub use proxied::{Proxied, proxied};
pub use recording::{Recorder, Recording};
pub use running::{Pending, Phase, Running, SHOWN_AFTER};
pub use tally::{Group, count, errors};

/// How much is kept, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes kept of each body.
    pub body: usize,
    /// Bytes of the database.
    pub size: u64,
    /// Older exchanges are dropped.
    pub age: Duration,
}

/// Where the journal is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In this file.
    File(PathBuf),
    /// Nowhere that outlives the process.
    Memory,
}

/// Why the journal cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// As SQLite or the system says.
    #[error("the journal {place} cannot be used: {why}. Move it away, or name another `state`")]
    Unusable {
        /// The file.
        place: String,
        /// As the system says.
        why: String,
    },
    /// The disk is full.
    #[error(
        "the disk that holds the journal {place} is full. Free some room there, or write `journal: {{enabled: false}}`"
    )]
    NoRoom {
        /// The file.
        place: String,
    },
    /// A question that failed.
    #[error("the journal could not be read: {0}")]
    Failed(String),
    /// The gateway is shutting down.
    #[error("the journal is closed")]
    Closed,
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Bytes that may wait to be written; beyond, exchanges pass unrecorded.
const MOST_WAITING: usize = 32 << 20;

/// Rows that a slow listener may fall behind before it has to ask for what it missed.
const HEARD: usize = 1024;

/// The way to the journal's threads. Clones are one journal; the last one dropped closes it.
#[derive(Debug, Clone)]
pub struct Journal {
    shared: Arc<Shared>,
    office: Arc<Office>,
}

/// The journal's threads, which end when nobody can ask them any more.
#[derive(Debug)]
struct Office {
    /// Its own thread has a connection that only reads, where the place allows for two.
    read: Option<Sender<writer::Order>>,
    write: Option<Sender<writer::Order>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Office {
    fn drop(&mut self) {
        drop((self.read.take(), self.write.take()));
        let threads = self.threads.get_mut().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// What the journal's threads and its users share.
#[derive(Debug)]
struct Shared {
    bounds: Bounds,
    waiting: AtomicUsize,
    lost: AtomicU64,
    written: AtomicU64,
    /// The last number that was given.
    numbers: AtomicI64,
    under_way: running::UnderWay,
    heard: broadcast::Sender<Arc<News>>,
    replays: Mutex<HashMap<u64, Replay>>,
}

/// What listeners are told.
#[derive(Debug)]
pub enum News {
    /// An exchange has ended and is written.
    Ended(Summary),
    /// One has not ended and is shown, or more is known of it.
    Running(Summary),
    /// One that was shown has gone without a record.
    Gone(i64),
    /// Somebody has changed the star or the note of one that is kept.
    Marked(Summary),
}

/// An exchange that is to be made again; the request that carries its ticket is it.
#[derive(Debug)]
pub struct Replay {
    /// The exchange that is repeated.
    pub like: Box<Summary>,
    /// How.
    pub how: ReplayAs,
    /// Where a request that was delivered is delivered to: scheme, host and port.
    pub to: Option<String>,
}

impl Journal {
    /// Opens or makes the journal.
    ///
    /// # Errors
    ///
    /// When its file is not usable; it is left as it was.
    pub fn open(place: &Place, bounds: Bounds) -> Result<Self, JournalError> {
        let opened = open::open(place)?;
        let (heard, _) = broadcast::channel(HEARD);
        let shared = Arc::new(Shared {
            bounds,
            waiting: AtomicUsize::new(0),
            lost: AtomicU64::new(0),
            written: AtomicU64::new(0),
            numbers: AtomicI64::new(opened.last),
            under_way: running::UnderWay::default(),
            heard,
            replays: Mutex::default(),
        });
        let (write, orders) = mpsc::channel();
        let theirs = Arc::clone(&shared);
        let mut threads =
            vec![start("journal", move || writer::run(opened.writer, &orders, &theirs))?];
        let mut read = write.clone();
        if let Some(reader) = opened.reader {
            let (to, orders) = mpsc::channel();
            threads.push(start("journal-read", move || writer::answer(&reader, &orders))?);
            read = to;
        }
        let (read, write, threads) = (Some(read), Some(write), Mutex::new(threads));
        Ok(Self { shared, office: Arc::new(Office { read, write, threads }) })
    }

    /// Bytes kept of each body.
    pub fn body(&self) -> usize {
        self.shared.bounds.body
    }

    /// Whether one more exchange would be written soon.
    pub fn has_room(&self) -> bool {
        self.shared.waiting.load(Ordering::Relaxed) < MOST_WAITING
    }

    /// Hands exchanges over to be written.
    pub fn record(&self, batch: Vec<Exchange>) {
        let weight: usize = batch.iter().map(Exchange::weight).sum();
        let count = batch.len();
        let shown: Vec<_> =
            batch.iter().map(|exchange| exchange.number).filter(|number| *number > 0).collect();
        self.shared.waiting.fetch_add(weight, Ordering::Relaxed);
        if order(&self.office.write, writer::Order::Batch(batch, weight)).is_err() {
            self.shared.waiting.fetch_sub(weight, Ordering::Relaxed);
            self.lose(count);
            self.shared.vanish(shown.into_iter());
        }
    }

    /// Counts exchanges that passed unrecorded.
    pub fn lose(&self, count: usize) {
        self.shared.lost.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// How many exchanges passed unrecorded since the start.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }

    /// How many exchanges were written since the start.
    pub fn written(&self) -> u64 {
        self.shared.written.load(Ordering::Relaxed)
    }

    /// Bytes of exchanges that wait to be written.
    pub fn waiting(&self) -> usize {
        self.shared.waiting.load(Ordering::Relaxed)
    }

    /// Each exchange from now on: as soon as it is written, and before if it lasts.
    pub fn listen(&self) -> broadcast::Receiver<Arc<News>> {
        self.shared.heard.subscribe()
    }

    /// Asks the database, away from the caller's thread.
    ///
    /// # Errors
    ///
    /// What `question` says, or that the journal is closed.
    pub async fn read<T, E, F>(&self, question: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<JournalError> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // Nobody waiting for the answer is as good.
        let ask = move |connection: &Connection| drop(reply.send(question(connection)));
        order(&self.office.read, writer::Order::Ask(Box::new(ask)))?;
        answer.await.unwrap_or(Err(JournalError::Closed.into()))
    }

    /// Waits until everything handed over before is written, and forgets all of it if `clear`.
    ///
    /// # Errors
    ///
    /// Of the database, or that the journal is closed.
    pub async fn settle(&self, clear: bool) -> Result<(), JournalError> {
        let (reply, answer) = oneshot::channel();
        order(&self.office.write, writer::Order::Settle { clear, reply })?;
        answer.await.unwrap_or(Err(JournalError::Closed))
    }

    /// Changes what a person noted of an exchange; what it is then, if it is kept.
    ///
    /// # Errors
    ///
    /// Of the database, or that the journal is closed.
    pub async fn mark(&self, id: i64, mark: Mark) -> Result<Option<Summary>, JournalError> {
        let (reply, answer) = oneshot::channel();
        let ask =
            move |connection: &Connection| drop(reply.send(listing::mark(connection, id, &mark)));
        order(&self.office.write, writer::Order::Ask(Box::new(ask)))?;
        let marked = answer.await.map_err(|_| JournalError::Closed)??;
        if let Some(row) = &marked {
            self.shared.tell(News::Marked(row.clone()));
        }
        Ok(marked)
    }

    /// Announces an exchange that repeats another, by a ticket nobody can guess.
    pub fn announce(&self, ticket: u64, replay: Replay) {
        self.replays().insert(ticket, replay);
    }

    /// The repetition that a ticket stands for; a ticket is good for one.
    pub fn redeem(&self, ticket: u64) -> Option<Replay> {
        self.replays().remove(&ticket)
    }

    fn replays(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Replay>> {
        self.shared.replays.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn order(to: &Option<Sender<writer::Order>>, order: writer::Order) -> Result<(), JournalError> {
    let to = to.as_ref().ok_or(JournalError::Closed)?;
    to.send(order).map_err(|_| JournalError::Closed)
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, JournalError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|error| JournalError::Failed(error.to_string()))
}
