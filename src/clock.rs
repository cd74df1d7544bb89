//! The time by which everything of the simulated cloud is scheduled; it can be wound forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The simulated cloud's clock: the machine's, plus what it was wound. Clones are one clock.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Milliseconds ahead of the machine's clock.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        machine_ms() + self.ahead_ms()
    }

    /// Milliseconds ahead of the machine's clock.
    pub fn ahead_ms(&self) -> i64 {
        self.ahead.load(Ordering::Acquire)
    }

    /// Sets how far ahead of the machine's clock this one is, in milliseconds.
    pub fn set_ahead_ms(&self, ms: i64) {
        self.ahead.store(ms, Ordering::Release);
    }

    /// Winds forward to a moment; one that is past already changes nothing.
    pub fn wind_to(&self, ms: i64) {
        let missing = ms - self.now_ms();
        if missing > 0 {
            self.ahead.fetch_add(missing, Ordering::AcqRel);
        }
    }
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wound_clock_stays_ahead_and_never_goes_back() {
        let clock = Clock::default();
        let start = clock.now_ms();
        clock.wind_to(start + 3_600_000);
        assert!(clock.now_ms() >= start + 3_600_000);
        let ahead = clock.ahead_ms();
        clock.wind_to(start);
        assert_eq!(clock.ahead_ms(), ahead);
        clock.set_ahead_ms(0);
        assert!(clock.now_ms() < start + 3_600_000);
    }
}
