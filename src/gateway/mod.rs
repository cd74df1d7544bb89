//! Assembly: a configuration becomes listeners, workers and an admin surface.

mod bounds;
mod control;
mod crew;
pub mod exposure;
mod journal;
mod place;
mod start_error;
mod trust;
mod witness;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use tokio::sync::{Semaphore, watch};

pub use crate::admin::Addresses;
use crate::admin::{RefusedFile, SignIn, Surface, Work};
use crate::asna;
use crate::config::meant::{Config, State};
use crate::injection::Injections;
use crate::model::learned::{Learned, Pair};
use crate::model::token::Token;
use crate::net::descriptors::{self, Shares};
use crate::net::holder::holder;
use crate::net::listen;
use crate::net::upstream::Terms;
use crate::net::worker::{AppTls, Phase};
use crate::outbox::{Herald, Rules};
use crate::proxy::Shared;
use crate::proxy::snapshot::{Snapshot, terms};
use crate::store::{Store, StoreError};
use crate::telemetry::{self, Scribe, Stats, scribe};
use crate::tls::{self, Certificates};
use crate::webhook::plane::{Audience, Begun, Plane, compose};
use crew::Crew;
pub use place::certificates;
pub use start_error::StartError;
use trust::{TowardApps, TowardPartners};

/// Listeners that a service manager has opened, in the order http, https, admin.
#[derive(Debug, Default)]
pub struct Inherited {
    /// Plaintext for apps.
    pub http: Option<TcpListener>,
    /// TLS for apps.
    pub https: Option<TcpListener>,
    /// Console and admin API.
    pub admin: Option<TcpListener>,
}

/// A running gateway. Dropping it stops it at once.
#[derive(Debug)]
pub struct Gateway {
    addresses: Addresses,
    shared: Arc<Shared>,
    certificates: Arc<Certificates>,
    phase: watch::Sender<Phase>,
    ready: watch::Sender<bool>,
    workers: Vec<JoinHandle<()>>,
    plane: Arc<Plane>,
    asna: asna::State,
    outbox: Option<JoinHandle<()>>,
    admin: Option<JoinHandle<()>>,
    scribe: Option<Scribe>,
    drain: Duration,
    token: Option<Token>,
    sign_in: Arc<SignIn>,
    refused: Arc<RefusedFile>,
}

impl Gateway {
    /// Binds everything and starts serving. With `log` each exchange is written to the log.
    ///
    /// # Errors
    ///
    /// See [`StartError`]; nothing is left running.
    pub fn start(mut config: Config, inherited: Inherited, log: bool) -> Result<Self, StartError> {
        let count = config.workers.unwrap_or_else(cores);
        let shares = Shares::of(descriptors::raise(), config.limits.max_connections, count);
        let mut token = None;
        bounds::key(&mut config, &mut token)?;
        let certificates =
            Arc::new(Certificates::open(certificates(&config), tls::system_clock())?);
        let listen = config.listen;
        let http = open("http", listen.http, inherited.http, count)?;
        let https = open("https", listen.https, inherited.https, count)?;
        let admin = open("admin", listen.admin, inherited.admin, 1)?;
        let addresses = Addresses {
            http: bound(&http, listen.http),
            https: bound(&https, listen.https),
            admin: bound(&admin, listen.admin),
        };
        let own: Arc<[SocketAddr]> = [addresses.http, addresses.https, addresses.admin].into();
        let app_tls: Arc<dyn AppTls> = Arc::new(TowardApps::new(&certificates));
        let bounds = bounds::of_apps(&config, &shares);
        let admin_limits = bounds::of_admin(&config, &shares);
        let drain = config.limits.drain;
        warn_of_insecure(&config);
        warn_of_certificates(&certificates);
        let partner_tls = Arc::new(TowardPartners::new(&config.partner_ca)?);
        let begun = Begun::from(store(&config.state)?, config)?;
        let config = Arc::clone(&begun.config);
        let journal = journal::open(&config)?;
        exposure::warn(&config, &named(&addresses));
        let snapshot = Snapshot::new(Arc::clone(&config), &begun.learned, (1, 1), own, partner_tls);
        let terms = snapshot.terms.clone();
        let shared = Arc::new(Shared::new(snapshot));
        let known = Arc::downgrade(&shared);
        telemetry::hide(move || known.upgrade().map_or_else(Arc::default, |known| known.masker()));
        let rules = rules(&config, terms, &shared.injections);
        let (log, scribe) = scribe(log).map_err(StartError::Thread)?;
        let stats: Arc<[Arc<Stats>]> = (0..count).map(|_| Arc::default()).collect();
        let (phase, watched) = watch::channel(Phase::Serve);
        let listeners = http.into_iter().zip(https).collect();
        let crew = Crew {
            listeners,
            app_tls: Arc::clone(&app_tls),
            bounds,
            shared: &shared,
            log,
            journal: journal.clone(),
            stats: &stats,
        };
        let workers = crew.start(&watched)?;
        let shared_config = Arc::new(ArcSwap::new(Arc::clone(&config)));
        let post = asna::Post::new(Arc::clone(&shared_config));
        let onlookers = Onlookers { shared: Arc::clone(&shared), asna: Arc::clone(&shared_config) };
        let witness = journal.clone().map(|journal| witness::of(journal, &shared_config));
        let (store, clock) = (begun.store.clone(), begun.clock.clone());
        let (plane, outbox) = Plane::start(begun, rules, Box::new(onlookers), post, witness)
            .map_err(StartError::Thread)?;
        let asna = asna::State::new(
            store,
            clock,
            plane.outbox().clone(),
            shared_config,
            shared.injections.clone(),
        );
        let plane = Arc::new(plane);
        let (ready, readiness) = watch::channel(true);
        let cloud = cloud(&plane, &shared.injections);
        let sign_in = Arc::new(SignIn::new(addresses.admin));
        let refused = Arc::new(RefusedFile::default());
        let surface = Surface {
            stats,
            ready: readiness,
            plane: Arc::clone(&plane),
            cloud,
            asna: asna.clone(),
            journal,
            proxy: Arc::clone(&shared),
            addresses,
            certificates: Arc::clone(&certificates),
            sign_in: Arc::clone(&sign_in),
            listeners: Arc::new(Semaphore::new(admin_limits.max_connections / 4)),
            notice: bounds::shortfall(&shares),
            refused: Arc::clone(&refused),
            observed: Arc::default(),
            work: Work::default(),
        };
        let admin = control::start(admin, admin_limits, surface, app_tls, watched)
            .map_err(StartError::Thread)?;
        let (admin, outbox, scribe) = (Some(admin), Some(outbox), Some(scribe));
        Ok(Self {
            addresses,
            shared,
            certificates,
            phase,
            ready,
            workers,
            plane,
            asna,
            outbox,
            admin,
            scribe,
            drain,
            token,
            sign_in,
            refused,
        })
    }

