//! The configuration as meant: checked, indexed, without a string that still has to be parsed.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::laid::{Removed, RemovedToken};
use super::settings::{Origin as From, Setting};
use crate::model::event::Event;
use crate::model::injection::Injection;
use crate::model::token::Token;
use crate::model::world::{DeviceIndex, UserIndex, World};
use crate::newtonsoft::Schema;
use crate::pattern::Pattern;

/// All of `gateway.yaml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// What the file is called, for messages.
    pub file: String,
    /// Where the gateway listens.
    pub listen: Listen,
    /// Who may use the admin address.
    pub admin: Admin,
    /// Certificates toward apps.
    pub certs: Certs,
    /// Where learned state is kept.
    pub state: State,
    /// How strictly the vendor's rules are enforced.
    pub fidelity: Fidelity,
    /// Users, stores, devices.
    pub world: World,
    /// In the order of the file.
    pub apps: Vec<App>,
    /// What was removed at run time, in the order in which it went; never of the file's own.
    pub removed: Vec<Removed>,
    /// The users' tokens among it; never of the file's own.
    pub removed_tokens: Vec<RemovedToken>,
    /// Who is calling when the request does not say; a place in `apps`.
    pub default_app: Option<usize>,
    /// Which device is calling when the request does not say.
    pub default_device: Option<DeviceIndex>,
    /// Worker threads; `None` is one per usable core.
    pub workers: Option<usize>,
    /// Bounds on time and size.
    pub limits: Limits,
    /// How webhooks are repeated.
    pub retry: Retry,
    /// The simulated ASNA.
    pub asna: Asna,
    /// Faults made on purpose, in the order of the file.
    pub faults: Vec<Injection>,
    /// What is kept of exchanges.
    pub journal: Journal,
    /// Whether Via, traceparent and X-Request-Id are added toward the partner.
    pub diagnostic_headers: bool,
    /// Pages that may call the clouds' APIs.
    pub cors: Cors,
    /// PEM files of further authorities that partners' certificates may come from.
    pub partner_ca: Vec<PathBuf>,
    /// Files that hold secrets.
    pub secret_files: Vec<PathBuf>,
    /// Every key with its value and where that is from.
    pub settings: Vec<Setting>,
}

impl Config {
    /// The folder of the file; empty where it is the one that the gateway runs in.
    pub fn folder(&self) -> PathBuf {
        Path::new(&self.file).parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// Notes that an argument of the command line took the place of a key's value.
    pub fn overrule(&mut self, key: &str, value: String, flag: &'static str) {
        if let Some(setting) = self.settings.iter_mut().find(|setting| setting.key == key) {
            setting.value = Some(value);
            setting.origin = From::Flag(flag);
        }
    }
}

/// Certificates toward apps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certs {
    /// Folder of the local CA and of the user's own certificates.
    pub dir: PathBuf,
    /// Whether the CA may sign for the hosts of `allow` and `upstreams` alone; see
    /// [`hosts`](super::hosts).
    pub constrain: bool,
    /// Certificate and key of a CA of the user's own.
    pub ca: Option<(PathBuf, PathBuf)>,
}

/// Listening addresses; port 0 lets the system choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// Terminal apps, plaintext.
    pub http: SocketAddr,
    /// Terminal apps, TLS.
    pub https: SocketAddr,
    /// Console and admin API.
    pub admin: SocketAddr,
}

/// Origins of the pages that browsers let call the clouds' APIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors(pub Vec<CorsOrigin>);

impl Default for Cors {
    fn default() -> Self {
        Self(vec![CorsOrigin::Loopback])
    }
}

/// One or several origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsOrigin {
    /// Those of this machine: localhost, what is below it, loopback addresses.
    Loopback,
    /// Every one.
    Any,
    /// This one, in lower case.
    Exactly(String),
}

/// Who may use the admin address.
#[derive(Debug, Clone, Default)]
pub struct Admin {
    /// What everybody has to show; `None` lets in whoever is on this machine.
    pub token: Option<Token>,
    /// Whether a token is made at start. Until then there is none.
    pub auto: bool,
    /// Names that a browser may call it by besides localhost, in lower case.
    pub hosts: Vec<String>,
}

