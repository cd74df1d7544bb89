//! `since` of a query: a date as ASNA's own examples have it, or what .NET's `DateTime.ToString()` makes
//! of one, which the public client sends. A time without an offset is UTC.

use axum::extract::Query;
use axum::http::Uri;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::refusal::Refusal;

/// As the cultures of .NET write a date and a time: of Russia, of no country, of the United States.
const FORMS: [&str; 8] = [
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
];

/// A time of a query, and whether its form is one that only .NET writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Since {
    /// Milliseconds since 1970; the least number where all is asked for.
    pub(super) ms: i64,
    pub(super) is_culture_s: bool,
}

impl Since {
    /// From everything that there is.
    pub(super) const ALWAYS: Self = Self { ms: i64::MIN, is_culture_s: false };

    /// What a query says.
    pub(super) fn of(query: &str) -> Result<Self, Refusal> {
        #[derive(serde::Deserialize)]
        struct Asked {
            since: Option<String>,
        }
        let wrong = |text: &str| Refusal::field("since", format!("'{text}' is not a valid date"));
        // A plus that was not encoded stands for itself where an offset begins, else for a blank.
        let uri: Uri =
            format!("/?{}", query.replace('+', "%2B")).parse().map_err(|_| wrong(query))?;
        let asked = Query::<Asked>::try_from_uri(&uri);
        let text = asked.map_err(|error| Refusal::bad(error.body_text()))?.0.since;
        let text = text.unwrap_or_default();
        match text.trim() {
            "" | "+" => Ok(Self::ALWAYS),
            text => Self::read(text).ok_or_else(|| wrong(text)),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let blank = text.replace('+', " ");
        let ms = iso(text).or_else(|| iso(&blank));
        let of_culture = || FORMS.iter().find_map(|form| culture(form, &blank));
        match ms {
            Some(ms) => Some(Self { ms, is_culture_s: false }),
            None => of_culture().map(|ms| Self { ms, is_culture_s: true }),
        }
    }
}

fn iso(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.as_millisecond());
    }
    milliseconds(text.parse().ok()?)
}

/// Newer .NET puts a narrow blank before AM and PM.
fn culture(form: &str, text: &str) -> Option<i64> {
    let text = text.replace(['\u{202f}', '\u{a0}'], " ");
    let at = DateTime::strptime(form, &text);
    milliseconds(at.or_else(|_| jiff::civil::Date::strptime(form, &text).map(Into::into)).ok()?)
}

fn milliseconds(at: DateTime) -> Option<i64> {
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 2020-04-01.
    const DAY: i64 = 1_585_699_200_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_time_may_be_written_in_several_ways() {
        for (query, ms) in [
            ("", i64::MIN),
            ("since=", i64::MIN),
            ("since=+", i64::MIN),
            ("since=2020-04-01", DAY),
            ("since=2020-04-01T01:00:00", DAY + HOUR),
            ("since=2020-04-01T01:00:00Z", DAY + HOUR),
            ("since=2020-04-01T04:00:00+03:00", DAY + HOUR),
            ("since=2020-04-01%2001:00:00", DAY + HOUR),
            ("since=2020-04-01+01:00:00", DAY + HOUR),
            ("x=1&since=2020-04-01T04%3A00%3A00%2B03%3A00", DAY + HOUR),
        ] {
            assert_eq!(Since::of(query).unwrap(), Since { ms, is_culture_s: false }, "{query}");
        }
    }

    #[test]
    fn what_dot_net_writes_is_read_by_its_separators() {
        for (query, ms) in [
            ("since=01.04.2020%201:00:00", DAY + HOUR),
            ("since=01.04.2020+01%3A00%3A00", DAY + HOUR),
            ("since=01.04.2020", DAY),
            ("since=04/01/2020%2001:00:00", DAY + HOUR),
            ("since=4%2F1%2F2020%201:00:00%20AM", DAY + HOUR),
            ("since=4/1/2020+1:00:00%E2%80%AFPM", DAY + 13 * HOUR),
            ("since=4/1/2020", DAY),
        ] {
            assert_eq!(Since::of(query).unwrap(), Since { ms, is_culture_s: true }, "{query}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for query in ["since=soon", "since=2024-13-01", "since=%ff", "since=32.01.2020", "since=1"]
        {
            assert!(Since::of(query).is_err(), "{query}");
        }
    }
}
