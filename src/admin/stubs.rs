//! `/api/stubs`: answers that stand in for the partner's. What is added here lives until the next start.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use super::scope::{self, Headers, Told, Values, Wanted};
use crate::config::duration_text;
use crate::injection::is_made_anew;
use crate::injection::stub::{Canned, Content, MOST_BODY, Stub as Rule, is_below};
use crate::mask::Masker;
use crate::text::{Text, text};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/stubs", list, "Stubs: answers that stand in for the partner's.")
            .gives::<Listed>(200, "In the order in which they are asked."),
        Operation::post("/api/stubs", add, "Answers from now on, until the next start.")
            .takes::<Wish>()
            .up_to(MOST_SENT)
            .gives::<Stub>(201, "It is in force.")
            .fails(400, "There is no such key or value; or the keys contradict each other.")
            .fails(422, "The body has another form."),
        Operation::delete("/api/stubs", clear, "Ends all of them.").gives_nothing("All are gone."),
        Operation::delete("/api/stubs/{id}", remove, "Ends one.")
            .part::<String>("id", "As listed.")
            .gives_nothing("It is gone.")
            .fails(404, "None is called so."),
    ]
}

/// A body in base64, and what is around it.
const MOST_SENT: usize = 12 << 20;

const KEYS: [&str; 15] = [
    "plane",
    "app",
    "method",
    "host",
    "path",
    "event",
    "filter",
    "first",
    "status",
    "headers",
    "body",
    "body_base64",
    "file",
    "delay",
    "type",
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "NewStub", extend("additionalProperties" = false))]
struct Wish {
    #[serde(flatten)]
    wanted: Wanted,
    /// 200 where none is written.
    #[schemars(range(min = 200, max = 599))]
    status: Option<u16>,
    /// By name: a value, or a list of values. What frames a message is made by the gateway.
    headers: Headers,
    /// Content-Type; found out where none is written.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// As text.
    body: Option<String>,
    /// Whatever it is.
    body_base64: Option<String>,
    /// A file that is read for each answer, relative to the folder of gateway.yaml.
    file: Option<String>,
    /// It waits before: `2s`.
    delay: Option<String>,
}

/// All in force, in the order in which they are asked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Stubs")]
struct Listed {
    stubs: Vec<Stub>,
}

/// One, with the keys by which it was made.
#[derive(Debug, Serialize, JsonSchema)]
struct Stub {
    id: String,
    #[serde(flatten)]
    told: Told,
    status: u16,
    headers: Headers,
    /// The beginning of its body, where that is a text.
    body: Option<String>,
    /// Bytes of its body, where that is no file.
    bytes: Option<usize>,
    file: Option<String>,
    delay: Option<String>,
    first: Option<u64>,
    /// Exchanges it has answered.
    hits: u64,
}

/// Characters of a body that a list shows.
const SHOWN: usize = 2000;

async fn list(State(surface): State<Surface>) -> Json<Listed> {
    let mask = surface.masker();
    let stubs = surface.proxy.injections.stubs();
    Json(Listed { stubs: stubs.iter().map(|stub| Stub::of(stub, &mask)).collect() })
}

