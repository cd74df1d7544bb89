//! ASNA's REST API, version 5: what a pharmacy's program exchanges with the association.

pub mod check;
