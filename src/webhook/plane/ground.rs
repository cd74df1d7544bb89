//! What stands behind every event: the file, what was done to its world since, and what was learned.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use rusqlite::Connection;

use crate::clock::Clock;
use crate::config::laid::{
    Change, Kind, Laid, Removed, RemovedToken, entries, lay, removed_tokens,
};
use crate::config::meant::Config;
use crate::model::learned::{Learned, Pair};
use crate::model::token::Token;
use crate::store::{self, Store, StoreError, facts, removed, world};

/// Who is shown what has changed.
pub trait Audience: Send + Sync {
    /// What is known now, and which part of it is new; all of it where that is not said.
    fn learned(&self, learned: &Learned, changed: Option<&Pair>);

    /// Another world.
    fn world(&self, config: &Arc<Config>, learned: &Learned);
}

/// What the plane and its courier share.
pub(super) struct Known {
    /// What gateway.yaml says.
    base: ArcSwap<Config>,
    /// What is in force.
    pub(super) config: Arc<ArcSwap<Config>>,
    learned: Mutex<Learned>,
    audience: Box<dyn Audience>,
}

/// The world as one transaction has left it.
pub(super) struct Ground {
    base: Arc<Config>,
    changes: Vec<Change>,
    removed: (Vec<Removed>, Vec<RemovedToken>),
    pub(super) laid: Laid,
}

impl Ground {
    /// A file's world with what is kept in the store.
    pub(super) fn of(base: Arc<Config>, tx: &Connection) -> Result<Self, StoreError> {
        let removed = (removed::all(tx)?, store::removed_tokens::all(tx)?);
        let changes = world::changes(tx)?;
        let laid = laid(&base, &changes, &removed);
        Ok(Self { base, changes, removed, laid })
    }

    /// The changes that it was made with.
    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What was done by hand to an entry, where something was.
    pub(super) fn change(&self, kind: Kind, id: &str) -> Option<&Change> {
        let key = kind.key(id);
        let is = |change: &&Change| change.kind == kind && kind.key(&change.id) == key;
        self.changes.iter().filter(|change| !change.by_partner).find(is)
    }

