//! Products and groups of a store: read, made or replaced, removed.

use axum::extract;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use serde_json::value::RawValue;

use super::product;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::{At, Intake};
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::reader::is_uuid;
use crate::cloud::stream::{self, Form};
use crate::store::goods::{self, Kind, Ready};

const COUNT: HeaderName = HeaderName::from_static("x-products-violations-count");
const FIRST: HeaderName = HeaderName::from_static("x-products-violations");
/// Violations that are listed; the others are counted.
const LISTED: usize = 20;
/// Bytes of a violation's subject in a header.
const SUBJECT: usize = 120;

pub(super) async fn list(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
) -> Result<Response, Problem> {
    let form = Form { around: *b"[]", write: product::write };
    stream::all(&state, caller.shelf(&store)?, &[Kind::Product, Kind::Group], form).await
}

pub(super) async fn put(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    intake: Intake,
) -> Result<Response, Problem> {
    let shelf = caller.shelf(&store)?;
    let (goods, violations) = read(&intake.array()?)?;
    let now = state.clock.now_ms();
    let work = move |tx: &_| goods.iter().try_for_each(|good| goods::put(tx, &shelf, good, now));
    state.store.write(work).await?;
    Ok(reported(&violations))
}

pub(super) async fn delete(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    intake: Intake,
) -> Result<(), Problem> {
    let shelf = caller.shelf(&store)?;
    let ids = ids(&intake.array()?)?;
    let work = move |tx: &_| {
        if ids.is_empty() {
            return goods::clear(tx, &shelf).map(drop);
        }
        ids.iter().try_for_each(|id| goods::remove(tx, &shelf, id).map(drop))
    };
    Ok(state.store.write(work).await?)
}

/// An empty 200 that says which objects were left out.
pub(super) fn reported(violations: &[Violation]) -> Response {
    let mut response = ().into_response();
    if violations.is_empty() {
        return response;
    }
    let first: Vec<_> = violations.iter().take(LISTED).map(shortened).collect();
    let text = ascii(&serde_json::to_string(&first).unwrap_or_default());
    response.headers_mut().insert(COUNT, HeaderValue::from(violations.len()));
    if let Ok(text) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(FIRST, text);
    }
    response
}

/// What can be kept, and why the rest cannot.
fn read(array: &[&RawValue]) -> Result<(Vec<Ready>, Vec<Violation>), Problem> {
    let (mut goods, mut violations) = (Vec::with_capacity(array.len()), Vec::new());
    for (at, raw) in array.iter().enumerate() {
        let at = format!("[{at}]");
        let Ok(Value::Object(object)) = serde_json::from_str(raw.get()) else {
            return Err(Problem::violated(vec![Violation::new(at, "must be an object")]));
        };
        match product::read(&at, object) {
            Ok(good) => goods.push(Ready::of(&good)?),
            Err(broken) => violations.extend(broken),
        }
    }
    Ok((goods, violations))
}

fn ids(array: &[&RawValue]) -> Result<Vec<String>, Problem> {
    let id = |(at, raw): (usize, &&RawValue)| {
        let object: Option<Value> = serde_json::from_str(raw.get()).ok();
        let uuid = object.as_ref().and_then(|object| object.get("uuid")?.as_str());
        match uuid.filter(|uuid| is_uuid(uuid)) {
            Some(uuid) => Ok(uuid.to_owned()),
            None => {
                let violation = Violation::new(format!("[{at}].uuid"), "must be a uuid");
                Err(Problem::violated(vec![violation]))
            }
        }
    };
    array.iter().enumerate().map(id).collect()
}

fn shortened(violation: &Violation) -> Violation {
    let subject = violation.subject.chars().take(SUBJECT).collect::<String>();
    Violation::new(subject, violation.reason.clone())
}

/// JSON with everything beyond ASCII escaped, as a header can carry it.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_can_carry_any_violation() {
        let violation = Violation::new("[0].\u{1f37a}\u{7f}я".repeat(99), "is \"odd\"");
        let response = reported(&vec![violation; 30]);
        let fields = response.headers();
        assert_eq!(fields.get(&COUNT).and_then(|v| v.to_str().ok()), Some("30"));
        let first: Vec<Value> = fields
            .get(&FIRST)
            .and_then(|value| serde_json::from_str(value.to_str().ok()?).ok())
            .unwrap_or_default();
        assert_eq!(first.len(), LISTED);
    }
}
