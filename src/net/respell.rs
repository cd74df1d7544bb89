//! A head that hyper has written, with its names as they are to be read.
//!
//! Names keep their length, so that a head whose fields stand in the right order is copied as a whole
//! and its names are written over.

use super::names::Names;

/// Adds the head that `bytes` begin with, start line and fields, to `out`, and says how long it is: 0
/// where it does not end there. First come the fields that `names` has, as written and in that order,
/// then the others. Of those `own` are written as they stand there, the rest in `Title-Case`.
pub(super) fn respell(bytes: &[u8], names: &Names, own: &[&str], out: &mut Vec<u8>) -> usize {
    let from = out.len();
    out.extend_from_slice(bytes);
    let len = written_over(bytes, names, own, out, from).unwrap_or_default();
    if len == 0 {
        out.truncate(from);
    }
    len
}

/// Writes over the names of the copy at `from`; the length of the head.
#[inline(always)]
fn written_over(
    bytes: &[u8],
    names: &Names,
    own: &[&str],
    out: &mut Vec<u8>,
    from: usize,
) -> Option<usize> {
    let mut at = line_len(bytes, 0)?;
    let mut names = names.iter();
    let mut next = names.next();
    loop {
        let line = out.get_mut(from + at..)?;
        if let [b'\r', b'\n', ..] = line {
            out.truncate(from + at + 2);
            return Some(at + 2);
        }
        let len = match next {
            None => spell(line, own),
            Some(name) if write_over(line, name) => {
                next = names.next();
                name.len()
            }
            Some(name) => {
                out.truncate(from + at);
                let names = std::iter::once(name).chain(names);
                return Some(at + reorder(bytes.get(at..)?, names, own, out)?);
            }
        };
        at += line_len(line, len)?;
    }
}

/// Adds the rest of a head whose fields change places or are not all there, and says how long it is.
fn reorder<'a>(
    lines: &[u8],
    names: impl Iterator<Item = &'a [u8]>,
    own: &[&str],
    out: &mut Vec<u8>,
) -> Option<usize> {
    let mut fields = Vec::with_capacity(16);
    let mut rest = lines;
    while !rest.starts_with(b"\r\n") {
        let (line, after) = rest.split_at_checked(line_len(rest, 0)?)?;
        fields.push(line);
        rest = after;
    }
    let mut fields = fields.as_mut_slice();
    for name in names {
        let Some(at) = fields.iter().position(|line| is_called(line, name)) else { continue };
        fields.get_mut(..=at)?.rotate_right(1);
        let (line, others) = fields.split_first_mut()?;
        let start = out.len();
        out.extend_from_slice(line);
        write_over(out.get_mut(start..)?, name);
        fields = others;
    }
    for line in fields {
        let start = out.len();
        out.extend_from_slice(line);
        spell(out.get_mut(start..)?, own);
    }
    out.extend_from_slice(b"\r\n");
    Some(lines.len() - rest.len() + 2)
}

/// How long the first line is with its end, which stands behind the first `from` bytes.
#[inline]
fn line_len(bytes: &[u8], from: usize) -> Option<usize> {
    Some(from + memchr::memchr(b'\n', bytes.get(from..)?)? + 1)
}

/// Whether a line's field has the name, in whatever case that is written.
#[inline]
fn is_called(line: &[u8], name: &[u8]) -> bool {
    line.get(name.len()) == Some(&b':')
        && line.get(..name.len()).is_some_and(|lower| is_lower_of(lower, name))
}

/// Writes the name over that of a line, if they are the same.
#[inline(always)]
fn write_over(line: &mut [u8], name: &[u8]) -> bool {
    if line.get(name.len()) != Some(&b':') {
        return false;
    }
    let Some(place) = line.get_mut(..name.len()) else { return false };
    let same = is_lower_of(place, name);
    if same {
        place.copy_from_slice(name);
    }
    same
}

/// Names whose usual spelling is not `Title-Case`.
const IRREGULAR: [&str; 3] = ["ETag", "WWW-Authenticate", "traceparent"];

/// Adds a line whose name is in lower case: `own` as they stand, others in `Title-Case`.
pub fn write_spelled(name: &str, value: &[u8], own: &[&str], out: &mut Vec<u8>) {
    let start = out.len();
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
    spell(out.get_mut(start..).unwrap_or_default(), own);
}

/// Writes over the name of a line that nobody has written otherwise; its length.
#[inline]
fn spell(line: &mut [u8], own: &[&str]) -> usize {
    let mut known = own.iter().chain(&IRREGULAR).map(|known| known.as_bytes());
    match known.find(|known| write_over(line, known)) {
        Some(known) => known.len(),
        None => capitalise(line),
    }
}

/// `Title-Case` up to the colon or the end; how long that is.
pub(super) fn capitalise(name: &mut [u8]) -> usize {
    let mut first = true;
    for (at, letter) in name.iter_mut().enumerate() {
        if *letter == b':' {
            return at;
        }
        if first {
            letter.make_ascii_uppercase();
        }
        first = *letter == b'-';
    }
    name.len()
}

/// Whether `lower` is `name` in lower case; both are as long. Eight letters at once.
#[inline(always)]
fn is_lower_of(lower: &[u8], name: &[u8]) -> bool {
    let (Some(last), Some(named)) = (lower.last_chunk::<8>(), name.last_chunk::<8>()) else {
        return is_lower_of_short(lower, name);
    };
    let (eights, _) = lower.as_chunks::<8>();
    let mut pairs = eights.iter().zip(name.as_chunks::<8>().0).chain([(last, named)]);
    pairs.all(|(lower, name)| differ_in_case(u64::from_le_bytes(*lower), u64::from_le_bytes(*name)))
}

/// The same for names of less than eight letters.
#[inline]
fn is_lower_of_short(lower: &[u8], name: &[u8]) -> bool {
    let fours = |text: &[u8]| {
        let (first, last) = (text.first_chunk::<4>()?, text.last_chunk::<4>()?);
        Some(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)))
    };
    match (fours(lower), fours(name)) {
        (Some(lower), Some(name)) => differ_in_case(lower, name),
        _ => lower.eq_ignore_ascii_case(name),
    }
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
