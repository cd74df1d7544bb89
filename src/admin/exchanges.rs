//! `/api/exchanges`: what the journal has kept, and making it happen again.

mod body;
mod copy;
mod export;
mod import;
mod live;
mod mark;
mod message;
mod replay;
mod view;
pub(in crate::admin) use view::hidden;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Surface;
use super::problem::Problem;
use super::routes::{JSON, Operation};
use crate::journal::filter::Filter;
use crate::journal::{self, Journal, JournalError, Page, Recorded, Summary};
use crate::text::{Text, text};

/// Rows of a list, where the request does not say, and the most it may ask for.
const ROWS: u32 = 100;
const MOST_ROWS: u32 = 1000;

pub(super) fn operations() -> Vec<Operation> {
    const ID: &str = "The exchange's number.";
    const NO_ID: &str = "No exchange has the number, or it is no longer kept.";
    const OFF: &str = "Exchanges are not recorded.";
    const FILTER: &str = "The filter, or another parameter, cannot be read.";
    const BUSY: &str = "As many of these as there may be at a time are under way.";
    vec![
        Operation::get("/api/exchanges", list, "Exchanges by their numbers, the newest first.")
            .query::<Asked>()
            .gives::<Listed>(200, "A page of them.")
            .fails(400, FILTER)
            .fails(409, OFF),
        Operation::delete("/api/exchanges", forget, "Forgets every exchange.")
            .gives_nothing("They are forgotten.")
            .fails(409, OFF),
        Operation::get("/api/exchanges/count", count, "How many exchanges a filter lets through.")
            .query::<Counted>()
            .gives::<Count>(200, "Their number.")
            .fails(400, FILTER)
            .fails(409, OFF),
        Operation::get("/api/exchanges/errors", errors, "Failures by kind and endpoint.")
            .query::<Counted>()
            .gives::<Vec<journal::Group>>(200, "The groups, the most frequent first.")
            .fails(400, FILTER)
            .fails(409, OFF),
        Operation::get("/api/exchanges.har", export::export, "Recorded exchanges as HAR 1.2.")
            .query::<export::Asked>()
            .gives::<Map<String, Value>>(200, "A HAR file, the oldest first.")
            .fails(400, FILTER)
            .fails(409, OFF)
            .fails(503, BUSY),
        Operation::post("/api/exchanges.har", import::import, "Takes the exchanges of a HAR file.")
            .takes::<Map<String, Value>>()
            .gives::<import::Imported>(200, "Which were taken; the others are left out.")
            .fails(400, "It is no HAR.")
            .fails(408, "It did not come to its end.")
            .fails(409, OFF)
            .fails(413, "It has more than 64 MiB, or more than 100,000 entries.")
            .fails(503, BUSY),
        Operation::get("/api/exchanges/{id}", detail, "All of one exchange, by its stages.")
            .part::<i64>("id", ID)
            .query::<Shown>()
            .gives::<view::Detail>(200, "The exchange.")
            .fails(400, "A parameter cannot be read.")
            .fails(404, NO_ID)
            .fails(409, OFF)
            .fails(503, BUSY),
        Operation::patch("/api/exchanges/{id}", mark::mark, "Stars it, or writes a note on it.")
            .part::<i64>("id", ID)
            .takes::<mark::Asked>()
            .gives::<Summary>(200, "The exchange as it is marked now.")
            .fails(400, "The note is too long.")
            .fails(404, NO_ID)
            .fails(409, "Exchanges are not recorded, or this one has not ended.")
            .fails(422, "The body has another form."),
        Operation::get("/api/exchanges/{id}/body/{stage}", body::body, "A body as it was kept.")
            .part::<i64>("id", ID)
            .part::<StageName>("stage", "A point at which the message is seen.")
            .query::<body::Asked>()
            .gives_as::<String>(200, "application/octet-stream", "Its bytes, to be saved.")
            .fails(400, "No stage is called so.")
            .fails(404, "There is no such exchange, or it has no body at that stage.")
            .fails(409, OFF)
            .fails(503, BUSY),
        Operation::get("/api/exchanges/{id}/copy", copy::copy, "Its request for another tool.")
            .part::<i64>("id", ID)
            .query::<copy::Asked>()
            .gives::<copy::Copied>(200, "A command line, or a text of an editor.")
            .fails(400, "A parameter cannot be read.")
            .fails(404, "There is no such exchange, or it never got to that stage.")
            .fails(409, OFF)
            .fails(422, "The form cannot hold the request's method, its URL or a field.")
            .fails(503, BUSY),
        Operation::post("/api/exchanges/{id}/replay", replay::replay, "Makes it happen again.")
            .part::<i64>("id", ID)
            .takes::<replay::Asked>()
            .gives::<replay::Replayed>(200, "The new exchange; the old one stays.")
            .fails(400, "What it is to be cannot be sent.")
            .fails(404, NO_ID)
            .fails(409, OFF)
            .fails(422, "It cannot be repeated so, or the body has another form."),
        Operation::get(
            "/api/events",
            live::events,
            "Exchanges as they end, and as they go on, as server-sent events.",
        )
        .query::<live::Asked>()
        .gives_as::<String>(
            200,
            "text/event-stream",
            "Events `exchange` with a row of the list, `running` with rows of those that have not ended \
             (`all` where there are no others) and the numbers of those that are `gone`, `marked` \
             with a row whose star or note has changed, and `lost` where some passed unrecorded. The id of an `exchange` is its place among the \
             records, which `latest` counts too: `Last-Event-ID` misses none, whenever it began.",
        )
        .fails(400, FILTER)
        .fails(409, OFF)
        .fails(503, "There are as many listeners as there are places for."),
        Operation::get("/api/filter", check, "Whether a filter can be read, and how it may go on.")
            .query::<Typed>()
            .gives::<Checked>(200, "What is wrong, and completions.")
            .fails(400, "A parameter cannot be read."),
        Operation::get("/api/explain", explain, "Why a URL is allowed or refused, rule by rule.")
            .query::<Explained>()
            .gives_as::<crate::proxy::explanation::Explanation>(200, JSON, "The verdict.")
            .fails(400, "No URL is given.")
            .fails(404, "It is not said which app."),
    ]
}

