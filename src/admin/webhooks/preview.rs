//! `/api/webhooks/preview`: what a trigger would send, for the form of the console.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Asked, meant};
use crate::admin::Surface;
use crate::admin::object::Object;
use crate::admin::problem::Problem;

/// A webhook that is not sent, its secrets masked.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Draft {
    method: String,
    url: String,
    /// Name and value of each.
    fields: Vec<[String; 2]>,
    body: Value,
}

pub(super) async fn preview(
    State(surface): State<Surface>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Draft>, Problem> {
    let Json(Object(asked)) = asked?;
    let message = surface.plane.preview(meant(asked)?).await?;
    let mask = surface.masker();
    let field = |(name, value): (String, String)| {
        let shown = mask.field(&name, &value).0.into_owned();
        [name, shown]
    };
    let body = message.body.unwrap_or_default();
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
    let mut body = serde_json::from_slice(text).unwrap_or_default();
    mask.json(&mut body);
    Ok(Json(Draft {
        url: mask.url(&message.url).into_owned(),
        method: message.method,
        fields: message.fields.0.into_iter().map(field).collect(),
        body,
    }))
}
