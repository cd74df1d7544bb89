//! Field lines, one after the other up to the empty line: of heads and of trailer sections.

use std::ops::Range;

use super::grammar::{settles, text_len, token_len, trimmed};
use super::refusal::{Flaw, RefusalKind, malformed};

/// How many fields a head or a trailer section may have; hyper's own limit is the same.
pub(super) const MAX_FIELDS: usize = 100;

/// One field line. Offsets count from the start of the block walked over.
pub(super) struct Field<'a> {
    pub(super) name: &'a [u8],
    /// What stands between the colon and the line end.
    pub(super) raw: &'a [u8],
    /// Where `raw` begins.
    pub(super) raw_at: usize,
    /// The whole line with its CRLF.
    pub(super) line: Range<usize>,
}

impl<'a> Field<'a> {
    /// The line `rest` begins with, and what follows it; `at` is where `rest` begins in the block.
    #[inline(always)]
    pub(super) fn read(rest: &'a [u8], at: usize) -> Result<(Self, &'a [u8]), Flaw> {
        let Some((name, raw, next)) = split_line(rest) else { return Err(flaw(rest)) };
        Ok((Self::new(name, raw, at), next))
    }

    /// The line `name:raw` at `at`.
    #[inline(always)]
    pub(super) fn new(name: &'a [u8], raw: &'a [u8], at: usize) -> Self {
        let raw_at = at + name.len() + 1;
        Self { name, raw, raw_at, line: at..raw_at + raw.len() + 2 }
    }

    /// The value without blanks around it, and where it begins.
    #[inline]
    pub(super) fn value(&self) -> (usize, &'a [u8]) {
        let (front, value) = trimmed(self.raw, true);
        (self.raw_at + front, value)
    }

    /// The value without spaces around it. A tab stays, so that framing that hides behind one is
    /// refused.
    pub(super) fn exact(&self) -> (usize, &'a [u8]) {
        let (front, value) = trimmed(self.raw, false);
        (self.raw_at + front, value)
    }
}

/// Walks over the field lines of `block`: `take` is shown what is left of it and where that begins,
/// and says what follows the next line.
///
/// Returns the length of the block with its closing empty line. `from` is where the first line
/// begins.
#[inline(always)]
pub(super) fn walk<'a>(
    block: &'a [u8],
    from: usize,
    mut take: impl FnMut(&'a [u8], usize) -> Result<&'a [u8], Flaw>,
) -> Result<usize, Flaw> {
    let mut rest = block.get(from..).unwrap_or_default();
    for _ in 0..=MAX_FIELDS {
        let at = block.len() - rest.len();
        if let [b'\r', b'\n', ..] = rest {
            return Ok(at + 2);
        }
        rest = take(rest, at)?;
    }
    Err(Flaw::Bad(RefusalKind::HeadersTooLarge, TOO_MANY))
}

const TOO_MANY: &str = "more than 100 fields";

/// The name, the text behind the colon, and what follows the line.
#[inline(always)]
fn split_line(rest: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (name, after) = rest.split_at_checked(token_len(rest))?;
    let after = after.strip_prefix(b":")?;
    let (raw, after) = after.split_at_checked(text_len(after))?;
    let next = after.strip_prefix(b"\r\n")?;
    (!name.is_empty()).then_some((name, raw, next))
}

/// Why no line could be split off: it goes on, or what is wrong with it.
#[cold]
fn flaw(rest: &[u8]) -> Flaw {
    if !settles(rest) {
        return Flaw::Unfinished;
    }
    let name = token_len(rest);
    malformed(match rest.get(name..).unwrap_or_default() {
        [b' ' | b'\t', ..] if name == 0 => "a field line is folded",
        [b' ' | b'\t', ..] => "there is a blank between a field name and its colon",
        [b':', ..] if name == 0 => "a field has no name",
        [b'\n', ..] => "a line ends without a carriage return",
        [b'\r', ..] => "a field line has no colon",
        [b':', after @ ..] => match after.get(text_len(after)..) {
            Some([b'\n', ..]) => "a line ends without a carriage return",
            Some([b'\r', ..]) => "a carriage return stands inside a line",
            _ => "a field value holds a control character",
        },
        _ => "a field name holds a character that is not allowed",
    })
}

/// How much of an unfinished head or trailer section has been looked at already, so that bytes
/// dripping in are not scanned over and over.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    seen: usize,
    limit: usize,
}

impl Held {
    /// Whether something is held.
    pub(super) fn any(self) -> bool {
        self.seen > 0
    }

    /// Whether `block` is what was held and nothing more that could change the judgement.
    pub(super) fn still_open(&mut self, block: &[u8]) -> bool {
        let open = self.any()
            && block.len() < self.limit
            && block.get(self.seen..).is_some_and(|new| !settles(new));
        if open {
            self.seen = block.len();
        }
        open
    }

    /// Holds `block`, to be judged again by its content or when it reaches `limit`.
    pub(super) fn hold(&mut self, block: &[u8], limit: usize) {
        *self = Self { seen: block.len(), limit };
    }

    /// Nothing is held any more.
    pub(super) fn clear(&mut self) {
        self.seen = 0;
    }
}
