//! What the query of a request says.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use crate::cloud::problem::{Problem, Violation};
use crate::cloud::reading::Reading;

/// The parameters of the query, in the order in which they came.
#[derive(Debug)]
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// A parameter that may come once; empty is as good as absent.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let mut values = self.all(name);
        let value = values.next();
        if values.next().is_some() {
            return Err(wrong(name, "repeated"));
        }
        Ok(value)
    }

    /// How many items a page is to have: `limit`, which public clients send and the vendor does not
    /// name, or the most there may be.
    pub(super) fn limit(&self, reading: &Reading, most: usize) -> Result<usize, Problem> {
        let Some(text) = self.one("limit")? else { return Ok(most) };
        reading.tolerate("The parameter limit was taken.", || {
            wrong("limit", "is no parameter that the vendor names; a page has up to 1000 items")
        })?;
        let limit = text.parse().ok().filter(|limit| *limit > 0);
        let limit: usize = limit.ok_or_else(|| wrong("limit", "is no number from 1"))?;
        Ok(limit.min(most))
    }

    /// The types that are wanted, separated by commas or repeated. The vendor's pages call the
    /// parameter by either name.
    pub(super) fn kinds(&self) -> Vec<String> {
        let lists = self.all("types").chain(self.all("type"));
        let kinds = lists.flat_map(|list| list.split(',')).map(str::trim);
        kinds.filter(|kind| !kind.is_empty()).map(str::to_ascii_uppercase).collect()
    }

    /// A parameter that may come several times; empty is as good as absent.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::from_request_parts(parts, state)
            .await
            .map_err(|rejection| Problem::bad(rejection.body_text()))?;
        Ok(Self(pairs))
    }
}

/// 400: a parameter is at fault.
pub(super) fn wrong(subject: &str, reason: impl Into<String>) -> Problem {
    Problem::violated(vec![Violation::new(subject, reason)])
}

#[cfg(test)]
impl Asked {
    pub(super) fn made_of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn types_come_in_one_list_or_in_several() {
        let asked =
            Asked::made_of(&[("types", "SELL, payback,"), ("type", "FPRINT"), ("other", "X")]);
        assert_eq!(asked.kinds(), ["SELL", "PAYBACK", "FPRINT"]);
    }

    #[test]
    fn a_parameter_that_comes_twice_is_refused() {
        let asked =
            Asked::made_of(&[("since", ""), ("since", "1"), ("until", "1"), ("until", "1")]);
        assert_eq!(asked.one("since").unwrap(), Some("1"));
        assert!(asked.one("until").is_err());
        assert_eq!(asked.one("cursor").unwrap(), None);
    }
}
