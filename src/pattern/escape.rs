//! What stands behind a backslash, in and outside a class.

use std::sync::Arc;

use super::parse::{Parsed, Parser, is_digit};
use super::ranges::{LAST, Ranges};
use super::tree::{Anchor, Node};
use super::{names, unicode};
use crate::text::{Text, text};

/// A backslash and what follows it.
pub(super) enum Escape {
    Point(u32),
    Set(Arc<Ranges>),
    Node(Node),
}

impl Parser {
    /// An escape as an atom; the cursor stands on its backslash, which is at `at`.
    pub(super) fn escape_outside(&mut self, at: usize) -> Parsed<Node> {
        Ok(match self.escape(false, false)? {
            Escape::Point(point) => self.literal(point, at),
            Escape::Set(set) => Node::Class { set, at: self.cursor.place(at), dot: false },
            Escape::Node(node) => node,
        })
    }

    /// `ranged` is set where the escape may bound a range, in which `\v` is one character.
    pub(super) fn escape(&mut self, in_class: bool, ranged: bool) -> Parsed<Escape> {
        let point = self.cursor.skip();
        let Some(letter) = char::from_u32(point).filter(char::is_ascii_alphanumeric) else {
            return Ok(Escape::Point(point));
        };
        Ok(match letter {
            '0' => Escape::Point(self.octal()?),
            'a' => Escape::Point(0x07),
            'c' => Escape::Point(self.control()?),
            'e' => Escape::Point(0x1B),
            'f' => Escape::Point(0x0C),
            'n' => Escape::Point(0x0A),
            'r' => Escape::Point(0x0D),
            't' => Escape::Point(0x09),
            'u' => Escape::Point(self.utf16()?),
            'x' => Escape::Point(self.hexadecimal()?),
            'v' if ranged => Escape::Point(0x0B),
            'N' => Escape::Point(self.character_name()?),
            'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'v' | 'V' | 'w' | 'W' => {
                Escape::Set(self.shorthand(letter))
            }
            _ if in_class => return Err(self.unknown(letter)),
            '1'..='9' => Escape::Node(self.back_reference(point - u32::from('0'))),
            'k' => Escape::Node(self.named_reference()?),
            'R' => Escape::Node(Node::LineBreak),
            'X' => Escape::Node(Node::Grapheme),
            _ => Escape::Node(Node::Anchor(self.anchor(letter)?)),
        })
    }

    fn anchor(&mut self, letter: char) -> Parsed<Anchor> {
        let flags = self.cursor.flags;
        Ok(match letter {
            'A' | 'G' => Anchor::Start,
            'z' => Anchor::End,
            'Z' => Anchor::LastLine { unix: flags.unix_lines },
            'B' => Anchor::Word { negated: true, unicode: flags.unicode_class },
            'b' => self.boundary()?,
            _ => return Err(self.unknown(letter)),
        })
    }

    fn boundary(&mut self) -> Parsed<Anchor> {
        if self.cursor.peek() == u32::from('{') {
            let at = self.cursor.at;
            if self.cursor.skip() == u32::from('g') && self.cursor.read() == u32::from('}') {
                return Ok(Anchor::Cluster);
            }
            self.cursor.at = at;
        }
        Ok(Anchor::Word { negated: false, unicode: self.cursor.flags.unicode_class })
    }

    fn unknown(&self, letter: char) -> super::PatternError {
        self.cursor.error(text!(
            "`\\{letter}` means nothing here; write `{letter}` for the letter",
            letter
        ))
    }

    fn shorthand(&self, letter: char) -> Arc<Ranges> {
        let unicode = self.cursor.flags.unicode_class;
        let set = match (letter.to_ascii_lowercase(), unicode) {
            ('d', false) => Arc::new(Ranges::new(vec![(0x30, 0x39)])),
            ('s', false) => Arc::new(Ranges::new(vec![(0x09, 0x0D), (0x20, 0x20)])),
            ('w', false) => {
                Arc::new(Ranges::new(vec![(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]))
            }
            ('d', true) => unicode::unicode_digit(),
            ('s', true) => unicode::unicode_space(),
            ('w', true) => unicode::unicode_word(),
            ('h', _) => unicode::horizontal_space(),
            _ => unicode::vertical_space(),
        };
        if letter.is_ascii_uppercase() { Arc::new(set.negated()) } else { set }
    }

    /// Further digits belong to the number as long as so many groups have been opened.
    fn back_reference(&mut self, first: u32) -> Node {
        let mut group = first as usize;
        loop {
            let point = self.cursor.peek();
            if !is_digit(point) {
                break;
            }
            let longer = group * 10 + (point - u32::from('0')) as usize;
            if longer > self.groups {
                break;
            }
            group = longer;
            self.cursor.read();
        }
        self.reference(group)
    }

    fn named_reference(&mut self) -> Parsed<Node> {
        if self.cursor.read() != u32::from('<') {
            return Err(self.cursor.error(text!("\\k is followed by a group's name: \\k<name>")));
        }
        let first = self.cursor.read();
        let name = self.group_name(first)?;
        let Some(group) = self.named(&name) else {
            return Err(self.cursor.error(text!("no group before this is named `{name}`", name)));
        };
        Ok(self.reference(group))
    }

    fn octal(&mut self) -> Parsed<u32> {
        let mut value = None;
        for longest in [7, 7, 3] {
            let digit = self.cursor.peek().wrapping_sub(u32::from('0'));
            // The third digit counts only below \0400.
            let fits = digit < 8 && (longest == 7 || value.is_some_and(|value| value < 32));
            if !fits {
                break;
            }
            value = Some(value.unwrap_or(0) * 8 + digit);
            self.cursor.read();
        }
        value
            .ok_or_else(|| self.cursor.error(text!("\\0 is followed by one to three octal digits")))
    }

    fn control(&mut self) -> Parsed<u32> {
        if self.cursor.at_end() {
            return Err(self.cursor.error(text!("\\c is followed by a character")));
        }
        Ok(self.cursor.read() ^ 64)
    }

    /// The character of a name; under `(?x)` white space inside the name is part of it.
    fn character_name(&mut self) -> Parsed<u32> {
        if self.cursor.read() != u32::from('{') {
            return Err(self.cursor.error(text!("\\N is followed by a name: \\N{DIGIT ONE}")));
        }
        let first = self.cursor.at;
        while self.cursor.read() != u32::from('}') {
            if self.cursor.at_end() {
                return Err(self.cursor.error(text!("\\N{ is not closed with `}`")));
            }
        }
        let letters = (first..self.cursor.at - 1).map(|at| self.cursor.raw(at));
        let name: String = letters.filter_map(char::from_u32).collect();
        let unknown = || self.cursor.error(text!("no character is named `{name}` in JDK 17", name));
        names::point(&name).ok_or_else(unknown)
    }

    fn hexadecimal(&mut self) -> Parsed<u32> {
        let wrong = "\\x is followed by two hexadecimal digits or by {digits}";
        let first = self.cursor.read();
        if let Some(high) = hex(first) {
            let low = self.cursor.read();
            let low = hex(low).ok_or_else(|| self.cursor.error(Text::fixed(wrong)))?;
            return Ok(high * 16 + low);
        }
        if first != u32::from('{') || hex(self.cursor.peek()).is_none() {
            return Err(self.cursor.error(Text::fixed(wrong)));
        }
        let mut value = 0;
        loop {
            let point = self.cursor.read();
            let Some(digit) = hex(point) else {
                return if point == u32::from('}') {
                    Ok(value)
                } else {
                    Err(self.cursor.error(text!("\\x{ is not closed with `}`")))
                };
            };
            value = value * 16 + digit;
            if value > LAST {
                return Err(self
                    .cursor
                    .error(text!("no such code point: the last is \\x{10FFFF}")));
            }
        }
    }

    /// `\uXXXX`, and a pair of surrogates as the one character it encodes.
    fn utf16(&mut self) -> Parsed<u32> {
        let unit = self.four_digits()?;
        let after = self.cursor.at;
        if (0xD800..0xDC00).contains(&unit)
            && self.cursor.read() == u32::from('\\')
            && self.cursor.read() == u32::from('u')
        {
            let low = self.four_digits()?;
            if (0xDC00..0xE000).contains(&low) {
                return Ok(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            }
        }
        self.cursor.at = after;
        Ok(unit)
    }

    fn four_digits(&mut self) -> Parsed<u32> {
        let mut value = 0;
        for _ in 0..4 {
            let point = self.cursor.read();
            let digit = hex(point).ok_or_else(|| {
                self.cursor.error(text!("\\u is followed by four hexadecimal digits"))
            })?;
            value = value * 16 + digit;
        }
        Ok(value)
    }
}

fn hex(point: u32) -> Option<u32> {
    char::from_u32(point)?.to_digit(16)
}
