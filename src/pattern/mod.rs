//! Java regular expressions with Java's meaning: `java.util.regex.Pattern.matches()` of JDK 17.

mod advice;
mod automaton;
mod backtrack;
mod beginning;
mod class;
mod cursor;
mod engine;
mod escape;
mod example;
mod literal;
mod lower;
mod names;
mod parse;
mod prefix;
mod program;
mod ranges;
mod set;
mod steps;
mod text;
mod tree;
mod unicode;
mod urls;

use std::fmt;
use std::sync::{Arc, OnceLock};

use regex_syntax::hir::Hir;

use automaton::{Automaton, LONE_CACHE};
use lower::Alphabet;
use prefix::Prefix;
use program::Program;
use text::Text;
use tree::Tree;

pub use advice::{Advice, AdviceKind};
pub use set::{Cache, Set, Undecided};
pub use steps::Steps;

/// A pattern Java would refuse, or one whose Java meaning cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {})", at + 1)]
pub struct PatternError {
    /// Offset in the pattern, in characters; people count from 1.
    pub at: usize,
    /// What is wrong there.
    pub message: crate::text::Text,
}

/// A match was given up because it took too many steps. Callers treat it as no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pattern takes too many steps on this text")]
pub struct Exhausted;

/// One compiled pattern. Cheap to clone.
#[derive(Clone)]
pub struct Pattern(Arc<Compiled>);

struct Compiled {
    source: String,
    tree: Tree,
    /// What the matchers run, each made at first use.
    program: OnceLock<Program>,
    ascii: OnceLock<Option<Automaton>>,
    unicode: OnceLock<Option<Automaton>>,
    prefixes: OnceLock<Vec<Prefix>>,
}

impl Pattern {
    /// Reads a pattern in Java's syntax; automata are built when first needed.
    ///
    /// # Errors
    /// A pattern Java refuses, or one whose meaning could not be kept.
    pub fn compile(java: &str) -> Result<Self, PatternError> {
        let tree = parse::parse(java)?;
        Ok(Self(Arc::new(Compiled {
            source: java.to_owned(),
            tree,
            program: OnceLock::new(),
            ascii: OnceLock::new(),
            unicode: OnceLock::new(),
            prefixes: OnceLock::new(),
        })))
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether the whole text matches.
    ///
    /// # Errors
    /// [`Exhausted`] if that takes too long to find out.
    pub fn matches(&self, text: &str) -> Result<bool, Exhausted> {
        if let Some(automaton) = self.automaton(text)
            && let Ok(found) = automaton.find(&mut automaton.cache(), text.as_bytes())
        {
            return Ok(found.is_some());
        }
        self.matches_stepwise(text)
    }

    /// Bytes of the longest beginning of a text after which a match is still possible. For patterns
    /// that are not [linear](Self::linear) it is how far any attempt came.
    pub fn reach(&self, text: &str) -> usize {
        self.reach_within(text, &mut Steps::new(Steps::OF_A_TRIAL))
    }

    /// The same out of steps for many patterns; an automaton costs some too. Where they do not do it
    /// is what is known until then.
    pub fn reach_within(&self, text: &str, steps: &mut Steps) -> usize {
        let (literal, left) = prefix::common(self.prefixes(), text);
        if left || !steps.take(self.reach_cost(text)) {
            return literal;
        }
        if let Some(automaton) = self.automaton(text) {
            let stopped = automaton.reach(text.as_bytes());
            return (0..=stopped).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        }
        let units = backtrack::reach(self.program(), &Text::new(text), steps);
        let mut passed = 0;
        let reach = text.char_indices().find(|(_, point)| {
            passed += point.len_utf16();
            passed > units
        });
        reach.map_or(text.len(), |(at, _)| at).max(literal)
    }

    /// What it takes to ask an automaton on its own, once it is there.
    fn reach_cost(&self, text: &str) -> usize {
        let (automaton, _) = self.place(text);
        let new = if automaton.get().is_some() { 0 } else { 10_000 };
        new + 1_000 + text.len()
    }

    /// Whether texts of ASCII are matched in time linear in their length.
    pub fn linear(&self) -> bool {
        self.lower(Alphabet::Ascii).is_some()
    }

    /// What a person writing this pattern should know about it.
    pub fn advice(&self) -> Vec<Advice> {
        advice::advise(self, &self.0.tree)
    }

    /// The same answer as [`Self::matches`] by the backtracking matcher.
    pub(crate) fn matches_stepwise(&self, text: &str) -> Result<bool, Exhausted> {
        self.run(&Text::new(text), &mut Steps::new(Steps::OF_A_TRIAL))
    }

    fn run(&self, text: &Text, steps: &mut Steps) -> Result<bool, Exhausted> {
        backtrack::run(self.program(), text, steps)
    }

    fn lower(&self, alphabet: Alphabet) -> Option<Hir> {
        lower::lower(&self.0.tree, alphabet)
    }

    /// Literal beginnings and the one expression for what follows each of them.
    fn split(&self, alphabet: Alphabet) -> Option<(Vec<String>, Hir)> {
        lower::split(&self.0.tree, alphabet)
    }

    /// The texts this pattern is, and whether `.*` follows them. `None` if it is anything else.
    fn literal(&self) -> Option<(Vec<String>, bool)> {
        prefix::literal(&self.0.tree.root)
    }

    fn prefixes(&self) -> &[Prefix] {
        self.0.prefixes.get_or_init(|| prefix::prefixes(&self.0.tree.root))
    }

    fn program(&self) -> &Program {
        self.0.program.get_or_init(|| Program::new(&self.0.tree))
    }

    fn place(&self, text: &str) -> (&OnceLock<Option<Automaton>>, Alphabet) {
        if text.is_ascii() {
            (&self.0.ascii, Alphabet::Ascii)
        } else {
            (&self.0.unicode, Alphabet::Unicode)
        }
    }

    fn automaton(&self, text: &str) -> Option<&Automaton> {
        let (place, alphabet) = self.place(text);
        place.get_or_init(|| Automaton::new(&[self.lower(alphabet)?], LONE_CACHE)).as_ref()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.source()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compiled(java: &str) -> Pattern {
        Pattern::compile(java).unwrap()
    }

    /// Patterns put together from pieces of Java's syntax, most of them well-formed.
    fn any_pattern() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "a", "b", "/", "я", ".", r"\.", r"\w", r"\b", "[a-c]", "[^b]", "[", "]", "{", "^", "$",
            "|", r"\1", r"\R", r"\X", "(?i)", "(?x)", "*", "+?", "{1,2}", "?", "++", "(", "(?:",
            "(?=", "(?<!", "(?>", ")", ")", "&&", r"\Q", r"\E", r"\p{L}", r"\", "#",
        ]);
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_pattern_and_no_text_panics(pattern in prop_oneof![any_pattern(), any::<String>()], text in "[abя/\\n😀]{0,8}|.*") {
            if let Ok(pattern) = Pattern::compile(&pattern) {
                let _ = pattern.matches(&text);
                prop_assert!(text.is_char_boundary(pattern.reach(&text)));
                let _ = pattern.advice();
            }
        }

