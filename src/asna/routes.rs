//! The one table of the API's addresses: the router is made from it, and so is the reading of paths.

use axum::Router;
use axum::routing::{MethodRouter, get, post};

use super::State;
use super::{events, messages, packages, schemas, token};
use crate::net::address::fits;

fn table() -> [(&'static str, MethodRouter<State>); 9] {
    [
        ("/connect/token", post(token::issue)),
        // IdentityServer takes for its endpoint what lies below it, and the public client posts there.
        ("/connect/token/{*below}", post(token::issue)),
        ("/v5/keys/webhooks", get(events::webhook_key)),
        (
            "/v5/events/{event}",
            post(events::subscribe).put(events::change).delete(events::unsubscribe),
        ),
        (
            "/v5/stores/{id}/stocks",
            get(packages::stocks)
                .post(packages::load_stocks)
                .put(packages::change_stocks)
                .delete(packages::drop_stocks),
        ),
        (
            "/v5/legal_entities/{id}/preorders",
            get(packages::preorders)
                .post(packages::load_preorders)
                .put(packages::change_preorders)
                .delete(packages::drop_preorders),
        ),
        (
            "/v5/stores/{id}/orders_exchanger",
            get(packages::orders).post(packages::change_orders).put(packages::change_orders),
        ),
        ("/v5/messages/{id}/status", get(messages::status)),
        ("/v5/json_schemas/{name}/validation", post(schemas::validate)),
    ]
}

/// Every address, served.
pub(super) fn served() -> Router<State> {
    table().into_iter().fold(Router::new(), |router, (path, handler)| router.route(path, handler))
}

/// Every address as a template, `/v5/messages/{id}/status`.
pub fn addresses() -> Vec<&'static str> {
    table().map(|(path, _)| path).to_vec()
}

/// Whether a path is an address of this API.
pub fn is_address(path: &str) -> bool {
    addresses().into_iter().any(|template| fits(template, path))
}
