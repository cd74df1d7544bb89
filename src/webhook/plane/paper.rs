//! What a terminal's document is kept as, for the Cloud API to give back.

use serde_json::Value;
use serde_json::value::RawValue;

use super::stage::Stage;
use super::wish::Refusal;
use crate::model::event::Event;
use crate::model::moment;
use crate::model::world::World;
use crate::store::deliveries::Message;
use crate::store::papers::{self, Paper, Version};
use crate::webhook::payload::{DocumentKind, DocumentShape, Lacking, Outline, Recipe, Scene};

/// Keeps the document that a webhook tells of, in the webhook's own transaction: the version that was
/// sent, and what the others are composed of. What was sent in place of a document, and has no id, is
/// nothing that could be asked for; a receipt that was written by hand has no document.
pub(super) fn keep(
    stage: &Stage<'_>,
    event: Event,
    seed: u64,
    message: &Message,
) -> Result<(), Refusal> {
    let trigger = stage.trigger;
    let own = trigger.body.is_some();
    let touched =
        own || !(trigger.set.is_empty() && trigger.unset.is_empty() && trigger.invalid.is_empty());
    let papers = match event {
        Event::Receipts if !own => {
            Vec::from_iter(stage.scene(seed, receipt(trigger.document), of).ok())
        }
        Event::Documents => {
            let known = (!own).then(|| stage.scene(seed, trigger.document, of).ok()).flatten();
            match touched {
                true => as_sent(stage, message, known.as_ref()),
                false => known.map(|paper| told(paper, message)).into_iter().collect(),
            }
        }
        _ => Vec::new(),
    };
    papers.iter().try_for_each(|paper| papers::keep(stage.tx, paper, stage.now_ms))?;
    Ok(())
}

/// A document of which no version is written yet.
pub(super) fn of(scene: &Scene<'_>) -> Result<Paper, Lacking> {
    let (recipe, outline) = (Recipe::of(scene)?, Outline::of(scene));
    let text = serde_json::to_string(&recipe).ok();
    Ok(Paper {
        id: outline.id,
        kind: recipe.kind.name().to_owned(),
        user: recipe.user,
        store: recipe.store,
        device: recipe.device,
        number: outline.number,
        closed: outline.closed_ms,
        seed: Some(recipe.seed),
        base: outline.base,
        second: None,
        first: None,
        recipe: text,
    })
}

/// The document with the version that a webhook brings.
pub(super) fn told(paper: Paper, message: &Message) -> Paper {
    let text = message.body.as_deref().and_then(|body| std::str::from_utf8(body).ok());
    let Some(text) = text else { return paper };
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(first) => Paper { first: Some(first.to_owned()), ..paper },
        None => Paper { second: Some(text.to_owned()), ..paper },
    }
}

/// Composes a version of a document for those who read it.
pub fn compose(recipe: &str, version: Version) -> Option<String> {
    let recipe: Recipe = serde_json::from_str(recipe).ok()?;
    let shape = match version {
        Version::First => DocumentShape::V1,
        Version::Second => DocumentShape::V2,
    };
    Some(recipe.document(shape).ok()?.to_string())
}

/// What a receipt is one of, whatever documents should tell of.
fn receipt(kind: DocumentKind) -> DocumentKind {
    match kind {
        DocumentKind::Payback => DocumentKind::Payback,
        _ => DocumentKind::Sell,
    }
}

/// The documents of a body that was changed by hand.
fn as_sent(stage: &Stage<'_>, message: &Message, known: Option<&Paper>) -> Vec<Paper> {
    let text = message.body.as_deref().and_then(|body| std::str::from_utf8(body).ok());
    let text = text.unwrap_or_default();
    let papers = read(text, &stage.config.world, &message.user, stage.now_ms);
    // The version that was not sent is known where it is the same document still.
    let recipe = |id: &str| known.filter(|known| known.id == id)?.recipe.clone();
    papers.into_iter().map(|paper| Paper { recipe: recipe(&paper.id), ..paper }).collect()
}

/// The documents in a body that somebody wrote: one object of version 2, or an array of version 1.
/// They are kept as they are written.
fn read(body: &str, world: &World, user: &str, now_ms: i64) -> Vec<Paper> {
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    let written = |document: &RawValue| {
        let text = document.get().to_owned();
        let fields = serde_json::from_str(&text).ok()?;
        Some(Written { text, fields, world, user, now_ms })
    };
    match serde_json::from_str::<Vec<&RawValue>>(body) {
        Ok(documents) => {
            let documents = documents.into_iter().filter_map(written);
            documents.filter_map(|one| one.first()).collect()
        }
        Err(_) => {
            let one = serde_json::from_str::<&RawValue>(body).ok().and_then(written);
            one.and_then(|one| one.second()).into_iter().collect()
        }
    }
}

/// A document that somebody wrote.
struct Written<'a> {
    text: String,
    fields: Value,
    world: &'a World,
    user: &'a str,
    now_ms: i64,
}

impl Written<'_> {
    fn word(&self, key: &str) -> Option<&str> {
        self.fields.get(key).and_then(Value::as_str)
    }

    fn second(&self) -> Option<Paper> {
        let base = self.fields.pointer("/body/base_document_id").and_then(Value::as_str);
        Some(Paper {
            id: self.word("id")?.to_owned(),
            user: self.user.to_owned(),
            store: store(self.world, self.word("store_id").unwrap_or_default()),
            device: device(self.world, self.word("device_id").unwrap_or_default()),
            kind: self.word("type")?.to_owned(),
            number: self.fields.get("number").and_then(Value::as_i64).unwrap_or_default(),
            closed: self.word("close_date").and_then(moment::parse).unwrap_or(self.now_ms),
            seed: None,
            base: base.map(str::to_owned),
            second: Some(self.text.clone()),
            first: None,
            recipe: None,
        })
    }

    fn first(&self) -> Option<Paper> {
        let base = self.fields.pointer("/transactions/0/baseDocumentUUID").and_then(Value::as_str);
        Some(Paper {
            id: self.word("uuid")?.to_owned(),
            user: self.user.to_owned(),
            store: store(self.world, self.word("storeUuid").unwrap_or_default()),
            device: device(self.world, self.word("deviceUuid").unwrap_or_default()),
            kind: self.word("type")?.to_owned(),
            number: self.fields.get("number").and_then(Value::as_i64).unwrap_or_default(),
            closed: self.word("closeDate").and_then(moment::parse).unwrap_or(self.now_ms),
            seed: None,
            base: base.map(str::to_owned),
            second: None,
            first: Some(self.text.clone()),
            recipe: None,
        })
    }
}

/// Identifiers as the configuration writes them, where it knows them.
fn store(world: &World, uuid: &str) -> String {
    let known = world.stores.iter().find(|store| store.uuid.eq_ignore_ascii_case(uuid));
    known.map_or(uuid, |store| &store.uuid).to_owned()
}

fn device(world: &World, uuid: &str) -> String {
    let known = world.device_by_uuid(uuid.as_bytes()).and_then(|at| world.devices.get(at.0));
    known.map_or(uuid, |device| &device.uuid).to_owned()
}
