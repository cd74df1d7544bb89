//! `/api/faults`: faults made on purpose. What is added here lives until the next start.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use crate::config::injection::{self, Known, Written, Wrong};
use crate::config::{duration_text, size_text};
use crate::injection::{Rule, Source};
use crate::mask::Masker;
use crate::model::injection::Kind;
use crate::text::{Text, text};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/faults", list, "Faults that are made on purpose.")
            .gives::<Listed>(200, "In the order in which they are asked."),
        Operation::post("/api/faults", add, "Makes one from now on, until the next start.")
            .takes::<Wish>()
            .gives::<Fault>(201, "It is in force.")
            .fails(400, "There is no such key, kind or value; or the keys contradict each other.")
            .fails(422, "The body has another form."),
        Operation::delete("/api/faults", clear, "Ends all of them.").gives_nothing("All are gone."),
        Operation::delete("/api/faults/{id}", remove, "Ends one.")
            .part::<String>("id", "As listed.")
            .gives_nothing("It is gone.")
            .fails(404, "None is called so."),
    ]
}

/// The keys of gateway.yaml, which the same reader understands: numbers may be written as text.
#[derive(JsonSchema)]
#[schemars(rename = "NewFault", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used; the reader takes the keys one by one")]
struct Wish {
    /// `status`, `delay`, `drip`, `reset`, `empty`, `garbage` or `content_type`.
    #[schemars(extend("enum" = ["status", "delay", "drip", "reset", "empty", "garbage", "content_type"]))]
    kind: String,
    /// `proxy`, `webhook` or `cloud`.
    #[schemars(extend("enum" = ["proxy", "webhook", "cloud", null]))]
    plane: Option<String>,
    /// `request` or `answer`.
    #[schemars(extend("enum" = ["request", "answer", null]))]
    side: Option<String>,
    /// The app's name or id.
    app: Option<String>,
    /// With `*` for any characters.
    path: Option<String>,
    /// Of a webhook, with `*` for any characters.
    event: Option<String>,
    /// Of kind `status`.
    status: Option<u16>,
    /// Of kind `delay`: `2s`.
    delay: Option<String>,
    /// Of kind `drip`: bytes a second, `1KiB`.
    rate: Option<String>,
    /// Of kind `content_type`.
    #[serde(rename = "type")]
    content_type: Option<String>,
    /// Of kind `reset`: bytes of the body that pass before.
    after: Option<String>,
    /// Of kinds `empty` and `garbage`: of the connection and not of the body.
    raw: Option<bool>,
    /// Only so many exchanges.
    first: Option<u32>,
    /// The share of exchanges.
    p: Option<f64>,
    /// Of `p`.
    seed: Option<u64>,
}

/// All in force, in the order in which they are asked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Faults")]
struct Listed {
    faults: Vec<Fault>,
}

/// One, with the keys of gateway.yaml.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
struct Fault {
    id: String,
    plane: &'static str,
    side: &'static str,
    #[serde(flatten)]
    #[schemars(with = "Keys")]
    written: Map<String, Value>,
    kind: &'static str,
    /// Exchanges it has befallen.
    hits: u64,
    /// `file` or `api`.
    source: &'static str,
}

/// What may be written of one besides.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Keys {
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

async fn list(State(surface): State<Surface>) -> Json<Listed> {
    let mask = surface.masker();
    let faults = surface.proxy.injections.list();
    let faults = faults.iter().map(|rule| Fault::of(rule, &mask)).collect();
    Json(Listed { faults })
}

