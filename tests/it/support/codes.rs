//! The table of refusals as the contract has it, written down a second time on purpose.

pub const TABLE: &[(&str, u16)] = &[
    ("bad_request", 400),
    ("bad_target", 400),
    ("url_not_allowed", 403),
    ("port_not_allowed", 403),
    ("app_unknown", 403),
    ("app_not_installed", 403),
    ("device_unknown", 403),
    ("identity_mismatch", 403),
    ("cloud_api_forbidden", 403),
    ("token_missing", 403),
    ("method_not_allowed", 405),
    ("request_timeout", 408),
    ("body_too_large", 413),
    ("uri_too_long", 414),
    ("misdirected_request", 421),
    ("headers_too_large", 431),
    ("websocket_not_supported", 501),
    ("partner_dns", 502),
    ("partner_unreachable", 502),
    ("partner_tls", 502),
    ("partner_reset", 502),
    ("partner_protocol", 502),
    ("v1_envelope_invalid", 502),
    ("overloaded", 503),
    ("shutting_down", 503),
    ("dropped_at_breakpoint", 503),
    ("stub_unavailable", 503),
    ("partner_timeout", 504),
    ("loop_detected", 508),
];

/// The status of a name.
pub fn status(code: &str) -> u16 {
    let row = TABLE.iter().find(|(name, _)| *name == code);
    row.unwrap_or_else(|| panic!("{code} is not in the table")).1
}
