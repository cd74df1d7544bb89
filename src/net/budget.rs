//! Bytes that may be held in memory at one time, over all workers.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes are counted in units of this many.
const UNIT: usize = 1 << 10;

/// A number of bytes that reservations share.
#[derive(Debug)]
pub struct Budget {
    free: Arc<Semaphore>,
    patience: Duration,
}

/// A part of a [`Budget`], given back when it is dropped.
#[derive(Debug)]
pub struct Reserved(OwnedSemaphorePermit);

/// Others held too much of the budget for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the memory that is set apart is in use")]
pub struct Exceeded;

impl Budget {
    /// So many bytes; a reservation waits so long for others to end.
    pub fn new(bytes: usize, patience: Duration) -> Self {
        Self { free: Arc::new(Semaphore::new(bytes / UNIT)), patience }
    }

    /// Takes so many bytes, rounded up to KiB, after those who asked before.
    ///
    /// # Errors
    ///
    /// [`Exceeded`] when its patience is at an end.
    pub async fn reserve(&self, bytes: usize) -> Result<Reserved, Exceeded> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).map_err(|_| Exceeded)?;
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_many_owned(units) {
            return Ok(Reserved(permit));
        }
        let turn = Arc::clone(&self.free).acquire_many_owned(units);
        match tokio::time::timeout(self.patience, turn).await {
            Ok(Ok(permit)) => Ok(Reserved(permit)),
            Ok(Err(_)) | Err(_) => Err(Exceeded),
        }
    }
}

impl Reserved {
    /// Adds another part of the same budget.
    pub fn join(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_reservation_waits_for_what_is_given_back_and_not_for_ever() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let brief = Budget::new(8 << 10, Duration::ZERO);
            let mut held = brief.reserve(5 << 10).await.unwrap();
            held.join(brief.reserve(1).await.unwrap());
            assert!(matches!(brief.reserve(3 << 10).await, Err(Exceeded)));
            assert!(brief.reserve(2 << 10).await.is_ok());
            assert!(matches!(brief.reserve(9 << 10).await, Err(Exceeded)));

            let patient = Budget::new(8 << 10, Duration::from_secs(60));
            let held = patient.reserve(8 << 10).await.unwrap();
            let (waited, ()) = tokio::join!(patient.reserve(8 << 10), async { drop(held) });
            assert!(waited.is_ok());
        });
    }
}
