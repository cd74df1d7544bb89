//! Commands that work as they stand with the configuration in force.

use std::net::{IpAddr, SocketAddr};

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::meant::Config;
use crate::model::event::Event;
use crate::proxy::sample::sample;
use crate::proxy::snapshot::Snapshot;
use crate::shell::word;

/// A request that a rule allows.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SampleRequest")]
pub(super) struct Sample {
    /// The app's name.
    app: String,
    url: String,
    /// The URL for HTTP_PROXY and HTTPS_PROXY; who calls is written in it where a request has to say so.
    proxy: String,
    /// A command line of curl, over TLS for bash and zsh.
    command: String,
}

impl Sample {
    /// `proxy` is the proxy's URL, `admin` the admin address as its caller meets it.
    pub(super) fn of(known: &Snapshot, proxy: &str, admin: &str) -> Option<Self> {
        let found = sample(known)?;
        let proxy = match &found.login {
            Some((name, password)) => proxy.replacen("://", &format!("://{name}:{password}@"), 1),
            None => proxy.to_owned(),
        };
        let trust = match found.url.starts_with("https:") {
            true => {
                let ca = format!("http://{admin}/connect/ca.pem");
                format!("--cacert <(curl -sS {}) ", word(&ca))
            }
            false => String::new(),
        };
        let (url, app) = (found.url, known.config.apps.get(found.app)?.name.clone());
        let command = format!("curl --proxy {} {trust}{}", word(&proxy), word(&url));
        Some(Self { app, url, proxy, command })
    }
}

/// The command that sends the first webhook there is to send.
pub(super) fn webhook(config: &Config, listens: SocketAddr, admin: &str) -> Option<String> {
    let has = |at: &usize| {
        let own = config.apps.get(*at).and_then(|app| app.webhooks.as_ref());
        own.is_some_and(|own| own.has(EVENT))
    };
    let chosen = config.default_app.into_iter().chain(0..config.apps.len()).find(has)?;
    let mut command = format!("evotor-gateway trigger {} --wait", EVENT.name());
    let is_only = config.apps.iter().filter(|app| app.webhooks.is_some()).count() == 1;
    if !is_only && config.default_app != Some(chosen) {
        let name = &config.apps.get(chosen)?.name;
        command.push_str(&format!(" --app {}", word(name)));
    }
    let user = config.world.users.first()?;
    if config.world.users.len() > 1 {
        command.push_str(&format!(" --user {}", word(&user.id)));
    }
    if !is_usual(listens) {
        command.push_str(&format!(" --admin {}", word(admin)));
    }
    Some(command)
}

/// Whether commands look there without being told.
fn is_usual(listens: SocketAddr) -> bool {
    let is_met = match listens.ip() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_unspecified(),
        IpAddr::V6(_) => false,
    };
    is_met && listens.port() == USUAL_PORT
}

const EVENT: Event = Event::UserCreate;
const USUAL_PORT: u16 = 4040;
