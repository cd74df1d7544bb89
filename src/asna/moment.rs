//! Times as .NET writes them: up to seven digits of a second, and `+00:00`.

use jiff::Timestamp;
use uuid::Uuid;

/// The text of a time (asna.md, section 2.3): zeros at the end of the fraction are left out. The
/// gateway's clock has three digits; the others come from the package's GUID, so that the same
/// moment of the same package reads the same everywhere.
pub(super) fn text(ms: i64, of: Uuid) -> String {
    let ticks = i128::from(of.as_u64_pair().1 % 10_000);
    let at = i128::from(ms) * 1_000_000 + ticks * 100;
    let at = Timestamp::from_nanosecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    let text = at.to_string();
    format!("{}+00:00", text.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(low: u64) -> Uuid {
        Uuid::from_u64_pair(0, low)
    }

    #[test]
    fn a_fraction_has_up_to_seven_digits_and_no_zeros_at_its_end() {
        let day = 1_500_986_825_000;
        assert_eq!(text(day + 121, of(444)), "2017-07-25T12:47:05.1210444+00:00");
        assert_eq!(text(day + 120, of(0)), "2017-07-25T12:47:05.12+00:00");
        assert_eq!(text(day, of(20_000)), "2017-07-25T12:47:05+00:00");
        assert_eq!(text(day, of(9_990)), "2017-07-25T12:47:05.000999+00:00");
    }
}
