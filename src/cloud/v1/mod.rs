//! The first version: bare arrays of camelCase objects (evotor.md, section 6.1).

mod left_out;
mod product;
mod products;
mod quantities;
mod search;

use axum::Router;
use axum::routing::{get, post};

use super::State;

/// Below `/api/v1/inventories`.
pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/stores/search", get(search::stores))
        .route("/devices/search", get(search::devices))
        .route("/employees/search", get(search::employees))
        .route("/stores/{store}/products", get(products::list).post(products::put))
        .route("/stores/{store}/products/delete", post(products::delete))
        .route("/stores/{store}/products/quantities", get(quantities::list).post(quantities::put))
        .route("/stores/{store}/products/{product}/quantities", get(quantities::one))
}
