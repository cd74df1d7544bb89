//! The world in force: what gateway.yaml says, and over it what was made, changed and removed at run
//! time.
//!
//! The file is read anew at each start and reload; changes stay until they are undone. A change that
//! finds no place over the file of now, such as a device whose store is gone, waits until there is one.

mod app;
mod change;
mod entry;
mod form;
mod keys;
mod named;
mod patch;
mod removed;
mod removed_token;
mod world;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::meant::Config;
use super::read::Users;
use crate::model::world::World;
use crate::text::{Text, text};
use app::AppEntry;
use change::Folded;
pub use change::{Change, Kind};
use entry::Entry;
pub use form::Wrong;
pub use named::{entries, meant};
pub use patch::{composed, merged};
pub use removed::Removed;
pub use removed_token::{RemovedToken, removed_tokens};
use world::{DeviceEntry, EmployeeEntry, StoreEntry, UserEntry};

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From gateway.yaml, as it is there.
    File,
    /// From gateway.yaml, changed at run time.
    Changed,
    /// Made at run time.
    Runtime,
    /// Made by a partner's service over the Cloud API.
    Rest,
}

/// A change that is not in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Of what.
    pub kind: Kind,
    /// Whose.
    pub id: String,
    /// What stands in its way.
    pub why: Text,
}

/// A configuration with its changes.
#[derive(Debug, Clone)]
pub struct Laid {
    /// As it is in force.
    pub config: Config,
    /// Of entries that are not as the file has them; see [`Laid::origin`].
    origins: HashMap<(Kind, String), Origin>,
    /// What is not in force, and why.
    pub left: Vec<Left>,
}

/// What reading an entry needs to know.
pub(super) struct Context {
    pub(super) users: Users,
    pub(super) ids: Vec<String>,
    /// Whether a user that does not exist is a mistake, or is left out.
    pub(super) is_strict: bool,
}

/// Lays changes, in the order in which they were first made, over what the file says.
pub fn lay(base: &Config, changes: &[Change]) -> Laid {
    let (mut laid, changes) = (Laid::of(base.clone()), Folded::of(changes));
    if changes.is_empty() {
        return laid;
    }
    let context = Context::of(&base.world, false);
    let users = laid.over(UserEntry::all(base), &changes, &context);
    let stores = laid.over(StoreEntry::all(base), &changes, &context);
    let devices = laid.over(DeviceEntry::all(base), &changes, &context);
    let people = laid.over(EmployeeEntry::all(base), &changes, &context);
    laid.config.world = world::built(users, stores, devices, people, &mut laid.left);
    let context = Context::of(&laid.config.world, false);
    let apps = laid.over(AppEntry::all(base, &context), &changes, &context);
    laid.config.apps = app::distinct(apps, &mut laid.left);
    laid.call(base);
    laid
}

/// An entry of a configuration as the API has it, secrets included.
pub fn form(config: &Config, kind: Kind, id: &str) -> Option<Map<String, Value>> {
    fn found<E: Entry>(all: Vec<E>, id: &str, context: &Context) -> Option<Map<String, Value>> {
        let key = E::KIND.key(id);
        let found = all.into_iter().find(|entry| E::KIND.key(entry.id()) == key)?;
        Some(found.form(context))
    }
    let context = Context::of(&config.world, false);
    match kind {
        Kind::User => found(UserEntry::all(config), id, &context),
        Kind::Store => found(StoreEntry::all(config), id, &context),
        Kind::Device => found(DeviceEntry::all(config), id, &context),
        Kind::Employee => found(EmployeeEntry::all(config), id, &context),
        Kind::App => found(AppEntry::all(config, &context), id, &context),
    }
}

