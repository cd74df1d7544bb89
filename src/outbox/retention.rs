//! Deliveries that are done with, and documents, are kept for a while, not for ever.

use std::cell::Cell;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::store::Store;
use crate::store::retention::{Bounds, forget, forget_papers};

/// How many deliveries that are done with are kept, and for how long.
const KEPT: u32 = 100_000;
const KEPT_FOR: Duration = Duration::from_secs(28 * 86_400);

/// How many documents are kept, and for how long: the Cloud API looks back half a year (evotor.md,
/// section 6.1).
const PAPERS: u32 = 100_000;
const PAPERS_FOR: Duration = Duration::from_secs(200 * 86_400);

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
        while remove(store, clock).await {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Removes a batch of each; whether there may be more.
async fn remove(store: &Store, clock: &Clock) -> bool {
    // By the machine's clock: what a wound one has seen pass is to be looked at afterwards.
    let now = clock.now_ms() - clock.ahead_ms();
    let bounds = |newest, kept_for: Duration| {
        let kept_for = i64::try_from(kept_for.as_millis()).unwrap_or(i64::MAX);
        Bounds { newest, since: now - kept_for, at_most: BATCH }
    };
    let (deliveries, papers) = (bounds(KEPT, KEPT_FOR), bounds(PAPERS, PAPERS_FOR));
    let work = move |tx: &Connection| {
        let gone = [forget(tx, deliveries)?, forget_papers(tx, papers)?];
        Ok(gone.contains(&BATCH))
    };
    store.write(work).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "What is past its time could not be removed");
        false
    })
}
