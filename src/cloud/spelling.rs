//! Paths as public clients spell them: a base URL with a final slash makes `//stores`, and several
//! clients put one behind each collection.

use axum::extract::{OriginalUri, Request};
use axum::http::Uri;

use super::problem::Problem;
use super::reading::Reading;
use crate::net::address::{below, trimmed};

/// That a request's path had slashes too many, and how it was spelled.
#[derive(Debug, Clone)]
pub(super) struct Surplus(String);

impl Surplus {
    /// Notes it, or refuses it in a strict reading.
    pub(super) fn tolerated(&self, reading: &Reading) -> Result<(), Problem> {
        let Self(path) = self;
        // The vendor's own page spells this one so.
        if path == "/api/v1/ofd/documents/" {
            return Ok(());
        }
        let note = "The path has a slash too many at its beginning or its end.";
        reading.tolerate(note, || {
            let wanted = trimmed(path);
            Problem::missing("resource", &format!("{path}; write {wanted}, without the slash"))
        })
    }
}

/// Leads a path with slashes too many to the address that is meant.
pub(super) async fn plain(mut request: Request) -> Request {
    let path = request.uri().path();
    let plain = trimmed(path);
    let whole = request.extensions().get::<OriginalUri>().map_or(path, |uri| uri.0.path());
    let is_doubled = below(whole, path).ends_with('/');
    if plain == path && !is_doubled {
        return request;
    }
    let target = match request.uri().query() {
        Some(query) => format!("{plain}?{query}"),
        None => plain.to_owned(),
    };
    let surplus = Surplus(if is_doubled { format!("/{path}") } else { path.to_owned() });
    if let Ok(uri) = Uri::try_from(target) {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(surplus);
    }
    request
}
