//! `/api/held`: exchanges that wait at breakpoints for somebody's word.

use std::time::Instant;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Surface;
use super::object::Object;
use super::problem::Problem;
use super::routes::Operation;
use super::scope::{Headers, Values};
use super::stubs::{name, of_base64, shown, value};
use crate::injection::{By, Decision, Edit, Held as Waiting, MOST_BODY};
use crate::journal::text;
use crate::mask::Masker;
use crate::model::injection::{Plane, Side};
use crate::proxy::asked::Asked as Target;
use crate::proxy::decide;
use crate::text::{Text, text};

pub(super) fn operations() -> Vec<Operation> {
    const ID: &str = "As listed.";
    const NONE: &str = "Nothing of this id is held, or no longer.";
    vec![
        Operation::get("/api/held", list, "Exchanges that are held at breakpoints.")
            .gives::<Listed>(200, "The longest first."),
        Operation::get("/api/held/{id}", one, "What is held, with its headers and its body.")
            .part::<String>("id", ID)
            .query::<Shown>()
            .gives::<Detail>(200, "As it would go on.")
            .fails(400, "A parameter cannot be read.")
            .fails(404, NONE),
        Operation::post(
            "/api/held/{id}",
            decided,
            "Lets it go on, as it is or edited, or drops it.",
        )
        .part::<String>("id", ID)
        .takes::<Word>()
        .up_to(MOST_SENT)
        .gives_nothing("So it is done.")
        .fails(400, "It cannot go on like that; it is still held.")
        .fails(403, "No rule of the app allows this URL; it is still held.")
        .fails(404, NONE)
        .fails(422, "The body has another form."),
    ]
}

/// A body in base64, and what is around it.
const MOST_SENT: usize = 8 << 20;

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HeldExchanges")]
struct Listed {
    held: Vec<Held>,
    /// Breakpoints in force.
    breakpoints: usize,
}

/// One that is held.
#[derive(Debug, Serialize, JsonSchema)]
struct Held {
    id: String,
    breakpoint: String,
    side: &'static str,
    plane: &'static str,
    /// Its number in the timeline, as soon as it stands there.
    exchange: Option<i64>,
    app: Option<String>,
    event: Option<String>,
    method: String,
    url: String,
    /// Of an answer.
    status: Option<u16>,
    /// Milliseconds for which it has been held.
    held_ms: u64,
    /// Milliseconds until it goes on by itself.
    left_ms: u64,
}

