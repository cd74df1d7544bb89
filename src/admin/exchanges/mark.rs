//! `PATCH /api/exchanges/{id}`: a person's star and note on an exchange. They are kept with it, and
//! forgotten with it.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Problem, Surface, journal, view};
use crate::admin::object::Object;
use crate::journal::{Mark, Summary};
use crate::text::{Text, text};

/// Bytes of a note.
const LONGEST: usize = 4 << 10;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ExchangeMark")]
pub(super) struct Asked {
    /// Whether it is starred; as it was unless told.
    starred: Option<bool>,
    /// A note of at most 4 KiB, nothing to take it away; as it was unless told.
    comment: Option<String>,
}

pub(super) async fn mark(
    State(surface): State<Surface>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Summary>, Problem> {
    let Path(id) = id?;
    let Json(Object(Asked { starred, comment })) = asked?;
    if comment.as_ref().is_some_and(|text| text.len() > LONGEST) {
        return Err(Problem::bad(
            text!("The note is longer than {LONGEST} bytes.", LONGEST),
            text!("Write a shorter one."),
        ));
    }
    let journal = journal(&surface)?;
    let comment = comment.map(|text| text.trim().to_owned());
    let marked = journal.mark(id, Mark { starred, comment }).await?;
    let Some(mut row) = marked else {
        return Err(match journal.pending(id) {
            Some(_) => {
                let detail = text!("Exchange {id} has not ended, and is not kept yet.", id);
                let hint = "Mark it when it has.";
                Problem::new(StatusCode::CONFLICT, "still_running", detail, Text::fixed(hint))
            }
            None => super::no_such(id),
        });
    };
    view::mask(&mut row, &surface.masker());
    Ok(Json(row))
}
