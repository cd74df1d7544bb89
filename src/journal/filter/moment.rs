//! Moments as people write them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::range;

/// From where and when a filter is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now<'z> {
    /// Microseconds since 1970.
    pub at: i64,
    pub zone: &'z TimeZone,
}

/// How a moment is written.
pub(super) const FORMS: &str = "write a time (12:30), a day (2026-11-22), both (2026-11-22T12:30), or how long ago (10m, 2h, 3d)";

impl Now<'_> {
    /// Microseconds since 1970 of `12:30` (the last time it was so late), `2026-11-22`,
    /// `2026-11-22T12:30`, RFC 3339, or a distance back from now such as `10m`.
    pub fn moment(&self, text: &str) -> Option<i64> {
        if let Some(distance) = range::duration(text) {
            return self.at.checked_sub(distance);
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let text = text.to_ascii_uppercase();
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Some(moment.as_microsecond());
        }
        let moment = match text.parse::<Date>() {
            Ok(day) if !text.contains([':', 'T', ' ']) => day.to_datetime(Time::midnight()),
            _ => match text.parse::<DateTime>() {
                Ok(moment) => moment,
                Err(_) => return self.time(&text),
            },
        };
        Some(moment.to_zoned(self.zone.clone()).ok()?.timestamp().as_microsecond())
    }

    /// Today's, or yesterday's where today's is still to come.
    fn time(&self, text: &str) -> Option<i64> {
        let time = text.parse::<Time>().ok().filter(|_| text.contains(':'))?;
        let now = Zoned::new(Timestamp::from_microsecond(self.at).ok()?, self.zone.clone());
        let today = now.with().time(time).build().ok()?;
        let last = if today > now { today.checked_sub(1.day()).ok()? } else { today };
        Some(last.timestamp().as_microsecond())
    }
}

/// In RFC 3339, to the microsecond.
pub(super) fn written(at: i64) -> String {
    Timestamp::from_microsecond(at).map(|moment| moment.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        let zone = TimeZone::fixed(jiff::tz::offset(3));
        let now: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        Now { at: now.as_microsecond(), zone: &zone }.moment(text).map(written)
    }

    #[test]
    fn moments_are_written_in_many_ways() {
        for (text, moment) in [
            ("10m", "2026-11-22T00:50:00Z"),
            ("2h", "2026-11-21T23:00:00Z"),
            ("3d", "2026-11-19T01:00:00Z"),
            ("03:30", "2026-11-22T00:30:00Z"),
            ("03:30:15.5", "2026-11-22T00:30:15.5Z"),
            ("2026-11-22", "2026-11-21T21:00:00Z"),
            ("2026-11-22T12:30", "2026-11-22T09:30:00Z"),
            ("2026-11-22t12:30", "2026-11-22T09:30:00Z"),
            ("2026-11-22T12:30:15Z", "2026-11-22T12:30:15Z"),
            ("2026-11-22T12:30:15.000001+05:00", "2026-11-22T07:30:15.000001Z"),
        ] {
            assert_eq!(at(text).as_deref(), Some(moment), "{text}");
        }
    }

    #[test]
    fn a_time_still_to_come_was_yesterday() {
        assert_eq!(at("04:00").as_deref(), Some("2026-11-22T01:00:00Z"));
        assert_eq!(at("04:01").as_deref(), Some("2026-11-21T01:01:00Z"));
    }

    #[test]
    fn other_texts_are_no_moments() {
        for text in ["", "10", "1230", "25:00", "2026-13-01", "2026-11-31", "soon", "10 parsecs"] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
