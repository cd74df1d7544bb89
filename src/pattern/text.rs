//! The text as Java sees it: UTF-16 units, and what can be asked at a place in it.

use super::tree::{Anchor, Folding};
use super::unicode;

/// A text in UTF-16; places in it count units.
#[derive(Debug)]
pub(super) struct Text(Vec<u16>);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        Self(text.encode_utf16().collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    fn unit(&self, at: usize) -> Option<u16> {
        self.0.get(at).copied()
    }

    /// The code point at a place; half a pair counts as itself.
    pub(super) fn point(&self, at: usize) -> Option<u32> {
        let unit = u32::from(self.unit(at)?);
        if (0xD800..0xDC00).contains(&unit)
            && let Some(low @ 0xDC00..=0xDFFF) = self.unit(at + 1)
        {
            return Some(0x1_0000 + ((unit - 0xD800) << 10) + (u32::from(low) - 0xDC00));
        }
        Some(unit)
    }

    /// The place one code point back, not before `floor`.
    pub(super) fn before(&self, at: usize, floor: usize) -> usize {
        let low = at.checked_sub(1).and_then(|place| self.unit(place));
        let high = at.checked_sub(2).and_then(|place| self.unit(place));
        match (low, high) {
            (Some(0xDC00..=0xDFFF), Some(0xD800..=0xDBFF)) if at >= floor + 2 => at - 2,
            _ => at.saturating_sub(1),
        }
    }

    pub(super) fn holds(&self, anchor: Anchor, at: usize) -> bool {
        match anchor {
            Anchor::Start => at == 0,
            Anchor::End => at == self.len(),
            Anchor::LastLine { unix } => self.before_last_terminator(at, unix),
            Anchor::LineStart { unix } => self.line_start(at, unix),
            Anchor::LineEnd { unix } => at == self.len() || self.before_terminator(at, unix),
            Anchor::Word { negated, unicode } => {
                (self.word_before(at, unicode) != self.word_at(at, unicode)) != negated
            }
            Anchor::Cluster => at == 0 || at == self.len(),
        }
    }

    fn before_last_terminator(&self, at: usize, unix: bool) -> bool {
        match self.len() - at {
            0 => true,
            1 => self.before_terminator(at, unix),
            2 if !unix => self.unit(at) == Some(0x0D) && self.unit(at + 1) == Some(0x0A),
            _ => false,
        }
    }

    /// The two units of `\r\n` are one terminator, with no place between them.
    fn before_terminator(&self, at: usize, unix: bool) -> bool {
        match self.unit(at) {
            Some(0x0A) => unix || at == 0 || self.unit(at - 1) != Some(0x0D),
            Some(unit) => !unix && is_terminator(unit),
            None => false,
        }
    }

    /// Java finds no line start at the very end, not even in an empty text.
    fn line_start(&self, at: usize, unix: bool) -> bool {
        if at == self.len() {
            return false;
        }
        match at.checked_sub(1).and_then(|place| self.unit(place)) {
            None | Some(0x0A) => true,
            Some(0x0D) => !unix && self.unit(at) != Some(0x0A),
            Some(unit) => !unix && is_terminator(unit),
        }
    }

    fn word_before(&self, at: usize, unicode: bool) -> bool {
        at > 0
            && self.point(self.before(at, 0)).is_some_and(|point| {
                is_word(point, unicode)
                    || unicode::nonspacing_marks().contains(point) && self.marks_a_letter(at - 1)
            })
    }

    fn word_at(&self, at: usize, unicode: bool) -> bool {
        self.point(at).is_some_and(|point| {
            is_word(point, unicode)
                || unicode::nonspacing_marks().contains(point) && self.marks_a_letter(at)
        })
    }

    fn marks_a_letter(&self, at: usize) -> bool {
        for place in (0..=at).rev() {
            let Some(point) = self.point(place) else { return false };
            if unicode::letters_and_digits().contains(point) {
                return true;
            }
            if !unicode::nonspacing_marks().contains(point) {
                return false;
            }
        }
        false
    }

    /// The place behind a repetition of `from..to` at `at`. Like the JDK it counts units but steps
    /// over code points; where that leads past the end the JDK throws, which is `Err` here.
    pub(super) fn repeated(
        &self,
        from: usize,
        to: usize,
        at: usize,
        folding: Folding,
    ) -> Result<Option<usize>, ()> {
        let end = at + (to - from);
        if end > self.len() {
            return Ok(None);
        }
        if folding == Folding::Exact {
            return Ok((self.0.get(from..to) == self.0.get(at..end)).then_some(end));
        }
        let (mut here, mut there) = (at, from);
        for _ in from..to {
            let (Some(a), Some(b)) = (self.point(here), self.point(there)) else { return Err(()) };
            if a != b && !same_in_any_case(a, b, folding) {
                return Ok(None);
            }
            here += width(a);
            there += width(b);
        }
        Ok(Some(end))
    }

    /// What `\b{g}` asks in JDK 17: not whether a cluster ends here, but whether the one that begins at
    /// `from` ends no farther. Where there is none the JDK throws, which is `Err` here.
    pub(super) fn is_cluster_bound(&self, from: usize, at: usize) -> Result<bool, ()> {
        if self.holds(Anchor::Cluster, at) {
            return Ok(true);
        }
        let in_pair = at.checked_sub(1).and_then(|before| self.point(before)) > Some(0xFFFF);
        Ok(!in_pair && self.grapheme_end(from).ok_or(())? <= at)
    }

    /// Where the grapheme cluster that begins here ends (UAX 29).
    pub(super) fn grapheme_end(&self, at: usize) -> Option<usize> {
        let mut left = self.point(at)?;
        let mut end = at + width(left);
        let mut pictograph = unicode::is_grapheme_type("EXTENDED_PICTOGRAPHIC", left);
        let mut flags = usize::from(unicode::is_grapheme_type("RI", left));
        while let Some(right) = self.point(end) {
            if !unicode::graphemes_join(left, right, pictograph, flags % 2 == 1) {
                break;
            }
            flags += usize::from(unicode::is_grapheme_type("RI", right));
            pictograph = unicode::is_grapheme_type("EXTENDED_PICTOGRAPHIC", right)
                || pictograph
                    && (unicode::is_grapheme_type("EXTEND", right)
                        || unicode::is_grapheme_type("ZWJ", right));
            end += width(right);
            left = right;
        }
        Some(end)
    }
}

/// UTF-16 units of a code point.
pub(super) fn width(point: u32) -> usize {
    if point > 0xFFFF { 2 } else { 1 }
}

fn is_terminator(unit: u16) -> bool {
    matches!(unit, 0x0A | 0x0D | 0x85 | 0x2028 | 0x2029)
}

/// What `\b` holds to be part of a word in JDK 17: not what `\w` does.
fn is_word(point: u32, unicode: bool) -> bool {
    if unicode {
        return unicode::unicode_word().contains(point);
    }
    point == u32::from('_') || unicode::letters_and_digits().contains(point)
}

fn same_in_any_case(a: u32, b: u32, folding: Folding) -> bool {
    if folding == Folding::Unicode {
        return unicode::upper(a) == unicode::upper(b) || unicode::fold(a) == unicode::fold(b);
    }
    match (char::from_u32(a), char::from_u32(b)) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(&b),
        _ => false,
    }
}
