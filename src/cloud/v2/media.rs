//! Media types: what a client takes and what it sends (evotor.md, section 6.2).

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};

/// One object, and every answer.
pub(super) const ONE: &str = "application/vnd.evotor.v2+json";

/// An array that becomes a bulk task.
pub(super) const MANY: &str = "application/vnd.evotor.v2+bulk+json";

/// Other types that the loose reading takes for [`ONE`].
const LOOSE: [&str; 3] = ["*/*", "application/*", "application/json"];

/// What a body's type says of its JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// An object.
    One,
    /// An array.
    Many,
    /// Either: a loose reading of plain JSON.
    Any,
}

/// Whether the client takes the answers of this version. A type with `q=0` is one it does not take.
pub(super) fn accepted(fields: &HeaderMap, strict: bool) -> bool {
    let mut lines = fields.get_all(ACCEPT).iter().peekable();
    if lines.peek().is_none() {
        return !strict;
    }
    let named = |kind: &str| {
        [ONE, MANY].contains(&kind) || (!strict && (kind.is_empty() || LOOSE.contains(&kind)))
    };
    lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        named(&kind) && !parts.any(is_never)
    })
}

/// What the type of the body says; nothing where it is none of this version's.
pub(super) fn sent(fields: &HeaderMap, strict: bool) -> Option<Sent> {
    let Some(line) = fields.get(CONTENT_TYPE) else { return (!strict).then_some(Sent::Any) };
    let kind = line.to_str().ok()?.split(';').next()?.trim().to_ascii_lowercase();
    match kind.as_str() {
        ONE => Some(Sent::One),
        MANY => Some(Sent::Many),
        "application/json" if !strict => Some(Sent::Any),
        _ => None,
    }
}

/// A weight of zero, however many zeros it is written with.
fn is_never(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    name.trim().eq_ignore_ascii_case("q") && value.trim().parse() == Ok(0.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn fields(name: &axum::http::HeaderName, values: &[&str]) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for value in values {
            fields.append(name.clone(), value.parse().unwrap());
        }
        fields
    }

    #[test]
    fn the_versions_own_type_is_taken_anywhere_in_the_list() {
        for accept in [
            &["application/vnd.evotor.v2+json"][..],
            &["application/vnd.evotor.v2+bulk+json"],
            &["text/html", "Application/Vnd.Evotor.V2+JSON;charset=UTF-8;q=0.1"],
            &["text/html , application/vnd.evotor.v2+json"],
        ] {
            assert!(accepted(&fields(&ACCEPT, accept), true), "{accept:?}");
        }
    }

    #[test]
    fn wildcards_and_plain_json_are_taken_loosely_only() {
        for accept in [&[][..], &["*/*"], &["application/json"], &["text/html, */*;q=0.8"], &[""]] {
            assert!(accepted(&fields(&ACCEPT, accept), false), "{accept:?}");
            assert!(!accepted(&fields(&ACCEPT, accept), true), "{accept:?}");
        }
    }

    #[test]
    fn other_types_are_not_taken() {
        for accept in [
            "application/vnd.evotor.v1+json",
            "text/html",
            "application/vnd.evotor.v2+json;q=0",
            "*/*; q=0.000",
            "json",
        ] {
            assert!(!accepted(&fields(&ACCEPT, &[accept]), false), "{accept}");
        }
    }

    #[test]
    fn a_body_is_one_or_many_by_its_type() {
        let sent = |kind: &str, strict| sent(&fields(&CONTENT_TYPE, &[kind]), strict);
        assert_eq!(sent(ONE, true), Some(Sent::One));
        assert_eq!(
            sent("application/vnd.evotor.v2+bulk+json; charset=utf-8", true),
            Some(Sent::Many)
        );
        assert_eq!(sent("application/json;charset=UTF-8", false), Some(Sent::Any));
        for other in ["application/json", "text/plain", "", "application/vnd.evotor.v1+json"] {
            assert_eq!(sent(other, true), None, "{other}");
        }
        assert_eq!(super::sent(&HeaderMap::new(), false), Some(Sent::Any));
        assert_eq!(super::sent(&HeaderMap::new(), true), None);
    }
}
