//! A body as it was kept. What passed is not to be trusted: it is handed over to be saved, and no
//! browser may run it.

use std::borrow::Cow;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Problem, Surface, journal, recorded};
use crate::journal::exchange::Stage;
use crate::journal::{Kept, text};
use crate::mask::Masker;
use crate::net::transcript::field;
use crate::text::text;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Asked {
    /// Whether a Content-Encoding is undone.
    decoded: bool,
    reveal: bool,
}

pub(super) async fn body(
    State(surface): State<Surface>,
    place: Result<Path<(i64, String)>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let (Path((id, stage)), Query(asked)) = (place?, asked?);
    let stage = Stage::by_name(&stage).ok_or_else(|| {
        Problem::bad(
            text!("No stage is called {stage}.", stage),
            text!("There are asked, passed, answered and returned."),
        )
    })?;
    let turn = surface.work.look().await?;
    let recorded = recorded(journal(&surface)?, id).await?;
    let none = || {
        let detail =
            text!("The exchange {id} has no body at the stage {stage}.", id, stage = stage.name());
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail, text!(""))
    };
    let mask = (!asked.reveal).then(|| surface.masker());
    let read = turn.run(move || {
        recorded.body(stage).map(|kept| content(kept, asked.decoded, mask.as_deref()))
    });
    let bytes = read.await?.ok_or_else(none)?;
    let disposition = format!("attachment; filename=\"exchange-{id}-{}.bin\"", stage.name());
    let fields = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, &disposition),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ];
    Ok(turn.answer(fields, bytes))
}

/// What is kept of a body, its secrets hidden by a mask.
pub(super) fn content(kept: &Kept, decoded: bool, mask: Option<&Masker>) -> Vec<u8> {
    let bytes = kept.body.as_deref().unwrap_or_default();
    let encoding = field(&kept.head, "content-encoding").unwrap_or_default();
    let kind = field(&kept.head, "content-type").unwrap_or_default();
    match mask.and_then(|mask| masked(bytes, encoding, kind, mask)) {
        Some(masked) => masked,
        None if decoded => {
            text::decoded(bytes, encoding).map_or_else(|| bytes.to_vec(), Into::into)
        }
        None => bytes.to_vec(),
    }
}

/// The text of a body with its secrets hidden, where it has any: then that is all there is to see.
fn masked(bytes: &[u8], encoding: &[u8], kind: &[u8], mask: &Masker) -> Option<Vec<u8>> {
    let Some(text) = text::read(bytes, encoding, kind) else {
        return match mask.bytes(bytes) {
            Cow::Borrowed(_) => None,
            Cow::Owned(masked) => Some(masked),
        };
    };
    match mask.text(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(masked) => Some(text::written(masked, bytes, encoding, kind)),
    }
}
