//! Where exchanges are held until somebody has looked at them.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::hold::By;
use super::stub::spend;
use super::{Injections, Scope, Subject};
use crate::fault::{Code, Fault};
use crate::model::held::Hold;
use crate::model::injection::Side;
use crate::text::text;

/// What is to be held.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Whose exchanges.
    pub scope: Scope,
    /// Which half.
    pub side: Side,
    /// How long at most, in place of `limits.response_timeout`.
    pub timeout: Option<Duration>,
    /// At most so often.
    pub first: Option<NonZeroU64>,
    /// Whether it holds only while somebody [watches](super::Holds::watch).
    pub watched: bool,
}

/// A breakpoint in force.
#[derive(Debug)]
pub struct Breakpoint {
    /// `b1`; never given twice.
    pub id: Box<str>,
    /// What is held.
    pub stop: Stop,
    hits: AtomicU64,
}

impl Breakpoint {
    /// How many exchanges it has stopped, those for which there was no room included.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// What the caller of an exchange that was dropped is told.
    pub fn dropped(&self, hold: &Hold, by: By) -> Fault {
        let (id, side) = (&self.id, self.stop.side.word());
        let seconds = Duration::from_millis(hold.ms).as_secs_f64();
        let (seconds, by) = (format!("{seconds:.1}"), by.name());
        let text = text!(
            "Breakpoint {id} held the {side} for {seconds} s; it was dropped {by}.",
            id, side => side, seconds, by => by
        );
        let hint =
            text!("`evotor-gateway breakpoint remove {id}` lets exchanges through again.", id);
        Fault::new(Code::DroppedAtBreakpoint, text).hint(hint)
    }

    fn stops(&self, side: Side, subject: &Subject<'_>, is_watched: bool) -> bool {
        let Stop { scope, side: own, first, watched, .. } = &self.stop;
        *own == side
            && (is_watched || !watched)
            && scope.meets(subject)
            && spend(&self.hits, *first)
    }
}

impl Injections {
    /// The first breakpoint that stops this half of an exchange, which counts. None does once the
    /// gateway is shutting down.
    pub fn breakpoint(&self, side: Side, subject: &Subject<'_>) -> Option<Arc<Breakpoint>> {
        let all = self.0.breakpoints.load();
        if all.is_empty() || self.holds().is_closed() {
            return None;
        }
        let is_watched = self.holds().is_watched(Instant::now());
        all.iter().find(|one| one.stops(side, subject, is_watched)).cloned()
    }

    /// All in force, in the order in which they are asked.
    pub fn breakpoints(&self) -> Vec<Arc<Breakpoint>> {
        self.0.breakpoints.load().to_vec()
    }

    /// Adds one until the next start.
    pub fn add_breakpoint(&self, stop: Stop) -> Arc<Breakpoint> {
        self.alter(|shared, last| {
            last.breakpoint += 1;
            let id = format!("b{}", last.breakpoint).into();
            let made = Arc::new(Breakpoint { id, stop, hits: AtomicU64::new(0) });
            let all =
                shared.breakpoints.load().iter().cloned().chain([Arc::clone(&made)]).collect();
            shared.breakpoints.store(Arc::new(all));
            made
        })
    }

    /// Takes those away that are meant; how many. What they hold goes on.
    pub fn remove_breakpoints(&self, is_meant: impl Fn(&Breakpoint) -> bool) -> usize {
        let gone = self.alter(|shared, _| {
            let all = shared.breakpoints.load();
            let (gone, left): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|one| is_meant(one));
            shared.breakpoints.store(Arc::new(left));
            gone
        });
        self.holds().let_go(|held| gone.iter().any(|one| one.id == held.breakpoint.id));
        gone.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::subject::tests::{scope, subject};
    use super::*;

    fn stop() -> Stop {
        Stop { scope: scope(), side: Side::Request, timeout: None, first: None, watched: false }
    }

    fn stopped(injections: &Injections, side: Side) -> Option<String> {
        injections.breakpoint(side, &subject("/")).map(|one| one.id.to_string())
    }

    #[test]
    fn one_that_is_watched_stops_only_while_somebody_watches() {
        let injections = Injections::default();
        injections.add_breakpoint(Stop { watched: true, ..stop() });
        assert_eq!(stopped(&injections, Side::Request), None);
        injections.holds().watch("page", Instant::now());
        assert_eq!(stopped(&injections, Side::Request).as_deref(), Some("b1"));
        assert_eq!(stopped(&injections, Side::Answer), None, "it is for requests");
        injections.holds().unwatch("page", Instant::now());
        assert_eq!(stopped(&injections, Side::Request), None);
    }

    #[test]
    fn none_stops_anything_once_the_gateway_shuts_down() {
        let injections = Injections::default();
        injections.add_breakpoint(stop());
        assert_eq!(stopped(&injections, Side::Request).as_deref(), Some("b1"));
        injections.holds().close();
        assert_eq!(stopped(&injections, Side::Request), None);
    }

    #[test]
    fn only_the_first_so_many_and_none_after_it_is_gone() {
        let injections = Injections::default();
        injections.add_breakpoint(Stop { first: NonZeroU64::new(1), ..stop() });
        assert!(stopped(&injections, Side::Request).is_some());
        assert!(stopped(&injections, Side::Request).is_none());
        assert_eq!(injections.remove_breakpoints(|_| true), 1);
        assert!(!injections.any());
    }
}
