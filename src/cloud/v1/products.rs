//! Products and groups of a store: read, made or replaced, removed.

use axum::extract;
use axum::response::Response;
use serde_json::Value;
use serde_json::value::RawValue;

use super::left_out::LeftOut;
use super::product;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::{At, Intake};
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::reader::is_uuid;
use crate::cloud::reading::Reading;
use crate::cloud::stream::{self, Form};
use crate::store::goods::{self, Kind, Ready};

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
) -> Result<LeftOut, Problem> {
    let shelf = caller.shelf(&store)?;
    let reading = caller.reading;
    let (goods, left_out) = intake.read(move |body| read(&body.array()?, &reading)).await?;
    let now = state.clock.now_ms();
    let work =
        move |tx: &_| goods.iter().try_for_each(|good| goods::put(tx, &shelf, good, now).map(drop));
    state.store.write(work).await?;
    Ok(left_out)
}

pub(super) async fn delete(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    intake: Intake,
) -> Result<(), Problem> {
    let shelf = caller.shelf(&store)?;
    // The vendor's pages of 2017 have it both ways: no body removes everything, and so does [].
    let ids = intake
        .read(|body| if body.is_empty() { Ok(Vec::new()) } else { ids(&body.array()?) })
        .await?;
    let work = move |tx: &_| {
        if ids.is_empty() {
            return goods::clear(tx, &shelf).map(drop);
        }
        ids.iter().try_for_each(|id| goods::remove(tx, &shelf, id).map(drop))
    };
    Ok(state.store.write(work).await?)
}

/// What can be kept, and why the rest cannot.
fn read(array: &[&RawValue], reading: &Reading) -> Result<(Vec<Ready>, LeftOut), Problem> {
    let (mut goods, mut left_out) = (Vec::new(), LeftOut::default());
    for (at, raw) in array.iter().enumerate() {
        let at = format!("[{at}]");
        let Ok(Value::Object(object)) = serde_json::from_str(raw.get()) else {
            return Err(Problem::violated(vec![Violation::new(at, "must be an object")]));
        };
        match product::read(&at, object, reading) {
            Ok(good) => goods.push(Ready::of(&good)?),
            Err(broken) => broken.into_iter().for_each(|broken| left_out.note(broken)),
        }
    }
    Ok((goods, left_out))
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
