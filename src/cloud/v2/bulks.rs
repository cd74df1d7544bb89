//! `/bulks/{id}`: what has become of a change of many products or groups.

use axum::extract::State as Here;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use super::progress;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::store::tasks::{self, Kind};

pub(super) fn routes() -> Router<State> {
    Router::new().route("/bulks/{task}", get(one))
}

async fn one(
    Here(state): Here<State>,
    caller: Caller,
    At(id): At<String>,
) -> Result<Json<Value>, Problem> {
    let wanted = id.clone();
    let (app, user) = (caller.app, caller.user_id);
    let task = state.store.write(move |tx| tasks::find(tx, &app, &user, Kind::Bulk, &wanted));
    let task = task.await?.ok_or_else(|| Problem::missing("bulk task", &id))?;
    Ok(Json(progress::bulk(&task, state.clock.now_ms())))
}
