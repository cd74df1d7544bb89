//! Subscriptions and installations. Both come again, late and out of order, so each keeps the newest
//! and answers 200 to the rest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Answer;
use super::fields::Fields;
use crate::model::event::Event;

/// What is known of subscriptions, by their id, and of installations, by app and user.
#[derive(Debug, Default)]
pub(super) struct Events {
    subscriptions: BTreeMap<String, Latest>,
    installations: BTreeMap<(String, String), Latest>,
}

/// The newest event of its kind.
#[derive(Debug)]
struct Latest {
    user: String,
    event: Event,
    /// `sequenceNumber`, or milliseconds since 1970.
    order: i64,
}

impl Events {
    /// The numbers of one subscription only grow (evotor.md, section 3.7).
    pub(super) fn subscription(
        &mut self,
        event: Event,
        fields: &Fields<'_>,
    ) -> Result<Answer, Answer> {
        for name in ["productId", "timestamp"] {
            fields.text(name)?;
        }
        let order = fields.number("sequenceNumber")?;
        let latest = Latest { user: fields.text("userId")?.to_owned(), event, order };
        keep(&mut self.subscriptions, fields.text("subscriptionId")?.to_owned(), latest);
        Ok(Answer::taken())
    }

    /// An installation has no number; its time says which is newer.
    pub(super) fn installation(
        &mut self,
        event: Event,
        fields: &Fields<'_>,
    ) -> Result<Answer, Answer> {
        fields.text("id")?;
        let order = fields.number("timestamp")?;
        let data = fields.object("data")?;
        let (app, user) = (data.text("productId")?, data.text("userId")?);
        let latest = Latest { user: user.to_owned(), event, order };
        keep(&mut self.installations, (app.to_owned(), user.to_owned()), latest);
        Ok(Answer::taken())
    }

    /// For people: the newest of each.
    pub(super) fn shown(&self) -> Value {
        let shown = |latest: &Latest| json!({"userId": latest.user, "event": latest.event.name(), "order": latest.order});
        json!({
            "subscriptions": self.subscriptions.values().map(shown).collect::<Vec<_>>(),
            "installations": self.installations.values().map(shown).collect::<Vec<_>>(),
        })
    }
}

fn keep<K: Ord>(all: &mut BTreeMap<K, Latest>, key: K, latest: Latest) {
    let known = all.get(&key).map(|known| known.order);
    if known.is_none_or(|known| known < latest.order) {
        all.insert(key, latest);
    }
}
