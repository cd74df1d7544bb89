//! One lazy DFA over any number of patterns, run directly: no captures, no other engine to fall
//! back to, and nothing that could ask for memory by patterns times states.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;

/// Bytes the transitions of an automaton may take where there is but one. A full cache is cleared,
/// never given up.
pub(super) const LONE_CACHE: usize = 2 << 20;
/// The same where there are many, of which a hostile client could fill every one.
pub(super) const SHARED_CACHE: usize = 256 << 10;
/// Bytes a pattern was measured to need.
const CACHE_PER_PATTERN: usize = 6_400;

/// Tells which of its patterns matches a whole text. Each thread brings its own cache.
#[derive(Debug)]
pub(super) struct Automaton(DFA);

impl Automaton {
    /// `None` if the automaton would not fit its own limits. The cache grows with the number of patterns, from `smallest` bytes.
    pub(super) fn new(patterns: &[Hir], smallest: usize) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().which_captures(WhichCaptures::None).utf8(false))
            .build_many_from_hir(patterns)
            .ok()?;
        let config = Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(smallest.max(CACHE_PER_PATTERN * patterns.len()))
            .skip_cache_capacity_check(true);
        DFA::builder().configure(config).build_from_nfa(nfa).ok().map(Self)
    }

    pub(super) fn cache(&self) -> Cache {
        self.0.create_cache()
    }

    /// The index of a pattern that matches; `Err` if the search was given up, which no setting here
    /// should allow.
    pub(super) fn find(&self, cache: &mut Cache, text: &[u8]) -> Result<Option<usize>, ()> {
        let input = Input::new(text).anchored(Anchored::Yes).earliest(true);
        let found = self.0.try_search_fwd(cache, &input).map_err(|_| ())?;
        Ok(found.map(|half| half.pattern().as_usize()))
    }

    /// Bytes after which a match is still possible.
    pub(super) fn reach(&self, text: &[u8]) -> usize {
        let mut cache = self.cache();
        let input = Input::new(text).anchored(Anchored::Yes);
        let Ok(mut state) = self.0.start_state_forward(&mut cache, &input) else { return 0 };
        for (at, byte) in text.iter().enumerate() {
            match self.0.next_state(&mut cache, state, *byte) {
                Ok(next) if !next.is_dead() && !next.is_quit() => state = next,
                _ => return at,
            }
        }
        text.len()
    }

    /// A walk over its states by hand.
    pub(super) fn walk(&self) -> Option<Walk<'_>> {
        let mut cache = self.cache();
        let input = Input::new("").anchored(Anchored::Yes);
        let start = self.0.start_state_forward(&mut cache, &input).ok()?;
        Some(Walk { dfa: &self.0, cache, start })
    }
}

/// States are known by the same ids as long as the walk goes on; it ends where the cache is full.
pub(super) struct Walk<'a> {
    dfa: &'a DFA,
    cache: Cache,
    pub(super) start: LazyStateID,
}

impl Walk<'_> {
    /// The state behind a byte; `None` where the walk has to end.
    pub(super) fn next(&mut self, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        let next = self.dfa.next_state(&mut self.cache, state, byte).ok()?;
        self.is_whole().then_some(next)
    }

    /// Whether a text that ends here matches.
    pub(super) fn ends(&mut self, state: LazyStateID) -> Option<bool> {
        let end = self.dfa.next_eoi_state(&mut self.cache, state).ok()?;
        self.is_whole().then_some(end.is_match())
    }

    fn is_whole(&self) -> bool {
        self.cache.clear_count() == 0
    }
}
