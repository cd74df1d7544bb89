//! How often one address may be called with one token (evotor.md, section 6.1). The vendor does not
//! publish its numbers.

use std::hash::BuildHasher;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt};

use super::problem::Problem;

/// Calls of one address with one token within a window.
const CALLS: u32 = 1000;
const WINDOW_MS: i64 = 60_000;
/// Addresses that are counted apart; one that comes later shares its count with the others.
const APART: usize = 10_000;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What was called in the present window. Windows begin with the minutes of the clock.
#[derive(Debug, Default)]
pub(super) struct Limits {
    window: Mutex<Window>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Window {
    number: i64,
    calls: HashMap<u64, u32>,
}

/// What is left to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    remaining: u32,
    /// Seconds to the next window.
    reset: i64,
}

impl Limits {
    /// Counts a call.
    pub(super) fn count(&self, token: &str, path: &str, now_ms: i64) -> Result<Quota, Problem> {
        let number = now_ms.div_euclid(WINDOW_MS);
        // Rounded up: who waits so long finds the new window begun.
        let reset = (WINDOW_MS - now_ms.rem_euclid(WINDOW_MS) + 999).div_euclid(1000);
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.number != number {
            *window = Window { number, calls: HashMap::new() };
        }
        let own = self.hasher.hash_one((token, path));
        let apart = window.calls.len() < APART || window.calls.contains_key(&own);
        let calls = window.calls.entry(if apart { own } else { 0 }).or_default();
        if *calls >= CALLS {
            return Err(exceeded(reset));
        }
        *calls += 1;
        Ok(Quota { remaining: CALLS - *calls, reset })
    }
}

impl Quota {
    /// Writes it into an answer.
    pub(super) fn write(self, fields: &mut HeaderMap) {
        fields.insert(LIMIT, HeaderValue::from(CALLS));
        fields.insert(REMAINING, HeaderValue::from(self.remaining));
        fields.insert(RESET, HeaderValue::from(self.reset));
    }
}

fn exceeded(reset: i64) -> Problem {
    let message = format!("More than {CALLS} calls of this address within a minute.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message)
        .with(LIMIT, HeaderValue::from(CALLS))
        .with(REMAINING, HeaderValue::from(0))
        .with(RESET, HeaderValue::from(reset))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_token_and_address_has_its_own_count_and_each_minute_a_new_one() {
        let limits = Limits::default();
        for left in (0..CALLS).rev() {
            let quota = limits.count("a", "/x", 59_999).unwrap();
            assert_eq!(quota, Quota { remaining: left, reset: 1 });
        }
        assert!(limits.count("a", "/x", 30_000).is_err());
        assert!(limits.count("a", "/y", 30_000).is_ok());
        assert!(limits.count("b", "/x", 30_000).is_ok());
        assert_eq!(limits.count("a", "/x", 60_000).unwrap().reset, 60);
    }

    #[test]
    fn made_up_addresses_take_no_memory() {
        let limits = Limits::default();
        let refused = (0..APART * 2).filter(|n| limits.count("a", &n.to_string(), 0).is_err());
        assert_eq!(refused.count(), APART - CALLS as usize);
        assert!(limits.window.lock().unwrap().calls.len() <= APART + 1);
    }
}
