//! What the partner receives: one pass over the fields. Pure.

use hyper::HeaderMap;
use hyper::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, HOST, HeaderName, HeaderValue, TRAILER,
    TRANSFER_ENCODING,
};

use super::fields::{Fate, fate, same_name};
use super::snapshot::Identity;
use crate::net::gate::write_line;
use crate::net::hop_by_hop;
use crate::net::outbound::Spelled;
use crate::net::respell::write_spelled;

static STORE: HeaderName = HeaderName::from_static("x-evotor-store-uuid");
static DEVICE: HeaderName = HeaderName::from_static("x-evotor-device-uuid");
static USER: HeaderName = HeaderName::from_static("x-evotor-user-id");

/// What is put into every request, as the vendor's page writes it and in this order.
pub const SPELLED: Spelled =
    &["X-Evotor-Store-Uuid", "X-Evotor-Device-UUID", "X-Evotor-User-Id", "Authorization"];

/// What only the gateway says of an answer: its refusal, the fault it injected.
pub(super) const GATEWAYS: [&[u8]; 2] = [b"x-gateway-error", b"x-gateway-fault"];
/// Of each of them.
const GATEWAYS_LENGTH: usize = 15;

/// What is put into every request for one app and device.
#[derive(Debug, Clone, Copy)]
pub struct Injected<'a> {
    /// Host and port of the app's URL, or the upstream's.
    pub host: &'a HeaderValue,
    /// The three identity headers.
    pub identity: &'a Identity,
    /// Whole field value, where there is a token.
    pub authorization: Option<&'a HeaderValue>,
    /// Names the app keeps, in lower case.
    pub keep: &'a [String],
}

/// Room for the fields of a usual request to a partner; HTTP/2 delivers more, of which most go.
const USUAL: usize = 24;

/// The partner's view of an app's fields: the terminal's and the connection's own removed, those
/// that `Connection` names removed, then the cloud's set, so that nothing can forge or drop them.
pub fn request(sent: &HeaderMap, injected: &Injected<'_>) -> HeaderMap {
    let nominated = nominations(sent);
    let mut fields = HeaderMap::with_capacity((sent.keys_len() + 5).min(USUAL));
    fields.insert(HOST, injected.host.clone());
    for (name, value) in sent {
        if passes(name, injected.keep, &nominated) {
            fields.append(name, value.clone());
        }
    }
    fields.insert(&STORE, injected.identity.store.clone());
    fields.insert(&DEVICE, injected.identity.device.clone());
    fields.insert(&USER, injected.identity.user.clone());
    if let Some(authorization) = injected.authorization {
        fields.insert(AUTHORIZATION, authorization.clone());
    }
    fields
}

/// The fields alone that frame a request's content.
pub fn framing(sent: &HeaderMap) -> HeaderMap {
    let mut fields = HeaderMap::new();
    if sent.is_empty() {
        return fields;
    }
    for name in [CONTENT_LENGTH, TRANSFER_ENCODING] {
        if let Some(value) = sent.get(&name) {
            fields.insert(name, value.clone());
        }
    }
    fields
}

/// Adds Host and the fields that pass of those an app sent over HTTP/2, where names have no casing.
pub fn write_fields(sent: &HeaderMap, injected: &Injected<'_>, out: &mut Vec<u8>) {
    write_line(b"Host", injected.host.as_bytes(), out);
    for (name, value) in sent {
        if passes(name, injected.keep, &[]) {
            write_spelled(name.as_str(), value.as_bytes(), SPELLED, out);
        }
    }
}

/// Adds what is put into every request, behind the app's own fields.
pub fn write_injected(injected: &Injected<'_>, out: &mut Vec<u8>) {
    let Identity { store, device, user } = injected.identity;
    let values = [Some(store), Some(device), Some(user), injected.authorization];
    for (name, value) in SPELLED.iter().zip(values) {
        if let Some(value) = value {
            write_line(name.as_bytes(), value.as_bytes(), out);
        }
    }
}

/// HTTP/2 clients may send a cookie in pieces; HTTP/1 has one field for it (RFC 9113, 8.2.3).
pub fn join_cookies(fields: &mut HeaderMap) {
    let pieces: Vec<&[u8]> = fields.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if pieces.len() > 1
        && let Ok(whole) = HeaderValue::from_bytes(&pieces.join(&b"; "[..]))
    {
        fields.insert(COOKIE, whole);
    }
}

fn passes(name: &HeaderName, keep: &[String], nominated: &[HeaderValue]) -> bool {
    let text = name.as_str().as_bytes();
    match fate(text) {
        Fate::Framing => name != HOST,
        Fate::Removed => false,
        Fate::Device if !keep.iter().any(|kept| same_name(kept.as_bytes(), text)) => false,
        Fate::Device | Fate::Pass => !names(nominated, text),
    }
}

/// The values of every `Connection` line that name more than the connection itself.
fn nominations(fields: &HeaderMap) -> Vec<HeaderValue> {
    let plain = |value: &&HeaderValue| {
        let value = value.as_bytes();
        !value.eq_ignore_ascii_case(b"keep-alive") && !value.eq_ignore_ascii_case(b"close")
    };
    fields.get_all(CONNECTION).iter().filter(plain).cloned().collect()
}

fn names(nominated: &[HeaderValue], name: &[u8]) -> bool {
    let mut tokens =
        nominated.iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    tokens.any(|token| same_name(token.trim_ascii(), name))
}

