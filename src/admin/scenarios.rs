//! `/api/scenarios`: documented sequences of events, walked through.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Surface;
use super::deliveries::shown;
use super::problem::Problem;
use super::routes::Operation;
use crate::admin::exchanges::hidden;
use crate::admin::object::Object;
use crate::text::{Text, text};
use crate::webhook::plane::{Course, Report};
use crate::webhook::scenario::{ALL, scenario};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/scenarios", list, "Documented sequences of events.")
            .gives::<Vec<Listed>>(200, "Every scenario."),
        Operation::post("/api/scenarios/{name}", run, "Walks through a scenario.")
            .part::<String>("name", "The scenario's name.")
            .takes::<Asked>()
            .gives::<Report>(200, "What each step came to.")
            .fails(404, "No scenario has the name.")
            .fails(422, "No step can be taken, or the body has another form."),
    ]
}

/// One scenario.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Scenario")]
pub struct Listed {
    name: &'static str,
    title: Text,
    steps: Vec<Text>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ScenarioFor")]
struct Asked {
    /// Name or id; with a single app it is that app.
    app: Option<String>,
    /// Id; with a single user it is that user.
    user: Option<String>,
    /// Whether the user has an account at the partner, so that none is registered.
    registered: bool,
}

async fn list() -> Json<Vec<Listed>> {
    Json(scenarios())
}

/// Every scenario, as the API lists it.
pub fn scenarios() -> Vec<Listed> {
    let steps = |steps: &[crate::webhook::scenario::Step]| {
        steps
            .iter()
            .map(|step| text!("{act}: {because}", act = step.act, because => step.because))
            .collect()
    };
    let listed = ALL.iter().map(|scenario| Listed {
        name: scenario.name,
        title: Text::fixed(scenario.title),
        steps: steps(scenario.steps),
    });
    listed.collect()
}

async fn run(
    State(surface): State<Surface>,
    Path(name): Path<String>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Report>, Problem> {
    let Json(Object(asked)) = asked?;
    let known = || ALL.iter().map(|scenario| scenario.name).collect::<Vec<_>>().join(", ");
    let scenario = scenario(&name).ok_or_else(|| {
        let detail = text!("No scenario is called {name}.", name);
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            detail,
            text!("There are {known}.", known = known()),
        )
    })?;
    let Asked { app, user, registered } = asked;
    let mut report = surface.plane.run(scenario, Course { app, user, registered }).await?;
    let mask = surface.masker();
    for step in &mut report.steps {
        step.delivery.iter_mut().for_each(|delivery| shown::hide(delivery, &mask));
        step.stopped = step.stopped.take().map(|why| hidden(why, &mask));
    }
    Ok(Json(report))
}
