//! Which fields of an app's request never reach the partner, and which say who is calling.
//!
//! The list is the vendor's (the page "Обмен сообщениями со сторонним сервисом", steps 2 and 3).
//! Names are compared as partners read them: CGI-like servers take `X_User_Id` for `X-User-Id`.

use std::rc::Rc;

use crate::net::gate::{Class, Fields};

/// With a ticket of the console as its value, a request is a recorded one that is made again.
pub const REPLAY: &str = "x-gateway-replay";

/// Slots of the gate's notes.
pub(crate) mod slot {
    pub(crate) const APP: u8 = 0;
    pub(crate) const DEVICE_UUID: u8 = 1;
    pub(crate) const DEVICE_ID: u8 = 2;
    pub(crate) const DEVICE_IMEI: u8 = 3;
    pub(crate) const SHOP: u8 = 4;
    pub(crate) const USER: u8 = 5;
    pub(crate) const PROXY_AUTHORIZATION: u8 = 6;
    /// Says nothing of an app; a partner's service that calls a cloud's API has it.
    pub(crate) const AUTHORIZATION: u8 = 7;
    /// The console's own: the request is a recorded one that is made again.
    pub(crate) const REPLAY: u8 = 8;
    /// The header names of the slots, in their order.
    pub(crate) const NAMES: [&str; 9] = [
        "x-oauth-client-id",
        "x-device-uuid",
        "x-device-id",
        "x-device-imei",
        "x-shop-uuid",
        "x-user-id",
        "proxy-authorization",
        "authorization",
        super::REPLAY,
    ];

    /// The slot of a name in lower case: one comparison of lengths for most.
    pub(crate) fn of(name: &str) -> Option<u8> {
        Some(match name {
            "x-oauth-client-id" => APP,
            "x-device-uuid" => DEVICE_UUID,
            "x-device-id" => DEVICE_ID,
            "x-device-imei" => DEVICE_IMEI,
            "x-shop-uuid" => SHOP,
            "x-user-id" => USER,
            "proxy-authorization" => PROXY_AUTHORIZATION,
            "authorization" => AUTHORIZATION,
            super::REPLAY => REPLAY,
            _ => return None,
        })
    }
}

/// What becomes of a request field on its way to the partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Passes.
    Pass,
    /// Removed: the terminal's or the cloud's own. An app's `keep` may exempt it.
    Device,
    /// Removed: it concerns this connection only, or is the gateway's to set.
    Removed,
    /// Passes by rules of its own: framing and `Host`.
    Framing,
}

/// The fate of a field, by its name in any casing. Asked for every field of every request, so that a
/// name is compared only with those of its first letter and length.
pub fn fate(name: &[u8]) -> Fate {
    let Some(first) = name.first() else { return Fate::Pass };
    let (removed, framing): (&[u8], &[u8]) = match (first.to_ascii_lowercase(), name.len()) {
        (b'x', 9..) => return if is_device(name) { Fate::Device } else { Fate::Pass },
        (b'p', 6..) => {
            return if has_prefix(name, b"proxy-") { Fate::Removed } else { Fate::Pass };
        }
        (b'a', 13) => (b"authorization", b""),
        (b'c', 10) => (b"connection", b""),
        (b'c', 14) => (b"", b"content-length"),
        (b'e', 6) => (b"expect", b""),
        (b'h', 4) => (b"", b"host"),
        (b'h', 14) => (b"http2-settings", b""),
        (b'k', 10) => (b"keep-alive", b""),
        (b't', 2) => (b"te", b""),
        (b't', 7) => (b"trailer", b""),
        (b't', 17) => (b"", b"transfer-encoding"),
        (b'u', 7) => (b"upgrade", b""),
        _ => return Fate::Pass,
    };
    if name.eq_ignore_ascii_case(framing) {
        Fate::Framing
    } else if same_name(name, removed) || same_name(name, framing) {
        Fate::Removed
    } else {
        Fate::Pass
    }
}

