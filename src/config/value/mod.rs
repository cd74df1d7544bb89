//! Single values: text in, value out, or a sentence that says what would be right.

pub(super) mod address;
pub(super) mod header;
pub(super) mod identifier;
pub(super) mod origin;
pub(super) mod quantity;
