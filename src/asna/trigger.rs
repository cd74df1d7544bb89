//! An event that is made to happen: its webhook goes to whoever is subscribed.

use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::State;
use super::access::client;
use super::event::Event;
use super::notice::{self, Notice};
use crate::config::meant::Config;
use crate::outbox::Added;
use crate::store::asna::{self, Subscription};
use crate::store::{StoreError, deliveries};
use crate::text::{Text, text};

/// Events that should happen now.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// In this order.
    pub events: Vec<Event>,
    /// The API client whose subscriptions are meant; of every one where none is named.
    pub client: Option<String>,
    /// The pharmacy or legal entity; every one where none is named.
    pub target: Option<String>,
    /// The body as a whole, in place of the composed one: JSON, signed and sent as it is written.
    pub body: Option<String>,
    /// Each webhook goes out this often with the same body; 0 is once.
    pub copies: u32,
    /// How many different events of each kind happen; 0 is one.
    pub count: u32,
    /// Milliseconds until they go out.
    pub delay_ms: i64,
}

/// Why an event cannot happen. Nothing has changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refused {
    /// Nobody would be told.
    #[error("{text}")]
    Nobody {
        /// Of what.
        text: Text,
        /// What to do.
        hint: Text,
    },
    /// The state cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl State {
    /// Lets events happen. Gives the ids of the deliveries; the receivers hear of the first attempt of
    /// each.
    ///
    /// # Errors
    ///
    /// When nobody is subscribed to one of them: then none has happened.
    pub async fn trigger(
        &self,
        wish: Wish,
    ) -> Result<Vec<(String, oneshot::Receiver<()>)>, Refused> {
        let (config, now) = (self.config(), self.clock.now_ms());
        let play = move |tx: &Connection| {
            let mut added = Vec::new();
            for event in &wish.events {
                for _ in 0..wish.count.max(1) {
                    happen(tx, &config, &wish, *event, now, &mut added)?;
                }
            }
            Ok::<_, Refused>(added)
        };
        let outbox = self.outbox.clone();
        let then = move |added: Vec<Added>| {
            let id = |(_, message): &Added| Some(message.as_ref()?.id.clone());
            let ids: Vec<String> = added.iter().filter_map(id).collect();
            ids.into_iter().zip(outbox.add(added)).collect()
        };
        self.store.write_then(play, then).await
    }
}

fn happen(
    tx: &Connection,
    config: &Config,
    wish: &Wish,
    event: Event,
    now: i64,
    added: &mut Vec<Added>,
) -> Result<(), Refused> {
    let notice = Notice { event, message: Uuid::new_v4(), failed: false, at: now };
    for subscription in subscribers(tx, config, wish, event)? {
        let Some(owner) = client(config, &subscription.owner) else { continue };
        let key = notice::webhook_key(tx, owner)?;
        let body = match &wish.body {
            Some(body) => body.clone().into_bytes(),
            None => notice::body(&subscription, &notice),
        };
        for _ in 0..wish.copies.max(1) {
            let message = notice::message(&subscription, event, body.clone(), &key);
            let due = now.saturating_add(wish.delay_ms);
            added.push((deliveries::enqueue(tx, &message, now, due)?, Some(message)));
        }
    }
    Ok(())
}

fn subscribers(
    tx: &Connection,
    config: &Config,
    wish: &Wish,
    event: Event,
) -> Result<Vec<Subscription>, Refused> {
    let mut found = asna::subscriptions(tx, event.name(), wish.target.as_deref())?;
    found.retain(|subscription| {
        let owner = client(config, &subscription.owner);
        let named = wish.client.as_deref();
        owner.is_some_and(|owner| named.is_none_or(|named| owner.id.eq_ignore_ascii_case(named)))
    });
    if found.is_empty() {
        let event = event.name();
        let mut text = text!("nobody is subscribed to {event}", event);
        if let Some(target) = wish.target.as_deref() {
            text = text!("{text} of {target}", text => text, target);
        }
        if let Some(client) = wish.client.as_deref() {
            text = text!("{text} by the client {client}", text => text, client);
        }
        let hint = match config.asna.clients.is_empty() {
            true => text!("write `asna: {clients: [...]}` first"),
            false => text!(
                "subscribe first: POST /asna/v5/events/{event} with a token and {{\"clientId\", \
                 \"url\"}}",
                event
            ),
        };
        return Err(Refused::Nobody { text, hint });
    }
    Ok(found)
}
