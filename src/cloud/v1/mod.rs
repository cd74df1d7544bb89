//! The first version: bare arrays of camelCase objects (evotor.md, section 6.1).

mod extras;
mod left_out;
mod ofd;
mod product;
mod products;
mod quantities;
mod search;

use axum::routing::{get, post};

use super::routes::Table;

/// Every address.
pub(super) fn routes() -> Table {
    let below = |path: &str| format!("/api/v1/inventories{path}");
    let mut table = vec![
        (below("/stores/search"), get(search::stores)),
        (below("/devices/search"), get(search::devices)),
        (below("/employees/search"), get(search::employees)),
        (below("/stores/{store}/products"), get(products::list).post(products::put)),
        (below("/stores/{store}/products/delete"), post(products::delete)),
        (below("/stores/{store}/products/quantities"), get(quantities::list).post(quantities::put)),
        (below("/stores/{store}/products/{product}/quantities"), get(quantities::one)),
    ];
    table.extend(extras::routes(&below("/stores/{store}/products")));
    table.extend(ofd::routes());
    table
}
