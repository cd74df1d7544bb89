//! Documents of the simulated terminals, in both versions of the API (evotor.md, sections 5.1, 5.2
//! and 6). They are the texts that the webhooks brought.

mod fidelity;
mod first;
mod period;
mod second;

use axum::routing::get;

use super::asked::Asked;
use super::routes::Table;
pub use fidelity::FIDELITY;

/// Those of the first version, and their twin.
pub(super) fn first() -> Table {
    vec![
        ("/api/v1/inventories/stores/{store}/documents".into(), get(first::list)),
        ("/api/v2/inventories/stores/{store}/documents".into(), get(first::twin)),
    ]
}

/// Those of the second version.
pub(super) fn second() -> Table {
    vec![
        ("/stores/{store}/documents".into(), get(second::list)),
        ("/stores/{store}/documents/{document}".into(), get(second::one)),
        ("/stores/{store}/devices/{device}/documents".into(), get(second::of_device)),
    ]
}

/// The types that are wanted. What version 1 calls `FPRINT` has names of its own in version 2: whoever
/// asks for the one gets the others as well.
fn kinds(asked: &Asked) -> Vec<String> {
    let mut kinds = asked.kinds();
    if kinds.iter().any(|kind| kind == "FPRINT") {
        kinds.extend(["X_REPORT", "Z_REPORT", "POS_OPEN_SESSION"].map(str::to_owned));
    }
    kinds
}
