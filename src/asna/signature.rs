//! `X-Signature`: HMAC-SHA256 of the bytes of a webhook's body (asna.md, section 2.3).

use std::fmt::Write as _;

use aws_lc_rs::hmac;

use crate::text::{Text, text};

/// The header that carries it.
pub const HEADER: &str = "X-Signature";

const PREFIX: &str = "sha256=";

/// The header's value for a body: `sha256=` and upper-case hex digits.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut value = PREFIX.to_owned();
    for byte in hmac::sign(&key, body).as_ref() {
        // Writing into a string never fails.
        let _ = write!(value, "{byte:02X}");
    }
    value
}

/// Why a signature is not the body's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub enum Mismatch {
    /// The header is of another shape.
    Shape,
    /// The digits are those of another body or secret.
    Digest,
}

impl Mismatch {
    /// In words.
    pub fn text(self) -> Text {
        match self {
            Self::Shape => text!("the header is not `sha256=` and 64 hexadecimal digits"),
            Self::Digest => text!("the signature belongs to another body or another secret"),
        }
    }
}

/// Whether a header's value is the body's signature. Digits may be in any case; the comparison takes
/// the same time wherever they differ.
///
/// # Errors
///
/// See [`Mismatch`].
pub fn verify(secret: &str, header: &str, body: &[u8]) -> Result<(), Mismatch> {
    let digits = header.trim().strip_prefix(PREFIX).ok_or(Mismatch::Shape)?;
    let tag = bytes(digits).filter(|tag| tag.len() == 32).ok_or(Mismatch::Shape)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&key, body, &tag).map_err(|_| Mismatch::Digest)
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page's example without the line ends it was printed with (asna.md, section 2.1).
    const BODY: &str = concat!(
        r#"{"ClientId":"BC164E55-B612-4A04-800B-34CCF10F6858","Event":"stocks_full","#,
        r#""Message":"Processed","MessageId":"9ebec167-ddf5-4de0-b4df-c4c1749afb1a","#,
        r#""Date":"2017-07-25T12:47:05.1210444+00:00"}"#
    );
    const SECRET: &str = "9xU78vt430";
    const OURS: &str = "sha256=3088C363BBFFD4127451241D1A3FEB4BE1132EC4F483130B2945E5E0B08ED92F";
    /// Printed on the vendor's page; no key and layout that was tried gives it.
    const PRINTED: &str = "sha256=37B1103A5B784AEABC772167F7232EECC2886048FC85CB482F0DB45EB2199DDC";

    #[test]
    fn the_example_of_189_bytes_has_its_digest() {
        assert_eq!(BODY.len(), 189);
        assert_eq!(sign(SECRET, BODY.as_bytes()), OURS);
        assert_eq!(verify(SECRET, OURS, BODY.as_bytes()), Ok(()));
        assert_eq!(verify(SECRET, &OURS.to_lowercase(), BODY.as_bytes()), Ok(()));
    }

    #[test]
    fn the_printed_signature_is_not_the_examples() {
        assert_eq!(verify(SECRET, PRINTED, BODY.as_bytes()), Err(Mismatch::Digest));
    }

    #[test]
    fn githubs_vector_holds() {
        let value = sign("It's a Secret to Everybody", b"Hello, World!");
        let theirs = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(value.eq_ignore_ascii_case(theirs));
    }

    #[test]
    fn what_is_no_signature_is_told_from_a_wrong_one() {
        for header in ["", "sha256=", "sha1=00", "sha256=0", "sha256=zz", &OURS[7..], "sha256=é"] {
            assert_eq!(verify(SECRET, header, b"{}"), Err(Mismatch::Shape), "{header}");
        }
        assert_eq!(verify(SECRET, OURS, b"{} "), Err(Mismatch::Digest));
        assert_eq!(verify("other", OURS, BODY.as_bytes()), Err(Mismatch::Digest));
    }
}
