//! All patterns of an app against one URL, at a cost that does not grow with their number.
//!
//! Patterns that are hardly more than a text are compared as such. The others are divided into groups
//! by the literal text they begin with, so that a group stays small; a group is one lazy DFA, built
//! when a URL first comes near it.

use std::sync::OnceLock;

use super::automaton::{LONE_CACHE, SHARED_CACHE};
use super::beginning::{self, DEEPEST, Ends};
use super::engine::{Engine, States};
use super::literal::Literals;
use super::lower::Alphabet;
use super::steps::Steps;
use super::text::Text;
use super::{Exhausted, Pattern};

/// So many patterns are one group whatever they begin with.
const SMALL: usize = 32;
/// Patterns a group is meant to have.
const PER_GROUP: usize = 64;
/// Stands for the hash of a beginning in the first group, whose patterns have none.
const GENERAL: u64 = 0;

/// Many patterns, asked all at once.
#[derive(Debug)]
pub struct Set {
    patterns: Vec<Pattern>,
    literals: Literals,
    /// The group of patterns without a literal host, then those of the literal beginnings.
    groups: Vec<Group>,
    /// For each depth of a beginning whether any pattern has it.
    depths: [bool; DEEPEST + 1],
}

/// What one thread needs to ask a [`Set`]: the automata's states met so far.
#[derive(Debug)]
pub struct Cache(Vec<[States; 2]>);

impl Set {
    /// Groups the patterns; nothing is built yet.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        let (literals, others) = if patterns.len() <= SMALL {
            (Literals::default(), (0..patterns.len()).collect())
        } else {
            Literals::of(&patterns)
        };
        let literal_groups =
            if others.len() <= SMALL { 0 } else { others.len().div_ceil(PER_GROUP) };
        let mut groups: Vec<Group> = Vec::new();
        groups.resize_with(1 + literal_groups, Group::default);
        let mut depths = [false; DEEPEST + 1];
        for index in others {
            let keys = match patterns.get(index) {
                Some(pattern) if literal_groups > 0 => beginning::keys(pattern.prefixes()),
                _ => None,
            };
            let keys = keys.unwrap_or_default();
            if keys.is_empty() {
                groups[0].add(index, GENERAL);
            }
            for (depth, hash) in keys {
                depths[depth] = true;
                groups[1 + bucket(hash, literal_groups)].add(index, hash);
            }
        }
        Self { patterns, literals, groups, depths }
    }

    /// A cache for one thread.
    pub fn cache(&self) -> Cache {
        Cache(self.groups.iter().map(|_| Default::default()).collect())
    }

    /// The index of a pattern that matches the whole URL, if any does. Those that can backtrack share
    /// the steps.
    ///
    /// # Errors
    /// [`Undecided`] if none matched and the steps did not do for all.
    pub fn find(
        &self,
        cache: &mut Cache,
        url: &str,
        steps: &mut Steps,
    ) -> Result<Option<usize>, Undecided> {
        if let Some(found) = self.literals.find(url) {
            return Ok(Some(found));
        }
        let mut stepwise = Vec::new();
        for (index, hash) in self.literal_groups(url).chain([(0, GENERAL)]) {
            if let Some(found) = self.find_in(index, hash, cache, url, &mut stepwise) {
                return Ok(Some(found));
            }
        }
        if stepwise.is_empty() { Ok(None) } else { self.find_stepwise(stepwise, url, steps) }
    }

    /// Each pattern first gets an equal part of half the steps, so that one that takes long does not
    /// hide another that matches; then those that did not come to an end use up the rest.
    fn find_stepwise(
        &self,
        mut patterns: Vec<usize>,
        url: &str,
        steps: &mut Steps,
    ) -> Result<Option<usize>, Undecided> {
        // One with several beginnings is in several places.
        patterns.sort_unstable();
        patterns.dedup();
        let text = Text::new(url);
        let many = patterns.len();
        let each = if many == 1 { steps.left() } else { steps.left() / 2 / many };
        for most in [each, usize::MAX] {
            let mut open = Vec::new();
            for index in patterns {
                let mut part = steps.part(most);
                let found = self.patterns.get(index).map(|one| one.run(&text, &mut part));
                steps.put_back(part);
                match found {
                    Some(Ok(true)) => return Ok(Some(index)),
                    Some(Err(Exhausted)) => open.push(index),
                    Some(Ok(false)) | None => {}
                }
            }
            patterns = open;
        }
        match patterns.first() {
            Some(&pattern) => Err(Undecided { pattern, many }),
            None => Ok(None),
        }
    }

    /// The groups that can have a pattern for this URL, each with the hash of its beginning there.
    fn literal_groups<'a>(&'a self, url: &'a str) -> impl Iterator<Item = (usize, u64)> + 'a {
        let many = self.groups.len() - 1;
        let ends = (many > 0).then(|| Ends::new(url.as_bytes())).flatten().into_iter().flatten();
        ends.filter(|&(depth, _)| self.depths.get(depth).is_some_and(|used| *used)).map(
            move |(_, end)| {
                let hash = beginning::hash(&url.as_bytes()[..end]);
                (1 + bucket(hash, many), hash)
            },
        )
    }

    /// A pattern of a group that matches; those that can backtrack are only noted.
    fn find_in(
        &self,
        index: usize,
        hash: u64,
        cache: &mut Cache,
        url: &str,
        stepwise: &mut Vec<usize>,
    ) -> Option<usize> {
        let (group, [ascii, unicode]) = self.groups.get(index).zip(cache.0.get_mut(index))?;
        if group.members.is_empty() {
            return None;
        }
        let smallest = if index == 0 { LONE_CACHE } else { SHARED_CACHE };
        let engine = |alphabet| Engine::new(&self.patterns, &group.members, alphabet, smallest);
        let plain = group.ascii.get_or_init(|| engine(Alphabet::Ascii));
        // The automata for ASCII take no other byte, so what they find is true of any text.
        if let Some(found) = plain.find(ascii, &self.patterns, hash, url) {
            return Some(found);
        }
        if url.is_ascii() {
            stepwise.extend_from_slice(plain.stepwise());
            return None;
        }
        let wide = group.unicode.get_or_init(|| engine(Alphabet::Unicode));
        let found = wide.find(unicode, &self.patterns, hash, url);
        if found.is_none() {
            stepwise.extend_from_slice(wide.stepwise());
        }
        found
    }
}

