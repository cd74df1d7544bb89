//! `/api/deliveries`: what was sent, what waits, what failed; and sending it again.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::Surface;
use super::problem::Problem;
use super::webhooks::milliseconds;
use crate::store::deliveries::State as Stands;
use crate::store::listing::{self, Choice, Detail, Summary};

/// Rows of a list, where the request does not say.
const ROWS: u32 = 100;

/// How many deliveries are sent again by one request.
const MOST_AGAIN: u32 = 10_000;

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/api/deliveries", get(list).post(again))
        .route("/api/deliveries/{id}", get(detail))
        .route("/api/deliveries/{id}/deliver", post(again_one))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    state: Option<String>,
    since: Option<String>,
    limit: Option<u32>,
    wait: bool,
}

impl Asked {
    fn choice(&self, now_ms: i64, most: u32) -> Result<Choice, Problem> {
        let known = |text: &String| {
            Stands::by_name(text).ok_or_else(|| {
                Problem::bad(
                    format!("No delivery is {text}."),
                    "There are queued, delivered and failed.",
                )
            })
        };
        let since = self.since.as_deref().map(milliseconds).transpose()?;
        Ok(Choice {
            state: self.state.as_ref().map(known).transpose()?,
            since: since.map_or(i64::MIN, |ms| now_ms.saturating_sub(ms)),
            limit: self.limit.unwrap_or(most),
        })
    }
}

async fn list(
    State(surface): State<Surface>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<Summary>>, Problem> {
    let Query(asked) = asked?;
    let choice = asked.choice(surface.plane.clock().now_ms(), ROWS)?;
    Ok(Json(surface.plane.store().write(move |tx| listing::list(tx, choice)).await?))
}

async fn detail(
    State(surface): State<Surface>,
    Path(id): Path<String>,
) -> Result<Json<Detail>, Problem> {
    Ok(Json(surface.plane.store().write(move |tx| listing::detail(tx, &id)).await?))
}

/// Sends everything that a list would show again.
async fn again(
    State(surface): State<Surface>,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<Vec<Summary>>, Problem> {
    let Json(asked) = asked?;
    let choice = asked.choice(surface.plane.clock().now_ms(), MOST_AGAIN)?;
    if choice.state.is_none() {
        let hint = "Write {\"state\": \"failed\", \"since\": \"1h\"}.";
        return Err(Problem::bad("It is not said which deliveries are meant.", hint));
    }
    let mut rows = surface.plane.store().write(move |tx| listing::list(tx, choice)).await?;
    // The list begins with the newest; they are sent as they were made.
    rows.reverse();
    send_again(&surface, rows.into_iter().map(|row| row.delivery).collect(), asked.wait).await
}

async fn again_one(
    State(surface): State<Surface>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<Summary>>, Problem> {
    let Query(asked) = asked?;
    send_again(&surface, vec![id], asked.wait).await
}

async fn send_again(
    surface: &Surface,
    ids: Vec<String>,
    wait: bool,
) -> Result<Json<Vec<Summary>>, Problem> {
    let hears = surface.plane.deliver(ids.clone()).await?;
    if wait {
        for hear in hears {
            // An outbox that stops leaves the delivery queued, and the answer shows that.
            let _ = hear.await;
        }
    }
    let read = move |tx: &rusqlite::Connection| {
        ids.iter().map(|id| listing::summary(tx, id)).collect::<Result<Vec<_>, _>>()
    };
    Ok(Json(surface.plane.store().write(read).await?))
}
