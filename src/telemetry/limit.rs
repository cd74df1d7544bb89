//! At most so many lines of a kind in a second. What one place of the code says is a kind, so that
//! whoever can make it speak cannot fill a disk with it; how much was left out is said afterwards.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Lines of a kind in a second.
const MOST: u32 = 10;

const SECOND: Duration = Duration::from_secs(1);

/// The kinds that were seen, with what was left out of each.
#[derive(Debug, Default)]
pub(super) struct Limits {
    kinds: Mutex<HashMap<Identifier, Kind>>,
    left_out: AtomicU64,
    /// Lines of exchanges are not wanted.
    without_exchanges: AtomicBool,
}

/// Lines that were left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeftOut {
    pub level: Level,
    pub message: String,
    pub lines: u64,
    /// Within so many seconds; more than one where the log's reader was too slow to be told.
    pub seconds: u64,
}

#[derive(Debug)]
struct Kind {
    /// The beginning of the present second.
    since: Instant,
    written: u32,
    left_out: Option<LeftOut>,
}

impl Limits {
    /// Whether one more line of a kind may be written now; `line` says what it is like.
    fn admit(&self, kind: Identifier, now: Instant, line: impl FnOnce() -> LeftOut) -> bool {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.entry(kind).or_insert(Kind { since: now, written: 0, left_out: None });
        if now.saturating_duration_since(kind.since) >= SECOND && kind.left_out.is_none() {
            (kind.since, kind.written) = (now, 0);
        }
        if kind.written < MOST {
            kind.written += 1;
            return true;
        }
        kind.left_out.get_or_insert_with(line).lines += 1;
        self.left_out.fetch_add(1, Ordering::Relaxed);
        false
    }

    /// What was left out in seconds that are over, or in all of them; each is told once.
    pub fn told(&self, now: Instant, all: bool) -> Vec<LeftOut> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |kind: &&mut Kind| all || now.saturating_duration_since(kind.since) >= SECOND;
        let take = |kind: &mut Kind| {
            let seconds = now.saturating_duration_since(kind.since).as_secs().max(1);
            kind.left_out.take().map(|left_out| LeftOut { seconds, ..left_out })
        };
        kinds.values_mut().filter(over).filter_map(take).collect()
    }

    /// Whether anything is still to be told.
    pub fn owes(&self) -> bool {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.values().any(|kind| kind.left_out.is_some())
    }

    /// From now on no line of an exchange is written.
    pub fn leave_exchanges_out(&self) {
        self.without_exchanges.store(true, Ordering::Relaxed);
    }

    /// All lines that were left out.
    pub fn left_out(&self) -> u64 {
        self.left_out.load(Ordering::Relaxed)
    }
}

/// Applies the limits to events. Lines of exchanges are none of a kind, and who asks for `debug` wants
/// to see all of it.
pub(super) struct Limited(pub Arc<Limits>);

impl<S: Subscriber> Layer<S> for Limited {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let about = event.metadata();
        let level = *about.level();
        if about.target() == super::EXCHANGES {
            return !self.0.without_exchanges.load(Ordering::Relaxed);
        }
        level > Level::INFO
            || self.0.admit(about.callsite(), Instant::now(), || {
                let mut message = Message(String::new());
                event.record(&mut message);
                LeftOut { level, message: message.0, lines: 0, seconds: 0 }
            })
    }
}

/// The words of an event.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // A text takes whatever is written.
            let _ = write!(self.0, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::Metadata;
    use tracing::callsite::Callsite;
    use tracing::subscriber::Interest;

    use super::*;

    struct Place;

    impl Callsite for Place {
        fn set_interest(&self, _: Interest) {}

        fn metadata(&self) -> &Metadata<'_> {
            unimplemented!("only its identity is asked for")
        }
    }

    static ONE: Place = Place;

    fn left_out(lines: u64, seconds: u64) -> LeftOut {
        LeftOut { level: Level::INFO, message: "x".to_owned(), lines, seconds }
    }

    fn lines(limits: &Limits, now: Instant, count: u32) -> u32 {
        let line = || left_out(0, 0);
        let admitted = (0..count).filter(|_| limits.admit(Identifier(&ONE), now, line));
        u32::try_from(admitted.count()).unwrap()
    }

    #[test]
    fn a_kind_has_so_many_lines_in_a_second_and_the_rest_is_told_once() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert_eq!(lines(&limits, now, 322), MOST);
        assert_eq!(limits.told(now, false), [], "the second is not over");
        assert!(limits.owes());
        let told = limits.told(now + SECOND, false);
        assert_eq!(told, [left_out(312, 1)]);
        assert!(!limits.owes());
        assert_eq!(limits.told(now + SECOND, true), []);
        assert_eq!(lines(&limits, now + SECOND, 3), 3);
        assert_eq!(limits.left_out(), 312);
    }

    #[test]
    fn what_is_left_out_at_the_end_is_told_before_its_second_is_over() {
        let (limits, now) = (Limits::default(), Instant::now());
        lines(&limits, now, MOST + 1);
        assert_eq!(limits.told(now, true).len(), 1);
    }
}
