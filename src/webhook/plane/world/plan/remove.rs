//! What goes, and what goes with it.

use rusqlite::Connection;

use super::{Plan, Step};
use crate::config::laid::{Change, Kind, form};
use crate::config::meant::Config;
use crate::model::world::Store;
use crate::store::world;
use crate::webhook::plane::ground::Ground;
use crate::webhook::plane::world::{Denial, Dependent};

/// Plans that an entry goes, and with `cascade` what depends on it.
pub(super) fn plan(
    kind: Kind,
    id: &str,
    cascade: bool,
    ground: &Ground,
    tx: &Connection,
) -> Result<Plan, Denial> {
    let config = &ground.laid.config;
    let id = match Denial::or_id(config, kind, id) {
        Ok(id) => id,
        Err(denial) => return waiting(kind, id, ground).ok_or(denial),
    };
    let below = below(config, kind, &id);
    if !cascade {
        let mut dependents: Vec<Dependent> = below
            .iter()
            .map(|(kind, id)| Dependent { kind: kind.name(), id: id.clone() })
            .collect();
        if world::is_known(tx, kind, &id)? {
            dependents.push(Dependent { kind: "tokens", id: id.clone() });
        }
        if !dependents.is_empty() {
            return Err(Denial::InUse { kind, id, dependents });
        }
    }
    let mut plan = Plan::of(kind, id.clone(), Vec::new());
    plan.removed = below;
    plan.removed.push((kind, id));
    plan.steps = plan.removed.iter().map(|(kind, id)| step(*kind, id, ground)).collect();
    Ok(plan)
}

/// A change that finds no place can be undone like an entry.
fn waiting(kind: Kind, id: &str, ground: &Ground) -> Option<Plan> {
    let key = kind.key(id);
    let is = |known: &str, of: Kind| of == kind && kind.key(known) == key;
    let waits = ground.laid.left.iter().any(|left| is(&left.id, left.kind));
    waits.then(|| {
        let step = step(kind, id, ground);
        Plan { removed: vec![(kind, key)], ..Plan::of(kind, id, vec![step]) }
    })
}

/// What was made at run time leaves nothing; what comes from elsewhere is hidden.
fn step(kind: Kind, id: &str, ground: &Ground) -> Step {
    let key = kind.key(id);
    let elsewhere = form(ground.base(), kind, id).is_some()
        || ground
            .changes()
            .iter()
            .any(|change| change.by_partner && change.kind == kind && kind.key(&change.id) == key);
    match elsewhere {
        true => Step::Keep(Change { kind, id: key, made_ms: None, form: None, by_partner: false }),
        false => Step::Undo(kind, key),
    }
}

/// What has no place without it.
fn below(config: &Config, kind: Kind, id: &str) -> Vec<(Kind, String)> {
    let world = &config.world;
    let gone = |store: &Store| match kind {
        Kind::User => world.users.get(store.user.0).is_some_and(|user| user.id == id),
        Kind::Store => store.uuid.eq_ignore_ascii_case(id),
        Kind::Device | Kind::Employee | Kind::App => false,
    };
    let mut below = Vec::new();
    let mut people: Vec<&str> = Vec::new();
    for (at, store) in world.stores.iter().enumerate().filter(|(_, store)| gone(store)) {
        let devices = world.devices.iter().filter(|device| device.store == at);
        below.extend(devices.map(|device| (Kind::Device, device.uuid.clone())));
        for employee in &store.employees {
            let stays = world.stores.iter().filter(|other| !gone(other)).any(|other| {
                other.employees.iter().any(|known| known.uuid.eq_ignore_ascii_case(&employee.uuid))
            });
            if !stays && !people.contains(&employee.uuid.as_str()) {
                people.push(&employee.uuid);
                below.push((Kind::Employee, employee.uuid.clone()));
            }
        }
        if kind == Kind::User {
            below.push((Kind::Store, store.uuid.clone()));
        }
    }
    below
}