/// Reads an entry as it was sent; what is only doubtful is given.
///
/// # Errors
///
/// Every mistake.
pub fn examine(
    config: &Config,
    kind: Kind,
    form: &Map<String, Value>,
) -> Result<Vec<Wrong>, Vec<Wrong>> {
    let context = Context::of(&config.world, true);
    match kind {
        Kind::User => UserEntry::read(form, &context).map(|(_, doubts)| doubts),
        Kind::Store => StoreEntry::read(form, &context).map(|(_, doubts)| doubts),
        Kind::Device => DeviceEntry::read(form, &context).map(|(_, doubts)| doubts),
        Kind::Employee => EmployeeEntry::read(form, &context).map(|(_, doubts)| doubts),
        Kind::App => AppEntry::read(form, &context).map(|(_, doubts)| doubts),
    }
}

impl Context {
    fn of(world: &World, is_strict: bool) -> Self {
        let ids = world.users.iter().map(|user| user.id.clone()).collect();
        Self { users: Users::of(&world.users), ids, is_strict }
    }
}

impl Laid {
    fn of(config: Config) -> Self {
        Self { config, origins: HashMap::new(), left: Vec::new() }
    }

    /// Where an entry comes from.
    pub fn origin(&self, kind: Kind, id: &str) -> Origin {
        self.origins.get(&(kind, kind.key(id))).copied().unwrap_or(Origin::File)
    }

    /// The file's entries of a kind, changed, without the removed and with the new ones.
    fn over<E: Entry>(&mut self, base: Vec<E>, changes: &Folded, context: &Context) -> Vec<E> {
        let mut entries = Vec::with_capacity(base.len());
        let mut found = std::collections::HashSet::new();
        for entry in base {
            let key = E::KIND.key(entry.id());
            found.insert(key.clone());
            let Some(change) = changes.of_entry(E::KIND, &key) else {
                entries.push(entry);
                continue;
            };
            let Some(patch) = &change.form else { continue };
            match entry.changed(patch, context) {
                Ok(changed) => {
                    self.origins.insert((E::KIND, key), Origin::Changed);
                    entries.push(changed);
                }
                Err(wrong) => {
                    self.leave(change, &wrong);
                    entries.push(entry);
                }
            }
        }
        for change in changes.of_kind(E::KIND) {
            let Some(form) = change.form.as_ref() else { continue };
            if found.contains(&E::KIND.key(&change.id)) {
                continue;
            }
            let Some(made_ms) = change.made_ms else {
                let why = text!("gateway.yaml does not have what was changed any more");
                self.left.push(Left { kind: E::KIND, id: change.id.clone(), why });
                continue;
            };
            match E::read(form, context) {
                Ok((made, _)) => {
                    let origin = if change.by_partner { Origin::Rest } else { Origin::Runtime };
                    self.origins.insert((E::KIND, E::KIND.key(&change.id)), origin);
                    entries.push(made.made_at(made_ms));
                }
                Err(wrong) => self.leave(change, &wrong),
            }
        }
        entries
    }

    fn leave(&mut self, change: &Change, wrong: &[Wrong]) {
        let why = wrong.iter().map(|wrong| wrong.message.clone());
        let why = why.reduce(|first, then| text!("{first}; {then}", first => first, then => then));
        let why = why.unwrap_or_default();
        self.left.push(Left { kind: change.kind, id: change.id.clone(), why });
    }

    /// Who is calling when the request does not say: as in the file while they exist, else the only
    /// one there is.
    fn call(&mut self, base: &Config) {
        let app = base.default_app.and_then(|at| base.apps.get(at));
        let apps = &self.config.apps;
        let kept = app
            .and_then(|app| apps.iter().position(|known| known.id.eq_ignore_ascii_case(&app.id)));
        self.config.default_app = kept.or((apps.len() == 1).then_some(0));
        let device = base.default_device.and_then(|at| base.world.devices.get(at.0));
        let world = &self.config.world;
        let kept = device.and_then(|device| world.device_by_uuid(device.uuid.as_bytes()));
        let only = (world.devices.len() == 1).then_some(crate::model::world::DeviceIndex(0));
        self.config.default_device = kept.or(only);
    }
}