/// See [`Stage`](crate::journal::exchange::Stage).
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum StageName {
    Asked,
    Passed,
    Answered,
    Returned,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    /// In the filter language; nothing lets all through.
    filter: String,
    /// Only exchanges with a smaller number.
    before: Option<i64>,
    /// Only what was not recorded yet when this was `latest`, or a number: what has ended since, and
    /// what has not ended.
    after: Option<i64>,
    /// At most so many: 100 unless told, and never more than 1000.
    limit: Option<u32>,
    /// Whether the oldest are wanted rather than the newest.
    oldest: bool,
    /// Whether secrets are shown.
    reveal: bool,
}

/// A page of the timeline.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Exchanges")]
struct Listed {
    exchanges: Vec<Summary>,
    /// How many there are in all.
    kept: i64,
    /// How far the records go: to be asked for what comes `after` it.
    latest: i64,
    /// How many passed unrecorded since the start.
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
    let page = Page { before: asked.before, after: asked.after, limit, oldest: asked.oldest };
    let running = journal.running();
    let count = i64::try_from(running.len()).unwrap_or(i64::MAX);
    let (mut exchanges, (kept, latest)) = journal
        .read(move |db| {
            // Both of one moment: what comes after `latest` is none of the rows.
            let _moment = db.unchecked_transaction().map_err(JournalError::from)?;
            let rows = journal::list(db, &filter, page, &running)?;
            let (kept, latest) = journal::extent(db)?;
            Ok::<_, JournalError>((rows, (kept + count, latest)))
        })
        .await?;
    if !asked.reveal {
        let mask = surface.masker();
        exchanges.iter_mut().for_each(|row| view::mask(row, &mask));
    }
    Ok(Json(Listed { exchanges, kept, latest, not_recorded: journal.lost() }))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Counted {
    /// In the filter language; nothing lets all through.
    filter: String,
}

/// How many there are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExchangeCount")]
struct Count {
    count: i64,
}

async fn count(
    State(surface): State<Surface>,
    asked: Result<Query<Counted>, QueryRejection>,
) -> Result<Json<Count>, Problem> {
    let Query(asked) = asked?;
    let filter = filter(&asked.filter)?;
    let journal = journal(&surface)?;
    let running = journal.running();
    let running = running.iter().filter(|one| filter.matches(&one.row().as_row()) == Some(true));
    let running = i64::try_from(running.count()).unwrap_or(i64::MAX);
    let kept = journal.read(move |db| Ok::<_, JournalError>(journal::count(db, &filter)?)).await?;
    Ok(Json(Count { count: kept + running }))
}

async fn errors(
    State(surface): State<Surface>,
    asked: Result<Query<Counted>, QueryRejection>,
) -> Result<Json<Vec<journal::Group>>, Problem> {
    let Query(asked) = asked?;
    let filter = filter(&asked.filter)?;
    let most = ROWS as usize;
    let groups = journal(&surface)?
        .read(move |db| Ok::<_, JournalError>(journal::errors(db, &filter, most)?));
    let mut groups = groups.await?;
    let mask = surface.masker();
    for group in &mut groups {
        group.host = mask.url(&group.host).into_owned();
        group.path = mask.url(&group.path).into_owned();
    }
    Ok(Json(groups))
}

async fn forget(State(surface): State<Surface>) -> Result<StatusCode, Problem> {
    journal(&surface)?.settle(true).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Shown {
    /// Whether secrets are shown.
    reveal: bool,
}

async fn detail(
    State(surface): State<Surface>,
    id: Result<Path<i64>, PathRejection>,
    shown: Result<Query<Shown>, QueryRejection>,
) -> Result<Response, Problem> {
    let (Path(id), Query(shown)) = (id?, shown?);
    let turn = surface.work.look().await?;
    let recorded = recorded(journal(&surface)?, id).await?;
    let known = surface.proxy.snapshot.load_full();
    let mask = (!shown.reveal).then(|| surface.masker());
    let told = turn.run(move || {
        serde_json::to_vec(&view::detail(&recorded, &known, mask.as_deref()))
            .map_err(|error| JournalError::Failed(error.to_string()))
    });
    let told = told.await??;
    Ok(turn.answer([(CONTENT_TYPE, JSON)], told))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Typed {
    text: String,
    /// Where the cursor stands, in characters; at the end unless told.
    at: Option<usize>,
}

/// What is known of a filter.
#[derive(Debug, Serialize, JsonSchema)]
struct Checked {
    ok: bool,
    error: Option<Mistake>,
    completions: Vec<Completion>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FilterMistake")]
struct Mistake {
    message: String,
    hint: String,
    /// Characters before it.
    at: usize,
    /// Characters of it.
    length: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Completion {
    /// To be written at the cursor.
    insert: String,
    label: Text,
}

/// Whether a filter can be read, and how it may go on.
async fn check(typed: Result<Query<Typed>, QueryRejection>) -> Result<Json<Checked>, Problem> {
    let Query(Typed { text, at }) = typed?;
    let error = Filter::parse(&text, now()).err().map(|error| Mistake {
        message: error.message.to_string(),
        hint: error.hint.to_string(),
        at: error.at,
        length: error.length,
    });
    let at = at.unwrap_or_else(|| text.chars().count());
    let completions = journal::filter::complete(&text, at);
    let completion = |found: journal::filter::Completion| Completion {
        insert: found.insert.to_string(),
        label: Text::fixed(found.label),
    };
    let completions = completions.into_iter().map(completion).collect();
    Ok(Json(Checked { ok: error.is_none(), error, completions }))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Explained {
    /// Name or id; `terminal.default_app` unless told.
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
        .map(|mut found| {
            view::hide(&mut found, &asked.url, &surface.masker());
            Json(found)
        })
        .ok_or_else(|| {
            let names: Vec<_> = known.config.apps.iter().map(|app| app.name.as_str()).collect();
            let hint = text!("Write ?app=NAME; there are: {join}.", join = names.join(", "));
            Problem::new(
                StatusCode::NOT_FOUND,
                "not_found",
                text!("It is not said which app."),
                hint,
            )
        })
}

/// The journal, where there is one.
fn journal(surface: &Surface) -> Result<&Journal, Problem> {
    surface.journal.as_ref().ok_or_else(|| {
        let hint = "Write `journal: {enabled: true}` in gateway.yaml and start again.";
        Problem::new(
            StatusCode::CONFLICT,
            "journal_off",
            text!("Exchanges are not recorded."),
            Text::fixed(hint),
        )
    })
}

async fn recorded(journal: &Journal, id: i64) -> Result<Recorded, Problem> {
    let pending = journal.pending(id);
    let found = journal.read(move |db| Ok::<_, JournalError>(journal::recorded(db, id)?)).await?;
    let found = found.or_else(|| pending.map(|pending| pending.recorded()));
    found.ok_or_else(|| no_such(id))
}

fn no_such(id: i64) -> Problem {
    let detail = text!("No exchange has the number {id}, or it is no longer kept.", id);
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        detail,
        text!("GET /api/exchanges lists them."),
    )
    .for_commands(text!("`evotor-gateway tail -n 20` shows the latest."))
}

pub(super) fn filter(text: &str) -> Result<Filter, Problem> {
    Filter::parse(text, now()).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_filter", error.message, error.hint)
            .with("at", error.at)
            .with("length", error.length)
    })
}

fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
