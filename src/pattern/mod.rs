//! Java regular expressions with Java's meaning: `java.util.regex.Pattern.matches()`.

use std::sync::Arc;

/// One compiled pattern. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<str>);

impl Pattern {
    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0
    }
}