/// The app's view of a partner's fields: those of the partner's connection removed, and those by which
/// an app knows the gateway's own answers. Framing is made anew; `Trailer` stays, for the trailers that
/// follow.
pub fn response(fields: &mut HeaderMap) {
    let (mut of_connection, mut of_gateway) = (false, false);
    for name in fields.keys() {
        of_connection |= hop_by_hop::contains(name);
        of_gateway |= is_gateways(name);
    }
    if of_connection {
        let nominated = nominations(fields);
        if !nominated.is_empty() {
            remove_nominated(fields, &nominated);
        }
        hop_by_hop::remove(fields);
    }
    if of_gateway {
        let doomed: Vec<HeaderName> =
            fields.keys().filter(|name| is_gateways(name)).cloned().collect();
        for name in doomed {
            fields.remove(name);
        }
    }
}

/// Whether only the gateway says this of an answer.
fn is_gateways(name: &HeaderName) -> bool {
    let name = name.as_str().as_bytes();
    name.len() == GATEWAYS_LENGTH && GATEWAYS.iter().any(|own| same_name(name, own))
}

fn remove_nominated(fields: &mut HeaderMap, nominated: &[HeaderValue]) {
    let doomed: Vec<HeaderName> = fields
        .keys()
        .filter(|name| {
            let text = name.as_str().as_bytes();
            fate(text) != Fate::Framing && **name != TRAILER && names(nominated, text)
        })
        .cloned()
        .collect();
    for name in doomed {
        fields.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn fields(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut fields = HeaderMap::new();
        for (name, value) in lines {
            fields.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        fields
    }

    fn rewritten(lines: &[(&'static str, &'static str)], keep: &[&str]) -> Vec<(String, String)> {
        let identity = Identity {
            store: HeaderValue::from_static("S"),
            device: HeaderValue::from_static("D"),
            user: HeaderValue::from_static("U"),
        };
        let keep: Vec<String> = keep.iter().map(ToString::to_string).collect();
        let host = HeaderValue::from_static("h");
        let token = HeaderValue::from_static("Bearer t");
        let injected =
            Injected { host: &host, identity: &identity, authorization: Some(&token), keep: &keep };
        request(&fields(lines), &injected)
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect()
    }

    const SET: [(&str, &str); 5] = [
        ("host", "h"),
        ("x-evotor-store-uuid", "S"),
        ("x-evotor-device-uuid", "D"),
        ("x-evotor-user-id", "U"),
        ("authorization", "Bearer t"),
    ];

    fn only_set(extra: &[(&str, &str)]) -> Vec<(String, String)> {
        let (host, rest) = SET.split_first().unwrap();
        std::iter::once(host)
            .chain(extra)
            .chain(rest)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn nothing_an_app_sends_forges_or_drops_what_is_injected() {
        let sent = [
            ("host", "evil"),
            ("x-evotor-user-id", "forged"),
            ("x_evotor_user_id", "forged"),
            ("authorization", "Bearer own"),
            ("connection", "authorization, X-Evotor-User-Id, host, content-length"),
        ];
        assert_eq!(rewritten(&sent, &[]), only_set(&[]));
    }

    #[test]
    fn every_connection_line_is_obeyed_and_framing_is_not_theirs() {
        let sent = [
            ("connection", "x-a"),
            ("connection", "keep-alive, X-B"),
            ("x-a", "1"),
            ("x-b", "2"),
            ("x_b", "3"),
            ("x-c", "4"),
            ("content-length", "0"),
        ];
        assert_eq!(rewritten(&sent, &[]), only_set(&[("x-c", "4"), ("content-length", "0")]));
    }

    #[test]
    fn an_app_keeps_what_it_says_it_keeps() {
        let sent = [("x-device-token", "1"), ("x-device-id", "2")];
        assert_eq!(rewritten(&sent, &["x-device-token"]), only_set(&[("x-device-token", "1")]));
    }

    #[test]
    fn repeated_fields_keep_their_order() {
        let sent = [("cookie", "a"), ("accept", "b"), ("cookie", "c")];
        assert_eq!(
            rewritten(&sent, &[]),
            only_set(&[("cookie", "a"), ("cookie", "c"), ("accept", "b")])
        );
    }

    #[test]
    fn a_cookie_in_pieces_becomes_one() {
        let mut sent = fields(&[("cookie", "a=1"), ("accept", "b"), ("cookie", "c=2")]);
        join_cookies(&mut sent);
        let cookies: Vec<_> = sent.get_all(COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; c=2"]);
    }

    #[test]
    fn an_answer_loses_what_concerns_the_partners_connection_only() {
        let mut answer = fields(&[
            ("connection", "x-hop, close"),
            ("x-hop", "1"),
            ("keep-alive", "timeout=5"),
            ("content-length", "3"),
            ("set-cookie", "a"),
            ("set-cookie", "b"),
        ]);
        response(&mut answer);
        let left: Vec<_> = answer.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["content-length", "set-cookie", "set-cookie"]);
    }

    #[test]
    fn no_answer_passes_for_the_gateways() {
        let mut answer = fields(&[
            ("x-gateway-error", "url_not_allowed"),
            ("x_gateway_error", "url_not_allowed"),
            ("x-gateway_fault", "f1"),
            ("x-gateway-error", "again"),
            ("x-gateway-errors", "3"),
            ("x-gateway-id", "their own"),
        ]);
        response(&mut answer);
        let left: BTreeSet<_> = answer.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, BTreeSet::from(["x-gateway-errors", "x-gateway-id"]));
        assert!(GATEWAYS.iter().all(|name| name.len() == GATEWAYS_LENGTH));
    }
}
