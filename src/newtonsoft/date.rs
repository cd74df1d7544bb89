//! The format `date-time` as .NET checked it in 2018: `yyyy-MM-ddTHH:mm:ss`, up to seven digits of a
//! fraction, and a zone or none.

use jiff::civil::Date;

/// Whether a text is such a time.
pub fn is_date_time(text: &str) -> bool {
    read(text.as_bytes()).is_some()
}

fn read(text: &[u8]) -> Option<()> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(after(rest, b'-')?, 2)?;
    let (day, rest) = number(after(rest, b'-')?, 2)?;
    let (hour, rest) = number(after(rest, b'T')?, 2)?;
    let (minute, rest) = number(after(rest, b':')?, 2)?;
    let (second, rest) = number(after(rest, b':')?, 2)?;
    let date =
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).is_ok() && year > 0;
    let time = hour < 24 && minute < 60 && second < 60;
    (date && time && zone(fraction(rest)?)).then_some(())
}

fn after(text: &[u8], byte: u8) -> Option<&[u8]> {
    text.split_first().filter(|(first, _)| **first == byte).map(|(_, rest)| rest)
}

fn number(text: &[u8], digits: usize) -> Option<(i16, &[u8])> {
    let (digits, rest) = text.split_at_checked(digits)?;
    let value = digits.iter().try_fold(0, |value: i16, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i16::from(byte - b'0'))
    })?;
    Some((value, rest))
}

/// What follows the fraction.
fn fraction(text: &[u8]) -> Option<&[u8]> {
    let Some(digits) = after(text, b'.') else { return Some(text) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=7).contains(&length).then(|| digits.get(length..).unwrap_or_default())
}

/// Nothing, `Z`, or an offset of at most 14 hours, with or without its colon.
fn zone(text: &[u8]) -> bool {
    let offset = match text {
        [] | [b'Z'] => return true,
        [b'+' | b'-', offset @ ..] => offset,
        _ => return false,
    };
    let Some((hours, rest)) = number(offset, 2) else { return false };
    let Some((minutes, [])) = number(rest.strip_prefix(b":").unwrap_or(rest), 2) else {
        return false;
    };
    minutes < 60 && hours * 60 + minutes <= 14 * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_and_without_fraction_and_zone_are_taken() {
        for text in [
            "2018-11-22T16:01:13.032+03:00",
            "2018-11-22T16:01:13",
            "2018-11-22T16:01:13Z",
            "2018-11-22T16:01:13.1234567",
            "2018-11-22T16:01:13-1400",
            "2020-02-29T00:00:00Z",
            "0001-01-01T00:00:00",
        ] {
            assert!(is_date_time(text), "{text}");
        }
    }

    #[test]
    fn everything_else_is_not_a_time() {
        for text in [
            "",
            "2018-11-22",
            "2018-11-22 16:01:13",
            "2018-11-22t16:01:13z",
            "2019-02-29T00:00:00Z",
            "2018-13-01T00:00:00",
            "0000-01-01T00:00:00",
            "2018-11-22T24:00:00",
            "2018-11-22T23:59:60Z",
            "2018-11-22T16:01:13.",
            "2018-11-22T16:01:13.12345678",
            "2018-11-22T16:01:13+14:01",
            "2018-11-22T16:01:13+3",
            "2018-11-22T16:01:13Z ",
            "22.11.2018 16:01",
            "2018-11-22T16:01:1к",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }
}
