//! What an event would send, were it triggered. Nothing changes, and nothing goes out.

use rusqlite::Connection;

use super::Plane;
use super::cast::Cast;
use super::stage::Stage;
use super::wish::{Refusal, Trigger};
use crate::store::StoreError;
use crate::store::deliveries::Message;
use crate::text::text;

/// How a rehearsal ends: always as an error, so that the store undoes what it has changed.
enum Curtain {
    Shown(Box<Message>),
    Refused(Refusal),
}

impl From<StoreError> for Curtain {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Plane {
    /// The first webhook that a trigger would send. Its fields and its body hold secrets.
    ///
    /// # Errors
    ///
    /// When the event cannot happen.
    pub async fn preview(&self, trigger: Trigger) -> Result<Message, Refusal> {
        let config = self.known.config.load_full();
        let cast = Cast::choose(&config, &trigger)?;
        let now_ms = self.clock.now_ms();
        let rehearse = move |tx: &Connection| {
            let (config, trigger) = (&config, &trigger);
            let stage = Stage { tx, config, cast, trigger, till: None, now_ms };
            let Some(event) = trigger.events.first() else {
                return Err(Curtain::Refused(Refusal::unfit(
                    text!("no event is named"),
                    text!(""),
                )));
            };
            Err(match stage.happen(*event, trigger.seed.unwrap_or_default()) {
                Ok((message, _)) => Curtain::Shown(Box::new(message)),
                Err(refusal) => Curtain::Refused(refusal),
            })
        };
        match self.store.try_write::<(), _, _>(rehearse).await {
            Err(Curtain::Shown(message)) => Ok(*message),
            Err(Curtain::Refused(refusal)) => Err(refusal),
            Ok(()) => Err(Refusal::unfit(text!("nothing was shown"), text!(""))),
        }
    }
}
