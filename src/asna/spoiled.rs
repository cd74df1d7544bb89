//! Calls that a fault befalls on purpose.

use axum::extract::{self, FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::Response;

use super::State;
use super::access::Caller;
use crate::injection::{Exchange, Spoil, service};
use crate::model::injection::Plane;

/// Spoils the answer where it is meant; asks who calls only where there are faults.
pub(super) async fn spoil(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    if !state.injections.any() {
        return next.run(request).await;
    }
    let (request, spoil) = decide(&state, request).await;
    match spoil {
        None => next.run(request).await,
        Some(spoil) => service::spoiled(&spoil, request, |request| next.run(request)).await,
    }
}

async fn decide(state: &State, request: Request) -> (Request, Option<Spoil>) {
    let (mut parts, body) = request.into_parts();
    let owner = Caller::from_request_parts(&mut parts, state).await.ok().map(|c| c.owner());
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let app = owner.as_deref();
    let exchange = Exchange { plane: Plane::Cloud, app, path, event: None };
    let spoil = state.injections.decide(&exchange).and_then(|spoils| spoils.answer);
    (Request::from_parts(parts, body), spoil)
}
