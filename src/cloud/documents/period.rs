//! From when to when the first version is asked: at most a month, at most half a year back
//! (evotor.md, section 6.1).

use crate::cloud::asked::{Asked, wrong};
use crate::cloud::problem::Problem;
use crate::model::moment::{self, DAY_MS};

/// The longest month.
const MONTH_MS: i64 = 31 * DAY_MS;
/// The longest six months in a row.
const HALF_A_YEAR_MS: i64 = 184 * DAY_MS;

/// Milliseconds since 1970; the beginning is inside, the end is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) since: i64,
    pub(super) until: i64,
}

impl Period {
    /// What a request asks for. Without a beginning it is the month before the end, without an end the
    /// month after the beginning, without both the last month.
    pub(super) fn of(asked: &Asked, now_ms: i64) -> Result<Self, Problem> {
        let after = bound(asked, AFTER)?;
        let until = bound(asked, BEFORE)?.map(|bound| bound.ms);
        // A time excludes itself, a day begins with its first millisecond.
        let since = after.map(|bound| bound.ms + i64::from(!bound.day));
        let (since, until) = match (since, until) {
            (Some(since), Some(until)) => (since, until),
            (Some(since), None) => (since, since.saturating_add(MONTH_MS)),
            (None, until) => {
                let until = until.unwrap_or(now_ms.saturating_add(1));
                (until.saturating_sub(MONTH_MS), until)
            }
        };
        if until.saturating_sub(since) > MONTH_MS {
            return Err(wrong(AFTER, "lies more than a month before ltCloseDate"));
        }
        if since < now_ms.saturating_sub(HALF_A_YEAR_MS) {
            return Err(wrong(AFTER, "lies more than six months back"));
        }
        Ok(Self { since, until })
    }
}

#[derive(Clone, Copy)]
struct Bound {
    ms: i64,
    day: bool,
}

fn bound(asked: &Asked, name: &str) -> Result<Option<Bound>, Problem> {
    let Some(text) = asked.one(name)? else { return Ok(None) };
    // An offset's plus sign that was not escaped has become a space.
    let text = text.replace(' ', "+");
    let time = || moment::parse(&text).or_else(|| moment::parse(&format!("{text}Z")));
    let day = moment::parse_day(&text).map(|ms| Bound { ms, day: true });
    let bound = day.or_else(|| time().map(|ms| Bound { ms, day: false }));
    bound
        .map(Some)
        .ok_or_else(|| wrong(name, "is no date such as 2017-01-10T09:33:19.757+0000 or 2017-01-10"))
}

const AFTER: &str = "gtCloseDate";
const BEFORE: &str = "ltCloseDate";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 2017-01-31T00:00:00Z.
    const NOW: i64 = 1_485_820_800_000;

    fn of(pairs: &[(&str, &str)]) -> Result<(i64, i64), Problem> {
        let period = Period::of(&Asked::made_of(pairs), NOW)?;
        Ok((period.since, period.until))
    }

    #[test]
    fn the_default_is_the_last_month_up_to_now() {
        assert_eq!(of(&[]).unwrap(), (NOW + 1 - MONTH_MS, NOW + 1));
    }

    #[test]
    fn dates_are_taken_in_each_form() {
        let at = 1_484_040_799_757;
        for text in [
            "2017-01-10T09:33:19.757+0000",
            "2017-01-10T09:33:19.757 0000",
            "2017-01-10T12:33:19.757+03:00",
            "2017-01-10T09:33:19.757Z",
            "2017-01-10T09:33:19.757",
        ] {
            assert_eq!(of(&[(AFTER, text)]).unwrap(), (at + 1, at + 1 + MONTH_MS), "{text}");
            assert_eq!(of(&[(BEFORE, text)]).unwrap(), (at - MONTH_MS, at), "{text}");
        }
        let days = [(AFTER, "2017-01-10"), (BEFORE, "2017-01-11")];
        assert_eq!(of(&days).unwrap(), (1_484_006_400_000, 1_484_006_400_000 + DAY_MS));
    }

    #[test]
    fn other_dates_are_refused() {
        for text in
            ["10.01.2017", "2017-02-30", "1484040799757", "yesterday", "2017-01-10T25:00:00"]
        {
            assert!(of(&[(AFTER, text)]).is_err(), "{text}");
            assert!(of(&[(BEFORE, text)]).is_err(), "{text}");
        }
    }

    #[test]
    fn a_period_is_a_month_at_most_and_half_a_year_old_at_most() {
        assert!(of(&[(AFTER, "2016-12-31"), (BEFORE, "2017-01-31")]).is_ok());
        assert!(of(&[(AFTER, "2016-12-30"), (BEFORE, "2017-01-31")]).is_err());
        assert!(of(&[(AFTER, "2016-07-31")]).is_ok());
        assert!(of(&[(AFTER, "2016-07-30")]).is_err());
        assert!(of(&[(BEFORE, "2016-08-30")]).is_err());
    }

    #[test]
    fn an_end_before_the_beginning_is_an_empty_period() {
        let (since, until) = of(&[(AFTER, "2017-01-20"), (BEFORE, "2017-01-10")]).unwrap();
        assert!(since > until);
    }
}
