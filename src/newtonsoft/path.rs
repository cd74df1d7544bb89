//! Paths as Json.NET writes them: `stocks[0].prtId`, `['a b'].c`.

use std::fmt::Write;

use super::text::Text;

/// An object or an array that is open, and how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// What it is.
    pub kind: Kind,
    /// The last member's name; of objects.
    pub name: Text<'a>,
    /// Elements begun so far; of arrays.
    pub elements: usize,
}

/// What encloses values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{}`
    Object,
    /// `[]`
    Array,
}

impl<'a> Open<'a> {
    /// Just opened.
    pub fn new(kind: Kind) -> Self {
        Self { kind, name: Text::default(), elements: 0 }
    }
}

/// The path through these.
pub fn write(open: &[Open<'_>]) -> String {
    let mut out = String::new();
    for level in open {
        match level.kind {
            Kind::Array => {
                let _ = write!(out, "[{}]", level.elements.saturating_sub(1));
            }
            Kind::Object => member(&mut out, &level.name.decode()),
        }
    }
    out
}

fn member(out: &mut String, name: &str) {
    if name.contains(needs_brackets) {
        out.push_str("['");
        quoted(out, name);
        out.push_str("']");
    } else {
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(name);
    }
}

fn needs_brackets(c: char) -> bool {
    matches!(c, '.' | ' ' | '\'' | '/' | '"' | '[' | ']' | '(' | ')' | '\\')
        || matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{8}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn quoted(out: &mut String, name: &str) {
    for c in name.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{c}' => out.push_str("\\f"),
            '\u{8}' => out.push_str("\\b"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\0'..'\u{20}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str) -> Open<'_> {
        Open { name: Text::new(name, false), ..Open::new(Kind::Object) }
    }

    #[test]
    fn names_are_joined_by_dots_and_elements_are_numbered() {
        let rows = Open { elements: 2, ..Open::new(Kind::Array) };
        assert_eq!(write(&[object("stocks"), rows, object("prtId")]), "stocks[1].prtId");
        assert_eq!(write(&[rows, rows]), "[1][1]");
        assert_eq!(write(&[]), "");
    }

    #[test]
    fn names_with_special_characters_stand_in_brackets() {
        assert_eq!(write(&[object("a b"), object("c")]), "['a b'].c");
        assert_eq!(write(&[object("a"), object("it's\n")]), r"a['it\'s\n']");
    }
}