    /// Where it listens, ports that the system chose included.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// The token that was made for the admin address, if it is in force.
    pub fn made_token(&self) -> Option<&Token> {
        self.token.as_ref().filter(|_| self.config().config.admin.auto)
    }

    /// The link that signs a browser in.
    pub fn sign_in(&self) -> &Arc<SignIn> {
        &self.sign_in
    }

    /// Where it is noted that gateway.yaml was refused when it was read again.
    pub fn refused(&self) -> &RefusedFile {
        &self.refused
    }

    /// The webhooks.
    pub fn plane(&self) -> &Arc<Plane> {
        &self.plane
    }

    /// Puts another configuration in force. Listeners, workers and bounds stay as they were started.
    ///
    /// # Errors
    ///
    /// When certificates cannot be read, or no token can be made; the old configuration stays.
    pub fn reload(&mut self, mut config: Config) -> Result<(), StartError> {
        bounds::key(&mut config, &mut self.token)?;
        self.certificates.reload().map_err(tls::OpenError::from)?;
        let before = self.shared.snapshot.load_full();
        warn_of_insecure(&config);
        exposure::warn(&config, &named(&self.addresses));
        self.tell_limits(&config);
        let partner_tls = Arc::new(TowardPartners::new(&config.partner_ca)?);
        self.drain = config.limits.drain;
        let own = Arc::clone(&before.terms.own);
        let terms = terms(&config, Arc::clone(&own), Arc::clone(&partner_tls) as _);
        let rules = rules(&config, terms, &self.shared.injections);
        self.shared.injections.reload(&config.faults);
        let (asna, shared) = (self.asna.clone(), Arc::clone(&self.shared));
        let show = move |config: Arc<Config>, learned: &Learned| {
            asna.reload(Arc::clone(&config));
            // Read here: until now the world may have changed.
            let now = shared.snapshot.load();
            let counts = (now.generation + 1, now.revision + 1);
            shared.replace(Snapshot::new(config, learned, counts, own, partner_tls));
        };
        self.plane.reload(Arc::new(config), rules, show)?;
        self.refused.take();
        Ok(())
    }

