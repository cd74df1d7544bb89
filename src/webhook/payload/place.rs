//! Who and what of the world an event is about.

use crate::model::world::{Device, Employee, Store, User};

use super::seeded::Seeded;
use super::{Lacking, Scene, Till, moment};

/// Where a document comes from.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) user: &'a User,
    pub(super) store: &'a Store,
    pub(super) device: &'a Device,
    pub(super) employee: &'a Employee,
    till: Option<&'a Till>,
}

/// A cashier's shift.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) number: i64,
}

impl<'a> Place<'a> {
    /// The scene's terminal, its store, and a cashier: one for a shift, or else by the seed.
    pub(super) fn of(scene: &Scene<'a>) -> Result<Self, Lacking> {
        let user = user(scene)?;
        let store = Self::store(scene)?;
        let device = device(scene, store)?;
        let mut chance = match scene.till {
            Some(till) => Seeded::entity(&till.session, "cashier"),
            None => Seeded::part(scene.seed, "cashier"),
        };
        let employee = chance.one_of(&store.employees);
        let employee = employee.or_else(|| scene.world.cashier_of(store));
        let employee = employee.ok_or_else(|| Lacking::Store { user: user.id.clone() })?;
        Ok(Self { user, store, device, employee, till: scene.till })
    }

    /// The scene's store alone.
    pub(super) fn store(scene: &Scene<'a>) -> Result<&'a Store, Lacking> {
        let world = scene.world;
        let device = scene.device.and_then(|at| world.devices.get(at.0));
        let first = || {
            let terminal = world.devices.iter().find(|device| device.user == scene.user);
            let device = terminal.map(|device| device.store);
            device.or_else(|| world.stores.iter().position(|store| store.user == scene.user))
        };
        let at = device.map(|device| device.store).or(scene.store).or_else(first);
        match at.and_then(|at| world.stores.get(at)) {
            Some(store) => Ok(store),
            None => Err(Lacking::Store { user: user(scene)?.id.clone() }),
        }
    }

    /// The terminal's shift at a time: one each day where it is not known which is open.
    pub(super) fn session(&self, ms: i64) -> Session {
        if let Some(till) = self.till {
            return Session { id: till.session.clone(), number: till.shift };
        }
        let day = moment::local_day(ms);
        let id = Seeded::entity(&self.device.uuid, &format!("session {day}")).uuid();
        Session { id, number: day.saturating_sub(FIRST_DAY).max(1) }
    }
}

/// The scene's user.
pub(super) fn user<'a>(scene: &Scene<'a>) -> Result<&'a User, Lacking> {
    scene.world.users.get(scene.user.0).ok_or(Lacking::User)
}

fn device<'a>(scene: &Scene<'a>, store: &Store) -> Result<&'a Device, Lacking> {
    let devices = &scene.world.devices;
    let named = scene.device.and_then(|at| devices.get(at.0));
    let here = |device: &&Device| {
        scene.world.stores.get(device.store).is_some_and(|its| its.uuid == store.uuid)
    };
    let device = named.or_else(|| devices.iter().find(here));
    device.ok_or_else(|| Lacking::Device { owner: name(store) })
}

fn name(store: &Store) -> String {
    format!("store {}", store.uuid)
}

/// 2023-12-31, so that shifts of 2024 count from 1.
const FIRST_DAY: i64 = 19_722;
