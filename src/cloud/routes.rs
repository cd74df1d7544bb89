//! The one table of the API's addresses: the router is made from it, and whoever asks whether a path is
//! one of the API's.

use axum::Router;
use axum::routing::MethodRouter;

use super::State;
use super::{documents, v1, v2};
use crate::net::address::fits;

/// Addresses below the root of `api.evotor.ru`, each with what answers it.
pub(super) type Table = Vec<(String, MethodRouter<State>)>;

/// Serves a table.
pub(super) fn served(table: Table) -> Router<State> {
    table.into_iter().fold(Router::new(), |router, (path, handler)| router.route(&path, handler))
}

/// The addresses of the first version.
pub(super) fn first() -> Table {
    [v1::routes(), documents::first()].into_iter().flatten().collect()
}

/// Every address as a template, `/stores/{store}`.
pub fn addresses() -> Vec<String> {
    let all = first().into_iter().chain(v2::routes());
    all.map(|(path, _)| path).collect()
}

/// Whether a path is an address of this API.
pub fn is_address(path: &str) -> bool {
    addresses().iter().any(|template| fits(template, path))
}
