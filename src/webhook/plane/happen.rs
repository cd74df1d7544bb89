//! An event happens: its change of the simulated cloud and its webhook, in one transaction.

use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::cast::Cast;
use super::stage::Stage;
use super::wish::{Made, Refusal, Trigger};
use super::{Plane, paper};
use crate::model::event::Event;
use crate::outbox::Outbox;
use crate::store::deliveries::{self, Message};
use crate::text::Text;

impl Plane {
    /// The app's and the user's id that a trigger is about.
    pub(super) fn whose(&self, trigger: &Trigger) -> Result<(String, String), Refusal> {
        let config = self.known.config.load();
        let (app, user) = Cast::choose(&config, trigger)?.pair(&config);
        Ok((app.into(), user.into()))
    }

    /// Whether gateway.yaml has a token of this user.
    pub(super) fn has_token_in_file(&self, app: &str, user: &str) -> bool {
        let config = self.known.config.load();
        let user = config.world.user_by_id(user);
        let app = config.apps.iter().find(|known| known.id.eq_ignore_ascii_case(app));
        app.zip(user).is_some_and(|(app, user)| app.tokens.contains_key(&user))
    }

    /// Lets events happen. Each is in the outbox when this returns; the receivers hear of the first
    /// attempt of each.
    ///
    /// # Errors
    ///
    /// When one of them cannot happen: then none has.
    pub async fn trigger(
        &self,
        trigger: Trigger,
    ) -> Result<Vec<(Made, tokio::sync::oneshot::Receiver<()>)>, Refusal> {
        let config = self.known.config.load_full();
        let cast = Cast::choose(&config, &trigger)?;
        let now_ms = self.clock.now_ms();
        let (whose, events) = (cast.pair(&config), trigger.events.clone());
        // A refusal undoes what the events before it have changed.
        let play = move |tx: &Connection| {
            let (config, trigger) = (&config, &trigger);
            Stage { tx, config, cast, trigger, till: None, now_ms }.play()
        };
        let (known, outbox) = (Arc::clone(&self.known), self.outbox.clone());
        let then = move |made| {
            for installed in events.iter().filter_map(|event| installs(*event)) {
                known.learn_installed(&whose, installed);
            }
            send(&outbox, made)
        };
        self.store.write_then(play, then).await
    }
}

/// Hands over to the outbox what was committed.
pub(super) fn send(
    outbox: &Outbox,
    mut made: Vec<Made>,
) -> Vec<(Made, tokio::sync::oneshot::Receiver<()>)> {
    let rows = made.iter_mut().map(|made| (made.waiting.clone(), made.message.take())).collect();
    made.into_iter().zip(outbox.add(rows)).collect()
}

/// Whether an event says that the user has the app, or has it no longer.
pub(super) fn installs(event: Event) -> Option<bool> {
    match event {
        Event::InstallationInstalled => Some(true),
        Event::InstallationUninstalled => Some(false),
        _ => None,
    }
}

impl Stage<'_> {
    fn play(&self) -> Result<Vec<Made>, Refusal> {
        let seed = self.trigger.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0);
        let mut messages = Vec::new();
        for event in &self.trigger.events {
            for _ in 0..self.trigger.count.max(1) {
                let seed = seed.wrapping_add(messages.len() as u64);
                let (message, notes) = self.happen(*event, seed)?;
                paper::keep(self, *event, seed, &message)?;
                messages.push((*event, message, notes));
            }
        }
        if self.trigger.shuffle {
            shuffle(&mut messages, seed);
        }
        let mut made = Vec::new();
        for (event, message, notes) in messages {
            for _ in 0..self.trigger.copies.max(1) {
                made.push(self.enqueue(event, &message, &notes)?);
            }
        }
        Ok(made)
    }

    /// Puts a webhook into the outbox.
    pub(super) fn enqueue(
        &self,
        event: Event,
        message: &Message,
        notes: &[Text],
    ) -> Result<Made, Refusal> {
        let id = Uuid::now_v7().to_string();
        let message = Message { id: id.clone(), ..message.clone() };
        let due = self.now_ms.saturating_add(self.trigger.delay_ms);
        let waiting = deliveries::enqueue(self.tx, &message, self.now_ms, due)?;
        Ok(Made { id, event, notes: notes.to_vec(), waiting, message: Some(message) })
    }
}

/// Another order of the same things, never the same one where there are two or more.
fn shuffle<T>(things: &mut [T], seed: u64) {
    if things.len() > 1 {
        let by = usize::try_from(seed % (things.len() as u64 - 1)).unwrap_or(0) + 1;
        things.rotate_left(by);
    }
}
