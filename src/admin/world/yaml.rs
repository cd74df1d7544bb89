//! An app as gateway.yaml has it, to be pasted there.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admin::Surface;
use crate::admin::problem::Problem;
use crate::config::laid::Kind;
use crate::config::written;
use crate::webhook::plane::Denial;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shown {
    /// Whether secrets are written; else references to the environment stand for them.
    reveal: bool,
}

/// An entry of `apps`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AppYaml")]
pub(super) struct Entry {
    /// Indented to stand below `apps:`.
    yaml: String,
    /// The variables of the environment that stand for its secrets.
    variables: Vec<String>,
}

pub(super) async fn yaml(
    State(surface): State<Surface>,
    Path(app): Path<String>,
    shown: Result<Query<Shown>, QueryRejection>,
) -> Result<Json<Entry>, Problem> {
    let Query(shown) = shown?;
    let config = surface.plane.overview().await?.laid.config;
    let id = Denial::or_id(&config, Kind::App, &app)?;
    let found = written::app(&config, &id, shown.reveal)
        .ok_or_else(|| Denial::missing(&config, Kind::App, &app))?;
    Ok(Json(Entry { yaml: found.text, variables: found.variables }))
}
