//! `/api/config`: the configuration in force, and where each value is from.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::Surface;
use super::routes::Operation;
use crate::config::settings::Setting;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/config", list, "The configuration in force. Secrets are masked.")
            .gives::<InForce>(200, "Every key with its value."),
    ]
}

/// The configuration in force.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Configuration")]
struct InForce {
    file: String,
    values: Vec<Value>,
}

/// One key and its value.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Setting")]
struct Value {
    /// As in `apps[0].proxy`.
    key: String,
    /// As written, references replaced; nothing where there is none.
    value: Option<String>,
    /// `file:LINE`, `default`, `env NAME` or `flag --NAME`.
    origin: String,
}

async fn list(State(surface): State<Surface>) -> Json<InForce> {
    let known = surface.proxy.snapshot.load();
    let mask = surface.masker();
    let value = |setting: &Setting| Value {
        key: setting.key.clone(),
        value: setting.value.as_deref().map(|value| match setting.key.contains(".allow[") {
            // A rule that speaks of tokens has none.
            true => value.to_owned(),
            false => mask.url(value).into_owned(),
        }),
        origin: setting.origin.to_string(),
    };
    let values = known.config.settings.iter().map(value).collect();
    Json(InForce { file: known.config.file.clone(), values })
}
