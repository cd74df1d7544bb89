//! The collections of entries.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::{Asked, Changed, Sent, collection_of, deliveries, kind, view};
use crate::admin::Surface;
use crate::admin::problem::Problem;
use crate::config::laid::Kind;
use crate::text::text;
use crate::webhook::plane::{Act, Denial};

pub(super) async fn list(
    State(surface): State<Surface>,
    Path(collection): Path<String>,
) -> Result<Json<Value>, Problem> {
    let kind = kind(&collection)?;
    let entries = view::all(&surface.plane.overview().await?, kind);
    Ok(Json(json!({collection: entries})))
}

pub(super) async fn one(
    State(surface): State<Surface>,
    Path((collection, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(entry(&surface, kind(&collection)?, &id).await?))
}

pub(super) async fn make(
    State(surface): State<Surface>,
    Path(collection): Path<String>,
    manner: Asked,
    sent: Sent,
) -> Result<impl IntoResponse, Problem> {
    let kind = kind(&collection)?;
    let (Query(manner), Json(form)) = (manner?, sent?);
    let done = surface.plane.act(Act::Make(kind, form)).await?;
    let entry = entry(&surface, kind, &done.id).await?;
    let location = format!("/api/world/{}/{}", collection_of(kind), encoded(&done.id));
    let deliveries = deliveries(&surface, done.made, manner.wait).await?;
    let changed = Changed {
        entry: Some(entry),
        removed: None,
        restored: None,
        deliveries,
        notes: done.notes,
    };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(changed)))
}

pub(super) async fn change(
    State(surface): State<Surface>,
    Path((collection, id)): Path<(String, String)>,
    manner: Asked,
    sent: Sent,
) -> Result<Json<Changed>, Problem> {
    let kind = kind(&collection)?;
    let (Query(manner), Json(patch)) = (manner?, sent?);
    let done = surface.plane.act(Act::Change(kind, id, patch)).await?;
    let entry = entry(&surface, kind, &done.id).await?;
    let deliveries = deliveries(&surface, done.made, manner.wait).await?;
    Ok(Json(Changed {
        entry: Some(entry),
        removed: None,
        restored: None,
        deliveries,
        notes: done.notes,
    }))
}

pub(super) async fn remove(
    State(surface): State<Surface>,
    Path((collection, id)): Path<(String, String)>,
    manner: Asked,
) -> Result<Json<Changed>, Problem> {
    let kind = kind(&collection)?;
    let Query(manner) = manner?;
    if manner.dry_run {
        let would = surface.plane.would_remove(kind, id, manner.cascade).await?;
        let removed = would.iter().map(|one| json!({"kind": one.kind, "id": one.id}));
        let removed = Some(removed.collect());
        let (entry, restored, deliveries, notes) = Default::default();
        return Ok(Json(Changed { entry, removed, restored, deliveries, notes }));
    }
    let done = surface.plane.act(Act::Remove(kind, id, manner.cascade)).await?;
    let removed = Some(named(&done.removed));
    let deliveries = deliveries(&surface, done.made, manner.wait).await?;
    Ok(Json(Changed { entry: None, removed, restored: None, deliveries, notes: done.notes }))
}

pub(super) async fn restore(
    State(surface): State<Surface>,
    Path((collection, id)): Path<(String, String)>,
    manner: Asked,
) -> Result<Json<Changed>, Problem> {
    let kind = kind(&collection)?;
    let Query(manner) = manner?;
    let done = surface.plane.act(Act::Restore(kind, id)).await?;
    let entry = Some(entry(&surface, kind, &done.id).await?);
    let restored = Some(named(&done.restored));
    let deliveries = deliveries(&surface, done.made, manner.wait).await?;
    Ok(Json(Changed { entry, removed: None, restored, deliveries, notes: done.notes }))
}

fn named(entries: &[(Kind, String)]) -> Vec<Value> {
    entries.iter().map(|(kind, id)| json!({"kind": kind.name(), "id": id})).collect()
}

async fn entry(surface: &Surface, kind: Kind, word: &str) -> Result<Value, Problem> {
    let overview = surface.plane.overview().await?;
    let id = Denial::or_id(&overview.laid.config, kind, word)?;
    let of = |entry: &Value| entry.get(kind.id_key()).and_then(Value::as_str) == Some(&id);
    let mut found = view::all(&overview, kind).into_iter().filter(of);
    found.next().ok_or_else(|| Denial::Missing { kind, id: word.to_owned() }.into())
}

/// An identifier as a segment of a path: they are ASCII without spaces.
fn encoded(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte);
    let bytes = id.bytes();
    let encoded = bytes.map(|byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    encoded.collect()
}

/// A form with nothing in it but one value.
pub(super) fn taken(form: &mut Map<String, Value>, key: &str) -> Result<String, Problem> {
    match form.shift_remove(key) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(Problem::bad(
            text!("`{key}` is missing.", key),
            text!("Send it as {{\"{key}\": \"…\"}}.", key),
        )
        .for_commands(text!("Write it as {key}=….", key))),
    }
}