/// The steps did not do, and no pattern had matched until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undecided {
    /// The first pattern that did not come to an end.
    pub pattern: usize,
    /// How many were tried step by step.
    pub many: usize,
}

/// Patterns that begin alike, and the engines for them.
#[derive(Debug, Default)]
struct Group {
    /// Each pattern's index with the hash of its beginning.
    members: Vec<(usize, u64)>,
    ascii: OnceLock<Engine>,
    unicode: OnceLock<Engine>,
}

impl Group {
    fn add(&mut self, index: usize, hash: u64) {
        if self.members.last() != Some(&(index, hash)) {
            self.members.push((index, hash));
        }
    }
}

fn bucket(hash: u64, many: usize) -> usize {
    usize::try_from(hash >> 20).unwrap_or(0) % many
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(set: &Set, cache: &mut Cache, url: &str) -> Result<Option<usize>, Undecided> {
        set.find(cache, url, &mut Steps::new(Steps::OF_A_REQUEST))
    }

    fn set(patterns: impl IntoIterator<Item = String>) -> (Set, Cache) {
        let set = Set::new(
            patterns.into_iter().map(|pattern| Pattern::compile(&pattern).unwrap()).collect(),
        );
        let cache = set.cache();
        (set, cache)
    }

    #[test]
    fn one_of_many_hosts_is_found() {
        let (set, mut cache) = set((0..2_000).map(|host| format!(r"https?://h{host}\.ru/api/.*")));
        assert_eq!(find(&set, &mut cache, "https://h1999.ru/api/x"), Ok(Some(1999)));
        assert_eq!(find(&set, &mut cache, "http://h7.ru/api/я"), Ok(Some(7)));
        assert_eq!(find(&set, &mut cache, "https://h2000.ru/api/x"), Ok(None));
        assert_eq!(find(&set, &mut cache, "https://h7.ru"), Ok(None));
    }

    #[test]
    fn one_of_many_paths_of_a_host_is_found() {
        let endings = ["", "/.*", "(/.*)?", r"\?.*"];
        let (set, mut cache) =
            set((0..400).map(|path| format!(r"https://a\.ru/p{}{}", path / 4, endings[path % 4])));
        for (url, pattern) in [
            ("/p99", Some(396)),
            ("/p0/x/y", Some(1)),
            ("/p50?q=/a/b", Some(203)),
            ("/p100", None),
            ("", None),
        ] {
            let found = find(&set, &mut cache, &format!("https://a.ru{url}")).unwrap();
            assert_eq!(found.is_some(), pattern.is_some(), "{url}");
            assert!(
                found.zip(pattern).is_none_or(|(found, pattern)| found / 4 == pattern / 4),
                "{url}"
            );
        }
    }

    #[test]
    fn a_rule_without_a_literal_host_is_always_asked() {
        let hosts = (0..100).map(|host| format!(r"https://h{host}\.ru/"));
        let (set, mut cache) =
            set(hosts.chain([r".*\.by/(?!x).*".into(), r"https://(\w+)\.\1/".into()]));
        assert_eq!(find(&set, &mut cache, "https://a.by/y"), Ok(Some(100)));
        assert_eq!(find(&set, &mut cache, "https://a.by/x"), Ok(None));
        assert_eq!(find(&set, &mut cache, "https://aa.aa/"), Ok(Some(101)));
    }

    #[test]
    fn an_empty_set_matches_nothing() {
        let (set, mut cache) = set([]);
        assert_eq!(find(&set, &mut cache, "https://a.ru/"), Ok(None));
    }

    /// Fifty rules of which each would take millions of steps on such a URL.
    fn hopeless(more: &[&str]) -> (Set, Cache) {
        let rules = (0..50).map(|n| format!(r"https://a\.ru/(?=x?)(a|aa)+b{n}"));
        set(rules.chain(more.iter().map(|rule| (*rule).to_owned())))
    }

    const URL: &str = "https://a.ru/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn all_rules_together_take_no_more_steps_than_there_are() {
        let (set, mut cache) = hopeless(&[]);
        let mut steps = Steps::new(100_000);
        let undecided = set.find(&mut cache, URL, &mut steps).unwrap_err();
        assert_eq!((undecided, steps.left()), (Undecided { pattern: 0, many: 50 }, 0));
        let mut none = Steps::new(0);
        assert!(set.find(&mut cache, URL, &mut none).is_err());
        assert_eq!(set.find(&mut cache, "https://a.ru/c", &mut Steps::new(100_000)), Ok(None));
    }

    #[test]
    fn a_rule_that_takes_long_does_not_hide_one_that_matches() {
        let (many, mut cache) = hopeless(&[r"https://a\.ru/(?=a).*"]);
        assert_eq!(find(&many, &mut cache, URL), Ok(Some(50)));
        // One that needs more than an equal part gets it where the others are done.
        let long = [r"https://a\.ru/(?=x?)(a|aa)+b".to_owned()];
        let brief = (0..30).map(|n| format!(r"https://a\.ru/(?=y){n}"));
        let (other, mut cache) = set(long.into_iter().chain(brief));
        let mut steps = Steps::new(Steps::OF_A_REQUEST);
        assert_eq!(other.find(&mut cache, &URL[..31], &mut steps), Ok(None));
        assert!(steps.left() < Steps::OF_A_REQUEST - Steps::OF_A_REQUEST / 31, "{}", steps.left());
    }
}