impl Admin {
    /// Whether a token is asked for once the gateway runs.
    pub fn is_guarded(&self) -> bool {
        self.token.is_some() || self.auto
    }
}

/// What is kept of every exchange, to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// Whether anything is.
    pub enabled: bool,
    /// Bytes kept of each body.
    pub body: usize,
    /// Bytes of its database.
    pub size: u64,
    /// Older exchanges are dropped.
    pub age: Duration,
}

/// Where learned state is kept.
#[derive(Debug, Clone)]
pub enum State {
    /// In a SQLite file.
    Sqlite(PathBuf),
    /// Nowhere; gone at exit.
    Memory,
    /// In PostgreSQL, by connection URL, which may hold a password.
    Postgres(Token),
}

/// How strictly the vendor's rules are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fidelity {
    /// What strict refuses passes with a warning.
    Loose,
    /// As the vendor's pages say.
    Strict,
}

/// One app of the developer portal.
#[derive(Debug, Clone)]
pub struct App {
    /// The app's uuid on the portal, as written.
    pub id: String,
    /// Short name for people and for `--app`.
    pub name: String,
    /// Proxy version.
    pub proxy: Proxy,
    /// Where relative requests of a v1 app go: scheme, host and path without a `/` at its end.
    pub base_url: Option<String>,
    /// The pages that may make requests which name the gateway itself.
    pub allow_origins: AllowOrigins,
    /// The allowlist, in the order of the file.
    pub allow: Vec<Rule>,
    /// What `Authorization` the partner receives.
    pub authorization: Authorization,
    /// User tokens known in advance.
    pub tokens: HashMap<UserIndex, Token>,
    /// Who has installed the app.
    pub installed_by: InstalledBy,
    /// Where requests really go.
    pub upstreams: Vec<Upstream>,
    /// Own headers that survive although their names are the terminal's, in lower case.
    pub keep: Vec<String>,
    /// The partner's side of the webhook plane.
    pub webhooks: Option<Webhooks>,
}

/// Proxy version of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxy {
    /// The answer reaches the app as `{status, body}`.
    V1(Envelope),
    /// The answer passes untouched.
    V2,
}

/// What v1 does with the partner's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// Wrap what is not an envelope yet.
    Wrap,
    /// Refuse what is not an envelope.
    Require,
    /// Turn the partner's envelope into a plain response.
    Unwrap,
}

/// One rule of an allowlist.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The compiled pattern; it knows its own source text.
    pub pattern: Pattern,
    /// Line in gateway.yaml, from 1; 0 of a rule that was made at run time.
    pub line: usize,
    /// Column in gateway.yaml, from 1.
    pub column: usize,
}

/// What `Authorization` the partner receives.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// `Bearer` and the user's token.
    UserToken,
    /// This value of the field, as it stands: `Bearer T`, `T` or `Basic …`.
    Fixed(Token),
}

/// Who has installed an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstalledBy {
    /// Every user.
    All,
    /// These.
    Users(Vec<UserIndex>),
}

/// Where requests for one origin really go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The origin in the app's URL.
    pub from: Origin,
    /// The origin that is connected to.
    pub to: Origin,
    /// Whether `Host` is the upstream's (`host: upstream`) and not the app's URL's.
    pub host_of_upstream: bool,
    /// Whether the partner's certificate is taken unseen.
    pub insecure: bool,
}

/// `scheme://host:port`, normalised.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Whether the scheme is https.
    pub tls: bool,
    /// Lower case, no trailing dot, IPv6 in brackets.
    pub host: String,
    /// Always present; 80 or 443 by scheme where not written.
    pub port: u16,
}

/// As browsers write it: without a default port.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tls, host, port } = self;
        match (tls, port) {
            (true, 443) => write!(f, "https://{host}"),
            (true, port) => write!(f, "https://{host}:{port}"),
            (false, 80) => write!(f, "http://{host}"),
            (false, port) => write!(f, "http://{host}:{port}"),
        }
    }
}