        #[test]
        fn both_matchers_agree(pattern in any_pattern(), text in "[abcя/ \\r\\n😀]{0,6}") {
            if let Ok(pattern) = Pattern::compile(&pattern)
                && let Ok(stepwise) = pattern.matches_stepwise(&text)
            {
                prop_assert_eq!(pattern.matches(&text), Ok(stepwise));
            }
        }
    }

    #[test]
    fn patterns_and_sets_may_be_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Pattern>();
        shared::<Set>();
    }

    #[test]
    fn a_long_text_does_not_overflow_the_stack() {
        let text = "ab".repeat(100_000);
        assert_eq!(compiled("(?:a|b)*").matches_stepwise(&text), Err(Exhausted));
        assert_eq!(compiled("(?:a|b)*").matches(&text), Ok(true));
        assert!(Pattern::compile(&"(".repeat(100_000)).is_err());
        assert!(Pattern::compile(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn a_hopeless_search_is_given_up() {
        let text = "a".repeat(60);
        assert_eq!(compiled(r"(?=x?)(a|aa)+b").matches(&text), Err(Exhausted));
    }

    #[test]
    fn the_reach_is_where_the_match_stopped() {
        assert_eq!(compiled(r"https://a\.ru/api/.*").reach("https://a.ru/apx"), 15);
        assert_eq!(compiled("яб+").reach("яббx"), 6);
        assert_eq!(compiled("(?=я)яб+").reach("яббx"), 6);
        assert_eq!(compiled("abc").reach("ab"), 2);
    }

    #[test]
    fn what_is_told_of_many_rules_takes_no_more_steps_than_there_are() {
        let text = format!("https://a.ru/{}", "a".repeat(60));
        let mut steps = Steps::new(100_000);
        for rule in 0..50 {
            let near = compiled(&format!(r"https://a\.ru/(?=x?)(a|aa)+b{rule}"));
            assert!(near.reach_within(&text, &mut steps) >= 13);
            let linear = compiled(&format!(r"https://[^/]+/a+b{rule}"));
            assert!(linear.reach_within(&text, &mut steps) >= 8);
        }
        assert_eq!(steps.left(), 0);
        assert_eq!(compiled(r"https://b\.ru/(?=x).*").reach_within(&text, &mut steps), 8);
    }

    #[test]
    fn a_long_way_inside_one_step_is_charged_for() {
        // Each of thousands of rounds fails behind up to thousands of characters.
        let text = Text::new(&"a".repeat(2900));
        let pattern = compiled(r"(?=x?)(?:a|b)*?a{3000}b");
        assert_eq!(pattern.run(&text, &mut Steps::new(300_000)), Err(Exhausted));
        assert_eq!(pattern.run(&text, &mut Steps::new(3_000_000)), Ok(false));
    }

    #[test]
    fn what_needs_no_backtracking_is_linear() {
        for linear in
            [r"https?://a\.ru/(x|y)+", r"(a+)+$", r"[^/]++/.*", r".*+", r"\bx\b", r"(a)(b)"]
        {
            assert!(compiled(linear).linear(), "{linear}");
        }
        for stepwise in [r"(a)\1", r"(?=a)a", r"(?>a|ab)c", r"a$\n", r"(a{1,100}){1,100}", r"a++a"]
        {
            assert!(!compiled(stepwise).linear(), "{stepwise}");
        }
    }
}
