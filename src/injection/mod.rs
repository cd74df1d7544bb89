//! What is made on purpose: faults, stubs that answer for a partner, breakpoints that hold an exchange;
//! who meets which, and what was done to whom.
//!
//! A decision is a value, a [`Spoil`] for one; each plane carries it out where its bytes pass. While
//! there is nothing of the kind, an exchange asks one flag and nothing else; where there is, nobody
//! waits for a lock before something is held: rules are read only, and what they count are atomics.

mod applied;
mod breakpoint;
mod edit;
mod gather;
mod hold;
pub mod message;
mod rule;
pub mod service;
mod set;
pub mod stub;
mod subject;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::model::injection::{Injection, Plane};
pub use applied::{Applied, HEADER};
pub use breakpoint::{Breakpoint, Stop};
pub use edit::{Edit, is_made_anew};
pub use gather::{Gathered, gather};
pub use hold::{By, Decision, Held, Holds, LEASE, MOST_BODY, MOST_HELD, Message, Place};
pub use rule::{Rule, Source};
pub use set::{Set, Spoil};
pub use stub::Stub;
pub use subject::{Condition, Scope, Subject};

/// All in force. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Injections(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    any: AtomicBool,
    set: ArcSwap<Set>,
    stubs: ArcSwap<Vec<Arc<Stub>>>,
    breakpoints: ArcSwap<Vec<Arc<Breakpoint>>>,
    holds: Holds,
    /// Held while anything is replaced.
    last: Mutex<Last>,
}

/// The last number given to a rule of each kind.
#[derive(Debug, Default)]
struct Last {
    fault: u64,
    stub: u64,
    breakpoint: u64,
}

/// What is known of an exchange before it is carried out.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// Whose it is.
    pub plane: Plane,
    /// The app's id, where it is known.
    pub app: Option<&'a str>,
    /// Path, with its query if it has one.
    pub path: &'a str,
    /// A webhook's event.
    pub event: Option<&'a str>,
}

/// What befalls an exchange: at least one of the two.
#[derive(Debug, Clone, Default)]
pub struct Spoils {
    /// What the receiver gets.
    pub request: Option<Spoil>,
    /// What the caller gets.
    pub answer: Option<Spoil>,
}

impl Injections {
    /// Those of a file.
    pub fn new(file: &[Injection]) -> Self {
        let injections = Self::default();
        injections.reload(file);
        injections
    }

    /// Whether there is any fault, stub or breakpoint at all.
    #[inline]
    pub fn any(&self) -> bool {
        self.0.any.load(Ordering::Acquire)
    }

    /// Whether there is any fault.
    pub fn any_fault(&self) -> bool {
        self.any() && !self.0.set.load().rules().is_empty()
    }

    /// What is held.
    pub fn holds(&self) -> &Holds {
        &self.0.holds
    }

    /// What befalls this exchange. It counts as met.
    #[inline]
    pub fn decide(&self, exchange: &Exchange<'_>) -> Option<Spoils> {
        if !self.any() { None } else { self.decide_of_some(exchange) }
    }

    #[cold]
    fn decide_of_some(&self, exchange: &Exchange<'_>) -> Option<Spoils> {
        let spoils = self.0.set.load().spoils(exchange);
        (spoils.request.is_some() || spoils.answer.is_some()).then_some(spoils)
    }

    /// Puts a file's in place of those of the last one. One that stands there as before goes on
    /// counting; what was added by hand stays.
    pub fn reload(&self, file: &[Injection]) {
        self.change(|rules, last| {
            let mut old: Vec<_> = rules.to_vec();
            let mut kept = |wanted: &Injection| {
                let same = |rule: &Arc<Rule>| rule.source == Source::File && rule.is(wanted);
                old.iter().position(same).map(|at| old.remove(at))
            };
            let of_file: Vec<_> = file
                .iter()
                .map(|injection| {
                    kept(injection).unwrap_or_else(|| made(injection.clone(), Source::File, last))
                })
                .collect();
            let by_hand = rules.iter().filter(|rule| rule.source == Source::Hand).cloned();
            (of_file.into_iter().chain(by_hand).collect(), ())
        });
    }

