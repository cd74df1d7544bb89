//! Durations, sizes and counts.

use crate::text::{Text, text};
use std::time::Duration;

/// `10s`, `1500ms`, `2m`, `1h`; at most a day.
pub(in crate::config) fn duration(text: &str) -> Result<Duration, Text> {
    let (number, unit) = split(text)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "" => return Err(text!("a duration has a unit: {text}s, or {text}ms", text)),
        _ => return Err(text!("the units are ms, s, m and h, as in 1500ms or 10s")),
    };
    match number.checked_mul(millis) {
        Some(millis) if millis <= DAY => Ok(Duration::from_millis(millis)),
        _ => Err(text!("at most 24h")),
    }
}

/// A [`duration`], or days: `3d`; at most a year.
pub(in crate::config) fn days(text: &str) -> Result<Duration, Text> {
    match split(text)? {
        (number, "d") if number <= 365 => Ok(Duration::from_millis(number * DAY)),
        (_, "d") => Err(text!("at most 365d")),
        (_, "" | "ms" | "s" | "m" | "h") => duration(text),
        _ => Err(text!("the units are ms, s, m, h and d, as in 10s or 3d")),
    }
}

/// `64KiB`, `10MB`, or bytes. Letters' case does not matter; `K` is 1000, `Ki` 1024.
pub(in crate::config) fn size(text: &str) -> Result<u64, Text> {
    let (number, unit) = split(text)?;
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        unit @ ("k" | "m" | "g" | "ki" | "mi" | "gi") => {
            let letter = unit.get(..1).unwrap_or_default().to_ascii_uppercase();
            return Err(text!("did you mean {number}{letter}iB?", number, letter));
        }
        _ => return Err(text!("the units are KB, MB, GB and KiB, MiB, GiB, as in 64KiB")),
    };
    number.checked_mul(factor).ok_or_else(|| text!("that is more than any machine holds"))
}

/// The shortest text that means a duration, in whole milliseconds.
pub(in crate::config) fn duration_text(duration: Duration) -> String {
    let millis = duration.as_millis();
    let units = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let whole = units.iter().find(|(size, _)| millis >= *size && millis.is_multiple_of(*size));
    let (size, unit) = whole.copied().unwrap_or((1, "ms"));
    format!("{}{unit}", millis / size)
}

/// The shortest text that means a size; plain bytes where no unit fits.
pub(in crate::config) fn size_text(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let whole = units.iter().find(|(size, _)| bytes >= *size && bytes.is_multiple_of(*size));
    match whole {
        Some((size, unit)) => format!("{}{unit}", bytes / size),
        None => bytes.to_string(),
    }
}

/// A whole number within bounds.
pub(in crate::config) fn count(text: &str, least: usize, most: usize) -> Result<usize, Text> {
    text.parse()
        .ok()
        .filter(|number| (least..=most).contains(number) && !text.starts_with('+'))
        .ok_or_else(|| text!("write a whole number from {least} to {most}", least, most))
}

/// Leading digits and the unit behind them.
fn split(text: &str) -> Result<(u64, &str), Text> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let unit = unit.trim_start();
    if digits.is_empty() {
        return Err(text!("it begins with a whole number, as in 10s or 64KiB"));
    }
    if unit.starts_with(['.', ',']) {
        return Err(text!("write a whole number of a smaller unit, as in 1500ms for 1.5s"));
    }
    digits.parse().map(|number| (number, unit)).map_err(|_| text!("the number is too large"))
}

const DAY: u64 = 24 * 3_600_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("1500ms"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2 m"), Ok(Duration::from_secs(120)));
        assert!(duration("10").unwrap_err().to_string().contains("10s"));
        assert!(duration("1.5s").unwrap_err().to_string().contains("1500ms"));
        assert!(duration("25h").is_err() && duration("-1s").is_err() && duration("").is_err());
    }

    #[test]
    fn sizes_are_decimal_or_binary() {
        assert_eq!(size("64KiB"), Ok(65_536));
        assert_eq!(size("10MB"), Ok(10_000_000));
        assert_eq!(size("512"), Ok(512));
        assert!(size("64K").unwrap_err().to_string().contains("64KiB"));
        assert!(size("99999999999GiB").is_err() && size("1 parsec").is_err());
    }

    #[test]
    fn counts_keep_their_bounds() {
        assert_eq!(count("3", 1, 9), Ok(3));
        assert!(
            count("0", 1, 9).is_err() && count("+3", 1, 9).is_err() && count("x", 1, 9).is_err()
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = (duration(&text), size(&text), count(&text, 1, 9));
        }

        #[test]
        fn whole_seconds_come_back(seconds in 0u64..=86_400) {
            prop_assert_eq!(duration(&format!("{seconds}s")), Ok(Duration::from_secs(seconds)));
            prop_assert_eq!(duration(&format!("{seconds}000ms")), Ok(Duration::from_secs(seconds)));
        }

        #[test]
        fn what_is_written_of_a_value_means_it(millis in 0u64..86_400_000, bytes in any::<u64>()) {
            let lasting = Duration::from_millis(millis);
            prop_assert_eq!(duration(&duration_text(lasting)), Ok(lasting));
            prop_assert_eq!(size(&size_text(bytes)), Ok(bytes));
        }

        #[test]
        fn binary_units_are_powers_of_1024(number in 0u64..1 << 30) {
            prop_assert_eq!(size(&format!("{number}KiB")), Ok(number << 10));
            prop_assert_eq!(size(&format!("{number}gib")), Ok(number << 30));
        }
    }
}
