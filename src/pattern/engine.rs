//! The patterns of a group: a few by comparing what they begin with, most in one automaton, the
//! rest step by step.

use std::collections::{BTreeMap, HashMap};

use regex_automata::hybrid::dfa::Cache as Transitions;
use regex_syntax::hir::Hir;

use super::Pattern;
use super::automaton::{Automaton, SHARED_CACHE};
use super::lower::Alphabet;

/// So many patterns may share a beginning and still be compared with one by one.
const FEW: usize = 4;

/// Finds which pattern of a group matches.
#[derive(Debug)]
pub(super) struct Engine {
    /// Patterns told apart by their beginning alone, in the order of its hash.
    direct: Vec<Direct>,
    /// What follows such a beginning. Most rules end alike, so there are few of these and their
    /// states stay in the processor's cache.
    endings: Vec<Automaton>,
    automaton: Option<Automaton>,
    /// For each pattern of the automaton its index in the set.
    linear: Vec<usize>,
    /// Patterns that need the backtracking matcher.
    stepwise: Vec<usize>,
}

/// States of an engine's automata one thread has met.
#[derive(Debug, Default)]
pub(super) struct States {
    endings: Vec<Option<Transitions>>,
    automaton: Option<Transitions>,
}

#[derive(Debug)]
struct Direct {
    hash: u64,
    beginning: String,
    ending: usize,
    pattern: usize,
}

impl Engine {
    /// Members are indices into the patterns, each with the hash of its beginning.
    pub(super) fn new(
        patterns: &[Pattern],
        members: &[(usize, u64)],
        alphabet: Alphabet,
        smallest_cache: usize,
    ) -> Self {
        let mut crowd: HashMap<u64, usize> = HashMap::new();
        for (_, hash) in members {
            *crowd.entry(*hash).or_default() += 1;
        }
        let mut draft = Draft::default();
        for &(index, hash) in members {
            let Some(pattern) = patterns.get(index) else { continue };
            let alone = crowd.get(&hash).is_some_and(|many| *many <= FEW);
            if !(alone && draft.add_direct(pattern, index, hash, alphabet)) {
                draft.add_whole(pattern, index, alphabet);
            }
        }
        draft.finish(smallest_cache)
    }

    /// A pattern that matches, of those the backtracking matcher is not needed for.
    pub(super) fn find(
        &self,
        states: &mut States,
        patterns: &[Pattern],
        hash: u64,
        url: &str,
    ) -> Option<usize> {
        self.find_direct(states, hash, url).or_else(|| {
            let automaton = self.automaton.as_ref()?;
            let transitions = states.automaton.get_or_insert_with(|| automaton.cache());
            match automaton.find(transitions, url.as_bytes()) {
                Ok(found) => self.linear.get(found?).copied(),
                Err(()) => {
                    self.linear.iter().copied().find(|&index| one_matches(patterns, index, url))
                }
            }
        })
    }

    /// The patterns that the backtracking matcher is needed for.
    pub(super) fn stepwise(&self) -> &[usize] {
        &self.stepwise
    }

    fn find_direct(&self, states: &mut States, hash: u64, url: &str) -> Option<usize> {
        let first = self.direct.partition_point(|direct| direct.hash < hash);
        let candidates = self.direct.get(first..)?.iter().take_while(|direct| direct.hash == hash);
        for direct in candidates {
            let (Some(rest), Some(ending)) =
                (url.strip_prefix(&direct.beginning), self.endings.get(direct.ending))
            else {
                continue;
            };
            if states.endings.is_empty() {
                states.endings.resize_with(self.endings.len(), || None);
            }
            let transitions =
                states.endings.get_mut(direct.ending)?.get_or_insert_with(|| ending.cache());
            if ending.find(transitions, rest.as_bytes()).is_ok_and(|found| found.is_some()) {
                return Some(direct.pattern);
            }
        }
        None
    }
}

fn one_matches(patterns: &[Pattern], index: usize, url: &str) -> bool {
    patterns.get(index).is_some_and(|pattern| pattern.matches(url) == Ok(true))
}

/// An engine being put together.
#[derive(Default)]
struct Draft {
    direct: Vec<Direct>,
    endings: Vec<Automaton>,
    /// Where among the endings an expression is.
    known: BTreeMap<String, usize>,
    expressions: Vec<Hir>,
    linear: Vec<usize>,
    stepwise: Vec<usize>,
}

impl Draft {
    fn add_direct(
        &mut self,
        pattern: &Pattern,
        index: usize,
        hash: u64,
        alphabet: Alphabet,
    ) -> bool {
        let Some((beginnings, ending)) = pattern.split(alphabet) else { return false };
        let name = ending.to_string();
        let ending = match self.known.get(&name) {
            Some(known) => *known,
            None => {
                let Some(automaton) = Automaton::new(&[ending], SHARED_CACHE) else { return false };
                self.endings.push(automaton);
                self.known.insert(name, self.endings.len() - 1);
                self.endings.len() - 1
            }
        };
        self.direct.extend(beginnings.into_iter().map(|beginning| Direct {
            hash,
            beginning,
            ending,
            pattern: index,
        }));
        true
    }

    fn add_whole(&mut self, pattern: &Pattern, index: usize, alphabet: Alphabet) {
        match pattern.lower(alphabet) {
            Some(expression) => {
                self.linear.push(index);
                self.expressions.push(expression);
            }
            None => self.stepwise.push(index),
        }
    }

    fn finish(mut self, smallest_cache: usize) -> Engine {
        self.direct.sort_by_key(|direct| direct.hash);
        let automaton = if self.linear.is_empty() {
            None
        } else {
            Automaton::new(&self.expressions, smallest_cache)
        };
        if automaton.is_none() {
            self.stepwise.append(&mut self.linear);
        }
        Engine {
            direct: self.direct,
            endings: self.endings,
            automaton,
            linear: self.linear,
            stepwise: self.stepwise,
        }
    }
}
