//! The user's stores, devices and employees, and what is sold there. The cloud is the master: it
//! sends the first three whole each time, the others piece by piece.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::answer::Answer;
use super::fields::Fields;
use crate::model::event::Event;

/// The ids that are known, by user and kind.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    known: BTreeMap<String, BTreeMap<&'static str, BTreeSet<String>>>,
}

impl Inventory {
    /// Takes in what a webhook tells of a user.
    pub(super) fn take(
        &mut self,
        event: Event,
        user: &str,
        body: &Value,
    ) -> Result<Answer, Answer> {
        let ids = match event {
            Event::Stores | Event::Devices | Event::Employees => whole(event, body)?,
            Event::Products => products(body)?,
            Event::Documents => documents(body)?,
            _ => receipts(event, user, body)?,
        };
        let known = self.known.entry(user.to_owned()).or_default();
        let known = known.entry(event.name()).or_default();
        if matches!(event, Event::Stores | Event::Devices | Event::Employees) {
            known.clear();
        }
        known.extend(ids);
        Ok(Answer::taken())
    }

    /// For people: how many of each.
    pub(super) fn shown(&self) -> Value {
        let count = |kinds: &BTreeMap<&'static str, BTreeSet<String>>| {
            let counts = kinds.iter().map(|(kind, ids)| ((*kind).to_owned(), ids.len().into()));
            Value::Object(counts.collect::<Map<_, _>>())
        };
        let all = self.known.iter().map(|(user, kinds)| (user.clone(), count(kinds)));
        Value::Object(all.collect::<Map<_, _>>())
    }
}

/// An array, or an object with the array `items`; objects are named `uuid` or, of late, `id`
/// (evotor.md, section 3.11).
fn whole(event: Event, body: &Value) -> Result<Vec<String>, Answer> {
    let items = body.get("items").unwrap_or(body);
    let items = items.as_array().ok_or_else(Answer::malformed)?;
    let id = |item| Fields::of(event, item)?.text_of(&["uuid", "id"]).map(str::to_owned);
    items.iter().map(id).collect()
}

/// An array of products and groups (evotor.md, section 3.12).
fn products(body: &Value) -> Result<Vec<String>, Answer> {
    let items = body.as_array().ok_or_else(Answer::malformed)?;
    let id = |item| {
        let fields = Fields::of(Event::Products, item)?;
        fields.text("name")?;
        fields.text("uuid").map(str::to_owned)
    };
    items.iter().map(id).collect()
}

/// One document of today, or an array of the old ones (evotor.md, section 3.9).
fn documents(body: &Value) -> Result<Vec<String>, Answer> {
    let id = |fields: Fields<'_>| {
        fields.text("type")?;
        fields.text_of(&["id", "uuid"]).map(str::to_owned)
    };
    Fields::each(Event::Documents, body)?.into_iter().map(id).collect()
}

/// One receipt; several are taken as well (evotor.md, section 3.10).
fn receipts(event: Event, user: &str, body: &Value) -> Result<Vec<String>, Answer> {
    let id = |fields: Fields<'_>| {
        if fields.text("userId")? != user {
            return Err(Answer::incorrect(event, "userId", fields.value("userId")?));
        }
        fields.object("data")?.text("id").map(str::to_owned)
    };
    Fields::each(event, body)?.into_iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(inventory: &Inventory, event: Event) -> u64 {
        inventory.shown()["1"][event.name()].as_u64().unwrap_or_default()
    }

    #[test]
    fn stores_replace_and_documents_add_up_once_each() {
        let mut inventory = Inventory::default();
        let mut take = |event, body: Value| inventory.take(event, "1", &body).unwrap();
        take(Event::Stores, json!([{"uuid": "a"}, {"uuid": "b"}]));
        take(Event::Stores, json!({"items": [{"id": "c"}]}));
        take(Event::Documents, json!({"id": "d", "type": "SELL"}));
        take(
            Event::Documents,
            json!([{"uuid": "d", "type": "SELL"}, {"uuid": "e", "type": "SELL"}]),
        );
        assert_eq!((count(&inventory, Event::Stores), count(&inventory, Event::Documents)), (1, 2));
    }

    #[test]
    fn a_receipt_of_another_user_is_a_bad_value() {
        let body = json!({"userId": "2", "data": {"id": "r"}});
        let refused = Inventory::default().take(Event::Receipts, "1", &body).unwrap_err();
        assert_eq!(refused.body["errors"][0]["code"], 2003);
    }
}
