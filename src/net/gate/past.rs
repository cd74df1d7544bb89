//! Lines that come again: on one connection an app repeats most of its head.

use std::ops::Range;

use super::field::Field;
use super::framing::Known;
use super::grammar::trimmed;
use super::head::Class;

/// A head that passed: its bytes, and what each of its field lines meant.
///
/// A line of the next head that has the same bytes in the same place among the lines needs no second
/// reading. What is kept of a line depends on its bytes alone, never on the head around it.
#[derive(Clone, Default)]
pub(super) struct Past {
    raw: Vec<u8>,
    /// Where the field lines begin.
    fields_at: usize,
    lines: Vec<Line>,
    /// Where the old line to compare with begins.
    at: usize,
    /// Its index among the lines. Those in front of it belong to the new head already.
    index: usize,
}

/// Room made at first: most heads have fewer lines.
const USUAL_LINES: usize = 24;

#[derive(Clone, Copy)]
struct Line {
    name: u32,
    /// Of the value with the blanks around it.
    raw: u32,
    meaning: Meaning,
    /// Whether one space stands in front of the value and nothing behind it.
    plain: bool,
}

/// A line of the head kept last.
pub(super) struct PastLine<'a> {
    /// Where it stands, with its CRLF.
    pub(super) range: Range<usize>,
    pub(super) name: &'a [u8],
    /// Without blanks around it.
    pub(super) value: &'a [u8],
    pub(super) meaning: Meaning,
    /// Whether it is `Name: value` to the byte.
    pub(super) plain: bool,
}

/// What a good line is to the gate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One of the gate's own; if it is Host, its value is vetted.
    Own(Known),
    /// One that the owner of the gate has classed.
    Classed(Class),
}

impl Past {
    /// The bytes of the head kept last.
    #[inline]
    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Where the names of the lines stand, how long they are, and what the lines mean.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, usize, Meaning)> {
        let mut next = self.fields_at;
        self.lines.iter().map(move |line| {
            let (at, name) = (next, line.name as usize);
            next += name + 1 + line.raw as usize + 2;
            (at, name, line.meaning)
        })
    }

    /// All lines, in their order.
    #[inline(always)]
    pub(super) fn lines(&self) -> impl Iterator<Item = PastLine<'_>> {
        let mut next = self.fields_at;
        self.lines.iter().filter_map(move |line| {
            let (at, name, raw) = (next, line.name as usize, line.raw as usize);
            next += name + 1 + raw + 2;
            let bytes = self.raw.get(at..next)?;
            let (name, rest) = bytes.split_at_checked(name)?;
            let raw = rest.get(1..1 + raw)?;
            let value = if line.plain { raw.get(1..)? } else { trimmed(raw, true).1 };
            let (meaning, plain) = (line.meaning, line.plain);
            Some(PastLine { range: at..next, name, value, meaning, plain })
        })
    }

    /// Begins a new head.
    pub(super) fn rewind(&mut self) {
        self.at = self.fields_at;
        self.index = 0;
    }

    /// The line `rest` begins with, if it is the old one in its place, and what follows it.
    /// Otherwise the line has to be learned next.
    #[inline(always)]
    pub(super) fn recall<'a>(
        &mut self,
        rest: &'a [u8],
        at: usize,
    ) -> Option<(Field<'a>, Meaning, &'a [u8])> {
        let line = self.lines.get(self.index)?;
        let (name, raw) = (line.name as usize, line.raw as usize);
        let len = name + 1 + raw + 2;
        let old = self.raw.get(self.at..)?.get(..len)?;
        self.at += len;
        let (new, next) = rest.split_at_checked(len)?;
        if new != old {
            return None;
        }
        self.index += 1;
        let field = Field::new(new.get(..name)?, new.get(name + 1..name + 1 + raw)?, at);
        Some((field, line.meaning, next))
    }

    /// Takes a line for the next head to be compared with.
    #[inline]
    pub(super) fn learn(&mut self, field: &Field<'_>, meaning: Meaning) {
        let (name, raw) = (field.name.len() as u32, field.raw.len() as u32);
        let (front, value) = field.value();
        let plain = front == field.raw_at + 1
            && field.raw.first() == Some(&b' ')
            && value.len() + 1 == field.raw.len();
        let line = Line { name, raw, meaning, plain };
        match self.lines.get_mut(self.index) {
            Some(old) => *old = line,
            None => {
                if self.lines.capacity() == 0 {
                    self.lines.reserve(USUAL_LINES);
                }
                self.lines.push(line);
            }
        }
        self.index += 1;
    }

    /// The head has passed: `bytes`, with field lines from `fields_at` on.
    pub(super) fn keep(&mut self, bytes: &[u8], fields_at: usize) {
        self.raw.clear();
        self.raw.extend_from_slice(bytes);
        self.fields_at = fields_at;
        self.lines.truncate(self.index);
    }

    /// The head has not passed, and the lines are no longer those of the bytes.
    pub(super) fn forget(&mut self) {
        self.lines.clear();
    }
}
