//! `/suppliers`: the simulated world has none.

use axum::Json;
use axum::http::Uri;
use axum::routing::get;

use super::page::{Listing, Page};
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;

pub(super) fn routes() -> Table {
    vec![("/suppliers".into(), get(list)), ("/suppliers/{supplier}".into(), get(one))]
}

async fn list(caller: Caller, uri: Uri, asked: Asked) -> Result<Json<Page<()>>, Problem> {
    Ok(Listing::of(&caller, &uri, &asked, None)?.cut(Vec::new()))
}

async fn one(At(id): At<String>) -> Problem {
    Problem::missing("supplier", &id)
}
