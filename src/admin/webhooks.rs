//! `/api/webhooks`: the catalogue, and events that are made to happen.

mod asna;
mod preview;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Surface;
use super::deliveries::shown;
use super::problem::Problem;
use super::routes::Operation;
use crate::admin::object::Object;
use crate::config;
use crate::model::event::{Authority, Class, Event};
use crate::store::deliveries::class_name;
use crate::store::listing::Summary;
use crate::text::{Text, text};
use crate::webhook::payload::DocumentKind;
use crate::webhook::plane::Trigger;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/webhooks", list, "The catalogue of events.")
            .gives::<Vec<Listed>>(200, "Every event of every vendor."),
        Operation::post("/api/webhooks", trigger, "Makes events happen: their webhooks are sent.")
            .takes::<Asked>()
            .up_to(LARGEST)
            .gives::<Triggered>(200, "What is sent.")
            .fails(400, "The wish cannot be understood.")
            .fails(409, "The user's token that authorises the event is not known.")
            .fails(422, "Nobody is meant, or the body has another form."),
        Operation::post("/api/webhooks/preview", preview::preview, "What a trigger would send.")
            .takes::<Asked>()
            .up_to(LARGEST)
            .gives::<preview::Draft>(200, "The first webhook, its secrets masked.")
            .fails(400, "The wish cannot be understood.")
            .fails(409, "The user's token that authorises the event is not known.")
            .fails(422, "Nobody is meant, or the body has another form."),
    ]
}

/// One row of the catalogue.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct Listed {
    event: &'static str,
    method: &'static str,
    path: &'static str,
    authorization: &'static str,
    class: &'static str,
    repeated: &'static str,
    title: &'static str,
    source: &'static str,
}

async fn list() -> Json<Vec<Listed>> {
    Json(catalogue())
}

/// Every event, as the API lists it.
pub fn catalogue() -> Vec<Listed> {
    let listed = |event: &Event| Listed {
        event: event.name(),
        method: event.method(),
        path: event.path(),
        authorization: match event.authority() {
            Authority::App => "app token",
            Authority::User => "user token",
        },
        class: class_name(event.class()),
        repeated: match event.class() {
            Class::Request => "never",
            Class::Lifecycle => "once a minute for 3 days until 200",
            Class::Notification => "on the schedule of `retry.notifications` until 200",
        },
        title: event.title(),
        source: event.source(),
    };
    Event::ALL.iter().map(listed).chain(asna::listed()).collect()
}

