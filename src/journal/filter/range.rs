//! Ranges of whole numbers, durations and sizes.

use std::fmt;

use super::keys::Unit;
use crate::text::{Text, text};

/// Numbers from one to another, both among them; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Range {
    /// `5`, `>5`, `>=5`, `<5`, `<=5`, `5..9`, `5..`, `..9`; of statuses `4xx` too. The error says how
    /// it is written.
    pub fn parse(text: &str, unit: Unit) -> Result<Self, Text> {
        let one = |text: &str| amount(text, unit).map(|(number, _)| number);
        let range = if let Some((from, to)) = text.split_once("..") {
            let end = |text: &str| if text.is_empty() { Ok(None) } else { one(text).map(Some) };
            Self { from: end(from)?, to: end(to)? }
        } else if let Some(rest) = text.strip_prefix(">=") {
            Self { from: Some(one(rest)?), to: None }
        } else if let Some(rest) = text.strip_prefix("<=") {
            Self { from: None, to: Some(one(rest)?) }
        } else if let Some(rest) = text.strip_prefix('>') {
            Self { from: Some(one(rest)? + 1), to: None }
        } else if let Some(rest) = text.strip_prefix('<') {
            Self { from: None, to: Some(one(rest)? - 1) }
        } else if let (Unit::Status, Some(class)) = (unit, class(text)) {
            Self { from: Some(class), to: Some(class + 99) }
        } else {
            let (number, step) = amount(text.strip_prefix('=').unwrap_or(text), unit)?;
            Self { from: Some(number), to: Some(number + step - 1) }
        };
        match range {
            Self { from: None, to: None } => Err(text!("a range has one end at least")),
            Self { from: Some(from), to: Some(to) } if from > to => {
                Err(text!("the smaller end of a range comes first"))
            }
            range => Ok(range),
        }
    }

    /// Whether a number lies within.
    pub fn has(self, number: i64) -> bool {
        self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number <= to)
    }

    /// As [`parse`](Self::parse) reads it.
    pub fn write(self, f: &mut impl fmt::Write, unit: Unit) -> fmt::Result {
        let one = |number| written(number, unit);
        match (self.from, self.to) {
            (Some(from), Some(to)) if from == to && unit != Unit::Time => f.write_str(&one(from)),
            (Some(from), Some(to)) => write!(f, "{}..{}", one(from), one(to)),
            (Some(from), None) => write!(f, ">={}", one(from)),
            (None, Some(to)) if to < 0 => write!(f, "<{}", one(0)),
            (None, Some(to)) => write!(f, "<={}", one(to)),
            (None, None) => Ok(()),
        }
    }
}

/// A distance of time in microseconds: `10m`, `2h`, `3d`.
pub(super) fn duration(text: &str) -> Option<i64> {
    scaled(text, DURATIONS).map(|(number, _)| number)
}

/// A number, and how far the next of as many places is.
fn amount(text: &str, unit: Unit) -> Result<(i64, i64), Text> {
    let (found, form) = match unit {
        Unit::None => (scaled(text, PLAIN), "write a whole number, as in 3, >3 or 3..9"),
        Unit::Status => (scaled(text, PLAIN), "write it as 200, 4xx, >=400, 400..499, or none"),
        Unit::Time => {
            (scaled(text, DURATIONS), "write a number and us, ms, s, m or h, as in >200ms")
        }
        Unit::Bytes => {
            (scaled(text, SIZES), "write a number and B, KB, MB, KiB or MiB, as in >10KiB")
        }
    };
    let found = found.ok_or(Text::fixed(form))?;
    Ok(if unit == Unit::Time { found } else { (found.0, 1) })
}

/// A number with at most one point in it and a unit behind it, in the smallest unit, and the weight of
/// its last place.
fn scaled(text: &str, units: &[(&str, i64)]) -> Option<(i64, i64)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_start().to_lowercase();
    let (_, weight) = units.iter().find(|(name, _)| name.to_lowercase() == unit)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let places = u32::try_from(part.len()).ok().filter(|places| *places <= 6)?;
    if whole.is_empty() || (part.is_empty() && number.contains('.')) {
        return None;
    }
    let digits: i64 = format!("{whole}{part}").parse().ok()?;
    let tens = 10_i64.pow(places);
    let value = digits.checked_mul(*weight)? / tens;
    (value <= LARGEST).then_some((value, (weight / tens).max(1)))
}

