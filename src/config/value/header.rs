//! Header names that an app may keep, and what can stand in a header field.

use crate::text::{Text, text};
/// A header name of the app's own, in lower case.
pub(in crate::config) fn kept(text: &str) -> Result<String, Text> {
    let name = text.to_ascii_lowercase();
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(text!("a header name is letters, digits and dashes, as in X-Device-Token"));
    }
    let read = name.replace('_', "-");
    if FRAMING.contains(&read.as_str()) || read.starts_with("proxy-") {
        return Err(text!("the gateway makes the connection's own headers anew"));
    }
    if IDENTITY.contains(&read.as_str()) {
        return Err(text!("the gateway speaks for who is calling; an app's word is not kept"));
    }
    Ok(name)
}

/// Whether the gateway removes a header of this name, so that keeping it has an effect.
pub(in crate::config) fn is_removed(name: &str) -> bool {
    let name = name.replace('_', "-");
    name.starts_with("x-device-") || name.starts_with("x-evotor-")
}

/// Whether a secret can stand in a header field as it is.
pub(in crate::config) fn is_field(value: &str) -> bool {
    value.trim() == value && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// RFC 9110, section 7.6.1, and what frames a message.
const FRAMING: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What names the terminal, its user or its app: evotor.md, sections 1.3 and 1.4.
const IDENTITY: &[&str] = &[
    "authorization",
    "x-device-algorithm",
    "x-device-date",
    "x-device-id",
    "x-device-imei",
    "x-device-salt",
    "x-device-uuid",
    "x-evotor-device-uuid",
    "x-evotor-store-uuid",
    "x-evotor-user-id",
    "x-oauth-client-id",
    "x-secret-device-id",
    "x-shop-uuid",
    "x-signed-url",
    "x-user-id",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_keeps_headers_of_its_own() {
        assert_eq!(kept("X-Device-Token").unwrap(), "x-device-token");
        assert!(is_removed("x_device-token") && !is_removed("accept"));
    }

    #[test]
    fn identity_and_framing_are_not_kept() {
        for name in ["Host", "transfer_encoding", "Proxy-Whatever", "X_Evotor_User_Id", "a b", ""] {
            assert!(kept(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_field_is_plain_ascii() {
        assert!(is_field("a b") && !is_field(" a") && !is_field("a\n") && !is_field("ключ"));
    }
}
