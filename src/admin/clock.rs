//! `/api/clock`: by which everything is scheduled.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use super::webhooks::milliseconds;
use crate::admin::object::Object;
use crate::text::{Text, text};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/clock", read, "The clock by which everything is scheduled.")
            .gives::<Reading>(200, "What it shows."),
        Operation::post("/api/clock", wind, "Winds the clock forward, or sets it back to now.")
            .takes::<Asked>()
            .gives::<Reading>(200, "What it shows after.")
            .fails(400, "It is not said what to do, or that is no duration.")
            .fails(422, "The body has another form."),
    ]
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Clock")]
struct Reading {
    /// RFC 3339.
    now: String,
    /// Milliseconds ahead of the machine's clock.
    ahead_ms: i64,
    /// Attempts that winding caused.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<usize>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Winding")]
struct Asked {
    /// By so much, as in `3d`; what falls due is sent at once, in order.
    advance: Option<String>,
    /// To the machine's time; what waits keeps its distance.
    reset: bool,
}

async fn read(State(surface): State<Surface>) -> Json<Reading> {
    Json(reading(&surface, None))
}

async fn wind(
    State(surface): State<Surface>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Reading>, Problem> {
    let Json(Object(asked)) = asked?;
    match (asked.advance, asked.reset) {
        (Some(by), false) => {
            let attempts = surface.plane.advance(milliseconds(&by)?).await;
            Ok(Json(reading(&surface, Some(attempts))))
        }
        (None, true) => {
            surface.plane.reset_clock().await?;
            Ok(Json(reading(&surface, None)))
        }
        _ => {
            let hint = "Write {\"advance\": \"3d\"} or {\"reset\": true}.";
            Err(Problem::bad(text!("It is not said what to do with the clock."), Text::fixed(hint)))
        }
    }
}

fn reading(surface: &Surface, attempts: Option<usize>) -> Reading {
    let clock = surface.plane.clock();
    let now = jiff::Timestamp::from_millisecond(clock.now_ms());
    let now = now.map(|now| now.to_string()).unwrap_or_default();
    Reading { now, ahead_ms: clock.ahead_ms(), attempts }
}
