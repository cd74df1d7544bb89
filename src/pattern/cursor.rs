//! The pattern's characters as Java's compiler walks them.

use super::PatternError;
use crate::text::Text;

/// Inline flags, `(?imsdxuU)`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    pub(super) unix_lines: bool,
    pub(super) multiline: bool,
    pub(super) dot_all: bool,
    pub(super) unicode_case: bool,
    pub(super) comments: bool,
    pub(super) unicode_class: bool,
}

/// A place in the pattern after `\Q..\E` has been turned into escapes. Past the end it reads NUL.
#[derive(Debug)]
pub(super) struct Cursor {
    chars: Vec<u32>,
    /// For each of `chars` its offset in the pattern as written.
    origin: Vec<usize>,
    pub(super) at: usize,
    pub(super) flags: Flags,
}

impl Cursor {
    pub(super) fn new(pattern: &str) -> Self {
        let (chars, origin) = unquoted(pattern);
        Self { chars, origin, at: 0, flags: Flags::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at a place, whatever the flags.
    pub(super) fn raw(&self, at: usize) -> u32 {
        self.chars.get(at).copied().unwrap_or(0)
    }

    /// Under `(?x)` white space and comments before the character are left behind.
    pub(super) fn peek(&mut self) -> u32 {
        let point = self.raw(self.at);
        if self.flags.comments { self.past_space(point) } else { point }
    }

    /// Takes the character here.
    pub(super) fn read(&mut self) -> u32 {
        let point = self.peek();
        self.at += 1;
        point
    }

    /// Leaves the character here and looks at the one behind it.
    pub(super) fn next(&mut self) -> u32 {
        self.at += 1;
        self.peek()
    }

    /// Like [`Self::next`], blind to `(?x)`.
    pub(super) fn next_raw(&mut self) -> u32 {
        self.at += 1;
        self.raw(self.at)
    }

    /// Leaves the character here and takes the one behind it, blind to `(?x)`.
    pub(super) fn skip(&mut self) -> u32 {
        self.at += 2;
        self.raw(self.at - 1)
    }

    pub(super) fn unread(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.len()
    }

    /// The offset in the pattern as written.
    pub(super) fn place(&self, at: usize) -> usize {
        self.origin.get(at).or(self.origin.last()).copied().unwrap_or(0)
    }

    /// An error at the character read last.
    pub(super) fn error(&self, message: impl Into<Text>) -> PatternError {
        self.error_at(self.at.saturating_sub(1), message)
    }

    pub(super) fn error_at(&self, at: usize, message: impl Into<Text>) -> PatternError {
        PatternError { at: self.place(at), message: message.into() }
    }

    fn past_space(&mut self, mut point: u32) -> u32 {
        loop {
            if is_space(point) {
                self.at += 1;
            } else if point == u32::from('#') {
                while !self.at_end() && !self.ends_comment(self.raw(self.at)) {
                    self.at += 1;
                }
            } else {
                return point;
            }
            point = self.raw(self.at);
            if self.at_end() {
                return 0;
            }
        }
    }

    fn ends_comment(&self, point: u32) -> bool {
        point == 0
            || point == 0x0A
            || !self.flags.unix_lines && matches!(point, 0x0D | 0x85 | 0x2028 | 0x2029)
    }
}

fn is_space(point: u32) -> bool {
    matches!(point, 0x09..=0x0D | 0x20)
}

/// Writes quoted stretches as escapes. A digit that opens one becomes `\x3N`, so that it cannot
/// lengthen an escape or a back-reference before it.
fn unquoted(pattern: &str) -> (Vec<u32>, Vec<usize>) {
    let source: Vec<char> = pattern.chars().collect();
    let mut chars = Vec::with_capacity(source.len());
    let mut origin = Vec::with_capacity(source.len());
    let mut push = |text: &str, point: char, at: usize| {
        for point in text.chars().chain([point]) {
            chars.push(u32::from(point));
            origin.push(at);
        }
    };
    let (mut at, mut quoted, mut first) = (0, false, false);
    while let Some(&point) = source.get(at) {
        let following = source.get(at + 1).copied();
        match (point, following) {
            ('\\', Some('E')) if quoted => (quoted, at) = (false, at + 1),
            ('\\', Some('Q')) if !quoted => {
                (quoted, first, at) = (true, true, at + 2);
                continue;
            }
            ('\\', _) if quoted => push("\\", '\\', at),
            ('\\', Some(escaped)) => {
                push("\\", escaped, at);
                at += 1;
            }
            ('0'..='9', _) if quoted && first => push("\\x3", point, at),
            _ if quoted && point.is_ascii() && !point.is_ascii_alphanumeric() => {
                push("\\", point, at);
            }
            _ => push("", point, at),
        }
        first = false;
        at += 1;
    }
    (chars, origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walked(pattern: &str) -> String {
        unquoted(pattern).0.into_iter().filter_map(char::from_u32).collect()
    }

    #[test]
    fn a_quoted_stretch_becomes_escapes() {
        assert_eq!(walked(r"a\Q.b\E*"), r"a\.b*");
        assert_eq!(walked(r"\1\Q2\E"), r"\1\x32");
        assert_eq!(walked(r"\Qa\b"), r"a\\b");
        assert_eq!(walked(r"\\Q"), r"\\Q");
    }

    #[test]
    fn an_offset_counts_characters_as_written() {
        assert_eq!(Cursor::new(r"я\Q..\E(").place(5), 7);
    }
}
