//! How often something may happen within a minute of the clock.

use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt};

const WINDOW_MS: i64 = 60_000;
/// Keys that are counted apart; one that comes later shares its count with the others.
const APART: usize = 10_000;

/// What has happened in the present window, by key. Windows begin with the minutes of the clock.
#[derive(Debug, Default)]
pub struct Quota {
    window: Mutex<Window>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Window {
    number: i64,
    counts: HashMap<u64, u32>,
}

/// What a key may still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// How often, before the next window.
    pub remaining: u32,
    /// Seconds to the next window.
    pub reset: i64,
}

/// It has happened too often; so many seconds are left to the next window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often within a minute; the next begins in {0} s")]
pub struct Exceeded(pub i64);

impl Quota {
    /// Counts one more of a key that may happen `bound` times in a window.
    ///
    /// # Errors
    ///
    /// When it has happened that often.
    pub fn count(&self, key: impl Hash, bound: u32, now_ms: i64) -> Result<Left, Exceeded> {
        let number = now_ms.div_euclid(WINDOW_MS);
        // Rounded up: who waits this long is in the next window.
        let reset = (WINDOW_MS - now_ms.rem_euclid(WINDOW_MS) + 999) / 1000;
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.number != number {
            *window = Window { number, counts: HashMap::new() };
        }
        let own = self.hasher.hash_one(key);
        let apart = window.counts.len() < APART || window.counts.contains_key(&own);
        let count = window.counts.entry(if apart { own } else { 0 }).or_default();
        if *count >= bound {
            return Err(Exceeded(reset));
        }
        *count += 1;
        Ok(Left { remaining: bound - *count, reset })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_count_and_each_minute_a_new_one() {
        let quota = Quota::default();
        for remaining in (0..10).rev() {
            let left = quota.count("a", 10, 59_999).unwrap();
            assert_eq!(left, Left { remaining, reset: 1 });
        }
        assert_eq!(quota.count("a", 10, 30_000), Err(Exceeded(30)));
        assert_eq!(quota.count("a", 11, 30_000).unwrap().remaining, 0, "the bound was raised");
        assert!(quota.count("a", 5, 30_000).is_err(), "the bound was lowered");
        assert!(quota.count("b", 10, 30_000).is_ok());
        assert_eq!(quota.count("a", 10, 60_000).unwrap(), Left { remaining: 9, reset: 60 });
    }

    #[test]
    fn who_waits_until_the_reset_is_in_the_next_window() {
        let quota = Quota::default();
        for now in [0, 1, 999, 1000, 30_500, 59_001, 59_999] {
            let left = quota.count("a", 1000, now).unwrap();
            assert!((1..=60).contains(&left.reset));
            assert!(now + left.reset * 1000 >= WINDOW_MS, "{now}: {left:?}");
        }
    }

    #[test]
    fn made_up_keys_take_no_memory() {
        let quota = Quota::default();
        let refused = (0..APART * 2).filter(|key| quota.count(key, 1000, 0).is_err());
        assert_eq!(refused.count(), APART - 1000);
        assert!(quota.window.lock().unwrap().counts.len() <= APART + 1);
    }
}
