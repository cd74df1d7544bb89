//! The plane at work: an event happens in the simulated cloud, its change and its webhook are
//! written together, the outbox sends, and what the partner answers is learned.

mod address;
mod cast;
mod courier;
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

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;

use crate::clock::Clock;
use crate::config::meant::Config;
use crate::model::learned::{Learned, Pair};
use crate::model::token::Token;
use crate::outbox::{Courier, Couriers, Desk, Outbox, Rules, Witness};
use crate::store::deliveries::Waiting;
use crate::store::{Store, StoreError, asna, deliveries, dump, facts};
use courier::Post;
pub use paper::compose;
pub use run::{Report, StepReport};
pub use simulate::{Simulated, Simulation, What};
pub use wish::{Made, Refusal, Trigger};

/// Shows the proxy what is known now, and which part of it is new; all of it where that is not said.
pub type Publish = Box<dyn Fn(&Learned, Option<&Pair>) + Send + Sync>;

/// The webhook plane of a running gateway.
#[derive(Debug)]
pub struct Plane {
    known: Arc<Known>,
    store: Store,
    clock: Clock,
    outbox: Outbox,
}

/// What the plane and its courier share.
struct Known {
    config: Arc<ArcSwap<Config>>,
    learned: Mutex<Learned>,
    publish: OnceLock<Publish>,
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl Known {
    /// Notes the user's token and shows it to the proxy.
    fn learn_token(&self, of: &Pair, token: &Token) {
        self.change(Some(of), |learned| {
            let known = learned.tokens.insert(of.clone(), token.clone());
            known.is_none_or(|known| known.expose() != token.expose())
        });
    }

    /// Notes whether a user has an app and shows it to the proxy.
    fn learn_installed(&self, of: &Pair, installed: bool) {
        self.change(Some(of), |learned| {
            learned.installed.insert(of.clone(), installed) != Some(installed)
        });
    }

    /// `change` says whether there is news for the proxy.
    fn change(&self, changed: Option<&Pair>, change: impl FnOnce(&mut Learned) -> bool) {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if !change(&mut learned) {
            return;
        }
        if let Some(publish) = self.publish.get() {
            publish(&learned, changed);
        }
    }
}

impl Plane {
    /// Starts to send what waits, another vendor's messages by its own courier. `publish` is called
    /// whenever something was learned.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub fn start(
        store: Store,
        clock: Clock,
        config: Arc<Config>,
        learned: Learned,
        rules: Rules,
        publish: Publish,
        foreign: impl Courier<Effect = Infallible>,
        witness: Option<Arc<dyn Witness>>,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let known = Arc::new(Known {
            config: Arc::new(ArcSwap::new(config)),
            learned: Mutex::new(learned),
            publish: OnceLock::from(publish),
        });
        let own = Post::new(Arc::clone(&known));
        let courier = Arc::new(Couriers { own, other: foreign });
        let desk = Desk { store: store.clone(), clock: clock.clone(), courier, rules, witness };
        let (outbox, thread) = Outbox::start(desk)?;
        Ok((Self { known, store, clock, outbox }, thread))
    }

    /// Puts another configuration in force. `install` is handed what is known and shows both to the
    /// proxy; nothing is learned meanwhile.
    pub fn reload(&self, config: Arc<Config>, rules: Rules, install: impl FnOnce(&Learned)) {
        let learned = self.known.learned.lock().unwrap_or_else(PoisonError::into_inner);
        self.known.config.store(config);
        self.outbox.replace_rules(rules);
        install(&learned);
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
        let clock = self.clock.clone();
        let learned = self
            .store
            .write(move |tx| {
                dump::replace(tx, saved.as_ref())?;
                clock.set_ahead_ms(facts::clock_ahead_ms(tx)?);
                facts::learned(tx)
            })
            .await?;
        self.known.change(None, |known| {
            *known = learned;
            true
        });
        self.outbox.reread().await
    }

    /// Lets attempts under way end.
    pub fn stop(&self) {
        self.outbox.stop();
    }
}