    /// What the file says.
    pub(super) fn base(&self) -> &Config {
        &self.base
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl Known {
    pub(super) fn new(begun: &Begun, audience: Box<dyn Audience>) -> Self {
        Self {
            base: ArcSwap::new(Arc::clone(&begun.base)),
            config: Arc::new(ArcSwap::new(Arc::clone(&begun.config))),
            learned: Mutex::new(begun.learned.clone()),
            audience,
        }
    }

    /// The world inside a transaction.
    pub(super) fn ground(&self, tx: &Connection) -> Result<Ground, StoreError> {
        Ground::of(self.base.load_full(), tx)
    }

    /// Puts a world in force. Called in the order of commits; the file may have been read again since
    /// the world was made.
    pub(super) fn install(&self, ground: Ground) {
        let base = self.base.load_full();
        let laid = match Arc::ptr_eq(&base, &ground.base) {
            true => ground.laid,
            false => laid(&base, &ground.changes, &ground.removed),
        };
        let learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        let config = Arc::new(laid.config);
        self.config.store(Arc::clone(&config));
        self.audience.world(&config, &learned);
    }

    /// Puts another file in force; `show` shows it and what is known to everybody.
    pub(super) fn reload(&self, ground: Ground, show: impl FnOnce(Arc<Config>, &Learned)) {
        let learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        warn_of_left(&ground.laid);
        self.base.store(ground.base);
        let config = Arc::new(ground.laid.config);
        self.config.store(Arc::clone(&config));
        show(config, &learned);
    }

    /// Replaces all that is known.
    pub(super) fn replace(&self, ground: Ground, known: Learned) {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        *learned = known;
        drop(learned);
        self.install(ground);
    }

    /// Notes the user's token and shows it to the proxy.
    pub(super) fn learn_token(&self, of: &Pair, token: &Token) {
        self.change(of, |learned| {
            let known = learned.tokens.insert(of.clone(), token.clone());
            known.is_none_or(|known| known.expose() != token.expose())
        });
    }

    /// Forgets the user's token.
    pub(super) fn forget_token(&self, of: &Pair) {
        self.change(of, |learned| learned.tokens.remove(of).is_some());
    }

    /// Forgets what is known of a user or an app that is gone; the world without it is shown next.
    pub(super) fn forget(&self, kind: Kind, id: &str) {
        let key = kind.key(id);
        let is = |(app, user): &Pair| match kind {
            Kind::User => **user == *key,
            Kind::App => **app == *key,
            Kind::Store | Kind::Device | Kind::Employee => false,
        };
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        learned.tokens.retain(|of, _| !is(of));
        learned.installed.retain(|of, _| !is(of));
    }

    /// Notes whether a user has an app and shows it to the proxy.
    pub(super) fn learn_installed(&self, of: &Pair, installed: bool) {
        self.change(of, |learned| {
            learned.installed.insert(of.clone(), installed) != Some(installed)
        });
    }

    /// `change` says whether there is news for the proxy.
    fn change(&self, changed: &Pair, change: impl FnOnce(&mut Learned) -> bool) {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if change(&mut learned) {
            self.audience.learned(&learned, Some(changed));
        }
    }
}

/// The world over a file, which says what it has of what was removed.
fn laid(
    base: &Config,
    changes: &[Change],
    (removed, tokens): &(Vec<Removed>, Vec<RemovedToken>),
) -> Laid {
    let mut laid = lay(base, changes);
    let default = |kind: Kind| match kind {
        Kind::App => Some(&*base.apps.get(base.default_app?)?.id),
        Kind::Device => Some(&*base.world.devices.get(base.default_device?.0)?.uuid),
        Kind::User | Kind::Store | Kind::Employee => None,
    };
    let names: HashMap<(Kind, String), &str> = match removed.is_empty() {
        true => HashMap::new(),
        false => entries(base).map(|(kind, id, name)| ((kind, kind.key(id)), name)).collect(),
    };
    let known = |removed: &Removed| {
        let (kind, key) = (removed.kind, removed.kind.key(&removed.id));
        let in_file = names.get(&(kind, key.clone()));
        Removed {
            // An earlier version noted no names.
            name: match removed.name.as_str() {
                "" => in_file.copied().unwrap_or_default().to_owned(),
                name => name.to_owned(),
            },
            in_file: in_file.is_some(),
            is_default: default(kind).is_some_and(|default| kind.key(default) == key),
            ..removed.clone()
        }
    };
    laid.config.removed = removed.iter().map(known).collect();
    laid.config.removed_tokens = removed_tokens(base, &laid.config, tokens);
    laid
}

/// What was done at run time and finds no place over the file.
fn warn_of_left(laid: &Laid) {
    for left in &laid.left {
        tracing::warn!(
            kind = left.kind.name(),
            id = left.id,
            "A change of the world waits: {}; `evotor-gateway world remove` undoes it",
            left.why
        );
    }
}

/// What a start begins with: the file, and what earlier runs have left.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where everything is kept.
    pub store: Store,
    /// By which everything happens.
    pub clock: Clock,
    /// What gateway.yaml says.
    pub base: Arc<Config>,
    /// The same with what was done to its world: what is in force.
    pub config: Arc<Config>,
    /// Tokens and installations.
    pub learned: Learned,
}

impl Begun {
    /// Reads what was left in a store.
    ///
    /// # Errors
    ///
    /// Of the store.
    pub fn from(store: Store, base: Config) -> Result<Self, StoreError> {
        let base = Arc::new(base);
        let file = Arc::clone(&base);
        let (ground, learned, ahead_ms) = store.write_blocking(move |tx| {
            Ok((Ground::of(file, tx)?, facts::learned(tx)?, facts::clock_ahead_ms(tx)?))
        })?;
        warn_of_left(&ground.laid);
        let clock = Clock::default();
        clock.set_ahead_ms(ahead_ms);
        Ok(Self { store, clock, base, config: Arc::new(ground.laid.config), learned })
    }
}
