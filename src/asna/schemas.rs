//! The schemas of packages, and `POST /v5/json_schemas/{schemaName}/validation`, which holds a package
//! against one.

use std::collections::HashMap;

use axum::extract::State as Shared;
use axum::http::StatusCode;

use super::State;
use super::access::Caller;
use super::check::{Refused, Schema, check};
use super::refusal::Refusal;
use super::request::{Named, Text};
use crate::config::meant::Asna;
use crate::net::aside::{aside, is_large};

/// The packages that have a schema.
const NAMES: [&str; 4] = ["stocks", "preorders", "orders", "transactions"];

/// The schemas in force.
#[derive(Debug)]
pub(super) struct Schemas {
    by_name: HashMap<&'static str, Schema>,
}

impl Schemas {
    /// The configured ones, the others as they are built in.
    pub(super) fn new(config: &Asna) -> Self {
        let own = |name| config.schemas.get(name).cloned();
        let named = |name| Some((name, own(name).or_else(|| Schema::built_in(name))?));
        Self { by_name: NAMES.into_iter().filter_map(named).collect() }
    }

    /// Holds a package against a schema.
    pub(super) fn check(&self, name: &str, text: &str) -> Result<(), Refused> {
        self.by_name.get(name).map_or(Ok(()), |schema| check(schema, text.as_bytes()))
    }
}

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
    let schemas = state.schemas();
    aside(is_large(text.len()), move || schemas.check(&name, &text)).await?;
    Ok(StatusCode::OK)
}