async fn add(
    State(surface): State<Surface>,
    asked: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Result<(StatusCode, Json<Stub>), Problem> {
    let Json(asked) = asked?;
    let Wish { wanted, status, headers, kind, body, body_base64, file, delay } =
        scope::read(asked, &KEYS, "A stub")?;
    let content = content(body, body_base64, file)?;
    let (scope, whom) = scope::scope(&surface, wanted, &[("delay", delay)], false)?;
    let mut fields = fields(headers)?;
    if let Some(kind) = kind {
        fields.insert(hyper::header::CONTENT_TYPE, value("content-type", &kind)?);
    }
    let answer = Canned { status: of_status(status)?, fields, content, delay: whom.delay };
    let stub = surface.proxy.injections.add_stub(scope, answer, whom.first);
    tracing::warn!(stub = %stub.id, "A stub answers in a partner's place from now on");
    Ok((StatusCode::CREATED, Json(Stub::of(&stub, &surface.masker()))))
}

async fn remove(
    State(surface): State<Surface>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if surface.proxy.injections.remove_stubs(|stub| *stub.id == *id) > 0 {
        return Ok(StatusCode::NO_CONTENT);
    }
    let detail = text!("No stub is called {id}.", id);
    let hint = "GET /api/stubs lists those in force.";
    Err(Problem::new(StatusCode::NOT_FOUND, "not_found", detail, Text::fixed(hint))
        .for_commands(text!("`evotor-gateway stub list` shows those in force.")))
}

async fn clear(State(surface): State<Surface>) -> StatusCode {
    surface.proxy.injections.remove_stubs(|_| true);
    StatusCode::NO_CONTENT
}

fn of_status(status: Option<u16>) -> Result<StatusCode, Problem> {
    let status = status.unwrap_or(200);
    let fits = (200..=599).contains(&status);
    StatusCode::from_u16(status).ok().filter(|_| fits).ok_or_else(|| {
        Problem::bad(
            text!("`status: {status}` is no status.", status),
            text!("Write a number from 200 to 599."),
        )
    })
}

fn content(
    body: Option<String>,
    body_base64: Option<String>,
    file: Option<String>,
) -> Result<Content, Problem> {
    match (body, body_base64, file) {
        (None, None, None) => Ok(Content::Bytes(Bytes::new())),
        (Some(text), None, None) => bounded(text.into_bytes()),
        (None, Some(text), None) => bounded(of_base64(&text)?),
        (None, None, Some(name)) if is_below(&name) => Ok(Content::File(name)),
        (None, None, Some(name)) => Err(Problem::bad(
            text!("`file: {name}` does not stand below the folder of gateway.yaml.", name),
            text!("Name a file by its path from that folder on, without `..`: stubs/bonus.json."),
        )),
        _ => Err(Problem::bad(
            text!("A stub has one of `body`, `body_base64` and `file`."),
            text!("Leave the others out."),
        )),
    }
}

fn bounded(bytes: Vec<u8>) -> Result<Content, Problem> {
    if bytes.len() as u64 <= MOST_BODY {
        return Ok(Content::Bytes(bytes.into()));
    }
    let (bytes, most) = (bytes.len(), MOST_BODY >> 20);
    let detail = text!("The body has {bytes} bytes; {most} MiB are the most.", bytes, most);
    Err(Problem::bad(detail, text!("Answer with less.")))
}

pub(super) fn of_base64(text: &str) -> Result<Vec<u8>, Problem> {
    STANDARD.decode(text).map_err(|error| {
        Problem::bad(text!("body_base64 is not base64: {error}.", error), text!("Or write `body`."))
    })
}

/// Fields that somebody wrote; none that frames a message.
pub(super) fn fields(headers: Headers) -> Result<HeaderMap, Problem> {
    let mut fields = HeaderMap::new();
    for (name, values) in headers {
        let parsed = self::name(&name)?;
        let values = match values {
            Values::One(value) => vec![value],
            Values::Many(values) => values,
        };
        for one in values {
            fields.append(parsed.clone(), value(&name, &one)?);
        }
    }
    Ok(fields)
}

/// The name of a field that somebody may write.
pub(super) fn name(name: &str) -> Result<HeaderName, Problem> {
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        Problem::bad(text!("`{name}` is no header's name.", name), text!("Write one, as in X-Own."))
    })?;
    if is_made_anew(name) {
        return Err(Problem::bad(
            text!(
                "The header {name} is made by the gateway: it frames the message, or belongs to \
                 its connection.",
                name
            ),
            text!("Leave it out."),
        ));
    }
    Ok(parsed)
}

pub(super) fn value(name: &str, value: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        Problem::bad(
            text!("The header {name} cannot have this value.", name),
            text!("Write one line."),
        )
    })
}

/// Fields as they are shown.
pub(super) fn shown(fields: &HeaderMap, mask: Option<&Masker>) -> Headers {
    let mut all = Headers::new();
    for name in fields.keys() {
        let text = |value: &HeaderValue| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            mask.map_or_else(
                || text.clone(),
                |mask| mask.field(name.as_str(), &text).0.into_owned(),
            )
        };
        let mut values: Vec<_> = fields.get_all(name).iter().map(text).collect();
        let value = match values.len() {
            1 => Values::One(values.remove(0)),
            _ => Values::Many(values),
        };
        all.insert(name.to_string(), value);
    }
    all
}

impl Stub {
    fn of(stub: &Rule, mask: &Masker) -> Self {
        let Canned { status, fields, content, delay } = &stub.answer;
        let (body, bytes, file) = match content {
            Content::File(name) => (None, None, Some(name.clone())),
            Content::Bytes(bytes) => {
                let text = std::str::from_utf8(bytes).ok();
                let begins = |text: &str| text.chars().take(SHOWN).collect::<String>();
                let text = text.map(|text| mask.text(&begins(text)).into_owned());
                (text, Some(bytes.len()), None)
            }
        };
        Self {
            id: stub.id.to_string(),
            told: Told::of(&stub.scope, mask),
            status: status.as_u16(),
            headers: shown(fields, Some(mask)),
            body,
            bytes,
            file,
            delay: delay.map(duration_text),
            first: stub.first.map(std::num::NonZeroU64::get),
            hits: stub.hits(),
        }
    }
}
