//! Paths as clients spell them. ASP.NET Core's routes have no case and take a final slash; a doubled
//! first one comes of a base URL that ends in one.

use std::sync::LazyLock;

use axum::extract::{OriginalUri, Request, State as Shared};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::State;
use super::refusal::Refusal;
use super::routes::addresses;
use crate::config::meant::Fidelity;
use crate::model::notes::Notes;
use crate::net::address::{below, spelled, trimmed};
use crate::text::text;

static TEMPLATES: LazyLock<Vec<&'static str>> = LazyLock::new(addresses);

/// The path below which the API stands.
#[derive(Debug, Clone)]
pub(super) struct Below(pub(super) String);

/// Leads a path to the address that is meant.
pub(super) async fn plain(
    Shared(state): Shared<State>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let whole = request.extensions().get::<OriginalUri>().map(|whole| whole.0.path());
    let below = below(whole.unwrap_or_default(), &path).to_owned();
    let is_doubled = path.starts_with("//") || below.ends_with('/');
    request.extensions_mut().insert(Below(below.trim_end_matches('/').to_owned()));
    if is_doubled {
        if state.config().fidelity == Fidelity::Strict {
            let message = "There is no such resource: its path begins with two slashes";
            return Refusal::new(StatusCode::NOT_FOUND, message).into_response();
        }
        if let Some(notes) = request.extensions().get::<Notes>() {
            notes.add(text!("The path has a slash too many at its beginning."));
        }
    }
    let plain = trimmed(&path);
    let known = TEMPLATES.iter().find_map(|template| spelled(template, plain));
    let meant = known.as_deref().unwrap_or(plain);
    if meant != path {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(uri) = Uri::try_from(format!("{meant}{query}")) {
            *request.uri_mut() = uri;
        }
    }
    next.run(request).await
}
