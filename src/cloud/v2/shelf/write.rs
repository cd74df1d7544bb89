//! Products and groups are made, replaced and changed, one or many, in one transaction.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Line;
use super::change::{Deed, Place, Planned, Step, at, changed, plan};
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::v2::good::Item;
use crate::cloud::v2::progress;
use crate::net::aside::aside;
use crate::store::goods::{self, Kept, Ready, Shelf};
use crate::store::tasks::{self, Task};

/// One object: the answer is the object.
pub(super) async fn write_one<L: Line>(
    state: &State,
    caller: &Caller,
    store: &str,
    deed: Deed,
    body: Map<String, Value>,
) -> Result<Response, Problem> {
    let store = &caller.store(store)?.uuid;
    let shelf = Shelf::of(&caller.user_id, store);
    let planned = plan::<L>(deed, vec![(None, body)], &caller.reading)?;
    let now_ms = state.clock.now_ms();
    let work = state.store.try_write(move |tx| {
        let mut last = None;
        for one in planned {
            last = Some(write::<L>(tx, &shelf, None, one, now_ms)?);
        }
        Ok::<Option<Kept>, Problem>(last)
    });
    let kept = work.await?.ok_or_else(|| Problem::bad("Nothing was written."))?;
    let status = if deed == Deed::Make { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(Item::of(&kept, store, &caller.user_id))).into_response())
}

/// An array: all of it or nothing; the answer is a task.
pub(super) async fn write_many<L: Line>(
    state: &State,
    caller: &Caller,
    store: &str,
    deed: Deed,
    bodies: Vec<Map<String, Value>>,
) -> Result<Response, Problem> {
    let store = caller.store(store)?.uuid.clone();
    let (shelf, user) = (Shelf::of(&caller.user_id, &store), caller.user_id.clone());
    let (many, reading) = (bodies.len() > MANY, caller.reading.clone());
    let bodies = bodies.into_iter().enumerate().map(|(place, body)| (Some(place), body));
    let bodies = bodies.collect();
    let planned = aside(many, move || plan::<L>(deed, bodies, &reading)).await?;
    let now_ms = state.clock.now_ms();
    let mut task = Task {
        id: Uuid::new_v4().to_string(),
        app: caller.app.clone(),
        user: caller.user_id.clone(),
        kind: tasks::Kind::Bulk,
        form: json!({"type": L::WORD}),
        created: now_ms,
    };
    let work = state.store.try_write(move |tx| {
        let mut details = Vec::with_capacity(planned.len());
        for (place, one) in planned.into_iter().enumerate() {
            let kept = write::<L>(tx, &shelf, Some(place), one, now_ms)?;
            let item = serde_json::to_value(Item::of(&kept, &store, &user));
            details.push(item.map_err(|error| goods::unwritable(&error))?);
        }
        task.form["details"] = details.into();
        tasks::add(tx, &task)?;
        Ok::<Task, Problem>(task)
    });
    let task = work.await?;
    Ok((StatusCode::ACCEPTED, Json(progress::bulk(&task, now_ms))).into_response())
}

/// Objects from which it takes a while to look at all of them.
const MANY: usize = 200;

fn write<L: Line>(
    tx: &Connection,
    shelf: &Shelf,
    place: Place,
    one: Planned,
    now_ms: i64,
) -> Result<Kept, Problem> {
    let violated = |reason| Problem::violated(vec![at(place, Violation::new("id", reason))]);
    if goods::kind(tx, shelf, &one.id)?.is_some_and(|kind| kind != L::KIND) {
        return Err(violated("is taken by one of the other kind"));
    }
    let (good, ready) = match one.step {
        Step::Put(both) => *both,
        Step::Change(changes) => match (goods::find(tx, shelf, &one.id)?, place) {
            (Some(old), _) => {
                let good = changed::<L>(&old.good, changes);
                let ready = Ready::of(&good)?;
                (good, ready)
            }
            (None, Some(_)) => return Err(violated("is not known")),
            (None, None) => return Err(Problem::missing(L::WORD, &one.id)),
        },
    };
    let (seq, created) = goods::put(tx, shelf, &ready, now_ms)?;
    Ok(Kept { seq, good, created, updated: now_ms })
}
