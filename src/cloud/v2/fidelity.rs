//! How near the second version is to the real one.

use crate::model::fidelity::{Kind, Row};
use crate::model::source::vendor_page;

/// Behaviours of the second version.
pub const FIDELITY: &[Row] = &[
    same("A page has up to 1000 items; the last one has an empty paging", SECTION, 2021),
    same(
        "Stores, devices, employees, roles and products have the fields of the vendor's samples",
        SECTION,
        2021,
    ),
    same(
        "An answer is application/vnd.evotor.v2+json; 406 where Accept does not name it",
        SECTION,
        2021,
    ),
    same("DELETE takes up to 100 ids with commas, or id several times", SECTION, 2021),
    same(
        "product-bulks, the older address of many products at a time, makes the same tasks",
        "evotor-cloud-java-sdk, ProductsApi.java as first published",
        2018,
    ),
    same("PUT makes or replaces; the client makes the ids", SECTION, 2025),
    same("400 has code, message and violations of reason and subject", SECTION, 2018),
    strict("v2: */*, application/json and no Accept are taken for the vendor's type", "406"),
    strict("v2: application/json and no Content-Type are taken for the vendor's types", "415"),
    strict("v2: a field that is not known is ignored", "400"),
    strict(
        "v2: a product needs a name; its other fields have defaults",
        "type, price, measure_name, tax and allow_to_sell are needed too",
    ),
    strict(
        "v2: PATCH of a product changes any field",
        "price, cost_price and quantity only, as the vendor's page says",
    ),
    strict(
        "v2: a new employee needs a name and stores, and is a cashier",
        "phone and role_id are needed too",
    ),
    chosen("v2: a cursor is bound to the app, user, address and filter; any other is 400"),
    chosen(
        "v2: items come in the order in which they were made; one that is replaced keeps its place",
    ),
    chosen(
        "v2: the wrong Content-Type is 415; an array under the type of one object, and the reverse, is 400",
    ),
    chosen("v2: POST is 201, PUT and PATCH are 200, DELETE is 204, arrays are 202"),
    chosen(
        "v2: an array with one bad element changes nothing and is 400; violations name [n].field",
    ),
    chosen(
        "v2: an array is applied at once; its task is ACCEPTED, RUNNING after 1 s and COMPLETED after 2 s of the clock",
    ),
    same(
        "v2: a completed bulk task has whole objects in details, in the order they were sent",
        "evotor-cloud-java-sdk, BulkTask and its fixtures",
        2018,
    ),
    chosen("v2: details are empty before that, and stay as the task left them"),
    sourced(
        "v2: GET /bulks lists the tasks of the app and user in the order they were made, with a note",
        "404, with the reason",
    ),
    sourced(
        "v2: limit makes smaller pages of every list, with a note; 1000 is the most",
        "400, with the reason",
    ),
    chosen("v2: an empty attributes_choices is {}, never []"),
    chosen("v2: an array may have any length up to 10 MB; an empty one is 400"),
    chosen(
        "v2: POST with an id that exists replaces; an id of the other kind, product or group, is 400",
    ),
    chosen("v2: parent_id is not looked up; a group that is deleted leaves its products"),
    chosen("v2: DELETE of several ignores ids that do not exist; of one it is 404"),
    chosen("v2: PATCH with null takes a field away"),
    chosen("v2: created_at and updated_at of the world follow from the identifier's date"),
    chosen("v2: POST /employees tells all apps of all employees, each in the form it has chosen"),
    chosen(
        "v2: a push is DELIVERED after 1 s of the clock, or EXPIRED if its time ended before; without one it lives 2 days",
    ),
    chosen(
        "v2: a push to a terminal that is not the user's is REJECTED in a list and 404 in an address",
    ),
    chosen("v2: there are no images and no suppliers"),
    unknown("v2: limits of requests, image upload, suppliers' changes, Retry-After"),
];

const SECTION: &str = vendor_page("6.2");

const fn same(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Same, strict: "", source, year }
}

const fn strict(behaviour: &'static str, strict: &'static str) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Chosen, strict, source: "", year: 0 }
}

const fn sourced(behaviour: &'static str, strict: &'static str) -> Row {
    Row { source: "public clients", year: 2024, ..self::strict(behaviour, strict) }
}

const fn chosen(behaviour: &'static str) -> Row {
    strict(behaviour, "")
}

const fn unknown(behaviour: &'static str) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Unknown, strict: "", source: "", year: 0 }
}
