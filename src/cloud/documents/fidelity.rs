//! How near the documents are to the real ones.

use crate::model::fidelity::{Kind, Row};
use crate::model::source::vendor_page;

/// Behaviours of the documents' addresses.
pub const FIDELITY: &[Row] = &[
    same("Documents are read by time of closing, device and type", vendor_page("6.1"), 2018),
    same(
        "The first version reads at most a month, at most six months back, by default the last month",
        vendor_page("6.1"),
        2018,
    ),
    same(
        "Of the second version `since` is inside and `until` is not; pages hold up to 1000",
        vendor_page("6.2"),
        2018,
    ),
    same("A document that is read is the text that the webhook brought", vendor_page("5"), 2025),
    chosen("A month is 31 days, six months are 184; a longer or older period is answered 400"),
    chosen("With one bound the period is the month before or after it"),
    chosen("Dates are taken with or without an offset and as YYYY-MM-DD; others are answered 400"),
    chosen("gtCloseDate and ltCloseDate exclude themselves; a day as gtCloseDate is inside"),
    chosen(
        "deviceUuid is compared with case, a device in a path without; an unknown deviceUuid has no documents",
    ),
    chosen(
        "Types are taken as `types` and `type`, with commas or repeated; unknown ones match nothing",
    ),
    chosen(
        "The twin below /api/v2/inventories has the first version's parameters and the second version's documents, in an array",
    ),
    chosen(
        "`since` and `until` count by the time of closing; documents of one millisecond come in the order they were made",
    ),
    chosen("Who asks for the type FPRINT gets X_REPORT, Z_REPORT and POS_OPEN_SESSION as well"),
    chosen("The first version's answer has no pages"),
    chosen("The newest 100,000 documents of all stores are kept, for 200 days"),
    unknown("What a document's `extras` hold of the calling app; they are empty"),
];

const fn same(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Same, strict: "", source, year }
}

const fn chosen(behaviour: &'static str) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Chosen, strict: "", source: "", year: 0 }
}

const fn unknown(behaviour: &'static str) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Unknown, strict: "", source: "", year: 0 }
}