/// See [`Trigger`] for what each key means.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Trigger")]
pub(super) struct Asked {
    event: Option<OneOrMany>,
    app: Option<String>,
    user: Option<String>,
    store: Option<String>,
    device: Option<String>,
    document: Option<String>,
    /// The body as a whole, in place of the composed one, sent as it is written here.
    #[schemars(with = "Option<Value>")]
    body: Option<Box<RawValue>>,
    /// The same as a text of JSON, sent with what stands around it: blanks, a byte order mark.
    content: Option<String>,
    set: Vec<String>,
    unset: Vec<String>,
    invalid: Vec<String>,
    copies: u32,
    count: u32,
    shuffle: bool,
    delay: Option<String>,
    seed: Option<u64>,
    wait: bool,
    reveal: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
struct Triggered {
    deliveries: Vec<Summary>,
    notes: Vec<Text>,
}

/// Bytes of a request; a body of its own may be a large one.
const LARGEST: usize = 64 << 20;

/// Bounds on what one request may ask for.
const MOST_EVENTS: u64 = 10_000;

async fn trigger(
    State(surface): State<Surface>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Triggered>, Problem> {
    let Json(Object(asked)) = asked?;
    let (wait, reveal) = (asked.wait, asked.reveal);
    let (mut ids, mut notes, mut hears) = (Vec::new(), Vec::new(), Vec::new());
    match asna::wish(&asked)? {
        Some(wish) => {
            let made = surface.asna.trigger(wish).await?;
            (ids, hears) = made.into_iter().unzip();
        }
        None => {
            for (made, hear) in surface.plane.trigger(meant(asked)?).await? {
                ids.push(made.id);
                hears.push(hear);
                notes.extend(made.notes);
            }
            notes.dedup();
        }
    }
    if wait {
        for hear in hears {
            // An outbox that stops leaves the delivery queued, and the answer shows that.
            let _ = hear.await;
        }
    }
    let deliveries = shown::found(&surface, ids, reveal).await?;
    Ok(Json(Triggered { deliveries, notes }))
}

impl Asked {
    /// The events' names.
    fn names(&self) -> &[String] {
        match &self.event {
            Some(OneOrMany::One(name)) => std::slice::from_ref(name),
            Some(OneOrMany::Many(names)) => names,
            None => &[],
        }
    }

    /// The body as a whole.
    fn whole(&self) -> Result<Option<String>, Problem> {
        let hint = "`body` is JSON inside the request, `content` a text of it.";
        match (&self.body, &self.content) {
            (Some(_), Some(_)) => {
                Err(Problem::bad(text!("There are two bodies."), Text::fixed(hint)))
            }
            (Some(body), None) => Ok(Some(shallow(body.get())?)),
            (None, Some(text)) if is_json(text) => Ok(Some(shallow(text)?)),
            (None, Some(_)) => Err(Problem::bad(text!("`content` is no JSON."), Text::fixed(hint))),
            (None, None) => Ok(None),
        }
    }
}

/// Whether a text is JSON, a byte order mark before it or not.
fn is_json(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// JSON that those who look at the delivery can read back.
fn shallow(text: &str) -> Result<String, Problem> {
    let (mut depth, mut deepest, mut is_text, mut is_escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if deepest > DEEPEST {
        let hint = text!("No body has more than {DEEPEST} levels.", DEEPEST);
        return Err(Problem::bad(text!("The body is too deep."), hint));
    }
    Ok(text.to_owned())
}

/// As deep as the readers of JSON here go.
const DEEPEST: usize = 127;

fn meant(asked: Asked) -> Result<Trigger, Problem> {
    let names = asked.names();
    let events = names.iter().map(|name| event(name)).collect::<Result<Vec<_>, _>>()?;
    if events.is_empty() {
        return Err(Problem::bad(
            text!("No event is named."),
            text!("Write {\"event\": \"user.create\"}."),
        ));
    }
    bounded(&asked)?;
    let body = asked.whole()?;
    let delay = asked.delay.map_or(Ok(0), |text| milliseconds(&text))?;
    Ok(Trigger {
        events,
        app: asked.app,
        user: asked.user,
        store: asked.store,
        device: asked.device,
        document: asked.document.map_or(Ok(DocumentKind::default()), |text| document(&text))?,
        body,
        set: asked.set,
        unset: asked.unset,
        invalid: asked.invalid,
        copies: asked.copies,
        count: asked.count,
        shuffle: asked.shuffle,
        may_be_empty: false,
        delay_ms: delay,
        seed: asked.seed,
    })
}

fn bounded(asked: &Asked) -> Result<(), Problem> {
    let times = u64::from(asked.count.max(1)) * u64::from(asked.copies.max(1));
    if times.saturating_mul(asked.names().len() as u64) > MOST_EVENTS {
        let hint = text!("At most {MOST_EVENTS} webhooks can be made at a time.", MOST_EVENTS);
        return Err(Problem::bad(text!("That is too many."), hint));
    }
    Ok(())
}

/// A duration of the API, in milliseconds.
pub(super) fn milliseconds(text: &str) -> Result<i64, Problem> {
    let duration = config::duration(text).map_err(|help| {
        Problem::bad(text!("`{text}` is no duration: {help}.", text, help => help), text!(""))
    })?;
    Ok(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

fn event(name: &str) -> Result<Event, Problem> {
    Event::by_name(name).ok_or_else(|| {
        let hint = match config::nearest::nearest(name, names()) {
            Some(near) => text!("Did you mean {near}?", near),
            None => text!("GET /api/webhooks, or `trigger --list`, lists them."),
        };
        Problem::bad(text!("No event is called {name}.", name), hint)
    })
}

/// The names of every vendor's events.
fn names() -> impl Iterator<Item = &'static str> + Clone {
    Event::NAMES.iter().chain(&crate::asna::Event::TRIGGERS).copied()
}

fn document(name: &str) -> Result<DocumentKind, Problem> {
    DocumentKind::by_name(name).ok_or_else(|| {
        let kinds: Vec<_> = DocumentKind::ALL.iter().map(|kind| kind.name()).collect();
        Problem::bad(
            text!("No document is composed of the type {name}.", name),
            text!("There are {join}; `--file` sends any other.", join = kinds.join(", ")),
        )
    })
}
