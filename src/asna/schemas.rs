//! `POST /v5/json_schemas/{schemaName}/validation`: a package is held against its schema.

use axum::extract::State as Shared;
use axum::http::StatusCode;

use super::State;
use super::access::Caller;
use super::refusal::Refusal;
use super::request::{Named, Text};

/// The packages that have a schema.
const NAMES: [&str; 4] = ["stocks", "preorders", "orders", "transactions"];

pub(super) async fn validate(
    Shared(state): Shared<State>,
    _: Caller,
    Named(name): Named,
    Text(text): Text,
) -> Result<StatusCode, Refusal> {
    if !NAMES.contains(&name.as_str()) {
        let message = format!("There is no schema '{name}'; there are {}", NAMES.join(", "));
        return Err(Refusal::field("schemaName", message));
    }
    state.check().check(&name, &text)?;
    Ok(StatusCode::OK)
}
