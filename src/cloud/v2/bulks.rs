//! `/bulks`: what has become of changes of many products or groups.

use axum::Json;
use axum::extract::State as Here;
use axum::http::Uri;
use axum::routing::get;
use serde_json::Value;

use super::page::{Listing, Page};
use super::progress;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;
use crate::store::tasks::{self, Kind, Window};

/// Bytes of details that one page of the list holds at most, except that it has one task.
const LARGEST: usize = 16 << 20;

pub(super) fn routes() -> Table {
    vec![("/bulks".into(), get(list)), ("/bulks/{task}".into(), get(one))]
}

/// The list that two public clients ask for and the vendor does not name: in the order in which the
/// tasks were made.
async fn list(
    Here(state): Here<State>,
    caller: Caller,
    uri: Uri,
    asked: Asked,
) -> Result<Json<Page<Value>>, Problem> {
    let unknown = || Problem::missing("resource", "/bulks: the vendor names /bulks/{id} only");
    caller.reading.tolerate("GET /bulks was answered.", unknown)?;
    let listing = Listing::of(&caller, &uri, &asked, None)?;
    let window = Window { skip: listing.after, most: listing.limit, bytes: LARGEST };
    let (app, user) = (caller.app, caller.user_id);
    let read = move |tx: &rusqlite::Connection| tasks::list(tx, (&app, &user), Kind::Bulk, window);
    let (found, more) = state.store.write(read).await?;
    let now_ms = state.clock.now_ms();
    let shown: Vec<Value> = found.iter().map(|task| progress::bulk(task, now_ms)).collect();
    Ok(Json(listing.part(shown, more)))
}

async fn one(
    state: Here<State>,
    caller: Caller,
    At(id): At<String>,
) -> Result<Json<Value>, Problem> {
    task(state, caller, id).await
}

/// A task by the older address, which names the store.
pub(super) async fn of_store(
    state: Here<State>,
    caller: Caller,
    At((store, id)): At<(String, String)>,
) -> Result<Json<Value>, Problem> {
    caller.store(&store)?;
    task(state, caller, id).await
}

async fn task(
    Here(state): Here<State>,
    caller: Caller,
    id: String,
) -> Result<Json<Value>, Problem> {
    let wanted = id.clone();
    let (app, user) = (caller.app, caller.user_id);
    let task = state.store.write(move |tx| tasks::find(tx, &app, &user, Kind::Bulk, &wanted));
    let task = task.await?.ok_or_else(|| Problem::missing("bulk task", &id))?;
    Ok(Json(progress::bulk(&task, state.clock.now_ms())))
}
