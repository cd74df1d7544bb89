//! From when to when receipts are asked for: `fromDate` and `toDate`, both inside.

use crate::cloud::asked::{Asked, wrong};
use crate::cloud::problem::Problem;
use crate::model::moment::{self, DAY_MS};

/// Where only one end is said, or none.
const MONTH_MS: i64 = 31 * DAY_MS;

/// Milliseconds since 1970; the beginning is inside, the end is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) since: i64,
    pub(super) until: i64,
}

impl Period {
    /// What a request asks for; the last month where it does not say.
    pub(super) fn of(asked: &Asked, now_ms: i64) -> Result<Self, Problem> {
        let since = bound(asked, "fromDate", 0)?;
        let until = bound(asked, "toDate", DAY_MS - 1)?.map(|ms| ms.saturating_add(1));
        let until = until.or_else(|| since.map(|since| since.saturating_add(MONTH_MS)));
        let until = until.unwrap_or_else(|| now_ms.saturating_add(1));
        Ok(Self { since: since.unwrap_or_else(|| until.saturating_sub(MONTH_MS)), until })
    }
}

/// A time, or a day, in which `within` is meant.
fn bound(asked: &Asked, name: &str, within: i64) -> Result<Option<i64>, Problem> {
    let Some(text) = asked.one(name)? else { return Ok(None) };
    // An offset's plus sign that was not escaped has become a space.
    let text = text.replace(' ', "+");
    let time = || moment::parse(&text).or_else(|| moment::parse(&format!("{text}Z")));
    let bound = moment::parse_day(&text).map(|ms| ms.saturating_add(within)).or_else(time);
    bound.map(Some).ok_or_else(|| wrong(name, "is no time such as 2000-01-01T00:00:00.000+03:00"))
}

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
    fn both_ends_are_inside_and_a_month_is_usual() {
        assert_eq!(of(&[]).unwrap(), (NOW + 1 - MONTH_MS, NOW + 1));
        let day = NOW - DAY_MS;
        for text in ["2017-01-30T03:00:00.000+03:00", "2017-01-30T03:00:00.000 03:00", "2017-01-30"]
        {
            assert_eq!(of(&[("fromDate", text)]).unwrap(), (day, day + MONTH_MS), "{text}");
        }
        let days = [("fromDate", "2017-01-30"), ("toDate", "2017-01-30")];
        assert_eq!(of(&days).unwrap(), (day, day + DAY_MS));
        assert!(of(&[("toDate", "soon")]).is_err());
    }
}
