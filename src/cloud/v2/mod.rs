//! The second version: pages of snake_case objects under media types of its own (evotor.md, section
//! 6.2).
//!
//! Each resource has a file with its shape and its handlers. [`form`], [`media`] and
//! [`progress`] are pure.

mod bulks;
mod devices;
mod employees;
mod fidelity;
mod form;
mod good;
mod groups;
mod media;
mod page;
mod products;
mod progress;
mod pushes;
mod roles;
mod sent;
mod shelf;
mod stores;
mod suppliers;

use axum::Router;
use axum::extract::{self, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use super::State;
use super::documents;
use super::problem::Problem;
use super::routes::{self, Table};
use crate::config::meant::Fidelity;
pub use fidelity::FIDELITY;

/// Every address.
pub(super) fn routes() -> Table {
    let parts = [
        stores::routes(),
        devices::routes(),
        employees::routes(),
        roles::routes(),
        products::routes(),
        groups::routes(),
        suppliers::routes(),
        bulks::routes(),
        pushes::routes(),
        documents::second(),
    ];
    parts.into_iter().flatten().collect()
}

/// Every address, served.
pub(super) fn router(state: &State) -> Router<State> {
    routes::served(routes()).route_layer(middleware::from_fn_with_state(state.clone(), negotiate))
}

/// Whether the vendor's rules are to be enforced.
fn is_strict(state: &State) -> bool {
    state.config.load().fidelity == Fidelity::Strict
}

/// Refuses clients that do not take this version's answers, and names the type of the others'.
async fn negotiate(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = if media::accepted(request.headers(), is_strict(&state)) {
        next.run(request).await
    } else {
        let message = format!("The answer is {}, which Accept does not name.", media::ONE);
        Problem::new(StatusCode::NOT_ACCEPTABLE, "not_acceptable", message).into_response()
    };
    let fields = response.headers_mut();
    if fields.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json") {
        fields.insert(CONTENT_TYPE, HeaderValue::from_static(media::ONE));
    }
    response
}
