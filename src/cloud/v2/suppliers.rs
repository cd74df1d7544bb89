//! `/suppliers`: the simulated world has none.

use axum::http::Uri;
use axum::routing::get;
use axum::{Json, Router};

use super::page::{Listing, Page};
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;

pub(super) fn routes() -> Router<State> {
    Router::new().route("/suppliers", get(list)).route("/suppliers/{supplier}", get(one))
}

async fn list(caller: Caller, uri: Uri, asked: Asked) -> Result<Json<Page<()>>, Problem> {
    Ok(Listing::of(&caller, &uri, &asked, None)?.cut(Vec::new()))
}

async fn one(At(id): At<String>) -> Problem {
    Problem::missing("supplier", &id)
}
