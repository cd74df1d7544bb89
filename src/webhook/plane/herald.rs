//! Who is told of a change: every app that the user has.

use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::Plane;
use super::cast::Cast;
use super::happen::send;
use super::stage::Stage;
use super::wish::{Made, Refusal, Trigger};
use crate::config::meant::{App, Config, InstalledBy};
use crate::model::event::Event;
use crate::model::world::{DeviceIndex, UserIndex};
use crate::outbox::{Herald, News, Told};
use crate::store::{StoreError, facts};
use crate::text::{Text, text};
use crate::webhook::payload::{DocumentKind, Till};

impl Herald for Plane {
    fn herald(&self, tx: &Connection, news: &News) -> Result<Told, StoreError> {
        let inventory = matches!(news.event, Event::Stores | Event::Devices | Event::Employees);
        let ground = if inventory { Some(self.known.ground(tx)?) } else { None };
        let in_force = self.known.config.load();
        let config = ground.as_ref().map_or(&**in_force, |ground| &ground.laid.config);
        let made = tell(tx, config, news, self.clock.now_ms())?;
        let (known, outbox) = (Arc::clone(&self.known), self.outbox.clone());
        Ok(Box::new(move || {
            if let Some(ground) = ground {
                known.install(ground);
            }
            send(&outbox, made).into_iter().map(|(_, hear)| hear).collect()
        }))
    }
}

fn tell(
    tx: &Connection,
    config: &Config,
    news: &News,
    now_ms: i64,
) -> Result<Vec<Made>, StoreError> {
    let world = &config.world;
    let Some(user) = world.user_by_id(&news.user) else { return Ok(Vec::new()) };
    let store =
        |uuid: &String| world.stores.iter().position(|store| store.uuid.eq_ignore_ascii_case(uuid));
    let events = [news.event];
    let tidings = Tidings {
        store: news.store.as_ref().and_then(store),
        device: news.device.as_ref().and_then(|uuid| world.device_by_uuid(uuid.as_bytes())),
        body: news.body.as_ref(),
        ..Tidings::of(&events, user)
    };
    Ok(tidings.tell(tx, config, now_ms)?.0)
}

/// What has happened, and to whom.
pub(super) struct Tidings<'a> {
    /// Each app is told by a webhook of each.
    pub(super) events: &'a [Event],
    pub(super) user: UserIndex,
    pub(super) store: Option<usize>,
    pub(super) device: Option<DeviceIndex>,
    pub(super) document: DocumentKind,
    /// In place of what would be composed.
    pub(super) body: Option<&'a serde_json::Value>,
    pub(super) till: Option<&'a Till>,
    /// One for all apps, so that all are told the same.
    pub(super) seed: u64,
}

impl<'a> Tidings<'a> {
    /// Of everything that a user has.
    pub(super) fn of(events: &'a [Event], user: UserIndex) -> Self {
        Self {
            events,
            user,
            store: None,
            device: None,
            document: DocumentKind::default(),
            body: None,
            till: None,
            seed: Uuid::new_v4().as_u64_pair().0,
        }
    }

    /// Puts the webhooks into the outbox, and says which app is not told and why.
    pub(super) fn tell(
        &self,
        tx: &Connection,
        config: &Config,
        now_ms: i64,
    ) -> Result<(Vec<Made>, Vec<Text>), StoreError> {
        let trigger = Trigger {
            document: self.document,
            body: self.body.map(ToString::to_string),
            may_be_empty: true,
            ..Trigger::default()
        };
        let Self { user, store, device, till, .. } = *self;
        let (mut made, mut notes) = (Vec::new(), Vec::new());
        for (at, app) in config.apps.iter().enumerate().filter(|(_, app)| app.webhooks.is_some()) {
            if !has(tx, config, app, user)? {
                notes.push(text!(
                    "{app} is not told: the user has not installed it",
                    app = app.name
                ));
                continue;
            }
            let cast = Cast { app: at, user, store, device };
            let stage = Stage { tx, config, cast, trigger: &trigger, till, now_ms };
            for event in self.events {
                let told = stage.happen(*event, self.seed);
                match told.and_then(|(message, said)| stage.enqueue(*event, &message, &said)) {
                    Ok(one) => made.push(one),
                    Err(Refusal::Store(error)) => return Err(error),
                    Err(refusal) => {
                        let why = refusal.text();
                        notes.push(text!("{app} is not told: {why}", app = app.name, why => why));
                    }
                }
            }
        }
        notes.dedup();
        Ok((made, notes))
    }
}

/// Whether a user has an app: installation events have the last word, the file the first.
fn has(tx: &Connection, config: &Config, app: &App, user: UserIndex) -> Result<bool, StoreError> {
    let id = config.world.users.get(user.0).map_or("", |user| &user.id);
    let in_file = match &app.installed_by {
        InstalledBy::All => true,
        InstalledBy::Users(users) => users.contains(&user),
    };
    Ok(facts::installed(tx, &app.id, id)?.unwrap_or(in_file))
}