/// Origins of web pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowOrigins {
    /// Every page.
    Any,
    /// These beside the gateway's own.
    These(Vec<Origin>),
}

/// The partner's side of the webhook plane.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Base URL without a `/` at its end; each event's documented path is appended.
    pub url: String,
    /// The `Authorization` field of app-level webhooks.
    pub auth: Option<Token>,
    /// The `Authorization` field of one event, in place of the app's or the user's token.
    pub auths: HashMap<String, Token>,
    /// Where one event goes, in place of its documented path.
    pub paths: HashMap<String, Target>,
    /// Whether documents are sent as an array in the old format.
    pub documents_v1: bool,
    /// Whether stores, devices and employees are sent as `{items: [...]}`.
    pub inventories_items: bool,
    /// Whether times in subscription events end in `Z` and not in `+0000`.
    pub subscription_zulu: bool,
    /// Whether the old `user.tariff` is sent.
    pub tariff: bool,
}

/// Where the webhooks of one event go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nowhere: the partner does not have this webhook.
    Off,
    /// A whole path or URL.
    Own(String),
}

impl Webhooks {
    /// The path or URL of an event's own.
    pub fn own_path(&self, event: Event) -> Option<&str> {
        match self.paths.get(event.name())? {
            Target::Own(path) => Some(path),
            Target::Off => None,
        }
    }

    /// Whether the partner has the webhook of an event.
    pub fn has(&self, event: Event) -> bool {
        self.paths.get(event.name()) != Some(&Target::Off) && (self.tariff || !event.is_legacy())
    }
}

/// How webhooks are repeated until the partner answers 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// How long an answer may take.
    pub timeout: Duration,
    /// Pauses between the attempts of a notification; after the last one it is given up.
    pub notifications: Vec<Duration>,
    /// Pause between the attempts of subscription and installation events.
    pub lifecycle_every: Duration,
    /// How long such an event is repeated.
    pub lifecycle_for: Duration,
    /// Whether a message that fails holds back the later ones of the same app and user.
    pub in_order: bool,
    /// How many messages are sent at a time.
    pub parallel: usize,
}

/// The simulated ASNA.
#[derive(Debug, Clone)]
pub struct Asna {
    /// In the order of the file.
    pub clients: Vec<AsnaClient>,
    /// How long a package is processed.
    pub processing: Duration,
    /// URL of the token service without a `/` at its end, as tokens name it.
    pub issuer: String,
    /// Pauses between the attempts of a webhook; after the last one it is given up.
    pub retry: Vec<Duration>,
    /// Whether a package that could not be processed is told of.
    pub notify_errors: bool,
    /// Calls of one client, a minute.
    pub rate: u32,
    /// JSON Schemas of packages by name, in place of the built-in ones.
    pub schemas: HashMap<String, Schema>,
}

/// Who gets tokens of the simulated ASNA.
#[derive(Debug, Clone)]
pub struct AsnaClient {
    /// The `client_id`, as written.
    pub id: String,
    /// The `client_secret`.
    pub secret: Token,
    /// What webhooks are signed with; where there is none, one is made up.
    pub webhook_key: Option<Token>,
    /// Pharmacies and legal entities it may act for, as written.
    pub stores: Vec<String>,
}

/// Bounds on time and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a head to its end.
    pub head_timeout: Duration,
    /// Between two pieces of a body, either direction.
    pub body_timeout: Duration,
    /// For connecting to the partner, TLS included.
    pub connect_timeout: Duration,
    /// From the request sent to the head of the answer.
    pub response_timeout: Duration,
    /// Bytes of a request head.
    pub max_head: usize,
    /// Bytes of a request body; `None` is no bound.
    pub max_body: Option<u64>,
    /// Connections from apps, all workers together.
    pub max_connections: usize,
    /// How long a shutdown waits for exchanges under way.
    pub drain: Duration,
    /// Calls of one address of Evotor's API with one token, a minute.
    pub api_rate: u32,
}
