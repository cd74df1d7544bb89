//! Numbers: what is taken for one, and what it is worth.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::{Message, Token};

/// Integers longer than this are not read.
const LONGEST: usize = 380;

/// Everything ahead that a number could consist of.
pub(super) fn digits<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Message> {
    let from = cursor.at();
    let length = cursor.rest().iter().take_while(|byte| part(**byte)).count();
    cursor.pass(length);
    let ended = match cursor.peek(0) {
        None | Some(b',' | b'}' | b']' | b')' | b'/' | 0) => true,
        Some(_) => cursor.char().is_some_and(char::is_whitespace),
    };
    if ended {
        return Ok(cursor.since(from));
    }
    Err(format!("Unexpected character encountered while parsing number: {}.", cursor.shown())
        .into())
}

#[inline]
fn part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'-' | b'+' | b'x' | b'X')
}

/// Which kind of number the characters are, if any.
pub(super) fn classify(raw: &str) -> Result<Token<'_>, Message> {
    let bytes = raw.as_bytes();
    let magnitude = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = magnitude.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let invalid = || format!("Input string '{raw}' is not a valid number.").into();
    if other_base(raw) {
        return based(raw).map(|_| Token::Integer(raw)).ok_or_else(invalid);
    }
    if whole == magnitude.len() && whole > 0 {
        if raw.len() > LONGEST {
            return Err(format!("JSON integer {raw} is too large to parse.").into());
        }
        return Ok(Token::Integer(raw));
    }
    if simple_fraction(magnitude.get(whole..).unwrap_or_default()) && whole > 0 {
        return Ok(Token::Float(raw));
    }
    raw.parse::<f64>().map(|_| Token::Float(raw)).map_err(|_| invalid())
}

fn simple_fraction(rest: &[u8]) -> bool {
    matches!(rest, [b'.', digits @ ..] if digits.iter().all(u8::is_ascii_digit))
}

/// `-Infinity`, of which the first two characters are ahead.
pub(super) fn infinity<'t>(cursor: &mut Cursor<'_>) -> Result<Token<'t>, Message> {
    cursor.word("-Infinity", "-Infinity")?;
    Ok(Token::Float("-Infinity"))
}

/// An integer's decimal digits: `010` is 8, `0x1F` is 31, `-007` is -7.
pub fn integer(raw: &str) -> Cow<'_, str> {
    if other_base(raw) {
        return based(raw).map_or(Cow::Borrowed(raw), |value| Cow::Owned(value.to_string()));
    }
    let (sign, magnitude) = raw.strip_prefix('-').map_or(("", raw), |rest| ("-", rest));
    let trimmed = magnitude.trim_start_matches('0');
    match trimmed {
        "" => Cow::Borrowed("0"),
        _ if trimmed.len() == magnitude.len() => Cow::Borrowed(raw),
        _ => Cow::Owned(format!("{sign}{trimmed}")),
    }
}

/// A number's value, nearly.
pub fn double(raw: &str) -> f64 {
    match raw {
        "Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => integer(raw).parse().or_else(|_| raw.parse()).unwrap_or(f64::NAN),
    }
}

/// A zero in front and more digits: octal, or hexadecimal after an x.
fn other_base(raw: &str) -> bool {
    matches!(raw.as_bytes(), [b'0', second, ..] if !matches!(second, b'.' | b'e' | b'E'))
}

fn based(raw: &str) -> Option<i64> {
    let value = match raw.strip_prefix("0x").or_else(|| raw.strip_prefix("0X")) {
        Some(hexadecimal) => unsigned(hexadecimal, 16),
        None => unsigned(raw, 8),
    };
    value.map(u64::cast_signed)
}

fn unsigned(digits: &str, base: u32) -> Option<u64> {
    let unsigned = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(digits, base).ok().filter(|_| unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_in_front_change_the_base() {
        assert_eq!(integer("010"), "8");
        assert_eq!(integer("0x1F"), "31");
        assert_eq!(integer("0XffffffffffffffFF"), "-1");
        assert!(classify("09").is_err());
        assert!(classify("0x").is_err());
        assert_eq!(classify("0.5"), Ok(Token::Float("0.5")));
        assert_eq!(classify("0e1"), Ok(Token::Float("0e1")));
    }

    #[test]
    fn signs_and_zeros_are_written_as_dotnet_writes_them() {
        assert_eq!(integer("-007"), "-7");
        assert_eq!(integer("-0"), "0");
        assert_eq!(integer("0"), "0");
        assert_eq!(integer("-12"), "-12");
    }

    #[test]
    fn numbers_with_a_part_left_out_are_floats() {
        for raw in ["5.", ".5", "-.5", "1e5", "1E+5", "1.5e-7"] {
            assert_eq!(classify(raw), Ok(Token::Float(raw)), "{raw}");
        }
        for raw in ["-", ".", "1e", "--1", "1-2", "1a", "-.", "1.2.3"] {
            assert!(classify(raw).is_err(), "{raw}");
        }
    }
}
