//! Java regular expressions with Java's meaning: `java.util.regex.Pattern.matches()` of JDK 17.

mod backtrack;
mod class;
mod cursor;
mod escape;
mod parse;
mod program;
mod ranges;
mod text;
mod tree;
mod unicode;

use std::fmt;
use std::sync::{Arc, OnceLock};

use program::Program;
use text::Text;
use tree::Tree;

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
    program: OnceLock<Program>,
}

impl Pattern {
    /// Reads a pattern in Java's syntax; automata are built when first needed.
    ///
    /// # Errors
    /// A pattern Java refuses, or one whose meaning could not be kept.
    pub fn compile(java: &str) -> Result<Self, PatternError> {
        let tree = parse::parse(java)?;
        Ok(Self(Arc::new(Compiled { source: java.to_owned(), tree, program: OnceLock::new() })))
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
        Ok(backtrack::run(self.program(), &Text::new(text), backtrack::BUDGET)?.matched)
    }

    pub(crate) fn matches_by_steps(&self, text: &str) -> Result<bool, Exhausted> {
        Ok(backtrack::run(self.program(), &Text::new(text), backtrack::BUDGET)?.matched)
    }
    pub(crate) fn linear(&self) -> bool { false }
    pub(crate) fn reach(&self, _t: &str) -> usize { 0 }
    pub(crate) fn advice(&self) -> usize { 0 }

    fn program(&self) -> &Program {
        self.0.program.get_or_init(|| Program::new(&self.0.tree))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.source()).finish()
    }
}
