//! The operator's surface on the admin address: is it alive, is it ready, what has it done, and the
//! API that the command line speaks.
//!
//! Who may use it, [`access`] decides.

mod access;
mod breakpoints;
mod clock;
mod connect;
mod console;
mod cors;
mod deliveries;
mod exchanges;
mod faults;
mod har;
mod held;
mod language;
mod metrics;
mod object;
mod openapi;
mod problem;
mod recorded;
mod refused;
mod routes;
mod scenarios;
mod scope;
mod settings;
mod simulate;
mod standing;
mod state;
mod status;
mod stubs;
mod upload;
mod webhooks;
mod work;
mod world;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Request};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::asna;
use crate::cloud;
use crate::journal::Journal;
use crate::mask::Masker;
use crate::net::bounded::{self, Limits, Received};
use crate::proxy::Shared;
use crate::telemetry::Stats;
use crate::tls::Certificates;
use crate::webhook::plane::Plane;
pub use access::sign_in::{SignIn, random};
pub use har::read_har;
pub use openapi::document as openapi;
pub use scenarios::scenarios;
pub use simulate::WHAT;
pub use status::{Observed, RefusedFile};
pub use webhooks::catalogue;
pub use work::Work;

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
    /// The link that signs a browser in.
    pub sign_in: Arc<SignIn>,
    /// Places for consoles that listen, fewer than there are connections.
    pub listeners: Arc<Semaphore>,
    /// What `/readyz` tells although new requests are taken.
    pub notice: Option<Arc<str>>,
    /// What is wrong with gateway.yaml while an older one stays in force.
    pub refused: Arc<RefusedFile>,
    /// What was found out for the status.
    pub observed: Arc<Observed>,
    /// What takes long, and how much of it there may be at a time.
    pub work: Work,
}

impl Surface {
    /// What hides the secrets that are known now.
    fn masker(&self) -> Arc<Masker> {
        self.proxy.masker()
    }

    /// What the cookie of a session is held against now.
    fn proof(&self) -> access::session::Proof {
        access::session::Proof::new(self.addresses.admin.port(), SystemTime::now())
    }
}

/// Serves until the future is dropped.
pub async fn serve(listener: TcpListener, limits: Limits, surface: Surface) -> Infallible {
    let router = TowerToHyperService::new(router(surface));
    bounded::serve(listener, limits, refused::answer, move |peer, request: Request<Received>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
        let answered = router.call(request);
        async move {
            let mut answer = answered.await?;
            // Whatever it is, a browser takes it for nothing else.
            answer.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static(NOSNIFF));
            Ok::<_, Infallible>(answer)
        }
    })
    .await
}

const NOSNIFF: &str = "nosniff";

fn router(surface: Surface) -> Router {
    let clerk =
        recorded::Clerk { journal: surface.journal.clone(), proxy: Arc::clone(&surface.proxy) };
    let recorded = middleware::from_fn_with_state(clerk, recorded::record);
    let pages = |refuse| {
        let api = cors::Api { surface: surface.clone(), refuse };
        middleware::from_fn_with_state(api, cors::allow)
    };
    let asna =
        asna::router(surface.asna.clone()).layer(pages(asna::forbidden)).layer(recorded.clone());
    let cloud = surface.cloud.clone().layer(pages(cloud::forbidden)).layer(recorded);
    let guard = middleware::from_fn_with_state(surface.clone(), access::guard);
    let told = middleware::from_fn_with_state(surface.clone(), problem::told);
    routes::router()
        .route("/", get(index))
        .route(access::sign_in::PATH, get(access::sign_in::sign_in))
        .merge(console::routes())
        .nest_service("/asna", asna)
        .fallback(problem::no_such_address)
        .method_not_allowed_fallback(problem::no_such_method)
        .with_state(surface)
        .nest_service("/evotor", cloud)
        .layer(guard)
        .layer(told)
        .layer(middleware::from_fn(language::spoken))
}

async fn index(fields: HeaderMap) -> Response {
    if console::is_wanted(&fields) {
        return console::page(&fields);
    }
    let addresses = concat!(
        "evotor-gateway ",
        env!("CARGO_PKG_VERSION"),
        "\n/livez /readyz /metrics\n/api/exchanges /api/webhooks /api/deliveries /api/clock /api/scenarios /api/simulate /api/state /api/world /api/faults /api/stubs /api/breakpoints /api/held /api/status /api/config /api/openapi.json\n/connect /evotor /asna/connect/token /asna/v5\n"
    );
    ([(VARY, "Accept")], addresses).into_response()
}
