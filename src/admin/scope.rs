//! Which exchanges a stub or a breakpoint is for, as the API takes and tells it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Surface;
use super::exchanges::filter;
use super::faults::refusal;
use super::problem::Problem;
use crate::config::injection::{self, Known, Whom, Written};
use crate::config::nearest::nearest;
use crate::injection::{Condition, Scope, Subject};
use crate::journal::filter::{Filter, Row};
use crate::mask::Masker;
use crate::model::injection::Plane;
use crate::model::wildcard::Wildcard;
use crate::text::text;

/// Which exchanges are meant; what is not written means every one of its plane.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct Wanted {
    /// `proxy` or `webhook`.
    #[schemars(extend("enum" = ["proxy", "webhook", null]))]
    pub(super) plane: Option<String>,
    /// The app's name or id.
    pub(super) app: Option<String>,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub(super) method: Option<String>,
    /// With or without its port, with `*` for any characters.
    pub(super) host: Option<String>,
    /// With `*` for any characters.
    pub(super) path: Option<String>,
    /// Of a webhook, with `*` for any characters.
    pub(super) event: Option<String>,
    /// In the filter language, as far as it is known when the exchange begins; of an answer its status
    /// and type besides.
    pub(super) filter: Option<String>,
    /// Only so many exchanges.
    #[schemars(with = "Option<u64>")]
    pub(super) first: Option<Number>,
}

/// A number, or a text that is one, as a fault takes it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Number {
    Number(serde_json::Number),
    Text(String),
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The same as it is told.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Told {
    plane: &'static str,
    app: Option<String>,
    method: Option<String>,
    host: Option<String>,
    path: Option<String>,
    event: Option<String>,
    filter: Option<String>,
}

impl Told {
    pub(super) fn of(scope: &Scope, mask: &Masker) -> Self {
        // A path may name a token.
        let wild = |wanted: &Option<Wildcard>| {
            wanted.as_ref().map(|wanted| mask.url(wanted.as_str()).into_owned())
        };
        Self {
            plane: scope.plane.word(),
            app: scope.app.as_ref().map(|app| app.written.clone()),
            method: scope.method.clone(),
            host: wild(&scope.host),
            path: wild(&scope.path),
            event: wild(&scope.event),
            filter: scope.filter.as_ref().map(|filter| mask.text(filter.text()).into_owned()),
        }
    }
}

/// Reads what is meant. `more` are keys that a fault has as well, by their names.
pub(super) fn scope(
    surface: &Surface,
    wanted: Wanted,
    more: &[(&'static str, Option<String>)],
    is_answered: bool,
) -> Result<(Scope, Whom), Problem> {
    let Wanted { plane, app, method, host, path, event, filter, first } = wanted;
    let first = first.map(|first| first.to_string());
    let own = [("plane", plane), ("app", app), ("path", path), ("event", event), ("first", first)];
    let all = own.into_iter().chain(more.iter().cloned());
    let written: Vec<Written> = all.filter(|(_, value)| value.is_some()).collect();
    let known = Known::of(&surface.plane.config().load());
    let whom = injection::whom(&written, &known).map_err(|wrong| refusal(&wrong, &written))?;
    let method = method.map(|method| of_method(&method, whom.plane)).transpose()?;
    let host = host.map(|host| of_host(&host)).transpose()?;
    let filter = filter.filter(|text| !text.trim().is_empty());
    let filter = filter.map(|text| condition(text, is_answered)).transpose()?;
    let (app, path, event) = (whom.app.clone(), whom.path.clone(), whom.event.clone());
    Ok((Scope { plane: whom.plane, app, method, host, path, event, filter }, whom))
}

fn of_method(method: &str, plane: Plane) -> Result<String, Problem> {
    let method = method.to_ascii_uppercase();
    let known = ["GET", "POST", "PUT", "DELETE", "PATCH"];
    if known.contains(&method.as_str()) && (plane == Plane::Webhook || method != "PATCH") {
        return Ok(method);
    }
    Err(Problem::bad(
        text!("`method: {method}` is none that is sent.", method),
        text!("Write GET, POST, PUT or DELETE."),
    ))
}

fn of_host(host: &str) -> Result<Wildcard, Problem> {
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"/?#@".contains(&byte);
    match !host.is_empty() && host.bytes().all(fits) {
        true => Ok(Wildcard::new(&host.to_ascii_lowercase())),
        false => Err(Problem::bad(
            text!("`host: {host}` is no host.", host),
            text!("Write it without scheme and path, with * for any characters: *.example.ru."),
        )),
    }
}

fn condition(text: String, is_answered: bool) -> Result<Arc<dyn Condition>, Problem> {
    let read = filter(&text)?;
    if let Some(part) = read.not_known_yet(is_answered) {
        let when = if is_answered { "its answer comes" } else { "the exchange begins" };
        return Err(Problem::bad(
            text!("`{part}` in the filter is not known yet when {when}.", part, when => when),
            text!(
                "Use app, plane, method, host, path, url, user, store, device, event, delivery or \
             attempt; of an answer status and type besides."
            ),
        ));
    }
    Ok(Arc::new(Wish { text, filter: read }))
}

/// A filter as it was written.
#[derive(Debug)]
struct Wish {
    text: String,
    filter: Filter,
}

impl Condition for Wish {
    fn holds(&self, subject: &Subject<'_>) -> bool {
        self.filter.matches(&row(subject)) == Some(true)
    }

    fn text(&self) -> &str {
        &self.text
    }
}

fn row<'a>(subject: &Subject<'a>) -> Row<'a> {
    Row {
        running: true,
        plane: match subject.plane {
            Plane::Proxy => 0,
            Plane::Webhook => 1,
            Plane::Cloud => 2,
        },
        at: subject.at,
        app: subject.app,
        user: subject.user,
        store: subject.store,
        device: subject.device,
        device_name: subject.device_name,
        method: subject.method,
        host: subject.host,
        path: subject.path,
        url: subject.url,
        event: subject.event,
        delivery: subject.delivery,
        attempt: subject.attempt.map(i64::from),
        status: subject.status,
        answer_type: subject.answer_type,
        ..Row::default()
    }
}

/// Reads an object whose keys are known.
pub(super) fn read<T: DeserializeOwned>(
    asked: Map<String, Value>,
    keys: &[&str],
    what: &'static str,
) -> Result<T, Problem> {
    if let Some(name) = asked.keys().find(|name| !keys.contains(&name.as_str())) {
        let hint = match nearest(name, keys.iter().copied()) {
            Some(word) => text!("Did you mean `{word}`?", word),
            None => text!("Known here: {join}.", join = keys.join(", ")),
        };
        return Err(Problem::bad(text!("{what} has no `{name}`.", what => what, name), hint));
    }
    serde_json::from_value(Value::Object(asked)).map_err(|error| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Problem::new(
            status,
            "bad_request",
            text!("{what} cannot be read: {error}.", what => what, error),
            text!(""),
        )
    })
}

/// Values by names, in the order of the names.
pub(super) type Headers = BTreeMap<String, Values>;

/// One value, or several of them.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum Values {
    One(String),
    Many(Vec<String>),
}
