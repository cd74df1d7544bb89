//! How near the API is to the real one.

use crate::model::fidelity::{Kind, Row};
use crate::model::source::vendor_page;

/// Behaviours of the Cloud API that do not depend on its version, and those of the first one.
pub const FIDELITY: &[Row] = &[
    same(
        "The token comes in X-Authorization, or in Authorization after Bearer",
        vendor_page("6"),
        2018,
    ),
    strict(
        "A token without a scheme in Authorization is taken on both versions, with a note",
        "401, with the reason",
        CLIENTS,
        2024,
    ),
    strict(
        "A final slash, and a doubled first one, is the same resource on every path, with a note",
        "404, with the path that is meant; the vendor's own /api/v1/ofd/documents/ is taken",
        CLIENTS,
        2024,
    ),
    strict(
        "Numbers and flags written as text, and text written as numbers, are coerced as Jackson does it, with a note",
        "They are violations",
        CLIENTS,
        2024,
    ),
    strict(
        "[] in place of an empty object is taken, as PHP's json_encode writes it, with a note",
        "It is a violation",
        CLIENTS,
        2024,
    ),
    chosen("A request has up to 20 notes; more are counted"),
    chosen(
        "Pages of loopback origins may call the clouds' APIs (CORS, preflights included), or those of `cors`; others get 403",
    ),
    chosen("On the admin address a 404 for a path of the API says that it lies below /evotor"),
    same("One token for each app and user; user.token hands it over", vendor_page("0"), 2018),
    same("Without a token, or with an unknown one: 401", vendor_page("6.2"), 2026),
    chosen("401 goes before 404 and 405: without a token nothing is told of addresses"),
    same("Not installed, by an installation event: 402", vendor_page("6.2"), 2026),
    same("Never installed by this user: 403", vendor_page("6.2"), 2026),
    chosen("402 and 403 hold for all of a user's stores; installations have no devices here"),
    chosen("A store of another user: 403; a store that nobody has: 404"),
    chosen("Whether the subscription is paid does not matter"),
    chosen("A token opens everything of its user: scopes are not looked at"),
    same(
        "An address has the methods that are documented; others: 405 with Allow",
        vendor_page("6.2"),
        2026,
    ),
    same("A body of more than 10 MB: 413", vendor_page("6.1"), 2017),
    chosen("10 MB are 10,000,000 bytes; what announces more is refused before it is read"),
    same(
        "X-RateLimit-Limit, -Remaining and -Reset on every 200; over the limit: 429",
        vendor_page("6.1"),
        2017,
    ),
    same("Calls are counted by token and URI", vendor_page("6.1"), 2017),
    chosen(
        "1000 calls a minute of the simulated clock, or limits.api_rate; the query does not count as part of the URI",
    ),
    same("400 is {code, message, violations: [{reason, subject}]}", vendor_page("6.2"), 2018),
    chosen("All other errors have the form of 400, with no violations"),
    unknown("The header Warning before an address is switched off"),
    same(
        "stores, employees and devices search: arrays with the documented fields",
        vendor_page("6.1"),
        2017,
    ),
    chosen("code of a store, employee or device is its number in the list, from 1"),
    same("POST products makes or replaces whole objects: 200, empty", vendor_page("6.1"), 2017),
    same(
        "Violations are told in X-Products-Violations-Count and -Violations, first 20",
        vendor_page("6.1"),
        2017,
    ),
    chosen("X-Products-Violations is a JSON array of {reason, subject}, in ASCII"),
    chosen("An object with a violation is left out, the others are kept"),
    chosen("A body that is no array of objects: 400, and nothing is kept"),
    chosen("Unknown fields are passed over; null counts as absent"),
    chosen("Two objects of one uuid: the later one holds"),
    chosen("A product without type is NORMAL; other fields that were not written are not read"),
    chosen("Prices and quantities keep the digits they came with"),
    chosen("What is written while a list is sent may or may not be in it"),
    chosen("Products come before groups, each in the order they were made"),
    same("POST products/delete: an empty array removes everything", vendor_page("6.1"), 2017),
    same(
        "POST products/delete without a body removes everything as well",
        "evotor/documentation-api, evotorRestApi/paths.yaml",
        2017,
    ),
    chosen("Removing a group leaves what is in it; unknown ids are passed over"),
    chosen("A list to remove with anything but uuids: 400, and nothing is removed"),
    same("Quantities are {uuid: \"1.23\"}", vendor_page("6.1"), 2017),
    chosen("POST quantities sets them; ids that are no product are reported as violations"),
    chosen("A quantity that was never set is 0"),
    chosen("A store has no goods until some are made over the API"),
    same(
        "Goods made over the API cause no products webhook: it tells of terminals'",
        vendor_page("3.12"),
        2026,
    ),
    same(
        "products/schemes and products/extras: arrays are read and written, an array of ids goes to /delete; each app has its own",
        PAGES,
        2017,
    ),
    strict(
        "An id of a scheme or extra field is any text, and appId is the token's app whatever is written",
        "An id is a uuid, and another app's appId is 400",
        PAGES,
        2017,
    ),
    chosen(
        "Schemes and extra fields: what is written is kept as it is; one bad element and nothing is kept",
    ),
    chosen("schemes/delete and extras/delete take objects with uuid as well; no id at all is 400"),
    chosen("Extra fields go with their product; its existence is not asked for"),
    same(
        "ofd/stores, devices and documents are {version: 2, provider: \"OFD\", data} with the documented fields",
        PAGES,
        2017,
    ),
    same("ofd/documents takes storeId, deviceId, fromDate, toDate and docType", PAGES, 2017),
    chosen("The operator's ids are numbers that follow from the uuids; every shop's parentId is 0"),
    chosen(
        "ofd/documents: receipts of the simulated terminals, sums in kopecks, a payback as operationType 2; Z_REPORT where there are any",
    ),
    chosen(
        "ofd/documents: both dates are inside, without them it is the last month; PAYBACK is a docType too",
    ),
    unknown("How the operator writes a Z-report; taxationType, rqId and userInn are made up"),
];

const fn same(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    Row { source, year, ..row(behaviour, Kind::Same) }
}

/// The vendor's description of the API before it was closed.
const PAGES: &str = "evotor/documentation-api, paths.yaml";
const CLIENTS: &str = "public clients";

const fn strict(
    behaviour: &'static str,
    strict: &'static str,
    source: &'static str,
    year: u16,
) -> Row {
    Row { strict, source, year, ..row(behaviour, Kind::Chosen) }
}

const fn chosen(behaviour: &'static str) -> Row {
    row(behaviour, Kind::Chosen)
}

const fn unknown(behaviour: &'static str) -> Row {
    row(behaviour, Kind::Unknown)
}

const fn row(behaviour: &'static str, kind: Kind) -> Row {
    Row { plane: "cloud", behaviour, kind, strict: "", source: "", year: 0 }
}
