//! Java regular expressions with Java's meaning: `java.util.regex.Pattern.matches()` of JDK 17.

mod advice;
mod automaton;
mod backtrack;
mod class;
mod cursor;
mod escape;
mod lower;
mod parse;
mod prefix;
mod program;
mod ranges;
mod set;
mod text;
mod tree;
mod unicode;

use std::fmt;
use std::sync::{Arc, OnceLock};

use regex_syntax::hir::Hir;

use automaton::Automaton;
use lower::Alphabet;
use prefix::Prefix;
use program::Program;
use text::Text;
use tree::Tree;

pub use advice::{Advice, AdviceKind};
pub use set::{Cache, Set};

/// A pattern Java would refuse, or one whose Java meaning cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {at})")]
pub struct PatternError {
    /// Offset in the pattern, in characters.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
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
        if let Some(automaton) = self.automaton(text) {
            return automaton.reach(text.as_bytes());
        }
        let units = backtrack::reach(self.program(), &Text::new(text), backtrack::BUDGET);
        let mut passed = 0;
        text.char_indices()
            .find(|(_, point)| {
                passed += point.len_utf16();
                passed > units
            })
            .map_or(text.len(), |(at, _)| at)
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
        backtrack::run(self.program(), &Text::new(text), backtrack::BUDGET)
    }

    fn lower(&self, alphabet: Alphabet) -> Option<Hir> {
        lower::lower(&self.0.tree, alphabet)
    }

    fn prefixes(&self) -> Vec<Prefix> {
        prefix::prefixes(&self.0.tree.root)
    }

    fn program(&self) -> &Program {
        self.0.program.get_or_init(|| Program::new(&self.0.tree))
    }

    fn automaton(&self, text: &str) -> Option<&Automaton> {
        let (place, alphabet) =
            if text.is_ascii() { (&self.0.ascii, Alphabet::Ascii) } else { (&self.0.unicode, Alphabet::Unicode) };
        place.get_or_init(|| Automaton::new(&[self.lower(alphabet)?])).as_ref()
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.source()).finish()
    }
}
