//! Times as the cloud writes them. All arguments are milliseconds since the epoch.

use jiff::Timestamp;

/// Moscow's, the zone of every simulated terminal.
pub const ZONE_MS: i64 = 3 * 3_600_000;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// Keeps a time where it can be written.
pub fn within(ms: i64) -> i64 {
    ms.clamp(0, LATEST_MS)
}

/// `2017-01-10T09:33:19.757+0000`.
pub fn offset(ms: i64) -> String {
    write(ms, "%Y-%m-%dT%H:%M:%S%.3f%z")
}

/// `2018-05-29T15:44:16.111Z`.
pub fn zulu_ms(ms: i64) -> String {
    write(ms, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// `20241231`, with which the identifiers of that day begin.
pub fn utc_date(ms: i64) -> String {
    write(ms, "%Y%m%d")
}

/// The time of such a text, or of one with another zone or fraction; `Z` is as good.
pub fn parse(text: &str) -> Option<i64> {
    let forms = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M:%S%.f%:z"];
    let text = match text.strip_suffix('Z') {
        Some(rest) => &format!("{rest}+0000"),
        None => text,
    };
    let time = forms.iter().find_map(|form| Timestamp::strptime(form, text).ok())?;
    Some(time.as_millisecond())
}

/// The beginning of a day in Greenwich, from `2017-01-10`.
pub fn parse_day(text: &str) -> Option<i64> {
    let well_formed = text.len() == "2017-01-10".len();
    well_formed.then(|| parse(&format!("{text}T00:00:00+0000")))?
}

/// `31122024`, the day on the terminal.
pub fn local_date(ms: i64) -> String {
    write(ms.saturating_add(ZONE_MS), "%d%m%Y")
}

/// `1718`, the clock on the terminal.
pub fn local_time(ms: i64) -> String {
    write(ms.saturating_add(ZONE_MS), "%H%M")
}

/// How many days of the terminal's calendar have passed.
pub fn local_day(ms: i64) -> i64 {
    within(ms).saturating_add(ZONE_MS) / DAY_MS
}

/// The whole second of a time.
pub fn second(ms: i64) -> i64 {
    ms - ms.rem_euclid(1000)
}

fn write(ms: i64, format: &str) -> String {
    let moment = Timestamp::from_millisecond(within(ms)).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime(format).to_string()
}

/// Some days before the end of the year 9999, so that zones and delays still fit.
const LATEST_MS: i64 = 253_400_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_clouds_forms() {
        let ms = 1_484_040_799_757;
        assert_eq!(offset(ms), "2017-01-10T09:33:19.757+0000");
        assert_eq!(offset(second(ms)), "2017-01-10T09:33:19.000+0000");
        assert_eq!(zulu_ms(ms), "2017-01-10T09:33:19.757Z");
        assert_eq!(utc_date(ms), "20170110");
        assert_eq!(local_date(ms), "10012017");
        assert_eq!(local_time(ms), "1233");
    }

    #[test]
    fn the_terminals_day_begins_three_hours_earlier() {
        assert_eq!(local_date(1_735_678_799_000), "31122024");
        assert_eq!(local_date(1_735_678_800_000), "01012025");
        assert_eq!(local_day(1_735_678_800_000), local_day(1_735_678_799_000) + 1);
    }

    #[test]
    fn times_are_read_in_the_forms_they_are_written_in() {
        let ms = 1_484_040_799_757;
        assert_eq!(parse(&offset(ms)), Some(ms));
        assert_eq!(parse(&zulu_ms(ms)), Some(ms));
        assert_eq!(parse("2017-01-10T09:33:19Z"), Some(second(ms)));
        assert_eq!(parse("2017-01-10T12:33:19.757+03:00"), Some(ms));
        assert_eq!(parse("2017-01-10T12:33:19.757+0300"), Some(ms));
        for text in ["", "2017-01-10", "2017-13-10T09:33:19.757+0000", "2017-01-10T09:33:19", "Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse_day("1970-01-02"), Some(DAY_MS));
        for text in ["1970-1-02", "1970-02-30", "19700102", "02-01-1970", ""] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn no_time_is_too_far() {
        for ms in [i64::MIN, -1, 0, i64::MAX] {
            assert_eq!(offset(ms).len(), "2017-01-10T09:33:19.757+0000".len());
        }
    }
}
