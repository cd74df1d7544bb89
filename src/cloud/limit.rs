//! How often one address may be called with one token (evotor.md, section 6.1). The vendor does not
//! publish its numbers.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::problem::Problem;
use crate::model::quota::{Exceeded, Left, Quota};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// What a caller may still do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    bound: u32,
    left: Left,
}

impl Rest {
    /// Counts a call. There are `bound` of them a minute.
    pub(super) fn count(
        quota: &Quota,
        call: (&str, &str),
        bound: u32,
        now_ms: i64,
    ) -> Result<Self, Problem> {
        let left = quota.count(call, bound, now_ms).map_err(|exceeded| refused(bound, exceeded))?;
        Ok(Self { bound, left })
    }

    /// Writes it into an answer.
    pub(super) fn write(self, fields: &mut HeaderMap) {
        fields.insert(LIMIT, HeaderValue::from(self.bound));
        fields.insert(REMAINING, HeaderValue::from(self.left.remaining));
        fields.insert(RESET, HeaderValue::from(self.left.reset));
    }
}

fn refused(bound: u32, Exceeded(reset): Exceeded) -> Problem {
    let message = format!("More than {bound} calls of this address within a minute.");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message)
        .with(LIMIT, HeaderValue::from(bound))
        .with(REMAINING, HeaderValue::from(0))
        .with(RESET, HeaderValue::from(reset))
}
