//! The configuration as the proxy uses it: every look-up prepared, every header value parsed.

use foldhash::HashMap;
use std::fmt::Write;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use hyper::header::HeaderValue;

use super::overlay::Overlay;
use crate::config::laid::RemovedToken;
use crate::config::meant::{App, Authorization, Config, Fidelity, InstalledBy, Origin, Upstream};
use crate::model::learned::{Learned, Pair};
use crate::model::world::{DeviceIndex, UserIndex};
use crate::net::upstream::{Destination, PartnerTls, Terms};
use crate::pattern::{Pattern, Set};

/// Everything a request needs to know, fixed until the next reload or until something is learned.
/// A clone shares what it is made of.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// As read.
    pub config: Arc<Config>,
    /// Counts up with each reload and with each change of the world.
    pub generation: u64,
    /// Counts up with each reload: until then connections to partners can be used again.
    pub reloads: u64,
    /// Counts up with each reload and with everything learned.
    pub revision: u64,
    /// By place in `Config::apps`.
    pub plans: Arc<[Plan]>,
    /// For exchanges with partners.
    pub terms: Terms,
    by_id: Arc<HashMap<Box<[u8]>, usize>>,
    injected: Arc<[Option<Identity>]>,
    pub(super) overlay: Arc<Overlay>,
}

/// The three identity headers of a device.
#[derive(Debug, Clone)]
pub struct Identity {
    /// `X-Evotor-Store-Uuid`.
    pub store: HeaderValue,
    /// `X-Evotor-Device-UUID`.
    pub device: HeaderValue,
    /// `X-Evotor-User-Id`.
    pub user: HeaderValue,
}

/// One app, prepared.
#[derive(Debug)]
pub struct Plan {
    /// The allowlist.
    pub allow: Set,
    /// For log lines.
    pub name: Arc<str>,
    authorization: Option<HeaderValue>,
    tokens: HashMap<UserIndex, HeaderValue>,
    routes: HashMap<Box<str>, Route>,
}

/// Where the requests for one origin go.
#[derive(Debug, Clone)]
pub struct Route {
    /// What is connected to.
    pub to: Destination,
    /// The `Host` it receives: the app's URL's, or the upstream's own.
    pub host: Option<HeaderValue>,
}

impl Snapshot {
    /// Prepares a configuration and what was learned. `own` are the gateway's listeners,
    /// the admin address last.
    pub fn new(
        config: impl Into<Arc<Config>>,
        learned: &Learned,
        (generation, revision): (u64, u64),
        own: Arc<[SocketAddr]>,
        tls: Arc<dyn PartnerTls>,
    ) -> Self {
        let config = config.into();
        let terms = terms(&config, own, tls);
        let by_id: HashMap<_, _> = config
            .apps
            .iter()
            .enumerate()
            .map(|(at, app)| (app.id.to_ascii_lowercase().into_bytes().into_boxed_slice(), at))
            .collect();
        let injected =
            (0..config.world.devices.len()).map(|at| identity(&config, DeviceIndex(at))).collect();
        let plans = config.apps.iter().map(Plan::new).collect();
        let overlay = Arc::new(Overlay::new(&config, learned));
        let (by_id, reloads) = (Arc::new(by_id), generation);
        Self { config, generation, reloads, revision, plans, terms, by_id, injected, overlay }
    }

    /// The same file with another world.
    #[must_use]
    pub fn with_world(&self, config: &Arc<Config>, learned: &Learned) -> Self {
        let (own, tls) = (Arc::clone(&self.terms.own), Arc::clone(&self.terms.tls));
        let counts = (self.generation + 1, self.revision + 1);
        let reloads = self.reloads;
        Self { reloads, ..Self::new(Arc::clone(config), learned, counts, own, tls) }
    }

    /// The same configuration with what is known now; `changed` where no more than that is new.
    #[must_use]
    pub fn with_learned(&self, learned: &Learned, changed: Option<&Pair>) -> Self {
        let overlay = Arc::new(match changed {
            Some(changed) => self.overlay.with(&self.config, learned, changed),
            None => Overlay::new(&self.config, learned),
        });
        Self { revision: self.revision + 1, overlay, ..self.clone() }
    }

    /// The app of an id, in any casing.
    pub fn app_by_id(&self, id: &[u8]) -> Option<usize> {
        let mut space = [0u8; 64];
        let key = space.get_mut(..id.len())?;
        key.copy_from_slice(id);
        key.make_ascii_lowercase();
        self.by_id.get(&*key).copied()
    }

    /// The app of a name.
    pub fn app_by_name(&self, name: &str) -> Option<usize> {
        self.config.apps.iter().position(|app| app.name == name)
    }

    /// Store and user of a device.
    pub fn owner(&self, device: DeviceIndex) -> Option<(&str, &str)> {
        let world = &self.config.world;
        let device = world.devices.get(device.0)?;
        let store = world.stores.get(device.store)?;
        let user = world.users.get(device.user.0)?;
        Some((&store.uuid, &user.id))
    }