    /// An authority with limits keeps them when the hosts become others.
    fn tell_limits(&self, config: &Config) {
        let found = tls::Authority::find(certificates(config), SystemTime::now());
        for warning in found.iter().flatten().flat_map(tls::Authority::warnings) {
            tracing::warn!("{warning}");
        }
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    /// Takes nothing new, lets exchanges under way finish for `limits.drain` at most, then stops.
    /// `hurry` is asked now and then whether to stop at once.
    pub fn drain(mut self, hurry: impl Fn() -> bool) {
        // Whoever listens is told; nobody listening is as good.
        let _ = self.ready.send(false);
        let _ = self.phase.send(Phase::Drain);
        self.shared.injections.holds().close();
        self.plane.stop();
        let deadline = Instant::now() + self.drain;
        let threads = || self.workers.iter().chain(&self.outbox);
        while threads().any(|thread| !thread.is_finished()) {
            if Instant::now() > deadline || hurry() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stop();
    }

    fn stop(&mut self) {
        let _ = self.phase.send(Phase::Stop);
        self.shared.injections.holds().close();
        self.plane.stop();
        for worker in self.workers.drain(..).chain(self.admin.take()) {
            // A worker that panicked has said so already.
            let _ = worker.join();
        }
        // An attempt that outlasts the drain is left behind; it is made again after the next start.
        if let Some(outbox) = self.outbox.take().filter(JoinHandle::is_finished) {
            let _ = outbox.join();
        }
        if let Some(scribe) = self.scribe.take() {
            scribe.finish();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What is left of earlier runs.
fn store(state: &State) -> Result<Store, StoreError> {
    match state {
        State::Sqlite(path) => Store::sqlite(path),
        State::Memory => Store::memory(),
        State::Postgres(_) => {
            let text =
                "state in PostgreSQL is not built yet; write `state: sqlite:./data/gateway.db`";
            Err(StoreError::Refused(text.to_owned()))
        }
    }
}

/// The API of Evotor Cloud over what the webhooks are made of.
fn cloud(plane: &Arc<Plane>, injections: &Injections) -> axum::Router {
    let (store, clock) = (plane.store().clone(), plane.clock().clone());
    let herald = Arc::clone(plane) as Arc<dyn Herald>;
    let (config, injections) = (plane.config(), injections.clone());
    let state = crate::cloud::State::new(store, clock, config, herald, compose, injections);
    crate::cloud::router(state)
}

fn rules(config: &Config, terms: Terms, injections: &Injections) -> Rules {
    let retry = config.retry.clone();
    // A webhook has one bound for everything, the time the cloud waits, and names as the cloud writes
    // them.
    let (connect, response) = (retry.timeout, retry.timeout);
    let held = terms.response;
    let terms = Terms { connect, response, ..terms };
    Rules { retry, terms, held, folder: config.folder(), injections: injections.clone() }
}

/// Whom the webhook plane shows what changes.
struct Onlookers {
    shared: Arc<Shared>,
    asna: Arc<ArcSwap<Config>>,
}

impl Audience for Onlookers {
    fn learned(&self, learned: &Learned, changed: Option<&Pair>) {
        let fresh = self.shared.snapshot.load().with_learned(learned, changed);
        self.shared.replace(fresh);
    }

    fn world(&self, config: &Arc<Config>, learned: &Learned) {
        self.asna.store(Arc::clone(config));
        let fresh = self.shared.snapshot.load().with_world(config, learned);
        self.shared.replace(fresh);
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn open(
    name: &'static str,
    address: SocketAddr,
    inherited: Option<TcpListener>,
    count: usize,
) -> Result<Vec<TcpListener>, StartError> {
    let opened = match inherited {
        Some(listener) => listen::spread(listener, count),
        None => listen::bind(address, count),
    };
    opened.map_err(|error| {
        let holder = holder(address).filter(|_| error.kind() == io::ErrorKind::AddrInUse);
        StartError::Bind { name, address, error, holder }
    })
}

fn bound(listeners: &[TcpListener], configured: SocketAddr) -> SocketAddr {
    listeners.first().and_then(|listener| listener.local_addr().ok()).unwrap_or(configured)
}

fn named(addresses: &Addresses) -> [(&'static str, SocketAddr); 3] {
    [("http", addresses.http), ("https", addresses.https), ("admin", addresses.admin)]
}

fn warn_of_certificates(certificates: &Certificates) {
    for warning in certificates.warnings() {
        tracing::warn!("{warning}");
    }
}

fn warn_of_insecure(config: &Config) {
    for app in &config.apps {
        for upstream in app.upstreams.iter().filter(|upstream| upstream.insecure) {
            tracing::warn!(
                app = app.name,
                upstream = format!("{}:{}", upstream.to.host, upstream.to.port),
                "This partner's certificate is taken unseen (insecure: true); anyone on the way can read and change requests"
            );
        }
    }
}
