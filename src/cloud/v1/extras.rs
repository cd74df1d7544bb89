//! Schemes and extra fields of products. An app sees and changes its own; the token says which it is.

use axum::extract::State as Here;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::{At, Intake, Whole};
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::reader::is_uuid;
use crate::cloud::reading::Reading;
use crate::cloud::routes::Table;
use crate::store::StoreError;
use crate::store::extras::{self, Drawer, Entry, Kind};

/// Characters of an id; the vendor's samples have some that are no uuids.
const ID: std::ops::RangeInclusive<usize> = 1..=128;

/// The addresses of both kinds.
pub(super) fn routes(products: &str) -> Table {
    vec![
        (
            format!("{products}/schemes"),
            get(|state, caller, at| list(state, caller, at, Kind::Scheme))
                .post(|state, caller, at, body| put(state, caller, at, body, Kind::Scheme)),
        ),
        (
            format!("{products}/schemes/delete"),
            post(|state, caller, at, body| delete(state, caller, at, body, Kind::Scheme)),
        ),
        (
            format!("{products}/extras"),
            get(|state, caller, at| list(state, caller, at, Kind::Extra))
                .post(|state, caller, at, body| put(state, caller, at, body, Kind::Extra)),
        ),
        (
            format!("{products}/extras/delete"),
            post(|state, caller, at, body| delete(state, caller, at, body, Kind::Extra)),
        ),
    ]
}

async fn list(
    Here(state): Here<State>,
    caller: Caller,
    At(store): At<String>,
    kind: Kind,
) -> Result<Response, Problem> {
    let drawer = drawer(&caller, &store, kind)?;
    let all = state.store.write(move |tx| extras::list(tx, &drawer)).await?;
    let body = format!("[{}]", all.join(","));
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

async fn put(
    Here(state): Here<State>,
    caller: Caller,
    At(store): At<String>,
    intake: Intake,
    kind: Kind,
) -> Result<(), Problem> {
    let drawer = drawer(&caller, &store, kind)?;
    let (app, reading) = (caller.app, caller.reading);
    let entries = intake.read(move |body| read(body, kind, &app, &reading)).await?;
    let work = move |tx: &_| entries.iter().try_for_each(|entry| extras::put(tx, &drawer, entry));
    Ok(state.store.write(work).await?)
}

async fn delete(
    Here(state): Here<State>,
    caller: Caller,
    At(store): At<String>,
    intake: Intake,
    kind: Kind,
) -> Result<(), Problem> {
    let drawer = drawer(&caller, &store, kind)?;
    let ids = intake.read(|body| ids(&body.array()?)).await?;
    let work = move |tx: &_| {
        ids.iter().try_for_each(|id| extras::remove(tx, &drawer, id))?;
        Ok::<_, StoreError>(())
    };
    Ok(state.store.write(work).await?)
}

fn drawer(caller: &Caller, store: &str, kind: Kind) -> Result<Drawer, Problem> {
    Ok(Drawer { app: caller.app.clone(), shelf: caller.shelf(store)?, kind })
}

/// All of a body or nothing.
fn read(body: &Whole, kind: Kind, app: &str, reading: &Reading) -> Result<Vec<Entry>, Problem> {
    let (mut entries, mut violations) = (Vec::new(), Vec::new());
    for (at, raw) in body.array()?.into_iter().enumerate() {
        let Ok(Value::Object(object)) = serde_json::from_str(raw.get()) else {
            let violation = Violation::new(format!("[{at}]"), "must be an object");
            return Err(Problem::violated(vec![violation]));
        };
        match entry(at, object, kind, app, reading) {
            Ok(entry) => entries.push(entry),
            Err(violation) => violations.push(violation),
        }
    }
    if violations.is_empty() { Ok(entries) } else { Err(Problem::violated(violations)) }
}

/// What is kept is what was written, with the app that the token names.
fn entry(
    at: usize,
    mut object: Map<String, Value>,
    kind: Kind,
    app: &str,
    reading: &Reading,
) -> Result<Entry, Violation> {
    let subject = |name: &str| format!("[{at}].{name}");
    let wrong = |name: &str, reason: &str| Violation::new(subject(name), reason);
    for name in ["data", "scheme"] {
        if let Some(value) = object.get_mut(name) {
            *value = reading.object(&subject(name), std::mem::take(value));
            if !value.is_object() && !value.is_null() {
                return Err(wrong(name, "must be an object"));
            }
        }
    }
    object.retain(|_, value| !value.is_null());
    let id = id_of(object.get("uuid"), reading).ok_or_else(|| wrong("uuid", "must be a uuid"))?;
    let said = object.get("appId").and_then(Value::as_str);
    if said.is_some_and(|said| !said.eq_ignore_ascii_case(app)) {
        let refused = || Problem::bad("appId");
        let note = "appId is another app's; the token says which app it is.";
        reading.tolerate(note, refused).map_err(|_| wrong("appId", "is not the token's app"))?;
    }
    object.insert("appId".to_owned(), app.into());
    let product = match kind {
        Kind::Scheme if object.get("items").is_some_and(Value::is_array) => None,
        Kind::Scheme => return Err(wrong("items", "must be an array")),
        Kind::Extra => {
            let product = object.get("key").and_then(|key| key.get("uuid"));
            let product = id_of(product, reading);
            Some(product.ok_or_else(|| wrong("key.uuid", "must be a product's uuid"))?)
        }
    };
    let form = Value::Object(object).to_string();
    Ok(Entry { id, product, form })
}

fn id_of(value: Option<&Value>, reading: &Reading) -> Option<String> {
    let id = value?.as_str()?;
    let fits = if reading.is_strict() { is_uuid(id) } else { ID.contains(&id.chars().count()) };
    fits.then(|| id.to_owned())
}

/// Ids as the vendor documents them, or objects that hold them, as with products. None removes none:
/// the vendor asks for one or several.
fn ids(array: &[&RawValue]) -> Result<Vec<String>, Problem> {
    if array.is_empty() {
        return Err(Problem::bad("The body names no id to remove."));
    }
    let id = |(at, raw): (usize, &&RawValue)| {
        let id = match serde_json::from_str(raw.get()) {
            Ok(Value::String(id)) => Some(id),
            Ok(Value::Object(object)) => {
                object.get("uuid").and_then(Value::as_str).map(str::to_owned)
            }
            Ok(_) | Err(_) => None,
        };
        let wrong = || Problem::violated(vec![Violation::new(format!("[{at}]"), "must be an id")]);
        id.filter(|id| !id.is_empty()).ok_or_else(wrong)
    };
    array.iter().enumerate().map(id).collect()
}
