//! ASNA's REST API, version 5: what a pharmacy's program exchanges with the association.
//!
//! A client gets a token, subscribes to events and sends packages of data. A package is taken at once
//! and processed later, by the gateway's clock; what is in it can be read back when its processing has
//! ended, and then the subscribers are told by a signed webhook. Package, webhook and its time are
//! written in one transaction; nothing runs in the background.

mod access;
mod contents;
mod event;
mod events;
pub mod fidelity;
mod key;
mod members;
mod messages;
mod moment;
mod notice;
mod packages;
mod post;
mod refusal;
mod request;
mod routes;
mod schemas;
pub mod signature;
mod since;
mod spelling;
mod spoiled;
mod state;
mod token;
mod trigger;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;

pub use crate::newtonsoft as check;
pub use event::Event;
pub use post::Post;
pub use refusal::forbidden;
pub use routes::{addresses, is_address};
pub use state::State;
pub use trigger::{Refused, Wish};

/// Bytes of a body; what ASP.NET Core takes unless it is told otherwise.
const LARGEST: usize = 30_000_000;

/// The API. Its paths begin with `/connect` and `/v5`.
pub fn router(state: State) -> Router {
    let addresses = routes::served()
        .fallback(refusal::no_such_address)
        .method_not_allowed_fallback(refusal::no_such_method)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(state.clone(), spoiled::spoil))
        .with_state(state.clone());
    Router::new()
        .fallback_service(addresses)
        .layer(middleware::from_fn_with_state(state, spelling::plain))
}
