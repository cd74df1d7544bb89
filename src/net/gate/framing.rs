//! The two fields that say how long a message is.

use super::refusal::{Flaw, malformed};

/// Fields the gates judge themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Te,
    Host,
    Expect,
    Upgrade,
    Connection,
    ContentLength,
    TransferEncoding,
    /// A framing name spelled with an underscore, which gateways of the CGI kind take for the real.
    Lookalike,
    Other,
}

/// Which of the gate's own fields `name` is.
#[inline(always)]
pub(super) fn known(name: &[u8]) -> Known {
    // Nearly all are sent in this casing, which is one comparison of whole words.
    let is = |known: &[u8]| name == known || name.eq_ignore_ascii_case(known);
    match (name.len(), name.first().map_or(0, |byte| byte | 0x20)) {
        (2, b't') if is(b"TE") => Known::Te,
        (4, b'h') if is(b"Host") => Known::Host,
        (6, b'e') if is(b"Expect") => Known::Expect,
        (7, b'u') if is(b"Upgrade") => Known::Upgrade,
        (10, b'c') if is(b"Connection") => Known::Connection,
        (14, b'c') if is(b"Content-Length") => Known::ContentLength,
        (14, b'c') if is(b"Content_Length") => Known::Lookalike,
        (17, b't') if is(b"Transfer-Encoding") => Known::TransferEncoding,
        (17, b't') if is(b"Transfer_Encoding") => Known::Lookalike,
        _ => Known::Other,
    }
}

/// The flaw of a head with a [`Known::Lookalike`].
#[cold]
pub(super) fn lookalike() -> Flaw {
    malformed("a framing field is spelled with an underscore")
}

/// What the framing fields of one head have said so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Framing {
    /// The value of Content-Length.
    pub(super) length: Option<u64>,
    /// Whether Transfer-Encoding said `chunked`.
    pub(super) chunked: bool,
}

impl Framing {
    /// Takes a Content-Length, trimmed of spaces: the only one, of digits alone, below 2^63.
    pub(super) fn length(&mut self, value: &[u8]) -> Result<(), Flaw> {
        if self.length.is_some() {
            return Err(malformed("Content-Length is repeated"));
        }
        self.length = Some(number(value)?);
        Ok(())
    }

    /// Takes a Transfer-Encoding, trimmed of spaces: the only one, of exactly `chunked`.
    pub(super) fn transfer(&mut self, value: &[u8]) -> Result<(), Flaw> {
        if self.chunked {
            return Err(malformed("Transfer-Encoding is repeated"));
        }
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(malformed("Transfer-Encoding is something other than chunked"));
        }
        self.chunked = true;
        Ok(())
    }

    /// What can only be said of the head as a whole.
    pub(super) fn settled(&self, http10: bool) -> Result<(), Flaw> {
        match (self.chunked, self.length.is_some(), http10) {
            (true, true, _) => {
                Err(malformed("Content-Length and Transfer-Encoding are both there"))
            }
            (true, _, true) => Err(malformed("Transfer-Encoding does not exist in HTTP/1.0")),
            _ => Ok(()),
        }
    }
}

fn number(digits: &[u8]) -> Result<u64, Flaw> {
    if digits.is_empty() {
        return Err(malformed("Content-Length is empty"));
    }
    let mut number = 0_u64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(malformed("Content-Length is something other than one number"));
        }
        number = number
            .checked_mul(10)
            .and_then(|tens| tens.checked_add(u64::from(digit - b'0')))
            .filter(|number| *number <= i64::MAX as u64)
            .ok_or(malformed("Content-Length is too large"))?;
    }
    Ok(number)
}

/// Whether a field of this name would be framing or routing if a trailer section were merged into
/// the head (RFC 9110, section 6.5.1).
pub(super) fn barred_from_trailers(name: &[u8]) -> bool {
    matches!(
        known(name),
        Known::Host | Known::ContentLength | Known::TransferEncoding | Known::Lookalike
    )
}
