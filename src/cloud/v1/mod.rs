//! The first version: bare arrays of camelCase objects (evotor.md, section 6.1).

mod search;

use axum::Router;
use axum::routing::get;

use super::State;

/// Below `/api/v1/inventories`.
pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/stores/search", get(search::stores))
        .route("/devices/search", get(search::devices))
        .route("/employees/search", get(search::employees))
}
