//! `/api/state`: everything that was learned, as one document. It holds tokens.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use crate::store::StoreError;
use crate::store::dump::{self, Saved};

/// Bytes of a document that is loaded.
const MOST: usize = 1 << 30;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/state", save, "All that was learned. It holds tokens.").gives::<Map<
            String,
            Value,
        >>(
            200,
            "A document of this version.",
        ),
        Operation::put("/api/state", load, "Takes the place of all that was learned.")
            .takes::<Map<String, Value>>()
            .up_to(MOST)
            .gives_nothing("It is in force.")
            .fails(400, "It is of another version, or contradicts itself.")
            .fails(422, "The body has another form."),
        Operation::delete("/api/state", reset, "Forgets all that was learned.")
            .gives_nothing("It is forgotten."),
    ]
}

async fn save(State(surface): State<Surface>) -> Result<Json<Saved>, Problem> {
    Ok(Json(surface.plane.store().write(dump::take).await?))
}

async fn load(
    State(surface): State<Surface>,
    saved: Result<Json<Saved>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(saved) = saved?;
    surface.plane.load(Some(saved)).await.map_err(|error| match error {
        StoreError::Refused(text) => Problem::bad(text, "Load a document that `state save` wrote."),
        other => other.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(State(surface): State<Surface>) -> Result<StatusCode, Problem> {
    surface.plane.load(None).await?;
    Ok(StatusCode::NO_CONTENT)
}
