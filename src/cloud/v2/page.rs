//! Pages: `{"items": […], "paging": {"next_cursor": "…"}}`, the last with an empty `paging`.

use axum::Json;
use axum::http::Uri;
use serde::Serialize;

use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::cursor;
use crate::cloud::problem::{Problem, Violation};

/// Items of a page at most (evotor.md, section 6.2).
pub(super) const MOST: usize = 1000;

/// A page.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    items: Vec<T>,
    paging: Paging,
}

#[derive(Debug, Serialize)]
struct Paging {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A list that is being paged through: one caller's, of one address and with one filter.
#[derive(Debug)]
pub(super) struct Listing {
    query: String,
    /// The place of the last item of the page before, 0 for the start.
    pub(super) after: i64,
    /// Items of a page at most.
    pub(super) limit: usize,
}

impl Listing {
    /// What a request asks for. A cursor fits only the list that it came from.
    pub(super) fn of(
        caller: &Caller,
        uri: &Uri,
        asked: &Asked,
        filter: Option<&str>,
    ) -> Result<Self, Problem> {
        let path = uri.path().trim_end_matches('/');
        let filter = filter.unwrap_or_default();
        let query = format!("{} {} {path} {filter}", caller.app, caller.user_id);
        let after = match asked.one("cursor")? {
            None => 0,
            Some(text) => cursor::place(&query, text)
                .and_then(|place| place.parse().ok())
                .ok_or_else(|| {
                    Problem::violated(vec![Violation::new(
                        "cursor",
                        "is not one that this list gave",
                    )])
                })?,
        };
        Ok(Self { query, after, limit: asked.limit(&caller.reading, MOST)? })
    }

    /// The page of items of which there may be more than fit; `place` is an item's.
    pub(super) fn page<I, T>(
        &self,
        mut found: Vec<I>,
        place: impl Fn(&I) -> i64,
        show: impl Fn(&I) -> T,
    ) -> Page<T> {
        let more = found.len() > self.limit;
        found.truncate(self.limit);
        let last = found.last().filter(|_| more);
        let next_cursor = last.map(|item| cursor::after(&self.query, &place(item).to_string()));
        Page { items: found.iter().map(show).collect(), paging: Paging { next_cursor } }
    }

    /// The page of a list of which this part was read; `more` says that it goes on.
    pub(super) fn part<T>(&self, items: Vec<T>, more: bool) -> Page<T> {
        let end = self.after.saturating_add(i64::try_from(items.len()).unwrap_or(i64::MAX));
        let next_cursor = more.then(|| cursor::after(&self.query, &end.to_string()));
        Page { items, paging: Paging { next_cursor } }
    }

    /// The page of a list that is at hand whole.
    pub(super) fn cut<T>(&self, all: Vec<T>) -> Json<Page<T>> {
        let start = usize::try_from(self.after).unwrap_or(usize::MAX);
        let more = all.len().saturating_sub(start) > self.limit;
        let end = start.saturating_add(self.limit);
        let next_cursor = more.then(|| cursor::after(&self.query, &end.to_string()));
        let items = all.into_iter().skip(start).take(self.limit).collect();
        Json(Page { items, paging: Paging { next_cursor } })
    }
}