/// What of it may be edited.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HeldExchange")]
struct Detail {
    #[serde(flatten)]
    held: Held,
    /// Path and query.
    target: String,
    headers: Headers,
    /// Where its body is a text: without its coding.
    body: Option<String>,
    /// Where it is none.
    body_base64: Option<String>,
    bytes: usize,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Shown {
    /// Whether secrets are shown.
    reveal: bool,
}

/// What becomes of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HeldDecision")]
struct Word {
    /// `go` or `drop`.
    #[serde(rename = "do")]
    what: What,
    /// Who says so: `page`, `cli` or `api`.
    #[serde(default)]
    by: Who,
    /// Of a request.
    #[serde(default)]
    method: Option<String>,
    /// Path and query of a request.
    #[serde(default)]
    target: Option<String>,
    /// Of an answer.
    #[serde(default)]
    status: Option<u16>,
    /// Headers that have these values instead.
    #[serde(default)]
    set: Headers,
    /// Headers that are left out.
    #[serde(default)]
    unset: Vec<String>,
    /// Another body, as text.
    #[serde(default)]
    body: Option<String>,
    /// Another body, whatever it is.
    #[serde(default)]
    body_base64: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum What {
    Go,
    Drop,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Who {
    Page,
    Cli,
    #[default]
    Api,
}

async fn list(State(surface): State<Surface>) -> Json<Listed> {
    let injections = &surface.proxy.injections;
    let mask = surface.masker();
    let held = injections.holds().list();
    let held = held.iter().map(|held| Held::of(&surface, held, Some(&mask))).collect();
    Json(Listed { held, breakpoints: injections.breakpoints().len() })
}

async fn one(
    State(surface): State<Surface>,
    Path(id): Path<String>,
    asked: Result<Query<Shown>, QueryRejection>,
) -> Result<Json<Detail>, Problem> {
    let Query(asked) = asked?;
    let held = found(&surface, &id)?;
    let mask = (!asked.reveal).then(|| surface.masker());
    Ok(Json(Detail::of(&surface, &held, mask.as_deref())))
}

async fn decided(
    State(surface): State<Surface>,
    Path(id): Path<String>,
    word: Result<Json<Object<Word>>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(Object(word)) = word?;
    let held = found(&surface, &id)?;
    let decision = match word.what {
        What::Drop => Decision::Drop(match word.by {
            Who::Page => By::Page,
            Who::Cli => By::Cli,
            Who::Api => By::Api,
        }),
        What::Go => {
            let edit = edit(word, &held)?;
            allowed(&surface, &held, &edit)?;
            if edit.is_empty() { Decision::GoOn } else { Decision::Edit(Box::new(edit)) }
        }
    };
    match surface.proxy.injections.holds().decide(&id, decision) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(not_held(&id)),
    }
}

fn found(surface: &Surface, id: &str) -> Result<std::sync::Arc<Waiting>, Problem> {
    surface.proxy.injections.holds().find(id).ok_or_else(|| not_held(id))
}

fn not_held(id: &str) -> Problem {
    let detail = text!("Nothing called {id} is held, or no longer.", id);
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_held",
        detail,
        text!("GET /api/held lists what is held."),
    )
    .for_commands(text!("`evotor-gateway held list` shows what is held."))
}

fn edit(word: Word, held: &Waiting) -> Result<Edit, Problem> {
    let is_answer = held.breakpoint.stop.side == Side::Answer;
    if is_answer && (word.method.is_some() || word.target.is_some()) {
        let hint = "Edit its status, headers and body.";
        return Err(Problem::bad(
            text!("An answer has neither a method nor a path."),
            Text::fixed(hint),
        ));
    }
    if !is_answer && word.status.is_some() {
        let hint = "Edit its method, path, headers and body.";
        return Err(Problem::bad(text!("A request has no status."), Text::fixed(hint)));
    }
    let body = match (word.body, word.body_base64) {
        (Some(_), Some(_)) => {
            return Err(Problem::bad(
                text!("One of `body` and `body_base64` is enough."),
                text!("Leave one out."),
            ));
        }
        (Some(text), None) => Some(text.into_bytes()),
        (None, Some(text)) => Some(of_base64(&text)?),
        (None, None) => None,
    };
    if body.as_ref().is_some_and(|body| body.len() > MOST_BODY) {
        let detail = text!("The body has more than {most_body} MiB.", most_body = MOST_BODY >> 20);
        return Err(Problem::bad(detail, text!("Write less.")));
    }
    let mut set = Vec::new();
    for (field, values) in word.set {
        let parsed = name(&field)?;
        let values = match values {
            Values::One(value) => vec![value],
            Values::Many(values) => values,
        };
        for one in values {
            set.push((parsed.clone(), unmasked(&field, &one)?));
        }
    }
    let status = word.status.map(|status| {
        let fits = |status: &StatusCode| (200..600).contains(&status.as_u16());
        StatusCode::from_u16(status).ok().filter(fits).ok_or_else(|| {
            Problem::bad(
                text!("`status: {status}` is no status.", status),
                text!("Write a number from 200 to 599."),
            )
        })
    });
    Ok(Edit {
        method: word.method.map(|method| of_method(&method)).transpose()?,
        target: word.target.filter(|target| *target != held.message.target),
        status: status.transpose()?,
        set,
        unset: word.unset.iter().map(|field| name(field)).collect::<Result<_, _>>()?,
        body: body.map(Into::into),
    })
}

fn of_method(method: &str) -> Result<Method, Problem> {
    let known = ["GET", "POST", "PUT", "DELETE", "PATCH"];
    match Method::from_bytes(method.as_bytes()) {
        Ok(read) if known.contains(&read.as_str()) => Ok(read),
        _ => Err(Problem::bad(
            text!("`{method}` is no method.", method),
            text!("Write GET or POST."),
        )),
    }
}

/// What is shown in place of a secret is none.
fn unmasked(field: &str, text: &str) -> Result<hyper::header::HeaderValue, Problem> {
    if text.contains("••••") {
        return Err(Problem::bad(
            text!("The header {field} has dots in the place of a secret.", field),
            text!("Leave it as it is: the gateway has the true value. Or write all of it."),
        ));
    }
    value(field, text)
}

/// An app's rules hold for what its request is edited to, as they will once more when it goes on.
fn allowed(surface: &Surface, held: &Waiting, edit: &Edit) -> Result<(), Problem> {
    let Some(target) = &edit.target else { return Ok(()) };
    let url = &held.message.url;
    let origin = url.get(..url.len() - held.message.target.len()).unwrap_or_default();
    let bad = |fault: crate::fault::Fault, status| {
        Problem::new(status, fault.code.name(), fault.detail, fault.hint)
    };
    if !target.starts_with('/') {
        return Err(Problem::bad(
            text!("The path does not begin with `/`."),
            text!("Write path and query."),
        ));
    }
    let asked = Target::of_url(&format!("{origin}{target}"))
        .map_err(|fault| bad(fault, StatusCode::BAD_REQUEST))?;
    let known = surface.proxy.snapshot.load();
    let app = held.app.as_deref().and_then(|app| known.app_by_name(app));
    if held.breakpoint.stop.scope.plane != Plane::Proxy || !held.is_by_rule {
        return Ok(());
    }
    match app.map(|app| decide::decide(&asked, app, &known, &mut None)) {
        Some(Err(fault)) => Err(bad(fault, StatusCode::FORBIDDEN)),
        Some(Ok(_)) | None => Ok(()),
    }
}

impl Held {
    fn of(surface: &Surface, held: &Waiting, mask: Option<&Masker>) -> Self {
        let now = Instant::now();
        let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let url = &held.message.url;
        let stop = &held.breakpoint.stop;
        Self {
            id: held.id.clone(),
            breakpoint: held.breakpoint.id.to_string(),
            side: stop.side.word(),
            plane: stop.scope.plane.word(),
            exchange: surface.journal.as_ref().and_then(|journal| journal.held(&held.id)),
            app: held.app.clone(),
            event: held.event.clone(),
            method: held.message.method.clone(),
            url: mask.map_or_else(|| url.clone(), |mask| mask.url(url).into_owned()),
            status: held.message.status,
            held_ms: ms(now.saturating_duration_since(held.begun)),
            left_ms: ms(held.until.saturating_duration_since(now)),
        }
    }
}

impl Detail {
    fn of(surface: &Surface, held: &Waiting, mask: Option<&Masker>) -> Self {
        let message = &held.message;
        let field = |name| message.fields.get(name).map_or(&b""[..], |value| value.as_bytes());
        let (coding, kind) = (field("content-encoding"), field("content-type"));
        let text = text::read_within(&message.body, coding, kind, text::LIMIT);
        let text = text.filter(|text| !text.is_cut);
        let masked = |text: &str| match mask {
            Some(mask) => mask.text(text).into_owned(),
            None => text.to_owned(),
        };
        let body = text.map(|text| masked(&text.content));
        let base64 = body.is_none().then(|| match mask {
            Some(mask) => STANDARD.encode(mask.bytes(&message.body)),
            None => STANDARD.encode(&message.body),
        });
        Self {
            held: Held::of(surface, held, mask),
            target: match mask {
                Some(mask) => mask.url(&message.target).into_owned(),
                None => message.target.clone(),
            },
            headers: shown(&message.fields, mask),
            body,
            body_base64: base64,
            bytes: message.body.len(),
        }
    }
}
