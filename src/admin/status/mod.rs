//! `/api/status`: what matters now, for each app from the terminal to the partner's service and from
//! the cloud to its webhooks, each with what to do about it.

mod chip;
mod file;
mod probe;
mod seen;
mod tokens;
mod way;
mod webhooks;
mod whole;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State as Of;
use schemars::JsonSchema;
use serde::Serialize;

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use crate::config::meant::App;
use crate::journal::Journal;
use crate::mask::Masker;
use crate::model::learned::Pair;
use crate::proxy::snapshot::Snapshot;
use crate::store::StoreError;
use crate::store::latest::{self, Latest, Queue};
use crate::store::world::{self, KnownToken};
use chip::{Chip, Name, State, worst};
pub use file::RefusedFile;
use probe::{Reached, Target};

/// What was found out for the last status, where finding out takes time.
#[derive(Debug, Default)]
pub struct Observed {
    probes: probe::Probes,
    watch: seen::Watch,
}

pub(super) fn operations() -> Vec<Operation> {
    const PROBE: &str = "The same, with every address connected to anew.";
    vec![
        Operation::get("/api/status", status, "What matters now, and what to do about it.")
            .gives::<Status>(200, "Of the gateway, and of each app."),
        Operation::post("/api/status/probe", probe, PROBE)
            .gives::<Status>(200, "Of the gateway, and of each app."),
    ]
}

/// What matters now.
#[derive(Debug, Serialize, JsonSchema)]
struct Status {
    /// Whether requests can go all the way: the gateway takes them, gateway.yaml is in force as it stands,
    /// and every address that they are led to can be connected to.
    ready: bool,
    /// The worst state of all chips.
    state: State,
    /// What concerns every app.
    chips: Vec<Chip>,
    apps: Vec<AppStatus>,
}

/// What matters of one app.
#[derive(Debug, Serialize, JsonSchema)]
struct AppStatus {
    id: String,
    name: String,
    /// The worst state of its chips.
    state: State,
    /// In the order of the ways of requests and webhooks.
    chips: Vec<Chip>,
    /// What there is to do at first, in order.
    steps: Vec<Step>,
}

/// One thing to do at first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FirstStep")]
struct Step {
    step: First,
    done: bool,
}

/// What there is to do at first.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum First {
    /// The partner's service can be connected to.
    Service,
    /// A request was answered by it.
    Request,
    /// A user has a token.
    Token,
    /// A webhook was sent.
    Webhook,
    /// One was answered as the contract asks.
    Contract,
}

/// What is looked at.
struct Now {
    admin: SocketAddr,
    http: SocketAddr,
    /// Microseconds since 1970, by the machine's clock.
    at_us: i64,
    /// Milliseconds since 1970, by the simulated clock.
    cloud_ms: i64,
    known: Arc<Snapshot>,
    mask: Arc<Masker>,
    kept: Kept,
    seen: seen::Seen,
}

/// What the store knows.
#[derive(Debug, Default)]
struct Kept {
    tokens: HashMap<Pair, KnownToken>,
    installed: HashMap<Pair, (bool, i64)>,
    queues: Vec<Queue>,
    latest: Vec<Latest>,
}

async fn status(Of(surface): Of<Surface>) -> Result<Json<Status>, Problem> {
    let (now, reached) = look(&surface).await?;
    let apps = apps(&surface, &now, &reached);
    let mut chips = vec![whole::gateway(&surface)];
    chips.extend(file::chips(&surface));
    chips.extend([whole::faults(&surface), whole::clock(&surface), whole::recording(&surface)]);
    let all = || chips.iter().chain(apps.iter().flat_map(|app| &app.chips));
    let blocks = [Name::Gateway, Name::Configuration, Name::Upstream];
    let ready = !blocks.into_iter().any(|name| all().any(|chip| chip.is(name, State::Fail)));
    let state = worst(all());
    Ok(Json(Status { ready, state, chips, apps }))
}

/// Finds out what is to be told.
async fn look(surface: &Surface) -> Result<(Now, HashMap<Target, Reached>), Problem> {
    let known = surface.proxy.snapshot.load_full();
    let targets = known.config.apps.iter().flat_map(way::targets);
    let targets: Vec<_> = targets.map(|(target, _)| target).collect();
    let reached = surface.observed.probes.ask(&targets).await;
    let seen = match &surface.journal {
        Some(journal) => surface.observed.watch.look(journal).await?,
        None => seen::Seen::default(),
    };
    let now = Now {
        admin: surface.addresses.admin,
        http: surface.addresses.http,
        at_us: jiff::Timestamp::now().as_microsecond(),
        cloud_ms: surface.plane.clock().now_ms(),
        mask: surface.masker(),
        kept: kept(surface).await?,
        known,
        seen,
    };
    Ok((now, reached))
}

fn apps(surface: &Surface, now: &Now, reached: &HashMap<Target, Reached>) -> Vec<AppStatus> {
    let pending = surface.journal.as_ref().map(Journal::running).unwrap_or_default();
    let running: Vec<_> = pending.iter().map(|one| one.row()).collect();
    let apps = now.known.config.apps.iter().enumerate().map(|(place, app)| {
        let seen = now.seen.of(&app.name);
        let mut chips = vec![way::terminal(now, &seen), way::rules(now, place, app, &seen)];
        chips.extend(way::upstreams(now, app, reached));
        chips.extend(tokens::tokens(now, app));
        chips.push(way::running(now, app, &running));
        chips.push(webhooks::queue(now, app));
        chips.extend(webhooks::verdicts(now, app));
        let steps = steps(app, &chips, seen.passed.is_some());
        let (id, name) = (app.id.clone(), app.name.clone());
        AppStatus { id, name, state: worst(chips.iter()), chips, steps }
    });
    apps.collect()
}

async fn probe(Of(surface): Of<Surface>) -> Result<Json<Status>, Problem> {
    surface.observed.probes.forget().await;
    status(Of(surface)).await
}

async fn kept(surface: &Surface) -> Result<Kept, StoreError> {
    let read = |tx: &rusqlite::Connection| {
        Ok::<_, StoreError>(Kept {
            tokens: world::user_tokens(tx)?.into_iter().collect(),
            installed: world::installations(tx)?.into_iter().collect(),
            queues: latest::queues(tx)?,
            latest: latest::latest(tx)?,
        })
    };
    surface.plane.store().write(read).await
}

fn steps(app: &App, chips: &[Chip], is_answered: bool) -> Vec<Step> {
    let has = |name, state| chips.iter().any(|chip| chip.is(name, state));
    let is_sent = chips.iter().any(Chip::is_of_a_sent_webhook);
    let mut steps = vec![
        Step { step: First::Service, done: has(Name::Upstream, State::Ok) || is_answered },
        Step { step: First::Request, done: is_answered },
        Step { step: First::Token, done: has(Name::Token, State::Ok) },
    ];
    if app.webhooks.is_some() {
        steps.push(Step { step: First::Webhook, done: is_sent });
        steps.push(Step { step: First::Contract, done: has(Name::Webhook, State::Ok) });
    }
    steps
}

/// A text as one value of a query.
fn query(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
