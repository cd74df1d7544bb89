//! `/api/breakpoints`: where exchanges are held; `/api/watchers`: for whom.

use std::time::Instant;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use super::scope::{self, Told, Wanted};
use super::webhooks::milliseconds;
use crate::config::duration_text;
use crate::injection::{Breakpoint as Rule, LEASE, Stop};
use crate::mask::Masker;
use crate::model::injection::Side;
use crate::text::{Text, text};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/breakpoints", list, "Breakpoints: where exchanges are held.")
            .gives::<Listed>(200, "In the order in which they are asked."),
        Operation::post(
            "/api/breakpoints",
            add,
            "Holds exchanges from now on, until the next start.",
        )
        .takes::<Wish>()
        .gives::<Breakpoint>(201, "It is in force.")
        .fails(400, "There is no such key or value; or the keys contradict each other.")
        .fails(422, "The body has another form."),
        Operation::delete("/api/breakpoints", clear, "Ends all; what they hold goes on.")
            .gives_nothing("All are gone."),
        Operation::delete("/api/breakpoints/{id}", remove, "Ends one; what it holds goes on.")
            .part::<String>("id", "As listed.")
            .gives_nothing("It is gone.")
            .fails(404, "None is called so."),
        Operation::put(
            "/api/watchers/{name}",
            watch,
            "Somebody watches for the next seconds: breakpoints that want to be watched hold.",
        )
        .part::<String>("name", "Of a window or a command; whatever it likes.")
        .gives::<Watching>(200, "For how long. To be said again before that is over.")
        .fails(400, "The name is too long."),
        Operation::delete(
            "/api/watchers/{name}",
            unwatch,
            "Watches no longer; where nobody does, what is held for watchers goes on.",
        )
        .part::<String>("name", "As it watched.")
        .gives_nothing("It does not."),
    ]
}

const KEYS: [&str; 11] = [
    "plane", "app", "method", "host", "path", "event", "filter", "first", "side", "timeout",
    "watched",
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "NewBreakpoint", extend("additionalProperties" = false))]
struct Wish {
    #[serde(flatten)]
    wanted: Wanted,
    /// `request`, unless told, or `answer`.
    #[schemars(extend("enum" = ["request", "answer", null]))]
    side: Option<String>,
    /// How long an exchange is held at most, in place of `limits.response_timeout`: `10m`.
    timeout: Option<String>,
    /// Whether it holds only while somebody watches, see `/api/watchers`.
    watched: bool,
}

/// All in force, in the order in which they are asked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Breakpoints")]
struct Listed {
    breakpoints: Vec<Breakpoint>,
    /// Whether somebody watches now.
    is_watched: bool,
}

/// One, with the keys by which it was made.
#[derive(Debug, Serialize, JsonSchema)]
struct Breakpoint {
    id: String,
    #[serde(flatten)]
    told: Told,
    side: &'static str,
    timeout: Option<String>,
    watched: bool,
    first: Option<u64>,
    /// Exchanges it has stopped.
    hits: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Watching {
    /// Milliseconds from now on.
    for_ms: u64,
}

async fn list(State(surface): State<Surface>) -> Json<Listed> {
    let (mask, injections) = (surface.masker(), &surface.proxy.injections);
    let all = injections.breakpoints();
    Json(Listed {
        breakpoints: all.iter().map(|one| Breakpoint::of(one, &mask)).collect(),
        is_watched: injections.holds().is_watched(Instant::now()),
    })
}

async fn add(
    State(surface): State<Surface>,
    asked: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Result<(StatusCode, Json<Breakpoint>), Problem> {
    let Json(asked) = asked?;
    let Wish { wanted, side, timeout, watched } = scope::read(asked, &KEYS, "A breakpoint")?;
    let is_answered = side.as_deref() == Some("answer");
    let timeout = timeout.as_deref().map(of_timeout).transpose()?;
    let (scope, whom) = scope::scope(&surface, wanted, &[("side", side)], is_answered)?;
    let side = whom.side.unwrap_or(Side::Request);
    let stop = Stop { scope, side, timeout, first: whom.first, watched };
    let made = surface.proxy.injections.add_breakpoint(stop);
    tracing::warn!(breakpoint = %made.id, side = side.word(), "Exchanges are held from now on");
    Ok((StatusCode::CREATED, Json(Breakpoint::of(&made, &surface.masker()))))
}

/// The longest that anything is held.
const LONGEST_MS: i64 = 60 * 60 * 1000;

fn of_timeout(text: &str) -> Result<std::time::Duration, Problem> {
    let ms = milliseconds(text)?;
    if !(1..=LONGEST_MS).contains(&ms) {
        let hint = "Write a time of an hour at most, as in 5m.";
        return Err(Problem::bad(
            text!("`timeout: {text}` is not a time to hold for.", text),
            Text::fixed(hint),
        ));
    }
    Ok(std::time::Duration::from_millis(ms.unsigned_abs()))
}

async fn remove(
    State(surface): State<Surface>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if surface.proxy.injections.remove_breakpoints(|one| *one.id == *id) > 0 {
        return Ok(StatusCode::NO_CONTENT);
    }
    let detail = text!("No breakpoint is called {id}.", id);
    let hint = "GET /api/breakpoints lists those in force.";
    Err(Problem::new(StatusCode::NOT_FOUND, "not_found", detail, Text::fixed(hint))
        .for_commands(text!("`evotor-gateway breakpoint list` shows those in force.")))
}

async fn clear(State(surface): State<Surface>) -> StatusCode {
    surface.proxy.injections.remove_breakpoints(|_| true);
    StatusCode::NO_CONTENT
}

async fn watch(
    State(surface): State<Surface>,
    Path(name): Path<String>,
) -> Result<Json<Watching>, Problem> {
    if name.len() > 64 {
        return Err(Problem::bad(
            text!("A watcher's name has 64 bytes at most."),
            text!("Write a shorter one."),
        ));
    }
    surface.proxy.injections.holds().watch(&name, Instant::now());
    let for_ms = u64::try_from(LEASE.as_millis()).unwrap_or(u64::MAX);
    Ok(Json(Watching { for_ms }))
}

async fn unwatch(State(surface): State<Surface>, Path(name): Path<String>) -> StatusCode {
    surface.proxy.injections.holds().unwatch(&name, Instant::now());
    StatusCode::NO_CONTENT
}

impl Breakpoint {
    fn of(one: &Rule, mask: &Masker) -> Self {
        let Stop { scope, side, timeout, first, watched } = &one.stop;
        Self {
            id: one.id.to_string(),
            told: Told::of(scope, mask),
            side: side.word(),
            timeout: timeout.map(duration_text),
            watched: *watched,
            first: first.map(std::num::NonZeroU64::get),
            hits: one.hits(),
        }
    }
}
