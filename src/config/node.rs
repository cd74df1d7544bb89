//! The tree of a YAML document with the place of everything in it.

use std::ops::Range;
use std::rc::Rc;

/// A value and where it is written. Cheap to clone: an alias shares what its anchor names.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Bytes of the source.
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// What a value is, before anything is known of what it should be.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Scalar(Rc<Scalar>),
    List(Rc<Vec<Node>>),
    Map(Rc<Vec<(Node, Node)>>),
}

/// A text, with `${NAME}` still in it.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) value: String,
    pub(super) style: Style,
}

/// How a text is written; it decides whether a place inside can be found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Block,
}

impl Node {
    /// Whether nothing is written where a value could stand.
    pub(super) fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| {
            scalar.style == Style::Plain
                && matches!(scalar.value.as_str(), "" | "~" | "null" | "Null" | "NULL")
        })
    }

    pub(super) fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::List(_) | Kind::Map(_) => None,
        }
    }

    pub(super) fn map(&self) -> Option<&[(Node, Node)]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            Kind::Scalar(_) | Kind::List(_) => None,
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    /// The word for people.
    pub(super) fn noun(&self) -> &'static str {
        match &self.kind {
            Kind::Scalar(_) if self.is_null() => "nothing",
            Kind::Scalar(_) => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// The byte of `source` at which character `at` of this text stands; `None` where the text is
    /// folded over lines and no single answer is certain.
    pub(super) fn place_of(&self, at: usize, source: &str) -> Option<usize> {
        let scalar = self.scalar()?;
        let raw = source.get(self.span.clone())?;
        if raw.contains(['\n', '\r']) {
            return None;
        }
        let (inner, first) = match scalar.style {
            Style::Plain => (raw, 0),
            Style::Single | Style::Double => (raw.get(1..raw.len().checked_sub(1)?)?, 1),
            Style::Block => return None,
        };
        Some(self.span.start + first + offset(inner, scalar.style, at))
    }
}

/// The byte of `raw` behind which `at` characters of its meaning are complete.
fn offset(raw: &str, style: Style, at: usize) -> usize {
    let mut letters = raw.char_indices();
    for _ in 0..at {
        let Some((_, letter)) = letters.next() else { return raw.len() };
        let more = match (style, letter) {
            (Style::Single, '\'') => 1,
            (Style::Double, '\\') => match letters.next() {
                Some((_, 'x')) => 2,
                Some((_, 'u')) => 4,
                Some((_, 'U')) => 8,
                _ => 0,
            },
            _ => 0,
        };
        for _ in 0..more {
            letters.next();
        }
    }
    letters.next().map_or(raw.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubled_quote_is_one_character() {
        assert_eq!(offset("a''(b", Style::Single, 2), 3);
    }

    #[test]
    fn an_escape_is_one_character() {
        assert_eq!(offset(r"a\\.\u0041(", Style::Double, 4), 10);
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        assert_eq!(offset("ab", Style::Plain, 9), 2);
    }
}
