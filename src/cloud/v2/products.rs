//! `/stores/{store}/products`, their images, of which there are none, and the older address of many
//! products at a time.

use axum::Json;
use axum::extract::State as Here;
use axum::http::Uri;
use axum::routing::{get, post};

use super::bulks;
use super::form::{self, Form};
use super::page::{Listing, Page};
use super::shelf::{self, Line};
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;
use crate::store::goods::Kind;

pub(super) fn routes() -> Table {
    let more = [
        ("/stores/{store}/products/{id}/images".into(), get(images)),
        ("/stores/{store}/product-bulks".into(), post(shelf::make_batch::<Products>)),
        ("/stores/{store}/product-bulks/{task}".into(), get(bulks::of_store)),
    ];
    shelf::routes::<Products>("/stores/{store}/products").into_iter().chain(more).collect()
}

struct Products;

impl Line for Products {
    const KIND: Kind = Kind::Product;
    const FORM: Form = form::PRODUCT;
    const CHANGES: &'static [&'static str] = &["price", "cost_price", "quantity"];
    const WORD: &'static str = "product";
}

async fn images(
    Here(state): Here<State>,
    caller: Caller,
    At((store, id)): At<(String, String)>,
    uri: Uri,
    asked: Asked,
) -> Result<Json<Page<()>>, Problem> {
    let listing = Listing::of(&caller, &uri, &asked, None)?;
    shelf::kept::<Products>(&state, &caller, &store, &id).await?;
    Ok(listing.cut(Vec::new()))
}
