//! The plane at work: an event happens in the simulated cloud, its change and its webhook are
//! written together, the outbox sends, and what the partner answers is learned.

mod address;
mod cast;
mod courier;
mod ground;
mod happen;
mod herald;
mod paper;
mod preview;
mod run;
mod simulate;
mod stage;
mod standing;
mod stock;
mod wish;
mod world;

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use arc_swap::ArcSwap;

use crate::clock::Clock;
use crate::config::meant::Config;
use crate::model::learned::Learned;
use crate::outbox::{Courier, Couriers, Desk, Outbox, Rules, Witness};
use crate::store::deliveries::Waiting;
use crate::store::{Store, StoreError, asna, deliveries, dump, facts};
pub use address::origin_of_webhooks;
use courier::Post;
pub use ground::{Audience, Begun};
use ground::{Ground, Known};
pub use paper::compose;
pub use run::{Course, Report, StepReport};
pub use simulate::{Simulated, Simulation, What};
pub use wish::{Made, Refusal, Trigger};
pub use world::{Act, Denial, Dependent, Done, Overview};

/// The webhook plane of a running gateway.
#[derive(Debug)]
pub struct Plane {
    known: Arc<Known>,
    store: Store,
    clock: Clock,
    outbox: Outbox,
}

impl Plane {
    /// Starts to send what waits, another vendor's messages by its own courier. `audience` is shown
    /// whatever changes.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub fn start(
        begun: Begun,
        rules: Rules,
        audience: Box<dyn Audience>,
        foreign: impl Courier<Effect = Infallible>,
        witness: Option<Arc<dyn Witness>>,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let known = Arc::new(Known::new(&begun, audience));
        let Begun { store, clock, .. } = begun;
        let own = Post::new(Arc::clone(&known));
        let courier = Arc::new(Couriers { own, other: foreign });
        let desk = Desk { store: store.clone(), clock: clock.clone(), courier, rules, witness };
        let (outbox, thread) = Outbox::start(desk)?;
        Ok((Self { known, store, clock, outbox }, thread))
    }

    /// Puts another file in force. `show` is handed the configuration, what was done to its world laid
    /// over it, and what is known; it shows both to everybody. Nothing changes meanwhile.
    ///
    /// # Errors
    ///
    /// Of the store; the old file stays.
    pub fn reload(
        &self,
        base: Arc<Config>,
        rules: Rules,
        show: impl FnOnce(Arc<Config>, &Learned) + Send + 'static,
    ) -> Result<(), StoreError> {
        let (known, outbox) = (Arc::clone(&self.known), self.outbox.clone());
        self.store.write_then_blocking(
            move |tx| Ground::of(base, tx),
            move |ground| {
                outbox.replace_rules(rules);
                known.reload(ground, show);
            },
        )
    }

    /// By which everything is scheduled.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<ArcSwap<Config>> {
        Arc::clone(&self.known.config)
    }

    /// Where everything is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What sends.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Winds the clock forward by milliseconds and sends what falls due meanwhile. Gives the number of
    /// attempts.
    pub async fn advance(&self, ms: i64) -> usize {
        self.outbox.wind(ms).await
    }

    /// Sets the clock back to the machine's. What waits keeps its distance.
    ///
    /// # Errors
    ///
    /// Of the store.
    pub async fn reset_clock(&self) -> Result<(), StoreError> {
        let clock = self.clock.clone();
        self.store
            .write(move |tx| {
                let ahead = clock.ahead_ms();
                deliveries::set_back(tx, ahead)?;
                asna::set_back(tx, ahead, clock.now_ms() - ahead)?;
                facts::keep_clock(tx, 0)?;
                clock.set_ahead_ms(0);
                Ok(())
            })
            .await?;
        self.outbox.reread().await
    }

    /// Sends a delivery again, whatever became of it. The receiver hears of the attempt.
    ///
    /// # Errors
    ///
    /// Of the store; where there is no such delivery.
    pub async fn deliver(
        &self,
        ids: Vec<String>,
    ) -> Result<Vec<tokio::sync::oneshot::Receiver<()>>, StoreError> {
        let now = self.clock.now_ms();
        let again = move |tx: &rusqlite::Connection| {
            ids.iter().map(|id| deliveries::again(tx, id, now)).collect::<Result<Vec<_>, _>>()
        };
        let outbox = self.outbox.clone();
        let then =
            move |rows: Vec<Waiting>| outbox.add(rows.into_iter().map(|row| (row, None)).collect());
        self.store.write_then(again, then).await
    }

    /// Replaces all state by a saved one, or by none.
    ///
    /// # Errors
    ///
    /// Where the document does not fit; nothing has changed then.
    pub async fn load(&self, saved: Option<dump::Saved>) -> Result<(), StoreError> {
        let (clock, known) = (self.clock.clone(), Arc::clone(&self.known));
        let shown = Arc::clone(&self.known);
        let work = move |tx: &rusqlite::Connection| {
            dump::replace(tx, saved.as_ref())?;
            clock.set_ahead_ms(facts::clock_ahead_ms(tx)?);
            Ok::<_, StoreError>((known.ground(tx)?, facts::learned(tx)?))
        };
        let then = move |(ground, learned)| shown.replace(ground, learned);
        self.store.write_then(work, then).await?;
        self.outbox.reread().await
    }

    /// Lets attempts under way end.
    pub fn stop(&self) {
        self.outbox.stop();
    }
}
