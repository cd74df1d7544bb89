//! The journal's threads: one writes and forgets, one answers questions.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::exchange::Exchange;
use super::{JournalError, News, Shared, Summary, insert, retention};
use crate::net::priority;

/// Exchanges that share one commit at most.
const BATCH: usize = 2000;

/// How long the first of a batch waits for others. Workers hand over ten times a second; what began
/// meanwhile elsewhere is brought into one order of time with theirs.
const GATHER: Duration = Duration::from_millis(200);

/// How often what is too old is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What can be asked of the journal's threads.
pub(super) enum Order {
    /// Exchanges, and the bytes they take while they wait.
    Batch(Vec<Exchange>, usize),
    /// A question.
    Ask(Box<dyn FnOnce(&Connection) + Send>),
    /// Tell when all before is written.
    Settle { clear: bool, reply: oneshot::Sender<Result<(), JournalError>> },
}

/// Writes until nobody is left to hand anything over.
pub(super) fn run(mut connection: Connection, from: &Receiver<Order>, shared: &Arc<Shared>) {
    priority::step_far_back();
    let mut looked = None;
    let mut told = false;
    let mut next = from.recv().ok();
    while let Some(order) = next.take() {
        match order {
            Order::Batch(batch, weight) => {
                next = write(&mut connection, from, shared, (batch, weight), &mut told);
            }
            Order::Ask(question) => question(&connection),
            Order::Settle { clear, reply } => {
                let done = if clear { retention::clear(&connection) } else { Ok(()) };
                let _ = reply.send(done.map_err(JournalError::from));
            }
        }
        let due = looked.is_none_or(|at: Instant| at.elapsed() > LOOK_EVERY);
        if let Err(error) = retention::keep_bounded(&connection, &shared.bounds, due) {
            tracing::warn!(%error, "The journal could not be made smaller");
        }
        if due {
            looked = Some(Instant::now());
        }
        next = next.or_else(|| from.recv().ok());
    }
}

/// Answers until nobody is left to ask.
pub(super) fn answer(connection: &Connection, from: &Receiver<Order>) {
    priority::step_back();
    for order in from {
        if let Order::Ask(question) = order {
            question(connection);
        }
    }
}

/// Writes a batch and those that came meanwhile; gives back the first order of another kind.
fn write(
    connection: &mut Connection,
    from: &Receiver<Order>,
    shared: &Shared,
    (mut batch, mut weight): (Vec<Exchange>, usize),
    told: &mut bool,
) -> Option<Order> {
    let mut other = None;
    let begun = Instant::now();
    while batch.len() < BATCH {
        match from.recv_timeout(GATHER.saturating_sub(begun.elapsed())) {
            Ok(Order::Batch(more, its)) => {
                batch.extend(more);
                weight += its;
            }
            Ok(Order::Ask(question)) => question(connection),
            Ok(order) => {
                other = Some(order);
                break;
            }
            Err(_) => break,
        }
    }
    batch.sort_by_key(|exchange| exchange.at);
    let inserted = insert::insert(connection, &batch, shared);
    let shown = batch.iter().map(|exchange| exchange.number);
    shared.waiting.fetch_sub(weight, Ordering::Relaxed);
    match inserted {
        Ok(rows) => {
            shared.written.fetch_add(rows.len() as u64, Ordering::Relaxed);
            shared.under_way.end(shown);
            publish(shared, rows);
        }
        Err(error) => {
            shared.lost.fetch_add(batch.len() as u64, Ordering::Relaxed);
            shared.vanish(shown);
            if !std::mem::replace(told, true) {
                tracing::error!(%error, "Exchanges cannot be recorded; requests are served all the same");
            }
        }
    }
    other
}

fn publish(shared: &Shared, rows: Vec<Summary>) {
    if shared.heard.receiver_count() == 0 {
        return;
    }
    for row in rows {
        shared.tell(News::Ended(row));
    }
}
