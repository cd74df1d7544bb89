//! The language that finds exchanges, one for the page, the command line and the API.
//!
//! Terms beside each other must all hold; `or` between two lets one be enough, `-` before one turns
//! it round, parentheses group. `key:value` looks at one property, see [`keys`]; `is:` and `has:`
//! at more than one, see [`marks`]. Any other word is searched for in the URL, the fields and the
//! bodies: whole words, except that the last one may go on, and so may any `word*`. `"Several words"`
//! are searched for as they stand. Nothing is case-sensitive.

mod complete;
mod early;
mod fold;
mod glob;
mod keys;
mod lexer;
mod marks;
mod moment;
mod parse;
mod range;
mod row;
mod sql;
mod tree;

use std::fmt;

use jiff::tz::TimeZone;
use rusqlite::types::Value;

pub use complete::{Completion, complete};
pub use fold::install;
pub use row::Row;

use crate::text::Text;
use tree::Node;

/// A filter that was understood. It prints as a text that means the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Node);

/// What is wrong with a filter, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// What is wrong.
    pub message: Text,
    /// What to write instead; may be empty.
    pub hint: Text,
    /// Where it begins, in characters.
    pub at: usize,
    /// How many characters it takes.
    pub length: usize,
}

impl Filter {
    /// Reads a filter. Distances and times of the day count from `now`, microseconds since 1970; times
    /// without a zone are of the machine's.
    pub fn parse(text: &str, now: i64) -> Result<Self, FilterError> {
        Self::parse_in(text, now, &TimeZone::system())
    }

    /// The same with times in another zone.
    pub fn parse_in(text: &str, now: i64, zone: &TimeZone) -> Result<Self, FilterError> {
        parse::parse(text, &moment::Now { at: now, zone }).map(Self)
    }

    /// A condition on the rows of `exchange e`, over a connection that was [`install`]ed on, and its
    /// parameters in order.
    pub fn sql(&self) -> (String, Vec<Value>) {
        sql::condition(&self.0)
    }

    /// Whether an exchange passes; `None` where only the database knows.
    pub fn matches(&self, row: &Row<'_>) -> Option<bool> {
        self.0.matches(row)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
