//! Durable delivery: what was put into the store's outbox is sent, judged, and sent again until it is
//! done with. It knows no vendor: what a message means, and what its answer changes, a [`Courier`]
//! knows.
//!
//! At least once: a message is repeated after a crash if the crash fell between the partner's
//! receiving it and the recording of its answer, and never lost.

mod attempt;
mod couriers;
mod intercept;
mod plan;
mod retention;
mod schedule;
mod send;
mod spoiled;
mod witness;
mod worker;

use std::fmt::Debug;
use std::io;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::config::meant::Retry;
use crate::fault::Fault;
use crate::injection::Injections;
use crate::model::event::Event;
use crate::net::priority::step_back;
use crate::net::upstream::{Destination, Terms};
use crate::store::deliveries::{Message, Waiting};
use crate::store::{Store, StoreError};
pub use couriers::Couriers;
pub use witness::{Lasting, Seen, Trail, Waits, Wire, Witness};
pub use worker::Desk;

/// What came back for a message.
#[derive(Debug)]
pub enum Reply {
    /// An answer.
    Answered {
        /// Its status.
        status: u16,
        /// Its Content-Type.
        kind: Option<String>,
        /// Its body, as much of it as is kept.
        body: Vec<u8>,
        /// Whether there was more of it.
        truncated: bool,
    },
    /// None, and why.
    Failed(Fault),
}

/// What a courier thinks of a reply.
#[derive(Debug)]
pub struct Ruling<E> {
    /// Whether the partner has taken the message: it is not sent again.
    pub accepted: bool,
    /// `pass`, `warn` or `fail`; nothing where the answer is not the partner's own.
    pub verdict: Option<&'static str>,
    /// Why, as JSON.
    pub findings: String,
    /// What it changes.
    pub effect: Option<E>,
}

/// Knows what messages mean.
pub trait Courier: Send + Sync + 'static {
    /// What an answer changes.
    type Effect: Debug + Send + Sync + 'static;

    /// Whether a message is this courier's.
    fn takes(&self, _: &Message) -> bool {
        true
    }

    /// Pauses between the attempts of a notification, where they are the vendor's own.
    fn pauses(&self, _: &Message) -> Option<Vec<Duration>> {
        None
    }

    /// What people call the app of a message; its id where nothing else is known.
    fn app(&self, message: &Message) -> String {
        message.app.clone()
    }

    /// What is connected to for a URL of scheme, host and port.
    fn destination(&self, message: &Message) -> Option<Destination>;

    /// Judges a reply.
    fn judge(&self, message: &Message, reply: &Reply) -> Ruling<Self::Effect>;

    /// Writes what an answer changes, in the transaction that records the attempt.
    ///
    /// # Errors
    ///
    /// Of the database.
    fn settle(
        &self,
        tx: &Connection,
        message: &Message,
        effect: &Self::Effect,
        now_ms: i64,
    ) -> Result<(), StoreError>;

    /// Lets others see what was changed; called after the commit and before anybody is told.
    fn settled(&self, message: &Message, effect: &Self::Effect);
}

/// Something that has changed in the simulated cloud and that partners are told of.
#[derive(Debug, Clone)]
pub struct News {
    /// What they are told.
    pub event: Event,
    /// Whose it is.
    pub user: String,
    /// The store it concerns, where it is one store's.
    pub store: Option<String>,
    /// The device it comes from, where there is one.
    pub device: Option<String>,
    /// The body as a whole; composed from the world where there is none.
    pub body: Option<serde_json::Value>,
}

impl News {
    /// Of something that concerns nobody yet.
    pub fn of(event: Event) -> Self {
        Self { event, user: String::new(), store: None, device: None, body: None }
    }
}

/// To be called after the commit: lets the webhooks be sent and shows a changed world to everybody.
/// The receivers hear of the first attempt of each.
pub type Told = Box<dyn FnOnce() -> Vec<oneshot::Receiver<()>> + Send>;

/// Knows who is to be told of a change.
pub trait Herald: Send + Sync {
    /// Puts the webhooks of a change into the outbox, inside the change's own transaction and after
    /// it: one for each app that the user has, that has webhooks and that has given a token where one
    /// is needed.
    ///
    /// # Errors
    ///
    /// Of the database.
    fn herald(&self, tx: &Connection, news: &News) -> Result<Told, StoreError>;
}

/// What holds for sending until the configuration changes.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How messages are repeated.
    pub retry: Retry,
    /// For the exchange itself.
    pub terms: Terms,
    /// Faults made on purpose.
    pub injections: Injections,
    /// How long an attempt is held at a breakpoint that says nothing else.
    pub held: Duration,
    /// Where the files of stubs are.
    pub folder: PathBuf,
}

/// A row that was committed, and its message where it is at hand: it need not be read again then.
pub type Added = (Waiting, Option<Message>);

/// What can be asked of the outbox.
#[derive(Debug)]
pub(crate) enum Order {
    /// Rows that were committed, and who waits for their next attempt.
    Add(Vec<Added>, Vec<(i64, oneshot::Sender<()>)>),
    /// Other rules from now on.
    Rules(Box<Rules>),
    /// Wind the clock, and tell how many attempts that caused.
    Wind(i64, oneshot::Sender<usize>),
    /// Read what waits again: rows were changed behind the plan.
    Reread(oneshot::Sender<Result<(), StoreError>>),
    /// Finish what is under way.
    Stop,
}

/// The way to the outbox's thread. Clones are one outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    to: mpsc::UnboundedSender<Order>,
}

impl Outbox {
    /// Starts the thread; it reads what waits and begins to send.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub fn start<C: Courier>(desk: Desk<C>) -> io::Result<(Self, JoinHandle<()>)> {
        let (to, orders) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new().name("outbox".into()).spawn(move || {
            step_back();
            if let Err(error) = worker::run(desk, orders) {
                tracing::error!(%error, "Webhooks are not sent");
            }
        })?;
        Ok((Self { to }, thread))
    }

    /// Tells of rows that were committed. The receivers hear of the next attempt of each.
    pub fn add(&self, rows: Vec<Added>) -> Vec<oneshot::Receiver<()>> {
        let (tell, hear): (Vec<_>, Vec<_>) = rows
            .iter()
            .map(|(row, _)| {
                let (tell, hear) = oneshot::channel();
                ((row.seq, tell), hear)
            })
            .unzip();
        // An outbox that has stopped has left the rows for the next start.
        let _ = self.to.send(Order::Add(rows, tell));
        hear
    }

    /// Puts other rules in force.
    pub fn replace_rules(&self, rules: Rules) {
        let _ = self.to.send(Order::Rules(Box::new(rules)));
    }

    /// Winds the clock forward by milliseconds. Everything that falls due meanwhile is sent, one after
    /// the other in the order of its time. Gives the number of attempts.
    pub async fn wind(&self, ms: i64) -> usize {
        let (tell, hear) = oneshot::channel();
        let _ = self.to.send(Order::Wind(ms, tell));
        hear.await.unwrap_or(0)
    }

    /// Takes the rows of the store as they now are.
    ///
    /// # Errors
    ///
    /// Of the store.
    pub async fn reread(&self) -> Result<(), StoreError> {
        let (tell, hear) = oneshot::channel();
        let _ = self.to.send(Order::Reread(tell));
        hear.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Lets attempts under way end, for the time of one answer at most.
    pub fn stop(&self) {
        let _ = self.to.send(Order::Stop);
    }
}

impl<C> Desk<C> {
    /// The store it works on.
    pub fn store(&self) -> &Store {
        &self.store
    }
}
