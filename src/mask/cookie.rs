//! The values among cookies.

use std::ops::Range;

/// Of every cookie of a request.
pub(super) fn all(value: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut spans = Vec::new();
    for cookie in value.split(';') {
        spans.push(span(cookie, at));
        at += cookie.len() + 1;
    }
    spans
}

/// Of the cookie that is set; its attributes are none.
pub(super) fn first(value: &str) -> Vec<Range<usize>> {
    vec![span(value.split(';').next().unwrap_or_default(), 0)]
}

fn span(cookie: &str, at: usize) -> Range<usize> {
    let start = cookie.find('=').map_or(0, |sign| sign + 1);
    at + start..at + cookie.len()
}
