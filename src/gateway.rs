//! Assembly: a configuration becomes listeners, workers and an admin surface.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, ServerConfig};
use tokio::sync::{mpsc, watch};

use crate::admin::{self, Surface};
use crate::config::meant::Config;
use crate::net::holder::{Holder, holder};
use crate::net::listen;
use crate::net::upstream::PartnerTls;
use crate::net::worker::{self, AppTls, Bounds, Kind, Phase, Station};
use crate::proxy::snapshot::Snapshot;
use crate::proxy::{Proxy, Shared};
use crate::telemetry::{Log, Scribe, Stats, scribe};
use crate::tls::{self, Certificates};

/// How long after the start TLS toward apps is made ready.
const WARM_UP_AFTER: Duration = Duration::from_millis(300);

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener.
    #[error("{address} ({name}) cannot be listened on: {error}")]
    Bind {
        /// `http`, `https` or `admin`.
        name: &'static str,
        /// As configured.
        address: SocketAddr,
        /// As the system says.
        error: io::Error,
        /// Who has the port, where the system tells.
        holder: Option<Holder>,
    },
    /// The folder of certificates.
    #[error(transparent)]
    Certificates(#[from] tls::OpenError),
    /// A file of `partner_ca`.
    #[error(transparent)]
    PartnerCa(#[from] tls::ClientError),
    /// Threads.
    #[error("a thread cannot be started: {0}")]
    Thread(io::Error),
}

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

/// Where a running gateway listens.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// Plaintext for apps.
    pub http: SocketAddr,
    /// TLS for apps.
    pub https: SocketAddr,
    /// Console and admin API.
    pub admin: SocketAddr,
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
    admin: Option<JoinHandle<()>>,
    scribe: Option<Scribe>,
    drain: Duration,
}

