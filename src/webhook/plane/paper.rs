//! What a terminal's document is kept as, for the Cloud API to give back.

use serde_json::Value;

use super::stage::Stage;
use super::wish::Refusal;
use crate::model::event::Event;
use crate::model::moment;
use crate::model::world::World;
use crate::store::deliveries::Message;
use crate::store::papers::{self, Paper};
use crate::webhook::payload::{self, DocumentKind, DocumentShape, Lacking, Scene, Shapes};

/// Keeps the document that a webhook tells of, in the webhook's own transaction: as it was sent, and
/// in the other version as it was composed. What was sent in place of a document, and has no id, is
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
            Vec::from_iter(stage.scene(seed, receipt(trigger.document), composed).ok())
        }
        Event::Documents => {
            let composed = (!own).then(|| stage.scene(seed, trigger.document, composed).ok());
            let composed = composed.flatten();
            if touched { as_sent(stage, message, composed) } else { Vec::from_iter(composed) }
        }
        _ => Vec::new(),
    };
    papers.iter().try_for_each(|paper| papers::keep(stage.tx, paper))?;
    Ok(())
}

/// What a receipt is one of, whatever documents should tell of.
fn receipt(kind: DocumentKind) -> DocumentKind {
    match kind {
        DocumentKind::Payback => DocumentKind::Payback,
        DocumentKind::Sell | DocumentKind::OpenSession | DocumentKind::CloseSession => {
            DocumentKind::Sell
        }
    }
}

/// The documents of a body that was changed by hand.
fn as_sent(stage: &Stage<'_>, message: &Message, composed: Option<Paper>) -> Vec<Paper> {
    let sent = message.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
    let papers = sent.map_or(Vec::new(), |sent: Value| {
        read(&sent, &stage.config.world, &message.user, stage.now_ms)
    });
    papers.into_iter().map(|paper| completed(paper, composed.as_ref())).collect()
}

/// The document of a scene in both versions.
pub(super) fn composed(scene: &Scene<'_>) -> Result<Paper, Lacking> {
    let of = |documents| {
        let scene = Scene { shapes: Shapes { documents, ..scene.shapes }, ..*scene };
        Ok(payload::compose(Event::Documents, &scene)?.body.unwrap_or_default())
    };
    let (second, first) = (of(DocumentShape::V2)?, of(DocumentShape::V1)?);
    let user = scene.world.users.get(scene.user.0).map_or("", |user| &user.id);
    let paper = read_second(&second, scene.world, user, scene.now_ms);
    Ok(Paper {
        seed: Some(scene.seed),
        first: first.get(0).map(Value::to_string),
        ..paper.ok_or(Lacking::User)?
    })
}

/// The documents in a body that somebody wrote: one object of version 2, or an array of version 1.
fn read(body: &Value, world: &World, user: &str, now_ms: i64) -> Vec<Paper> {
    match body {
        Value::Array(documents) => {
            let documents = documents.iter();
            documents.filter_map(|document| read_first(document, world, user, now_ms)).collect()
        }
        one => Vec::from_iter(read_second(one, world, user, now_ms)),
    }
}

fn read_second(document: &Value, world: &World, user: &str, now_ms: i64) -> Option<Paper> {
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    let base = document.pointer("/body/base_document_id").and_then(Value::as_str);
    Some(Paper {
        id: text("id")?.to_owned(),
        user: user.to_owned(),
        store: store(world, text("store_id").unwrap_or_default()),
        device: device(world, text("device_id").unwrap_or_default()),
        kind: text("type")?.to_owned(),
        number: document.get("number").and_then(Value::as_i64).unwrap_or_default(),
        closed: text("close_date").and_then(moment::parse).unwrap_or(now_ms),
        seed: None,
        base: base.map(str::to_owned),
        second: Some(document.to_string()),
        first: None,
    })
}

fn read_first(document: &Value, world: &World, user: &str, now_ms: i64) -> Option<Paper> {
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    let base = document.pointer("/transactions/0/baseDocumentUUID").and_then(Value::as_str);
    Some(Paper {
        id: text("uuid")?.to_owned(),
        user: user.to_owned(),
        store: store(world, text("storeUuid").unwrap_or_default()),
        device: device(world, text("deviceUuid").unwrap_or_default()),
        kind: text("type")?.to_owned(),
        number: document.get("number").and_then(Value::as_i64).unwrap_or_default(),
        closed: text("closeDate").and_then(moment::parse).unwrap_or(now_ms),
        seed: None,
        base: base.map(str::to_owned),
        second: None,
        first: Some(document.to_string()),
    })
}

/// A changed document with the version that was not sent, where it is the same document still.
fn completed(paper: Paper, composed: Option<&Paper>) -> Paper {
    let Some(composed) = composed.filter(|composed| composed.id == paper.id) else { return paper };
    Paper {
        second: paper.second.or_else(|| composed.second.clone()),
        first: paper.first.or_else(|| composed.first.clone()),
        ..paper
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
