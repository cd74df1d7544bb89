//! What the handlers share.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::key::Key;
use super::schemas::Schemas;
use crate::clock::Clock;
use crate::config::meant::{AsnaClient, Config};
use crate::injection::Injections;
use crate::model::quota::Quota;
use crate::outbox::Outbox;
use crate::store::{Store, StoreError, asna};

/// The simulated ASNA of a running gateway. Clones are one.
#[derive(Debug, Clone)]
pub struct State {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) outbox: Outbox,
    pub(super) injections: Injections,
    config: Arc<ArcSwap<Config>>,
    schemas: Arc<ArcSwap<Schemas>>,
    quota: Arc<Quota>,
    /// Read anew when the stored one is another.
    key: Arc<Mutex<Option<Arc<Key>>>>,
}

impl State {
    /// The configuration is shared with the [`Post`](super::Post).
    pub fn new(
        store: Store,
        clock: Clock,
        outbox: Outbox,
        config: Arc<ArcSwap<Config>>,
        injections: Injections,
    ) -> Self {
        let schemas = Arc::new(ArcSwap::from_pointee(Schemas::new(&config.load().asna)));
        let (quota, key) = Default::default();
        Self { store, clock, outbox, injections, config, schemas, quota, key }
    }

    /// Puts another configuration in force.
    pub fn reload(&self, config: Arc<Config>) {
        self.schemas.store(Arc::new(Schemas::new(&config.asna)));
        self.config.store(config);
    }

    pub(super) fn config(&self) -> Arc<Config> {
        self.config.load_full()
    }

    pub(super) fn schemas(&self) -> Arc<Schemas> {
        self.schemas.load_full()
    }

    /// Counts a call of a client's; whether there may be one more.
    pub(super) fn counts(&self, client: &AsnaClient) -> bool {
        let rate = self.config.load().asna.rate;
        self.quota.count(client.id.to_ascii_lowercase(), rate, self.clock.now_ms()).is_ok()
    }

    /// The key that signs tokens, once there is one.
    pub(super) async fn key(&self) -> Result<Option<Arc<Key>>, StoreError> {
        let kept = self.store.write(|tx| asna::key(tx, None, 0)).await?;
        Ok(kept.and_then(|kept| self.read(kept)))
    }

    /// The key that signs tokens; it is made where there is none.
    pub(super) async fn own_key(&self) -> Result<Option<Arc<Key>>, StoreError> {
        if let Some(key) = self.key().await? {
            return Ok(Some(key));
        }
        let made = tokio::task::spawn_blocking(Key::generate).await.ok().flatten();
        let Some(made) = made else { return Ok(None) };
        let now = self.clock.now_ms();
        let kept = self.store.write(move |tx| asna::key(tx, Some(&made), now)).await?;
        Ok(kept.and_then(|kept| self.read(kept)))
    }

    fn read(&self, kept: Vec<u8>) -> Option<Arc<Key>> {
        let mut known = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|known| !known.is(&kept)) {
            *known = Key::read(kept).map(Arc::new);
        }
        known.clone()
    }
}
