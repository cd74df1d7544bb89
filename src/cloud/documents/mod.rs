//! Documents of the simulated terminals, in both versions of the API (evotor.md, sections 5.1, 5.2
//! and 6). They are the texts that the webhooks brought.

mod fidelity;
mod first;
mod period;
mod second;

use axum::Router;
use axum::routing::get;

use super::State;
pub use fidelity::FIDELITY;

/// Below `/api/v1/inventories`.
pub(super) fn first() -> Router<State> {
    Router::new().route("/stores/{store}/documents", get(first::list))
}

/// Below `/api/v2/inventories`.
pub(super) fn twin() -> Router<State> {
    Router::new().route("/stores/{store}/documents", get(first::twin))
}

/// Of the second version, from the root of the address.
pub(super) fn second() -> Router<State> {
    Router::new()
        .route("/stores/{store}/documents", get(second::list))
        .route("/stores/{store}/documents/{document}", get(second::one))
        .route("/stores/{store}/devices/{device}/documents", get(second::of_device))
}