    /// The admin address, the last of the gateway's own.
    pub fn admin(&self) -> SocketAddr {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        self.terms.own.last().copied().unwrap_or(nowhere)
    }

    /// The identity headers of a device.
    pub fn identity(&self, device: DeviceIndex) -> Option<&Identity> {
        self.injected.get(device.0)?.as_ref()
    }

    /// Whether the device's user has the app.
    pub fn is_installed(&self, app: usize, device: DeviceIndex) -> bool {
        let user = self.config.world.devices.get(device.0).map(|device| device.user);
        if let Some(installed) = user.and_then(|user| self.overlay.installed(app, user)) {
            return installed;
        }
        match self.config.apps.get(app).map(|app| &app.installed_by) {
            Some(InstalledBy::All) => true,
            Some(InstalledBy::Users(users)) => user.is_some_and(|user| users.contains(&user)),
            None => false,
        }
    }

    /// Whether an event has said that the device's user no longer has the app.
    pub fn is_uninstalled(&self, app: usize, device: DeviceIndex) -> bool {
        let user = self.config.world.devices.get(device.0).map(|device| device.user);
        user.and_then(|user| self.overlay.installed(app, user)) == Some(false)
    }

    /// The `Authorization` the partner receives.
    pub fn authorization(&self, app: usize, device: DeviceIndex) -> Option<&HeaderValue> {
        let plan = self.plans.get(app)?;
        if plan.authorization.is_some() {
            return plan.authorization.as_ref();
        }
        let user = self.config.world.devices.get(device.0)?.user;
        self.overlay.token(app, user).or_else(|| plan.tokens.get(&user))
    }

    /// That a user has no token of the app since it was removed by hand.
    pub fn removed_token(&self, app: usize, user: &str) -> Option<&RemovedToken> {
        if self.overlay.token(app, self.config.world.user_by_id(user)?).is_some() {
            return None;
        }
        self.config.removed_token(&self.config.apps.get(app)?.id, user)
    }

    /// Whether the vendor's rules are enforced where that is a choice.
    pub fn is_strict(&self) -> bool {
        self.config.fidelity == Fidelity::Strict
    }

    /// Every name that some app keeps.
    pub fn kept(&self) -> Rc<[Box<[u8]>]> {
        let names = self.config.apps.iter().flat_map(|app| &app.keep);
        names.map(|name| name.as_bytes().into()).collect()
    }
}

/// What holds for exchanges with partners.
pub fn terms(config: &Config, own: Arc<[SocketAddr]>, tls: Arc<dyn PartnerTls>) -> Terms {
    let limits = &config.limits;
    Terms {
        connect: limits.connect_timeout,
        response: limits.response_timeout,
        body: limits.body_timeout,
        own,
        tls,
    }
}

impl Plan {
    fn new(app: &App) -> Self {
        let patterns: Vec<Pattern> = app.allow.iter().map(|rule| rule.pattern.clone()).collect();
        let tokens = app
            .tokens
            .iter()
            .filter_map(|(user, token)| {
                Some((*user, secret(&format!("Bearer {}", token.expose()))?))
            })
            .collect();
        let authorization = match &app.authorization {
            Authorization::UserToken => None,
            Authorization::Fixed(token) => secret(token.expose()),
        };
        let routes =
            app.upstreams.iter().map(|upstream| (text(&upstream.from), Route::new(upstream)));
        Self {
            allow: Set::new(patterns),
            name: app.name.as_str().into(),
            authorization,
            tokens,
            routes: routes.collect(),
        }
    }

    /// The route of an origin, where the file has one.
    pub fn route(&self, origin: &str) -> Option<&Route> {
        self.routes.get(origin)
    }
}

impl Route {
    fn new(upstream: &Upstream) -> Self {
        let to = Destination { origin: upstream.to.clone(), insecure: upstream.insecure };
        let named = if upstream.host_of_upstream { &upstream.to } else { &upstream.from };
        let named = text(named);
        let authority = named.split_once("://").map_or(&*named, |(_, authority)| authority);
        Self { to, host: HeaderValue::from_str(authority).ok() }
    }
}

fn identity(config: &Config, device: DeviceIndex) -> Option<Identity> {
    let world = &config.world;
    let device = world.devices.get(device.0)?;
    Some(Identity {
        store: HeaderValue::from_str(&world.stores.get(device.store)?.uuid).ok()?,
        device: HeaderValue::from_str(&device.uuid).ok()?,
        user: HeaderValue::from_str(&world.users.get(device.user.0)?.id).ok()?,
    })
}

pub(super) fn secret(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `scheme://host[:port]`, the port only where it is not the scheme's own.
fn text(origin: &Origin) -> Box<str> {
    let (scheme, default) = if origin.tls { ("https", 443) } else { ("http", 80) };
    let mut text = format!("{scheme}://{}", origin.host);
    if origin.port != default {
        // Writing into a String cannot fail.
        let _ = write!(text, ":{}", origin.port);
    }
    text.into()
}