    /// Adds one until the next start.
    pub fn add(&self, injection: Injection) -> Arc<Rule> {
        self.change(|rules, last| {
            let rule = made(injection, Source::Hand, last);
            (rules.iter().cloned().chain([Arc::clone(&rule)]).collect(), rule)
        })
    }

    /// Takes one away; false where there is none of this id. One of the file comes back with the next
    /// reload.
    pub fn remove(&self, id: &str) -> bool {
        self.change(|rules, _| {
            let left: Vec<_> = rules.iter().filter(|rule| &*rule.id != id).cloned().collect();
            let found = left.len() < rules.len();
            (left, found)
        })
    }

    /// Takes all away; how many there were.
    pub fn clear(&self) -> usize {
        self.change(|rules, _| (Vec::new(), rules.len()))
    }

    /// All in force, in the order in which they are asked.
    pub fn list(&self) -> Vec<Arc<Rule>> {
        self.0.set.load().rules().to_vec()
    }

    fn change<T>(&self, change: impl FnOnce(&[Arc<Rule>], &mut u64) -> (Vec<Arc<Rule>>, T)) -> T {
        self.alter(|shared, last| {
            let (rules, told) = change(shared.set.load().rules(), &mut last.fault);
            shared.set.store(Arc::new(Set::new(rules)));
            told
        })
    }

    fn alter<T>(&self, change: impl FnOnce(&Shared, &mut Last) -> T) -> T {
        let shared = &*self.0;
        let mut last = shared.last.lock().unwrap_or_else(PoisonError::into_inner);
        let told = change(shared, &mut last);
        let none = shared.set.load().rules().is_empty()
            && shared.stubs.load().is_empty()
            && shared.breakpoints.load().is_empty();
        shared.any.store(!none, Ordering::Release);
        told
    }
}

fn made(injection: Injection, source: Source, last: &mut u64) -> Arc<Rule> {
    *last += 1;
    Arc::new(Rule::new(&format!("f{last}"), injection, source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::injection::{Kind, Side};

    fn status(status: u16) -> Injection {
        Injection {
            plane: Plane::Proxy,
            side: Side::Answer,
            app: None,
            path: None,
            event: None,
            kind: Kind::Status(status),
            first: None,
            chance: None,
        }
    }

    fn ids(injections: &Injections) -> Vec<String> {
        injections.list().iter().map(|rule| rule.id.to_string()).collect()
    }

    fn met(injections: &Injections) -> Option<Spoils> {
        let exchange = Exchange { plane: Plane::Proxy, app: None, path: "/", event: None };
        injections.decide(&exchange)
    }

    #[test]
    fn none_befall_anybody_until_there_is_one_and_after_it_was_taken_away() {
        let injections = Injections::default();
        assert!(!injections.any() && met(&injections).is_none());
        let rule = injections.add(status(503));
        assert_eq!(met(&injections).unwrap().answer.unwrap().id(), &*rule.id);
        assert!(injections.remove("f1") && !injections.remove("f1"));
        assert!(!injections.any() && met(&injections).is_none());
        assert_eq!(&*injections.add(status(503)).id, "f2");
        assert_eq!(injections.clear(), 1);
        assert!(!injections.any());
    }

    #[test]
    fn a_reload_keeps_the_count_of_what_stays_and_what_was_added_by_hand() {
        let injections = Injections::new(&[status(500), status(501)]);
        injections.add(status(599));
        met(&injections);
        injections.reload(&[status(502), status(500)]);
        assert_eq!(ids(&injections), ["f4", "f1", "f3"]);
        let hits: Vec<_> = injections.list().iter().map(|rule| rule.hits()).collect();
        assert_eq!(hits, [0, 1, 0]);
        injections.reload(&[]);
        assert_eq!(ids(&injections), ["f3"]);
    }

    #[test]
    fn two_alike_are_two() {
        let injections = Injections::new(&[status(500), status(500)]);
        injections.reload(&[status(500), status(500), status(500)]);
        assert_eq!(ids(&injections), ["f1", "f2", "f3"]);
    }
}
