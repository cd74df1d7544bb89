//! Evotor Cloud's own API, `api.evotor.ru`, as a partner's service calls it with the token that
//! `user.token` handed over (evotor.md, section 6). What it shows and changes is the simulated world.

mod access;
mod asked;
mod cursor;
mod documents;
mod fidelity;
mod intake;
mod limit;
mod problem;
mod reader;
mod reading;
mod routes;
mod rules;
mod spelling;
mod stream;
mod v1;
mod v2;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::middleware;

use crate::clock::Clock;
use crate::config::meant::Config;
use crate::injection::Injections;
use crate::model::quota::Quota;
use crate::outbox::Herald;
use crate::store::Store;
use crate::store::papers::Compose;
pub use access::Who;
pub use documents::FIDELITY as FIDELITY_OF_DOCUMENTS;
pub use fidelity::FIDELITY;
pub use problem::forbidden;
pub use routes::{addresses, is_address};
pub use v2::FIDELITY as FIDELITY_OF_V2;

/// What the API works on. Clones are one.
#[derive(Clone)]
pub struct State {
    /// Where everything is kept.
    pub store: Store,
    /// By which everything happens.
    pub clock: Clock,
    /// The configuration in force.
    pub config: Arc<ArcSwap<Config>>,
    /// Who tells partners of changes.
    pub herald: Arc<dyn Herald>,
    /// Knows how documents are written.
    pub compose: Compose,
    /// Faults made on purpose.
    pub injections: Injections,
    quota: Arc<Quota>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl State {
    /// Of a running gateway.
    pub fn new(
        store: Store,
        clock: Clock,
        config: Arc<ArcSwap<Config>>,
        herald: Arc<dyn Herald>,
        compose: Compose,
        injections: Injections,
    ) -> Self {
        Self { store, clock, config, herald, compose, injections, quota: Arc::default() }
    }
}

/// The whole of `api.evotor.ru`, at the paths it has there.
pub fn router(state: State) -> Router {
    let addresses = routes::served(routes::first())
        .merge(v2::router(&state))
        .fallback(problem::no_such_address)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(middleware::from_fn_with_state(state.clone(), access::check))
        .with_state(state);
    Router::new().fallback_service(addresses).layer(middleware::map_request(spelling::plain))
}
