//! What is told of an exchange after it is over: counters and a log line.
//!
//! A worker only fills in a [`Record`] and adds to its own counters; formatting is done by a thread of
//! its own, and writing, of these lines and all others of the process, by another. What they cannot
//! take in time is counted, not waited for.

mod limit;
mod line;
mod process;
mod queue;
mod stats;
mod writer;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

pub use process::{Writing, hide, init, leave_exchanges_out, left_out, lost, print};
pub use stats::{BUCKETS, Outcome, Stats};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// One line of text each.
    #[default]
    Text,
    /// One JSON object each.
    Json,
}

/// The target of lines that tell of one exchange each: they are as many as there are exchanges.
pub const EXCHANGES: &str = concat!(env!("CARGO_CRATE_NAME"), "::exchanges");

/// One exchange, as it was; the log hides its secrets when it is written.
#[derive(Debug, Clone)]
pub struct Record {
    /// The app's name, where it is known.
    pub app: Option<Arc<str>>,
    /// As sent.
    pub method: Box<str>,
    /// The URL asked for, or as much of it as was readable.
    pub url: String,
    /// What the app was answered.
    pub status: u16,
    /// The refusal's name and who is to blame.
    pub fault: Option<(&'static str, &'static str, String)>,
    /// What was spoiled on purpose.
    pub spoiled: Option<String>,
    /// The rule that allowed it, from 0.
    pub rule: Option<usize>,
    /// To the head of the answer.
    pub took: Duration,
}

/// Batches that may wait for the log's thread.
const BACKLOG: usize = 256;

/// The way to the log's thread; one per worker.
#[derive(Debug, Clone)]
pub struct Log {
    to: Option<SyncSender<Vec<Record>>>,
}

impl Log {
    /// Whether anybody reads what is recorded.
    pub fn is_on(&self) -> bool {
        self.to.is_some()
    }

    /// Hands a batch over. Returns how many records were lost because the thread is behind.
    pub fn hand_over(&self, batch: Vec<Record>) -> usize {
        let Some(to) = &self.to else { return 0 };
        match to.try_send(batch) {
            Ok(()) => 0,
            Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => batch.len(),
        }
    }
}

/// The log's thread. It ends when every [`Log`] is gone.
#[derive(Debug)]
pub struct Scribe(Option<JoinHandle<()>>);

impl Scribe {
    /// Waits until everything handed over is written.
    pub fn finish(mut self) {
        if let Some(thread) = self.0.take() {
            // It cannot have been poisoned by anything a caller could mend.
            let _ = thread.join();
        }
    }
}

/// Starts the log's thread; with `on` false nothing is recorded at all.
///
/// # Errors
///
/// When the thread cannot be started.
pub fn scribe(on: bool) -> std::io::Result<(Log, Scribe)> {
    if !on {
        return Ok((Log { to: None }, Scribe(None)));
    }
    let (to, from): (_, Receiver<Vec<Record>>) = sync_channel(BACKLOG);
    let thread = std::thread::Builder::new()
        .name("log".into())
        .spawn(move || from.iter().flatten().for_each(|record| line::write(&record)))?;
    Ok((Log { to: Some(to) }, Scribe(Some(thread))))
}