fn is_device(name: &[u8]) -> bool {
    match (name.get(2).map(u8::to_ascii_lowercase), name.len()) {
        (Some(b'd'), _) => has_prefix(name, b"x-device-"),
        (Some(b'e'), _) => has_prefix(name, b"x-evotor-"),
        (Some(b'g'), 16) => same_name(name, REPLAY.as_bytes()),
        (Some(b'u'), 9) => same_name(name, b"x-user-id"),
        (Some(b's'), 11) => same_name(name, b"x-shop-uuid"),
        (Some(b's'), 12) => same_name(name, b"x-signed-url"),
        (Some(b's'), 18) => same_name(name, b"x-secret-device-id"),
        (Some(b'o'), 17) => same_name(name, b"x-oauth-client-id"),
        _ => false,
    }
}

fn has_prefix(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len()).is_some_and(|start| same_name(start, prefix))
}

/// Lower case, and a hyphen for an underscore.
pub fn fold(byte: u8) -> u8 {
    if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() }
}

/// Whether two names are the same to a partner. Most are equal to the byte or differ early.
#[inline]
pub fn same_name(one: &[u8], other: &[u8]) -> bool {
    let folded = || one.iter().zip(other).all(|(one, other)| fold(*one) == fold(*other));
    one.len() == other.len() && (one == other || folded())
}

/// The gate's view: hyper sees nothing but what some app keeps. The rest is forwarded from the record of
/// the head, or removed whatever the app.
#[derive(Debug, Clone)]
pub struct DeviceFields {
    /// Names that some app keeps; whether this one does is decided later.
    kept: Rc<[Box<[u8]>]>,
}

impl DeviceFields {
    /// With all names that any app keeps.
    pub fn new(kept: Rc<[Box<[u8]>]>) -> Self {
        Self { kept }
    }
}

impl Fields for DeviceFields {
    #[inline]
    fn class(&self, name: &[u8]) -> Class {
        // Nothing that is cut begins with another letter; most fields end here.
        let Some(
            b'x' | b'X' | b'p' | b'P' | b'a' | b'A' | b'k' | b'K' | b'u' | b'U' | b't' | b'T'
            | b'h' | b'H' | b'c' | b'C' | b'e' | b'E',
        ) = name.first()
        else {
            return Class::Forward;
        };
        match fate(name) {
            Fate::Pass | Fate::Framing => Class::Forward,
            Fate::Removed | Fate::Device => {
                if self.kept.iter().any(|kept| same_name(kept, name)) {
                    return Class::Pass;
                }
                noted(name).map_or(Class::Cut, Class::CutNote)
            }
        }
    }
}

fn noted(name: &[u8]) -> Option<u8> {
    let at = slot::NAMES.iter().position(|own| name.eq_ignore_ascii_case(own.as_bytes()))?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_names_are_removed_in_any_casing_and_with_underscores() {
        for name in [
            "X-Device-ID",
            "x-device-salt",
            "X_DEVICE_TOKEN",
            "X-Evotor-Anything",
            "x_evotor_user_id",
            "X-User_ID",
            "X-Signed-Url",
            "X-Shop-UUID",
            "X-Secret-Device-ID",
            "X-OAuth-Client-ID",
        ] {
            assert_eq!(fate(name.as_bytes()), Fate::Device, "{name}");
        }
        for name in ["Authorization", "Keep-Alive", "Proxy-Anything", "Transfer_Encoding", "TE"] {
            assert_eq!(fate(name.as_bytes()), Fate::Removed, "{name}");
        }
    }

    #[test]
    fn every_slot_is_found_by_its_name_and_no_other() {
        let found: Vec<_> = slot::NAMES.iter().map(|name| slot::of(name)).collect();
        assert_eq!(found, (0..9).map(Some).collect::<Vec<_>>());
        assert_eq!(slot::of("x-device-salt"), None);
    }

    #[test]
    fn neighbours_of_those_names_pass() {
        for name in
            ["X-Device", "X-Evotor", "X-User-Ids", "Accept", "Proxy", "Content-Type", "Cookie"]
        {
            assert_eq!(fate(name.as_bytes()), Fate::Pass, "{name}");
        }
    }

    #[test]
    fn a_long_name_is_judged_by_its_prefix() {
        let long = |start: &str| format!("{start}{}", "a".repeat(60));
        assert_eq!(fate(long("X-Device-").as_bytes()), Fate::Device);
        assert_eq!(fate(long("proxy_").as_bytes()), Fate::Removed);
        assert_eq!(fate(long("X-Other-").as_bytes()), Fate::Pass);
    }
}
