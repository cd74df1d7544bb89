//! A fault in force, and what it counts.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::model::injection::{Injection, Kind};
use crate::model::seeded::Seeded;

/// Where a fault comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// gateway.yaml.
    File,
    /// The API; gone after a restart.
    Hand,
}

/// A fault in force.
#[derive(Debug)]
pub struct Rule {
    /// `f1`; never given twice.
    pub id: Box<str>,
    /// What is meant.
    pub injection: Injection,
    /// Where it comes from.
    pub source: Source,
    /// Of its sequence; made up where none was written.
    pub seed: u64,
    met: AtomicU64,
    hits: AtomicU64,
}

impl Rule {
    /// One that has counted nothing yet.
    pub fn new(id: &str, injection: Injection, source: Source) -> Self {
        let written = injection.chance.and_then(|chance| chance.seed);
        let seed = written.unwrap_or_else(|| u64::from(Uuid::new_v4().as_fields().0));
        let (met, hits) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { id: id.into(), injection, source, seed, met, hits }
    }

    /// What is done.
    pub fn kind(&self) -> &Kind {
        &self.injection.kind
    }

    /// How many exchanges it has befallen.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// Whether it is this one.
    pub(super) fn is(&self, injection: &Injection) -> bool {
        self.injection == *injection
    }

    /// Whether it befalls the exchange that has just matched, which counts.
    pub(super) fn befalls(&self) -> bool {
        if let Some(chance) = self.injection.chance {
            let nth = self.met.fetch_add(1, Ordering::Relaxed);
            if draw(self.seed, nth) >= chance.share {
                return false;
            }
        }
        let most = self.injection.first.map_or(u64::MAX, NonZeroU64::get);
        let more = |hits: u64| (hits < most).then_some(hits.saturating_add(1));
        self.hits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }
}

/// The nth number of a sequence, from 0 to just below 1.
fn draw(seed: u64, nth: u64) -> f64 {
    let word = Seeded::part(seed, &nth.to_string()).word();
    // A double has 53 bits.
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::injection::{Chance, Plane, Side};

    fn rule(first: Option<u64>, share: Option<f64>, seed: u64) -> Rule {
        let injection = Injection {
            plane: Plane::Webhook,
            side: Side::Request,
            app: None,
            path: None,
            event: None,
            kind: Kind::Empty { raw: false },
            first: first.and_then(NonZeroU64::new),
            chance: share.map(|share| Chance { share, seed: Some(seed) }),
        };
        Rule::new("f1", injection, Source::Hand)
    }

    fn sequence(rule: &Rule, count: usize) -> Vec<bool> {
        (0..count).map(|_| rule.befalls()).collect()
    }

    #[test]
    fn the_first_two_and_then_none() {
        let rule = rule(Some(2), None, 0);
        assert_eq!(sequence(&rule, 4), [true, true, false, false]);
        assert_eq!(rule.hits(), 2);
    }

    #[test]
    fn a_seed_gives_its_sequence_again_and_another_one_another() {
        let first = sequence(&rule(None, Some(0.5), 7), 64);
        assert_eq!(first, sequence(&rule(None, Some(0.5), 7), 64));
        assert_ne!(first, sequence(&rule(None, Some(0.5), 8), 64));
    }

    #[test]
    fn a_share_is_about_met_and_all_is_all() {
        let hits = sequence(&rule(None, Some(0.25), 1), 4000).iter().filter(|hit| **hit).count();
        assert!((900..1100).contains(&hits), "{hits}");
        assert!(sequence(&rule(None, Some(1.0), 1), 1000).iter().all(|hit| *hit));
    }

    #[test]
    fn by_chance_the_first_two_are_two_that_were_met() {
        let rule = rule(Some(2), Some(0.5), 3);
        assert_eq!(sequence(&rule, 64).iter().filter(|hit| **hit).count(), 2);
    }
}
