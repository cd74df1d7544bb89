//! The byte classes of RFC 9110 and two scanners over them.

/// `tchar`: what methods, field names and chunk extension names are made of.
static TOKEN: [bool; 256] = alphanumeric_and(b"!#$%&'*+-.^_`|~");

/// Marks letters, digits and these bytes.
pub(super) const fn alphanumeric_and(extra: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < extra.len() {
        table[extra[at] as usize] = true;
        at += 1;
    }
    table
}

/// Whether `byte` may stand in a token.
pub(super) fn is_token(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

/// How many token characters `bytes` begins with.
#[inline(always)]
pub(super) fn token_len(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((sixteen, after)) = rest.split_first_chunk::<16>() {
        let at = first_uncommon(sixteen);
        match sixteen.get(at) {
            None => rest = after,
            Some(byte) if is_token(*byte) => rest = rest.get(at + 1..).unwrap_or_default(),
            Some(_) => return bytes.len() - rest.len() + at,
        }
    }
    bytes.len() - rest.len() + prefix_len(&TOKEN, rest)
}

/// Where the first byte stands that is neither a letter nor a hyphen, 16 if there is none.
///
/// Not inlined: on its own it becomes a handful of vector instructions.
#[inline(never)]
fn first_uncommon(sixteen: &[u8; 16]) -> usize {
    let mut marks = [0; 16];
    for (mark, byte) in marks.iter_mut().zip(sixteen) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        *mark = if letter || *byte == b'-' { 0 } else { 0xff };
    }
    (u128::from_le_bytes(marks).trailing_zeros() / 8) as usize
}

/// How many bytes of the class marked in `table` `bytes` begins with.
#[inline(always)]
pub(super) fn prefix_len(table: &[bool; 256], bytes: &[u8]) -> usize {
    let mut len = 0;
    let (eights, tail) = bytes.as_chunks::<8>();
    for eight in eights {
        for (at, byte) in eight.iter().enumerate() {
            if !table[usize::from(*byte)] {
                return len + at;
            }
        }
        len += 8;
    }
    len + tail.iter().take_while(|byte| table[usize::from(**byte)]).count()
}

/// How many bytes of field text `bytes` begins with: all but DEL and the controls, tab included.
#[inline(always)]
pub(super) fn text_len(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk::<8>() {
        let controls = controls(u64::from_le_bytes(*eight));
        if controls == 0 {
            rest = after;
            continue;
        }
        let at = (controls.trailing_zeros() / 8) as usize;
        if eight.get(at) != Some(&b'\t') {
            return bytes.len() - rest.len() + at;
        }
        rest = rest.get(at + 1..).unwrap_or_default();
    }
    let ends = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    bytes.len() - rest.len() + rest.iter().position(ends).unwrap_or(rest.len())
}

/// Marks the bytes of a word below 0x20 or equal to 0x7f with their high bit.
fn controls(word: u64) -> u64 {
    let low = word & !HIGHS;
    // Both sums reach the high bit for 0x7f, only the first one for what is text, none for controls.
    !(((low + ONES * 0x60) ^ (low + ONES)) | word) & HIGHS
}

const ONES: u64 = u64::MAX / 255;
const HIGHS: u64 = ONES << 7;

/// Whether a line that was unfinished can be judged once `bytes` are added to it: they hold its end
/// or a control character that no line may hold.
///
/// Judging earlier would make the outcome depend on how the network cut the stream.
pub(super) fn settles(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        match rest.get(text_len(rest)..) {
            Some([b'\r', after @ ..]) => rest = after,
            Some([_, ..]) => return true,
            _ => return false,
        }
    }
}

/// `value` without the spaces around it, and without tabs if `tabs` counts them as blanks; how many
/// bytes were taken off its front.
#[inline]
pub(super) fn trimmed(value: &[u8], tabs: bool) -> (usize, &[u8]) {
    let blank = |byte: u8| byte == b' ' || (tabs && byte == b'\t');
    let mut inner = value;
    while let [first, after @ ..] = inner
        && blank(*first)
    {
        inner = after;
    }
    let front = value.len() - inner.len();
    while let [before @ .., last] = inner
        && blank(*last)
    {
        inner = before;
    }
    (front, inner)
}

/// Whether a comma-separated list has `member` among its elements, parameters set aside.
pub(super) fn lists(list: &[u8], member: &[u8]) -> bool {
    list.split(|byte| *byte == b',').any(|element| {
        let name = element.split(|byte| matches!(byte, b';' | b'/')).next().unwrap_or_default();
        name.trim_ascii().eq_ignore_ascii_case(member)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_the_first_control_but_tab_wherever_it_stands() {
        for byte in 0..=255_u8 {
            for at in 0..20 {
                let mut text = [b'\t'; 20];
                text[at] = byte;
                let ends = byte != b'\t' && byte.is_ascii_control();
                assert_eq!(text_len(&text), if ends { at } else { 20 }, "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn a_token_ends_at_the_first_byte_that_is_no_tchar() {
        for at in 0..20 {
            let mut token = [b'x'; 20];
            token[at] = b':';
            assert_eq!(token_len(&token), at);
        }
        assert!(b"()<>@,;:\\\"/[]?={} \t\r\n\x7f\x80\xff\0".iter().all(|byte| !is_token(*byte)));
    }

    #[test]
    fn a_line_is_judged_at_its_end_or_at_a_control() {
        for settled in [&b"a\n"[..], b"\r\n", b"long enough text\x01", b"\x7f", b"\r\r\0"] {
            assert!(settles(settled), "{settled:?}");
        }
        for open in [&b""[..], b"\r", b"a\tb\rc", b"\xff: long enough text \r"] {
            assert!(!settles(open), "{open:?}");
        }
    }
}
