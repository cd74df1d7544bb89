//! The gateway's own test of its listeners: requests for a name that nobody has.

/// The name. RFC 6761, section 6.4: no resolver knows it.
pub const NOBODY: &str = "self-test.invalid";
