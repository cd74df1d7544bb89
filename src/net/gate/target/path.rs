//! Paths and queries.

use super::super::grammar::{alphanumeric_and, prefix_len};
use super::{TargetFault, Unusual};

/// Vets path and query of a target in origin-form, or behind the authority of an absolute one, and
/// says what is unusual about them.
///
/// # Errors
/// Whatever two readers could take differently: see [`TargetFault`].
pub fn vet_path(path_and_query: &[u8]) -> Result<Option<Unusual>, TargetFault> {
    let mut unusual = match path_and_query {
        [b'/', b'/', ..] => Some(Unusual::DoubleSlash),
        [b'/', ..] => None,
        _ => return Err(TargetFault::Form.or_character(path_and_query)),
    };
    let mut rest = path_and_query;
    let mut path_len = None;
    let mut suspect = false;
    while let Some((byte, after)) = next_special(rest) {
        rest = after;
        match byte {
            b'?' => _ = path_len.get_or_insert(path_and_query.len() - after.len() - 1),
            b'.' => suspect = true,
            b'%' => {
                suspect = true;
                rest = encoded(after).ok_or(TargetFault::Percent)?.1;
            }
            b'|' | b'^' | b'{' | b'}' | b'[' | b']' | b'`' => {
                unusual = unusual.or(Some(Unusual::Character));
            }
            other => return Err(fault_of(other)),
        }
    }
    match path_len.map_or(Some(path_and_query), |len| path_and_query.get(..len)) {
        Some(path) if suspect && has_dot_segment(path) => Err(TargetFault::DotSegment),
        _ => Ok(unusual),
    }
}

/// Characters of a path that need no second look: `pchar` and the slash, less dot and percent.
static PLAIN: [bool; 256] = alphanumeric_and(b"-_~!$&'()*+,;=:@/");

/// The first byte that is not plain, and what follows it.
#[inline]
fn next_special(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [byte, after @ ..] = bytes.get(prefix_len(&PLAIN, bytes)..)? else { return None };
    Some((*byte, after))
}

/// The byte that two hexadecimal digits stand for, never NUL, and what follows them.
fn encoded(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, after @ ..] = bytes else { return None };
    let value = hex(*high)? << 4 | hex(*low)?;
    (value != 0).then_some((value, after))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// What is wrong with a byte that may not stand in a path or query.
fn fault_of(byte: u8) -> TargetFault {
    match byte {
        b'\\' => TargetFault::Backslash,
        b'#' => TargetFault::Fragment,
        0..=b' ' | 0x7f => TargetFault::Control,
        0x80.. => TargetFault::NonAscii,
        _ => TargetFault::Character,
    }
}

impl TargetFault {
    /// A more telling fault if the first odd byte of `target` has one.
    fn or_character(self, target: &[u8]) -> Self {
        match next_special(target).map(|(byte, _)| fault_of(byte)) {
            Some(Self::Character) | None => self,
            Some(fault) => fault,
        }
    }
}

/// Whether a segment is `.` or `..` to any reader: encoded slashes and backslashes may separate, a
/// dot may be encoded, and a parameter may follow it.
fn has_dot_segment(path: &[u8]) -> bool {
    let mut rest = path;
    let mut segment = Segment::default();
    while let [byte, after @ ..] = rest {
        let (byte, after) = match byte {
            b'%' => encoded(after).unwrap_or((b'%', after)),
            byte => (*byte, after),
        };
        rest = after;
        if segment.ends_with_dots(byte) {
            return true;
        }
    }
    segment.is_dots()
}

/// How a segment looks so far.
#[derive(Default)]
struct Segment {
    dots: usize,
    other: bool,
}

impl Segment {
    /// Takes the next decoded byte; whether it closed a dot segment.
    fn ends_with_dots(&mut self, byte: u8) -> bool {
        match byte {
            b'.' => self.dots += 1,
            b'/' | b'\\' => {
                if self.is_dots() {
                    return true;
                }
                *self = Self::default();
            }
            b';' if self.is_dots() => return true,
            _ => self.other = true,
        }
        false
    }

    fn is_dots(&self) -> bool {
        !self.other && matches!(self.dots, 1 | 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_pass_untouched() {
        for path in [
            "/",
            "/?",
            "/a?",
            "/a",
            "/a//b",
            "/a%2Fb",
            "/a/b?c=/../d",
            "/.well-known/x",
            "/a..b/c",
            "/...",
            "/a;v=1/..b",
            "/%D0%BA",
            "/a?b?c/?",
            "/v1.0/x.json",
            "/a/%252e%252e/b",
            "/:@!$&'()*+,;=~",
            "/a%5Cb",
            "/;../a",
            "/.a./b",
            "/x;..",
            "/?..",
            "/a%3b..",
        ] {
            assert_eq!(vet_path(path.as_bytes()), Ok(None), "{path}");
        }
    }

    #[test]
    fn what_public_clients_leave_raw_passes_and_is_told() {
        for path in ["/a|b", "/a^b", "/{a}", "/a[b]", "/a`b", "/a?x[]=1", "/a?`{|}^"] {
            assert_eq!(vet_path(path.as_bytes()), Ok(Some(Unusual::Character)), "{path}");
        }
        for path in ["//", "//a", "///a", "//evil.ru/a|b?"] {
            assert_eq!(vet_path(path.as_bytes()), Ok(Some(Unusual::DoubleSlash)), "{path}");
        }
    }

    #[test]
    fn dot_segments_are_refused_raw_and_encoded() {
        for path in [
            "/.",
            "/..",
            "/../",
            "/a/..",
            "/a/./b",
            "/a/../b",
            "/%2e",
            "/%2E%2e/b",
            "/.%2e",
            "/a/%2e./b",
            "/..;x/",
            "/.;/a",
            "/%2e%2e%2fa",
            "/a%2f..%2fb",
            "/a%5c..%5cb",
            "/a%5c..",
            "/..%3bx/a",
            "/a/..?b",
            "//..",
            "/a%2F.",
            "/a//..",
        ] {
            assert_eq!(vet_path(path.as_bytes()), Err(TargetFault::DotSegment), "{path}");
        }
    }

    #[test]
    fn each_odd_byte_has_its_fault() {
        for (path, fault) in [
            (&b""[..], TargetFault::Form),
            (b"*", TargetFault::Form),
            (b"a/b", TargetFault::Form),
            (b"\\a", TargetFault::Backslash),
            (b"/a\\b", TargetFault::Backslash),
            (b"/a#b", TargetFault::Fragment),
            (b"/a b", TargetFault::Control),
            (b"/a\tb", TargetFault::Control),
            (b"/a\0", TargetFault::Control),
            (b"/a\x7f", TargetFault::Control),
            (b"/\xd0\xba", TargetFault::NonAscii),
            (b"/a%", TargetFault::Percent),
            (b"/a%2", TargetFault::Percent),
            (b"/a%2g", TargetFault::Percent),
            (b"/a?b%zz", TargetFault::Percent),
            (b"/a%00", TargetFault::Percent),
            (b"/a\"", TargetFault::Character),
            (b"/a?b<c", TargetFault::Character),
            (b"/a|b>", TargetFault::Character),
        ] {
            assert_eq!(vet_path(path), Err(fault), "{}", path.escape_ascii());
        }
    }
}