impl Gateway {
    /// Binds everything and starts serving. With `log` each exchange is written to the log.
    ///
    /// # Errors
    ///
    /// See [`StartError`]; nothing is left running.
    pub fn start(config: Config, inherited: Inherited, log: bool) -> Result<Self, StartError> {
        let count = config.workers.unwrap_or_else(cores);
        let certificates = Arc::new(Certificates::open(&config.certs, tls::system_clock())?);
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
        let bounds = bounds(&config);
        let drain = config.limits.drain;
        warn_of_insecure(&config);
        let partner_tls = Arc::new(TowardPartners::new(&config.partner_ca)?);
        let shared = Arc::new(Shared::new(Snapshot::new(config, &learned, (1, 1), own, partner_tls)));
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
            stats: &stats,
        };
        let workers = crew.start(&watched)?;
        let (ready, readiness) = watch::channel(true);
        let surface = Surface { stats, ready: readiness };
        let admin = start_admin(admin, surface, app_tls, watched).map_err(StartError::Thread)?;
        let (admin, scribe) = (Some(admin), Some(scribe));
        Ok(Self { addresses, shared, certificates, phase, ready, workers, admin, scribe, drain })
    }

    /// Where it listens, ports that the system chose included.
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Puts another configuration in force. Listeners, workers and bounds stay as they were started.
    ///
    /// # Errors
    ///
    /// When certificates cannot be read; the old configuration stays.
    pub fn reload(&mut self, config: Config) -> Result<(), StartError> {
        self.certificates.reload().map_err(tls::OpenError::from)?;
        let before = self.shared.snapshot.load_full();
        warn_of_insecure(&config);
        let partner_tls = Arc::new(TowardPartners::new(&config.partner_ca)?);
        self.drain = config.limits.drain;
        let own = Arc::clone(&before.terms.own);
        self.shared.replace(Snapshot::new(config, before.generation + 1, own, partner_tls));
        Ok(())
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
        let deadline = Instant::now() + self.drain;
        while self.workers.iter().any(|worker| !worker.is_finished()) {
            if Instant::now() > deadline || hurry() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stop();
    }

    fn stop(&mut self) {
        let _ = self.phase.send(Phase::Stop);
        for worker in self.workers.drain(..).chain(self.admin.take()) {
            // A worker that panicked has said so already.
            let _ = worker.join();
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

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn bounds(config: &Config) -> Bounds {
    let limits = &config.limits;
    Bounds {
        head_timeout: limits.head_timeout,
        write_timeout: limits.body_timeout,
        max_head: limits.max_head,
        max_connections: limits.max_connections,
    }
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

/// What the workers are started with.
struct Crew<'a> {
    listeners: Vec<(TcpListener, TcpListener)>,
    app_tls: Arc<dyn AppTls>,
    bounds: Bounds,
    shared: &'a Arc<Shared>,
    log: Log,
    stats: &'a Arc<[Arc<Stats>]>,
}

impl Crew<'_> {
    fn start(self, phase: &watch::Receiver<Phase>) -> Result<Vec<JoinHandle<()>>, StartError> {
        let count = self.listeners.len();
        let loads: Arc<[Arc<AtomicUsize>]> = (0..count).map(|_| Arc::default()).collect();
        let (peers, inboxes): (Vec<_>, Vec<_>) =
            (0..count).map(|_| mpsc::unbounded_channel()).unzip();
        let places = self.listeners.into_iter().zip(inboxes).zip(self.stats.iter()).enumerate();
        let mut workers = Vec::with_capacity(count);
        for (index, (((http, https), inbox), stats)) in places {
            let (shared, stats, log) =
                (Arc::clone(self.shared), Arc::clone(stats), self.log.clone());
            let station = Station {
                index,
                listeners: vec![(Kind::Http, http), (Kind::Https, https)],
                loads: Arc::clone(&loads),
                peers: peers.clone(),
                inbox,
                phase: phase.clone(),
                tls: Arc::clone(&self.app_tls),
                bounds: self.bounds,
                handler: Box::new(move || Proxy::new(shared, stats, log)),
            };
            workers.push(start_worker(station).map_err(StartError::Thread)?);
        }
        Ok(workers)
    }
}

fn start_worker(station: Station<Proxy>) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(format!("worker-{}", station.index)).spawn(move || {
        if let Err(error) = worker::run(station) {
            tracing::error!(%error, "A worker could not start");
        }
    })
}

fn start_admin(
    listeners: Vec<TcpListener>,
    surface: Surface,
    app_tls: Arc<dyn AppTls>,
    mut phase: watch::Receiver<Phase>,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("admin".into()).spawn(move || {
        let served = tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(
            |runtime| {
                runtime.block_on(async {
                    let Some(listener) = listeners.into_iter().next() else { return Ok(()) };
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    tokio::select! {
                        never = warm_up(app_tls) => match never {},
                        served = admin::serve(listener, surface) => served,
                        _ = phase.wait_for(|phase| *phase == Phase::Stop) => Ok(()),
                    }
                })
            },
        );
        if let Err(error) = served {
            tracing::error!(%error, "The admin address is not served");
        }
    })
}

/// Makes what the first TLS handshake would wait for, once the first requests had their turn.
async fn warm_up(app_tls: Arc<dyn AppTls>) -> Infallible {
    tokio::time::sleep(WARM_UP_AFTER).await;
    // A failure is told by the first handshake.
    let _ = app_tls.listener();
    std::future::pending().await
}

/// Certificates toward apps. Made at the first handshake, or a little after the start: gathering the
/// entropy for session tickets takes longer than everything else that a start does.
struct TowardApps {
    certificates: Arc<Certificates>,
    base: OnceLock<Result<Arc<ServerConfig>, String>>,
}

impl TowardApps {
    fn new(certificates: &Arc<Certificates>) -> Self {
        Self { certificates: Arc::clone(certificates), base: OnceLock::new() }
    }
}

impl AppTls for TowardApps {
    fn listener(&self) -> Result<Arc<ServerConfig>, String> {
        let made = || tls::server_config(Arc::clone(&self.certificates), tls::HTTP2_AND_1);
        self.base.get_or_init(|| made().map_err(|error| error.to_string())).clone()
    }

    fn tunnel(&self, host: &str) -> Result<Arc<ServerConfig>, String> {
        let base = self.listener()?;
        Ok(tls::server_config_for(&base, &self.certificates, host).unwrap_or(base))
    }
}

/// TLS toward partners; what it needs is read when the first handshake does.
struct TowardPartners {
    extra: Vec<rustls::pki_types::CertificateDer<'static>>,
    verifying: OnceLock<Result<Arc<ClientConfig>, String>>,
    insecure: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl TowardPartners {
    fn new(files: &[PathBuf]) -> Result<Self, StartError> {
        let extra = tls::partner_ca(files)?;
        Ok(Self { extra, verifying: OnceLock::new(), insecure: OnceLock::new() })
    }
}

impl PartnerTls for TowardPartners {
    fn config(&self, insecure: bool) -> Result<Arc<ClientConfig>, String> {
        let cell = if insecure { &self.insecure } else { &self.verifying };
        cell.get_or_init(|| {
            tls::client_config(&self.extra, insecure, true).map_err(|error| error.to_string())
        })
        .clone()
    }

    fn explain(&self, error: &io::Error) -> (String, String) {
        let fault = tls::client_fault_text(error);
        (fault.reason.into_owned(), fault.hint.into_owned())
    }
}
