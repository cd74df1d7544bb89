//! The operator's surface on the admin address: is it alive, is it ready, what has it done, and the
//! API that the command line speaks.
//!
//! Who may use it, [`access`] decides.

mod access;
mod clock;
mod connect;
mod console;
mod deliveries;
mod exchanges;
mod faults;
mod har;
mod metrics;
mod openapi;
mod problem;
mod recorded;
mod routes;
mod scenarios;
mod settings;
mod simulate;
mod standing;
mod state;
mod webhooks;
mod world;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::VARY;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::asna;
use crate::journal::Journal;
use crate::mask::Masker;
use crate::proxy::Shared;
use crate::telemetry::Stats;
use crate::tls::Certificates;
use crate::webhook::plane::Plane;
pub use openapi::document as openapi;
pub use scenarios::scenarios;
pub use webhooks::catalogue;

/// Where a gateway listens.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// Plaintext for apps.
    pub http: SocketAddr,
    /// TLS for apps.
    pub https: SocketAddr,
    /// Console and admin API.
    pub admin: SocketAddr,
}

/// What the surface shows.
#[derive(Debug, Clone)]
pub struct Surface {
    /// One per worker.
    pub stats: Arc<[Arc<Stats>]>,
    /// Whether new requests are taken.
    pub ready: tokio::sync::watch::Receiver<bool>,
    /// The webhooks.
    pub plane: Arc<Plane>,
    /// ASNA.
    pub asna: asna::State,
    /// The API of Evotor Cloud, below `/evotor`.
    pub cloud: Router,
    /// What is kept of exchanges, if anything is.
    pub journal: Option<Journal>,
    /// The proxy, to explain what it did.
    pub proxy: Arc<Shared>,
    /// Where the gateway listens.
    pub addresses: Addresses,
    /// Its certificates, toward apps.
    pub certificates: Arc<Certificates>,
}

impl Surface {
    /// What hides the secrets that are known now.
    fn masker(&self) -> Arc<Masker> {
        self.proxy.masker()
    }
}

/// Serves until the future is dropped.
///
/// # Errors
///
/// When the listener breaks.
pub async fn serve(listener: TcpListener, surface: Surface) -> std::io::Result<()> {
    let service = router(surface).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await
}

fn router(surface: Surface) -> Router {
    let clerk =
        recorded::Clerk { journal: surface.journal.clone(), proxy: Arc::clone(&surface.proxy) };
    let recorded = middleware::from_fn_with_state(clerk, recorded::record);
    let asna = asna::router(surface.asna.clone()).layer(recorded.clone());
    let cloud = surface.cloud.clone().layer(recorded);
    let guard = middleware::from_fn_with_state(surface.clone(), access::guard);
    let told = middleware::from_fn_with_state(surface.clone(), problem::told);
    routes::router()
        .route("/", get(index))
        .merge(console::routes())
        .nest_service("/asna", asna)
        .fallback(problem::no_such_address)
        .method_not_allowed_fallback(problem::no_such_method)
        .with_state(surface)
        .nest_service("/evotor", cloud)
        .layer(guard)
        .layer(told)
}

async fn index(fields: HeaderMap) -> Response {
    if console::is_wanted(&fields) {
        return console::page(&fields);
    }
    let addresses = concat!(
        "evotor-gateway ",
        env!("CARGO_PKG_VERSION"),
        "\n/livez /readyz /metrics\n/api/exchanges /api/webhooks /api/deliveries /api/clock /api/scenarios /api/simulate /api/state /api/world /api/faults /api/config /api/openapi.json\n/connect /evotor /asna/connect/token /asna/v5\n"
    );
    ([(VARY, "Accept")], addresses).into_response()
}
