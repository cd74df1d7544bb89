//! Who an event is about: what was said, and what the configuration leaves no doubt about.

use super::wish::{Refusal, Trigger};
use crate::config::laid::Kind;
use crate::config::meant::{App, Config};
use crate::model::learned::{Pair, pair};
use crate::model::world::{DeviceIndex, UserIndex};
use crate::text::text;

/// Who takes part, as places in the configuration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cast {
    pub(super) app: usize,
    pub(super) user: UserIndex,
    pub(super) store: Option<usize>,
    pub(super) device: Option<DeviceIndex>,
}

impl Cast {
    pub(super) fn choose(config: &Config, trigger: &Trigger) -> Result<Self, Refusal> {
        let app = choose_app(config, trigger.app.as_deref())?;
        let (user, store, device) = place(config, trigger)?;
        Ok(Self { app, user, store, device })
    }

    pub(super) fn pair(&self, config: &Config) -> Pair {
        let app = config.apps.get(self.app).map_or("", |app| &app.id);
        pair(app, config.world.users.get(self.user.0).map_or("", |user| &user.id))
    }
}

/// Whom it concerns and where, whatever the app.
pub(super) fn place(
    config: &Config,
    trigger: &Trigger,
) -> Result<(UserIndex, Option<usize>, Option<DeviceIndex>), Refusal> {
    let world = &config.world;
    let device = trigger.device.as_deref().map(|id| {
        let found = world.device_by_uuid(id.as_bytes());
        found.or_else(|| world.device_by_imei(id.as_bytes())).ok_or_else(|| {
            removed(config, Kind::Device, id).unwrap_or_else(|| {
                Refusal::unfit(
                    text!("no device is called {id}", id),
                    text!("give a uuid or IMEI of users[].stores[].devices"),
                )
            })
        })
    });
    let device = device.transpose()?;
    let store = trigger.store.as_deref().map(|uuid| {
        let found = world.stores.iter().position(|store| store.uuid.eq_ignore_ascii_case(uuid));
        found.ok_or_else(|| {
            removed(config, Kind::Store, uuid).unwrap_or_else(|| {
                let text = text!("no store has the uuid {uuid}", uuid);
                Refusal::unfit(text, text!("give one of users[].stores"))
            })
        })
    });
    let store = store.transpose()?;
    let implied = device
        .and_then(|device| world.devices.get(device.0))
        .map(|device| device.user)
        .or_else(|| store.and_then(|store| world.stores.get(store)).map(|store| store.user));
    let user = choose_user(config, trigger.user.as_deref(), implied)?;
    Ok((user, store, device))
}

/// Why what was removed cannot be meant.
fn removed(config: &Config, kind: Kind, word: &str) -> Option<Refusal> {
    let removed = config.removed(kind, word)?;
    Some(Refusal::unfit(removed.sentence(), removed.remedy()))
}

fn choose_app(config: &Config, named: Option<&str>) -> Result<usize, Refusal> {
    let is = |app: &App, name: &str| app.name == name || app.id.eq_ignore_ascii_case(name);
    let names = || config.apps.iter().map(|app| &*app.name).collect::<Vec<_>>().join(", ");
    let found = match named {
        Some(name) => config.apps.iter().position(|app| is(app, name)).ok_or_else(|| {
            removed(config, Kind::App, name).unwrap_or_else(|| {
                let hint = text!("the apps are {names}", names = names());
                Refusal::unfit(text!("no app is called {name}", name), hint)
            })
        })?,
        None => {
            let mut with = (0..config.apps.len())
                .filter(|at| config.apps.get(*at).is_some_and(|app| app.webhooks.is_some()));
            match (config.default_app, with.next(), with.next()) {
                (_, Some(only), None) => only,
                (Some(default), ..) => default,
                _ => {
                    let hint = text!("name one with --app: {names}", names = names());
                    return Err(Refusal::unfit(text!("it is not said which app is meant"), hint));
                }
            }
        }
    };
    match config.apps.get(found) {
        Some(app) if app.webhooks.is_none() => Err(Refusal::unfit(
            text!("the app {app} has no webhooks", app = app.name),
            text!("add `webhooks: {url: http://127.0.0.1:9000}` to it in gateway.yaml"),
        )),
        _ => Ok(found),
    }
}

fn choose_user(
    config: &Config,
    named: Option<&str>,
    implied: Option<UserIndex>,
) -> Result<UserIndex, Refusal> {
    let world = &config.world;
    let ids = || {
        let ids: Vec<_> = world.users.iter().take(10).map(|user| &*user.id).collect();
        ids.join(", ")
    };
    let user = match named {
        Some(id) => world.user_by_id(id).ok_or_else(|| {
            removed(config, Kind::User, id).unwrap_or_else(|| {
                let hint = text!("the users are {ids}", ids = ids());
                Refusal::unfit(text!("no user has the id {id}", id), hint)
            })
        })?,
        None => {
            let of_device = config.default_device.and_then(|device| world.devices.get(device.0));
            let only = (world.users.len() == 1).then_some(UserIndex(0));
            let user = implied.or(only).or_else(|| of_device.map(|device| device.user));
            user.ok_or_else(|| {
                let hint = match world.users.is_empty() {
                    true => text!("add one to `users` in gateway.yaml"),
                    false => text!("name one with --user: {ids}", ids = ids()),
                };
                Refusal::unfit(text!("it is not said which user is meant"), hint)
            })?
        }
    };
    if implied.is_some_and(|implied| implied != user) {
        return Err(Refusal::unfit(
            text!("the store or device belongs to another user"),
            text!("leave out --user, or name one of the user's own"),
        ));
    }
    Ok(user)
}