/// The first status of `4xx`.
fn class(text: &str) -> Option<i64> {
    match text.to_ascii_lowercase().as_bytes() {
        [digit @ b'1'..=b'5', b'x', b'x'] => Some(i64::from(digit - b'0') * 100),
        _ => None,
    }
}

fn written(number: i64, unit: Unit) -> String {
    let units = match unit {
        Unit::None | Unit::Status => PLAIN,
        Unit::Time => DURATIONS,
        Unit::Bytes => SIZES,
    };
    // The first name of a weight is the one that is printed.
    let fitting = units.iter().rev().filter(|(_, weight)| number % weight == 0);
    match fitting.max_by_key(|(_, weight)| if number == 0 { -*weight } else { *weight }) {
        Some((unit, weight)) => format!("{}{unit}", number / weight),
        None => number.to_string(),
    }
}

const PLAIN: &[(&str, i64)] = &[("", 1)];

const DURATIONS: &[(&str, i64)] = &[
    ("us", 1),
    ("µs", 1),
    ("мкс", 1),
    ("ms", 1_000),
    ("мс", 1_000),
    ("s", 1_000_000),
    ("с", 1_000_000),
    ("m", 60_000_000),
    ("h", 3_600_000_000),
    ("d", 86_400_000_000),
    ("w", 604_800_000_000),
];

const SIZES: &[(&str, i64)] = &[
    ("", 1),
    ("B", 1),
    ("KB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// Three centuries of microseconds; sums of two such numbers still fit.
const LARGEST: i64 = 10_000_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, unit: Unit) -> Option<(Option<i64>, Option<i64>)> {
        Range::parse(text, unit).ok().map(|range| (range.from, range.to))
    }

    #[test]
    fn ends_may_be_open() {
        for (text, from, to) in [
            ("5", Some(5), Some(5)),
            ("=5", Some(5), Some(5)),
            (">5", Some(6), None),
            (">=5", Some(5), None),
            ("<5", None, Some(4)),
            ("<=5", None, Some(5)),
            ("5..9", Some(5), Some(9)),
            ("5..", Some(5), None),
            ("..9", None, Some(9)),
        ] {
            assert_eq!(range(text, Unit::None), Some((from, to)), "{text}");
        }
    }

    #[test]
    fn statuses_have_classes() {
        assert_eq!(range("4xx", Unit::Status), Some((Some(400), Some(499))));
        assert_eq!(range("5XX", Unit::Status), Some((Some(500), Some(599))));
        for text in ["0xx", "6xx", "44xx", "xx", "+4xx", "40x"] {
            assert_eq!(range(text, Unit::Status), None, "{text}");
        }
        assert_eq!(range("4xx", Unit::None), None);
    }

    #[test]
    fn durations_and_sizes_have_units() {
        let ms = 1000;
        assert_eq!(range(">200ms", Unit::Time), Some((Some(200 * ms + 1), None)));
        assert_eq!(range("100ms..1s", Unit::Time), Some((Some(100 * ms), Some(1000 * ms))));
        assert_eq!(range("1.5s", Unit::Time), Some((Some(1500 * ms), Some(1600 * ms - 1))));
        assert_eq!(range(">=10KiB", Unit::Bytes), Some((Some(10_240), None)));
        assert_eq!(range("1.5mib", Unit::Bytes), Some((Some(1_572_864), Some(1_572_864))));
        assert_eq!(range("0", Unit::Bytes), Some((Some(0), Some(0))));
        for text in ["200", ">ms", "1.2.3s", "1.s", ".5s", "1 parsec", "100..1s", "-1s"] {
            assert_eq!(range(text, Unit::Time), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "..", ">", "9..5", "a", "5-9", "99999999999999999999", "5...9", "1 2"] {
            assert_eq!(range(text, Unit::None), None, "{text}");
        }
    }
}
