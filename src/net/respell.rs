//! A head that hyper has written, with its names as they are to be read.
//!
//! Names keep their length, so that a head whose fields stand in the right order is copied as a whole
//! and its names are written over.

use super::names::Names;

/// More fields than these are left in hyper's order.
const MOST: usize = 127;

/// Names whose usual spelling is not `Title-Case`.
const IRREGULAR: [&str; 3] = ["ETag", "WWW-Authenticate", "traceparent"];

/// Adds the head that `bytes` begin with, start line and fields, to `out`, and says how long it is: 0
/// where it does not end there. First come the fields that `names` has, as written and in that order,
/// then the others. Of those `own` are written as they stand there, the rest in `Title-Case`, also
/// where nothing is known of how they were written.
pub(super) fn respell(bytes: &[u8], names: &Names, own: &[&str], out: &mut Vec<u8>) -> usize {
    let mut starts = [0; MOST + 1];
    let Some((count, len)) = split(bytes, &mut starts) else { return 0 };
    let head = bytes.get(..len).unwrap_or_default();
    let from = out.len();
    out.extend_from_slice(head);
    let known = starts.get(..=count.min(MOST)).unwrap_or_default();
    let names = if count < MOST { names } else { &Names::default() };
    let mut next = 0;
    let mut written = names.iter();
    while let Some(name) = written.next() {
        if is_called(head, known, next, name) {
            write_over(out, from + place(known, next), name);
            next += 1;
        } else if (next + 1..known.len()).any(|at| is_called(head, known, at, name)) {
            out.truncate(from + place(known, next));
            let rest = std::iter::once(name).chain(written);
            reorder(head, known, next, rest, own, out);
            return len;
        }
    }
    let mut at = place(known, next);
    while let Some(line) = head.get(at..).filter(|line| !line.starts_with(b"\r\n")) {
        spell(line, own, out, from + at);
        at += memchr::memchr(b'\n', line).map_or(line.len(), |end| end + 1);
    }
    len
}

/// The same where fields have to change places: those in front of `next` have theirs.
#[cold]
fn reorder<'a>(
    head: &[u8],
    starts: &[u32],
    next: usize,
    names: impl Iterator<Item = &'a [u8]>,
    own: &[&str],
    out: &mut Vec<u8>,
) {
    let (mut used, count) = (0_u128, starts.len() - 1);
    let mut next = next;
    let line = |at: usize| head.get(place(starts, at)..place(starts, at + 1)).unwrap_or_default();
    for name in names {
        let free = |at: &usize| used & (1 << at) == 0 && is_called(head, starts, *at, name);
        let Some(at) = (next..count).find(free) else { continue };
        used |= 1 << at;
        let start = out.len();
        out.extend_from_slice(line(at));
        write_over(out, start, name);
        while used & (1 << next) != 0 {
            next += 1;
        }
    }
    for at in (next..count).filter(|at| used & (1 << at) == 0) {
        let start = out.len();
        out.extend_from_slice(line(at));
        spell(line(at), own, out, start);
    }
    out.extend_from_slice(head.get(place(starts, count)..).unwrap_or_default());
}

/// Finds where the fields begin and the empty line does: how many there are, of which as many are
/// noted as there is room for, and the length of the head.
fn split(bytes: &[u8], starts: &mut [u32; MOST + 1]) -> Option<(usize, usize)> {
    let (mut count, mut at) = (0, 0);
    let mut rest = bytes;
    loop {
        let end = at + line_len(rest)?;
        if let Some(start) = starts.get_mut(count) {
            *start = end as u32;
        }
        at = end;
        rest = bytes.get(at..)?;
        if let [b'\r', b'\n', ..] = rest {
            return Some((count, at + 2));
        }
        count += 1;
    }
}

/// How long the first line is with its end.
#[inline(always)]
fn line_len(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    while let Some((sixteen, after)) = rest.split_first_chunk::<16>() {
        let mut marks = [0; 16];
        for (mark, byte) in marks.iter_mut().zip(sixteen) {
            *mark = if *byte == b'\n' { 0xff } else { 0 };
        }
        let marks = u128::from_le_bytes(marks);
        if marks != 0 {
            return Some(bytes.len() - rest.len() + (marks.trailing_zeros() / 8) as usize + 1);
        }
        rest = after;
    }
    let at = rest.iter().position(|byte| *byte == b'\n')?;
    Some(bytes.len() - rest.len() + at + 1)
}

#[inline]
fn place(starts: &[u32], at: usize) -> usize {
    starts.get(at).map_or(0, |start| *start as usize)
}

/// Whether the field at this place has the name, in whatever case that is written.
#[inline]
fn is_called(head: &[u8], starts: &[u32], at: usize, name: &[u8]) -> bool {
    let line = head.get(place(starts, at)..).unwrap_or_default();
    line.get(name.len()) == Some(&b':')
        && line.get(..name.len()).is_some_and(|lower| is_lower_of(lower, name))
}

#[inline]
fn write_over(out: &mut [u8], at: usize, name: &[u8]) {
    if let Some(place) = out.get_mut(at..at + name.len()) {
        place.copy_from_slice(name);
    }
}

/// Writes over the name of a line that nobody has written otherwise.
fn spell(line: &[u8], own: &[&str], out: &mut [u8], at: usize) {
    let mut known = own.iter().chain(&IRREGULAR).map(|known| known.as_bytes());
    let is = |known: &&[u8]| is_called(line, &[0], 0, known);
    if let Some(known) = known.find(is) {
        return write_over(out, at, known);
    }
    let len = memchr::memchr(b':', line).unwrap_or_default();
    capitalise(out.get_mut(at..at + len).unwrap_or_default());
}

/// `Title-Case`.
pub(super) fn capitalise(name: &mut [u8]) {
    let mut first = true;
    for letter in name {
        if first {
            letter.make_ascii_uppercase();
        }
        first = *letter == b'-';
    }
}

/// Whether `lower` is `name` in lower case; both are as long. Eight letters at once.
#[inline]
fn is_lower_of(lower: &[u8], name: &[u8]) -> bool {
    let (Some(last), Some(named)) = (lower.last_chunk::<8>(), name.last_chunk::<8>()) else {
        return lower.eq_ignore_ascii_case(name);
    };
    let (eights, _) = lower.as_chunks::<8>();
    let mut pairs = eights.iter().zip(name.as_chunks::<8>().0).chain([(last, named)]);
    pairs.all(|(lower, name)| differ_in_case(u64::from_le_bytes(*lower), u64::from_le_bytes(*name)))
}

/// Whether they differ at most in the one bit that makes a small letter of a capital one.
#[inline]
fn differ_in_case(lower: u64, name: u64) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 0x80;
    let small = (lower & !HIGH) + ONES * (0x80 - b'a' as u64);
    let beyond = (lower & !HIGH) + ONES * (0x7f - b'z' as u64);
    let letters = small & !beyond & !lower & HIGH;
    (lower ^ name) & !(letters >> 2) == 0
}

#[cfg(test)]
mod tests;
