//! Deliveries that are done with are kept for a while, not for ever.

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::store::Store;
use crate::store::retention::{Bounds, forget};

/// How many deliveries that are done with are kept, and for how long.
const KEPT: u32 = 100_000;
const KEPT_FOR: Duration = Duration::from_secs(28 * 86_400);

/// How many go at a time; what else is to be written waits for no more than these.
const BATCH: u32 = 200;

/// After so many deliveries it is time to look; without any, once a minute.
const EVERY: u32 = 200;
const AT_LEAST_EVERY: Duration = Duration::from_secs(60);

/// Between two batches.
const PAUSE: Duration = Duration::from_millis(10);

/// Counts what ends.
#[derive(Debug, Default)]
pub(super) struct Tally {
    ended: Cell<u32>,
    full: Notify,
}

impl Tally {
    /// An attempt has ended.
    pub(super) fn count(&self) {
        self.ended.set(self.ended.get() + 1);
        if self.ended.get() >= EVERY {
            self.ended.set(0);
            self.full.notify_one();
        }
    }
}

/// Removes what is past its time, batch by batch, as long as it is polled.
pub(super) async fn keep_bounded(store: &Store, clock: &Clock, tally: &Tally) {
    loop {
        // In time or not, there may be something to remove.
        let _ = tokio::time::timeout(AT_LEAST_EVERY, tally.full.notified()).await;
        while remove(store, clock).await == BATCH {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn remove(store: &Store, clock: &Clock) -> u32 {
    // By the machine's clock: what a wound one has seen pass is to be looked at afterwards.
    let now = clock.now_ms() - clock.ahead_ms();
    let kept_for = i64::try_from(KEPT_FOR.as_millis()).unwrap_or(i64::MAX);
    let bounds = Bounds { newest: KEPT, since: now - kept_for, at_most: BATCH };
    store.write(move |tx| forget(tx, bounds)).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "Deliveries that are done with could not be removed");
        0
    })
}
