//! `/stores`: the user's shops.

use axum::Json;
use axum::http::Uri;
use axum::routing::get;
use serde::Serialize;

use super::page::{Listing, Page};
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;
use crate::model::traits::created_ms;
use crate::model::{moment, world};

pub(super) fn routes() -> Table {
    vec![("/stores".into(), get(list)), ("/stores/{store}".into(), get(one))]
}

#[derive(Debug, Serialize)]
struct Store {
    id: String,
    name: String,
    address: String,
    user_id: String,
    created_at: String,
    updated_at: String,
}

impl Store {
    fn of(store: &world::Store, caller: &Caller) -> Self {
        let made = moment::offset(created_ms(&store.uuid));
        Self {
            id: store.uuid.clone(),
            name: store.name.clone(),
            address: store.address.clone(),
            user_id: caller.user_id.clone(),
            created_at: made.clone(),
            updated_at: made,
        }
    }
}

async fn list(caller: Caller, uri: Uri, asked: Asked) -> Result<Json<Page<Store>>, Problem> {
    let listing = Listing::of(&caller, &uri, &asked, None)?;
    let stores = caller.config.world.stores_of(caller.user);
    Ok(listing.cut(stores.map(|store| Store::of(store, &caller)).collect()))
}

async fn one(caller: Caller, At(id): At<String>) -> Result<Json<Store>, Problem> {
    Ok(Json(Store::of(caller.store(&id)?, &caller)))
}
