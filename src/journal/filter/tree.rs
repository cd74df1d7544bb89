//! What a filter means.

use std::fmt;

use super::glob;
use super::keys::{Key, Kind, NONE, Text, Unit};
use super::lexer;
use super::marks::Mark;
use super::moment;
use super::range::Range;
use super::row::Row;

/// A condition. One without parts always holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Term(Term),
}

/// A condition without conditions in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// Words one after the other; the last may go on.
    Words {
        text: String,
        open: bool,
    },
    Text {
        key: &'static Key,
        columns: &'static [Text],
        pattern: Pattern,
    },
    /// One of the names of a key.
    Name {
        key: &'static Key,
        place: usize,
    },
    Number {
        key: &'static Key,
        range: Range,
    },
    /// At this moment and later, or before it.
    Moment {
        key: &'static Key,
        after: bool,
        at: i64,
    },
    /// The property is not there.
    None {
        key: &'static Key,
    },
    Mark(&'static Mark),
}

/// How a text must look, folded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    pub text: String,
    /// Whether nothing may stand around it.
    pub whole: bool,
}

impl Pattern {
    /// With stars for all that may be anything.
    pub fn glob(&self) -> String {
        if self.whole { self.text.clone() } else { format!("*{}*", self.text) }
    }
}

impl Node {
    /// All of some conditions.
    pub fn all(parts: Vec<Self>) -> Self {
        let inner = |part| match part {
            Self::And(parts) => parts,
            other => vec![other],
        };
        one_or(parts.into_iter().flat_map(inner).collect(), Self::And)
    }

    /// At least one of some conditions.
    pub fn any(parts: Vec<Self>) -> Self {
        let inner = |part| match part {
            Self::Or(parts) => parts,
            other => vec![other],
        };
        one_or(parts.into_iter().flat_map(inner).collect(), Self::Or)
    }

    /// The opposite of a condition.
    pub fn not(part: Self) -> Self {
        match part {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether it holds for an exchange, where the row tells.
    pub fn matches(&self, row: &Row<'_>) -> Option<bool> {
        match self {
            Self::And(parts) => decided(parts, row, false),
            Self::Or(parts) => decided(parts, row, true),
            Self::Not(part) => part.matches(row).map(|holds| !holds),
            Self::Term(term) => term.matches(row),
        }
    }
}

fn one_or(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

/// One part may decide for all of them, known or not.
fn decided(parts: &[Node], row: &Row<'_>, deciding: bool) -> Option<bool> {
    let mut all = Some(!deciding);
    for part in parts {
        match part.matches(row) {
            Some(holds) if holds == deciding => return Some(deciding),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

impl Term {
    fn matches(&self, row: &Row<'_>) -> Option<bool> {
        Some(match self {
            Self::Words { .. } => return None,
            Self::Mark(mark) => return (mark.holds)(row),
            Self::Text { columns, pattern, .. } => {
                let glob = pattern.glob();
                let mut texts = columns.iter().filter_map(|column| (column.of)(row));
                texts.any(|text| glob::fits(&super::fold::fold(text), &glob))
            }
            Self::Name { key, place } => match key.kind {
                Kind::Name { of, .. } => of(row) == Some(*place),
                _ => false,
            },
            Self::Number { key, range } => match key.kind {
                Kind::Number { of, .. } => of(row).is_some_and(|number| range.has(number)),
                _ => false,
            },
            Self::Moment { after, at, .. } => (row.at >= *at) == *after,
            Self::None { key } => match key.kind {
                Kind::Text { columns, .. } => {
                    columns.iter().all(|column| (column.of)(row).is_none())
                }
                Kind::Name { of, .. } => of(row).is_none(),
                Kind::Number { of, .. } => of(row).is_none(),
                Kind::Moment { .. } | Kind::Mark => false,
            },
        })
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, " ", |part| matches!(part, Self::Or(_))),
            Self::Or(parts) => joined(f, parts, " or ", |_| false),
            Self::Not(part) if matches!(**part, Self::Term(_)) => write!(f, "-{part}"),
            Self::Not(part) => write!(f, "-({part})"),
            Self::Term(term) => write!(f, "{term}"),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Node],
    between: &str,
    is_enclosed: fn(&Node) -> bool,
) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        f.write_str(if place == 0 { "" } else { between })?;
        if is_enclosed(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words { text, open: true } if is_bare(text) => write!(f, "{text}*"),
            Self::Words { text, open } => {
                write!(f, "{}{}", lexer::quoted(text), if *open { "*" } else { "" })
            }
            Self::Text { key, pattern, .. } => {
                let sign = if pattern.whole { "=" } else { "" };
                match &pattern.text {
                    text if is_bare_value(text) => write!(f, "{}:{sign}{text}", key.name),
                    text => write!(f, "{}:{sign}{}", key.name, lexer::quoted(text)),
                }
            }
            Self::Name { key, place } => match key.kind {
                Kind::Name { names, .. } => {
                    write!(f, "{}:{}", key.name, names.get(*place).unwrap_or(&NONE))
                }
                _ => Ok(()),
            },
            Self::Number { key, range } => {
                write!(f, "{}:", key.name)?;
                let unit = match key.kind {
                    Kind::Number { unit, .. } => unit,
                    _ => Unit::None,
                };
                range.write(f, unit)
            }
            Self::Moment { key, at, .. } => write!(f, "{}:{}", key.name, moment::written(*at)),
            Self::None { key } => write!(f, "{}:{NONE}", key.name),
            Self::Mark(mark) => write!(f, "{}:{}", mark.key, mark.name),
        }
    }
}

/// Whether a word needs no quotes before a star.
fn is_bare(text: &str) -> bool {
    !text.contains(['(', ')', '*']) && lexer::is_plain(text)
}

/// Whether a value needs no quotes.
fn is_bare_value(text: &str) -> bool {
    let is_sign = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
    !text.is_empty() && !text.starts_with(['"', '=']) && text != NONE && !text.contains(is_sign)
}
