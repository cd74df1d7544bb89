//! `/api/state`: everything that was learned, as one document. It holds tokens.

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};

use super::Surface;
use super::problem::Problem;
use crate::store::StoreError;
use crate::store::dump::{self, Saved};

/// Bytes of a document that is loaded.
const MOST: usize = 1 << 30;

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/api/state", get(save).put(load).delete(reset))
        .layer(DefaultBodyLimit::max(MOST))
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
