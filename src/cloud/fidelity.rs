//! How near the API is to the real one.

use crate::model::fidelity::{Kind, Row};

/// Behaviours of the Cloud API; those of its second version stand beside it.
pub const FIDELITY: &[Row] = &[same(
    "The token comes in X-Authorization, or in Authorization after Bearer",
    "section 6",
    2018,
)];

const fn same(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    Row { plane: "cloud", behaviour, kind: Kind::Same, strict: "", source, year }
}
