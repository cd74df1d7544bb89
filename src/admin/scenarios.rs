//! `/api/scenarios`: documented sequences of events, walked through.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::Surface;
use super::problem::Problem;
use crate::webhook::plane::Report;
use crate::webhook::scenario::{ALL, scenario};

pub(super) fn routes() -> Router<Surface> {
    Router::new().route("/api/scenarios", get(list)).route("/api/scenarios/{name}", post(run))
}

/// One scenario.
#[derive(Debug, Serialize)]
pub struct Listed {
    name: &'static str,
    title: &'static str,
    steps: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    app: Option<String>,
    user: Option<String>,
}

async fn list() -> Json<Vec<Listed>> {
    Json(scenarios())
}

/// Every scenario, as the API lists it.
pub fn scenarios() -> Vec<Listed> {
    let steps = |steps: &[crate::webhook::scenario::Step]| {
        steps.iter().map(|step| format!("{}: {}", step.act, step.because)).collect()
    };
    let listed = ALL.iter().map(|scenario| Listed {
        name: scenario.name,
        title: scenario.title,
        steps: steps(scenario.steps),
    });
    listed.collect()
}

async fn run(
    State(surface): State<Surface>,
    Path(name): Path<String>,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<Report>, Problem> {
    let Json(asked) = asked?;
    let known = || ALL.iter().map(|scenario| scenario.name).collect::<Vec<_>>().join(", ");
    let scenario = scenario(&name).ok_or_else(|| {
        let detail = format!("No scenario is called {name}.");
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail, format!("There are {}.", known()))
    })?;
    Ok(Json(surface.plane.run(scenario, asked.app, asked.user).await?))
}
