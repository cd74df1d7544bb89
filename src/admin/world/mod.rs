//! `/api/world`: users, stores, devices, employees and apps, the users' tokens and installations: seen
//! and changed.

mod access;
mod entries;
mod shape;
mod table;
mod view;
mod yaml;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::oneshot::Receiver;

use super::Surface;
use super::deliveries::shown;
use super::problem::Problem;
use crate::config::laid::{Kind, Wrong};
use crate::store::listing::Summary;
use crate::text::{Text, text};
use crate::webhook::plane::{Denial, Made};
pub(super) use table::operations;

/// What every changing call may ask for besides.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Manner {
    /// Whether to answer only after the first attempt of each webhook.
    wait: bool,
    /// Whether what needs an entry is removed with it.
    cascade: bool,
    /// Whether nothing is removed, and only what would be is told.
    dry_run: bool,
}

/// What came of a change.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WorldChange")]
struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<Value>>,
    /// What was brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    restored: Option<Vec<Value>>,
    deliveries: Vec<Summary>,
    notes: Vec<Text>,
}

type Sent = Result<Json<Map<String, Value>>, JsonRejection>;
type Asked = Result<Query<Manner>, QueryRejection>;

async fn all(State(surface): State<Surface>) -> Result<Json<Value>, Problem> {
    Ok(Json(view::whole(&surface.plane.overview().await?)))
}

/// The webhooks of a change as they stand, after the first attempt of each where that is asked for.
async fn deliveries(
    surface: &Surface,
    made: Vec<(Made, Receiver<()>)>,
    wait: bool,
) -> Result<Vec<Summary>, Problem> {
    let mut ids = Vec::new();
    for (made, hear) in made {
        ids.push(made.id);
        if wait {
            // An outbox that stops leaves the delivery queued, and the answer shows that.
            let _ = hear.await;
        }
    }
    Ok(shown::found(surface, ids, false).await?)
}

/// The kind that a collection holds.
fn kind(collection: &str) -> Result<Kind, Problem> {
    let found = Kind::ALL.into_iter().find(|kind| collection_of(*kind) == collection);
    found.ok_or_else(|| {
        let detail = text!("The world has no {collection}.", collection);
        let hint = "There are users, stores, devices, employees, apps, tokens and installations.";
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail, Text::fixed(hint))
    })
}

fn collection_of(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "users",
        Kind::Store => "stores",
        Kind::Device => "devices",
        Kind::Employee => "employees",
        Kind::App => "apps",
    }
}

/// What the command line says where the API names its own address.
const LIST: &str = "`evotor-gateway world list` shows what there is.";

impl From<Denial> for Problem {
    fn from(denial: Denial) -> Self {
        let detail = denial.text().sentence();
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        match denial {
            Denial::Missing { kind, .. } => {
                let hint = text!("GET /api/world/{kind} lists them.", kind = collection_of(kind));
                Self::new(StatusCode::NOT_FOUND, "not_found", detail, hint)
                    .for_commands(Text::fixed(LIST))
            }
            Denial::Removed { hint, .. } => {
                Self::new(StatusCode::NOT_FOUND, "not_found", detail, hint)
            }
            Denial::Several { ids, .. } => {
                let hint = text!("Name one by its id: {join}.", join = ids.join(", "));
                Self::new(StatusCode::CONFLICT, "conflict", detail, hint)
            }
            Denial::Nothing(_) => {
                let hint = "GET /api/world shows what there is.";
                Self::new(StatusCode::NOT_FOUND, "not_found", detail, Text::fixed(hint))
                    .for_commands(Text::fixed(LIST))
            }
            Denial::Invalid(wrong) => {
                let hint = wrong.first().and_then(|wrong| wrong.help.clone());
                let hint = hint.unwrap_or_default().sentence();
                let errors: Value = wrong.iter().map(error).collect();
                Self::new(unprocessable, "invalid", detail, hint).with("errors", errors)
            }
            Denial::Unknown { pointer, text, hint } => {
                let errors = json!([{"pointer": pointer, "message": text, "hint": hint}]);
                Self::new(unprocessable, "unknown_reference", detail, hint.sentence())
                    .with("errors", errors)
            }
            Denial::Conflict { hint, .. } => {
                Self::new(StatusCode::CONFLICT, "conflict", detail, hint.sentence())
            }
            Denial::InUse { dependents, .. } => {
                let hint = "Remove them first, or add ?cascade=true to remove all of them.";
                let dependents = dependents.iter();
                let dependents: Value =
                    dependents.map(|other| json!({"kind": other.kind, "id": other.id})).collect();
                Self::new(StatusCode::CONFLICT, "in_use", detail, Text::fixed(hint))
                    .for_commands(text!(
                        "Remove them first, or add --cascade to remove all of them."
                    ))
                    .with("dependents", dependents)
            }
            Denial::Refused(refusal) => refusal.into(),
        }
    }
}

fn error(wrong: &Wrong) -> Value {
    json!({"pointer": wrong.pointer, "message": wrong.message, "hint": wrong.help})
}
