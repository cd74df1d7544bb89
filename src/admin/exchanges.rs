//! `/api/exchanges`: what the journal has kept, and making it happen again.

mod body;
mod live;
mod message;
mod replay;
mod view;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::Surface;
use super::problem::Problem;
use crate::journal::filter::Filter;
use crate::journal::{self, Journal, JournalError, Page, Recorded, Summary};

/// Rows of a list, where the request does not say, and the most it may ask for.
const ROWS: u32 = 100;
const MOST_ROWS: u32 = 1000;

pub(super) fn routes() -> Router<Surface> {
    Router::new()
        .route("/api/exchanges", get(list).delete(forget))
        .route("/api/exchanges/{id}", get(detail))
        .route("/api/exchanges/{id}/body/{stage}", get(body::body))
        .route("/api/exchanges/{id}/replay", post(replay::replay))
        .route("/api/events", get(live::events))
        .route("/api/filter", get(check))
        .route("/api/explain", get(explain))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    filter: String,
    before: Option<i64>,
    after: Option<i64>,
    limit: Option<u32>,
    reveal: bool,
}

/// A page of the timeline.
#[derive(Debug, Serialize)]
struct Listed {
    exchanges: Vec<Summary>,
    kept: i64,
    latest: i64,
    not_recorded: u64,
}

async fn list(
    State(surface): State<Surface>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Listed>, Problem> {
    let Query(asked) = asked?;
    let journal = journal(&surface)?;
    let filter = filter(&asked.filter)?;
    let limit = asked.limit.unwrap_or(ROWS).min(MOST_ROWS);
    let page = Page { before: asked.before, after: asked.after, limit };
    let (mut exchanges, (kept, latest)) = journal
        .read(move |db| {
            Ok::<_, JournalError>((journal::list(db, &filter, page)?, journal::extent(db)?))
        })
        .await?;
    if !asked.reveal {
        let mask = surface.masker();
        exchanges.iter_mut().for_each(|row| view::mask(row, &mask));
    }
    Ok(Json(Listed { exchanges, kept, latest, not_recorded: journal.lost() }))
}

async fn forget(State(surface): State<Surface>) -> Result<StatusCode, Problem> {
    journal(&surface)?.settle(true).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Shown {
    reveal: bool,
}

async fn detail(
    State(surface): State<Surface>,
    Path(id): Path<i64>,
    shown: Result<Query<Shown>, QueryRejection>,
) -> Result<Json<view::Detail>, Problem> {
    let Query(shown) = shown?;
    let recorded = recorded(journal(&surface)?, id).await?;
    let known = surface.proxy.snapshot.load_full();
    let mask = (!shown.reveal).then(|| surface.masker());
    Ok(Json(view::detail(&recorded, &known, mask.as_deref())))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    text: String,
    at: Option<usize>,
}

/// Whether a filter can be read, and how it may go on.
async fn check(
    typed: Result<Query<Typed>, QueryRejection>,
) -> Result<Json<serde_json::Value>, Problem> {
    let Query(Typed { text, at }) = typed?;
    let error = Filter::parse(&text, now()).err();
    let at = at.unwrap_or_else(|| text.chars().count());
    let completions = journal::filter::complete(&text, at);
    Ok(Json(serde_json::json!({
        "ok": error.is_none(),
        "error": error.map(|error| serde_json::json!({
            "message": error.message,
            "hint": error.hint,
            "at": error.at,
            "length": error.length,
        })),
        "completions": completions
            .iter()
            .map(|found| serde_json::json!({"insert": found.insert, "label": found.label}))
            .collect::<Vec<_>>(),
    })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Explained {
    app: Option<String>,
    url: String,
}

async fn explain(
    State(surface): State<Surface>,
    asked: Result<Query<Explained>, QueryRejection>,
) -> Result<Json<crate::proxy::explanation::Explanation>, Problem> {
    let Query(asked) = asked?;
    let known = surface.proxy.snapshot.load_full();
    let app = match &asked.app {
        Some(app) => known.app_by_name(app).or_else(|| known.app_by_id(app.as_bytes())),
        None => known.config.default_app,
    };
    app.and_then(|app| crate::proxy::explanation::explanation(&asked.url, app, &known))
        .map(Json)
        .ok_or_else(|| {
            let names: Vec<_> = known.config.apps.iter().map(|app| app.name.as_str()).collect();
            let hint = format!("Write ?app=NAME; there are: {}.", names.join(", "));
            Problem::new(StatusCode::NOT_FOUND, "not_found", "It is not said which app.", hint)
        })
}

/// The journal, where there is one.
fn journal(surface: &Surface) -> Result<&Journal, Problem> {
    surface.journal.as_ref().ok_or_else(|| {
        let hint = "Write `journal: {enabled: true}` in gateway.yaml and start again.";
        Problem::new(StatusCode::CONFLICT, "journal_off", "Exchanges are not recorded.", hint)
    })
}

async fn recorded(journal: &Journal, id: i64) -> Result<Recorded, Problem> {
    let found = journal.read(move |db| Ok::<_, JournalError>(journal::recorded(db, id)?)).await?;
    found.ok_or_else(|| {
        let detail = format!("No exchange has the number {id}, or it is no longer kept.");
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail, "GET /api/exchanges lists them.")
    })
}

fn filter(text: &str) -> Result<Filter, Problem> {
    Filter::parse(text, now()).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_filter", error.message, error.hint)
            .with("at", error.at)
            .with("length", error.length)
    })
}

fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