async fn add(
    State(surface): State<Surface>,
    asked: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Result<(StatusCode, Json<Fault>), Problem> {
    let Json(asked) = asked?;
    let written = asked.iter().filter(|(_, value)| !value.is_null());
    let written = written.map(written_of).collect::<Result<Vec<_>, _>>()?;
    let known = Known::of(&surface.plane.config().load());
    let injection =
        injection::injection(&written, &known).map_err(|wrong| refusal(&wrong, &written))?;
    let rule = surface.proxy.injections.add(injection);
    tracing::warn!(fault = %rule.id, kind = rule.kind().word(), "A fault is made on purpose from now on");
    Ok((StatusCode::CREATED, Json(Fault::of(&rule, &surface.masker()))))
}

async fn remove(
    State(surface): State<Surface>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if surface.proxy.injections.remove(&id) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let hint = "GET /api/faults lists those in force.";
    let detail = text!("No fault is called {id}.", id);
    Err(Problem::new(StatusCode::NOT_FOUND, "not_found", detail, Text::fixed(hint))
        .for_commands(text!("`evotor-gateway fault list` shows those in force.")))
}

async fn clear(State(surface): State<Surface>) -> StatusCode {
    surface.proxy.injections.clear();
    StatusCode::NO_CONTENT
}

fn written_of((name, value): (&String, &Value)) -> Result<Written, Problem> {
    let key = injection::key(name)
        .map_err(|help| Problem::bad(text!("A fault has no `{name}`.", name), help.sentence()))?;
    match value {
        Value::String(text) => Ok((key, Some(text.clone()))),
        Value::Number(_) | Value::Bool(_) => Ok((key, Some(value.to_string()))),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let hint = "Write a text, a number, true or false.";
            Err(Problem::bad(text!("`{key}` is no single value.", key), Text::fixed(hint)))
        }
    }
}

/// All that is wrong, each with its remedy.
pub(super) fn refusal(wrong: &[Wrong], written: &[Written]) -> Problem {
    let value = |key| written.iter().find(|(name, _)| *name == key)?.1.as_deref();
    let told = |wrong: &Wrong| {
        let (key, what) = (wrong.key, wrong.what.clone());
        match value(wrong.key).filter(|_| !wrong.of_key) {
            Some(value) => text!("`{key}: {value}` {what}.", key, value, what => what),
            None => text!("`{key}` {what}.", key, what => what),
        }
    };
    // Keys are options on the command line.
    let option = |wrong: &Wrong| match wrong.example.filter(|_| wrong.of_key) {
        Some(example) => text!("Write --{key} {example}.", key = wrong.key, example),
        None => wrong.help.clone().sentence(),
    };
    Problem::bad(
        joined(wrong.iter().map(told)),
        joined(wrong.iter().map(|wrong| wrong.help.clone().sentence())),
    )
    .for_commands(joined(wrong.iter().map(option)))
}

fn joined(texts: impl Iterator<Item = Text>) -> Text {
    texts.fold(Text::default(), Text::and)
}

impl Fault {
    fn of(rule: &Rule, mask: &Masker) -> Self {
        let injection = &rule.injection;
        let mut written = written(rule);
        // The path that is befallen may name a token.
        written.values_mut().for_each(|value| mask.json(value));
        Self {
            id: rule.id.to_string(),
            plane: injection.plane.word(),
            side: injection.side.word(),
            written,
            kind: injection.kind.word(),
            hits: rule.hits(),
            source: match rule.source {
                Source::File => "file",
                Source::Hand => "api",
            },
        }
    }
}

fn written(rule: &Rule) -> Map<String, Value> {
    let injection = &rule.injection;
    let text = |text: &str| Some(Value::from(text));
    let (mut status, mut delay, mut rate, mut kind, mut after, mut raw) =
        (None, None, None, None, None, None);
    match &injection.kind {
        Kind::Status(code) => status = Some(Value::from(*code)),
        Kind::Delay(time) => delay = Some(Value::from(duration_text(*time))),
        Kind::Drip(bytes) => rate = Some(Value::from(size_text(bytes.get()))),
        Kind::ContentType(name) => kind = text(name),
        Kind::Reset(bytes) if *bytes > 0 => after = Some(Value::from(size_text(*bytes))),
        Kind::Empty { raw: true } | Kind::Garbage { raw: true } => raw = Some(Value::from(true)),
        Kind::Reset(_) | Kind::Empty { .. } | Kind::Garbage { .. } => {}
    }
    let chance = injection.chance;
    let pairs = [
        ("app", injection.app.as_ref().and_then(|app| text(&app.written))),
        ("path", injection.path.as_ref().and_then(|path| text(path.as_str()))),
        ("event", injection.event.as_ref().and_then(|event| text(event.as_str()))),
        ("status", status),
        ("delay", delay),
        ("rate", rate),
        ("type", kind),
        ("after", after),
        ("raw", raw),
        ("first", injection.first.map(|first| Value::from(first.get()))),
        ("p", chance.map(|chance| Value::from(chance.share))),
        ("seed", chance.map(|_| Value::from(rule.seed))),
    ];
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}
