#![allow(clippy::unwrap_used)]
use std::rc::Rc;

use hyper::Request;
use hyper::header::{HeaderName, HeaderValue, TRANSFER_ENCODING};
use proptest::prelude::*;

use super::*;
use crate::net::body::AppBody;
use crate::net::gate::{End, Requests};
use crate::net::names::Names;
use crate::net::upstream::{HeadSource, Spelling, announce_empty};
use crate::proxy::fields::DeviceFields;
use crate::proxy::snapshot::Identity;

fn head(text: &str) -> Box<Head> {
    let fields = DeviceFields::new(Rc::new([]));
    let mut gate = Requests::new(fields, 64 << 10);
    let verdict = gate.feed(text.as_bytes());
    assert_eq!(verdict.end, End::Open, "{text}: {:?}", gate.refusal());
    gate.take_head().unwrap()
}

fn identity() -> Identity {
    let value = HeaderValue::from_static;
    Identity { store: value("S"), device: value("D"), user: value("U") }
}

/// The same head by its own lines and by a map of its fields.
fn both(text: &str, host: &str, token: Option<&str>) -> (String, String) {
    let head = head(text);
    let (host, token) = (HeaderValue::from_str(host).unwrap(), token.map(HeaderValue::from_str));
    let (token, identity) = (token.transpose().unwrap(), identity());
    let injected =
        Injected { host: &host, identity: &identity, authorization: token.as_ref(), keep: &[] };

    let mut request = Request::new(AppBody::Empty);
    *request.method_mut() = std::str::from_utf8(head.method_name()).unwrap().parse().unwrap();
    *request.uri_mut() = "/a?b".parse().unwrap();
    *request.headers_mut() = rewrite::request(&head.fields(), &injected);
    announce_empty(&mut request);
    let names = |names: &mut Names| head.names_into(names);
    let spelling = Spelling { written: Some(&names), own: rewrite::SPELLED };
    let of_map = HeadSource::Request(spelling).text(&request);

    let framing = rewrite::framing(request.headers());
    let line = (request.method(), "/a?b");
    let composed = Composed::new(Sent::Lines(&head), line, injected, &framing);
    let of_lines = HeadSource::Composed(&composed).text(&request);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(of_lines), text(of_map))
}

#[test]
fn the_apps_lines_stay_as_they_are_and_the_clouds_follow() {
    let sent = "GET /a?b HTTP/1.1\r\nuser-agent: x\r\nHOST:  api.my.ru\r\nX-Device-ID: 1\r\n\
                X-odd:\tvalue \r\nAccept: */*\r\naccept: b\r\nAuthorization: mine\r\n\
                Connection: keep-alive\r\nCookie: a\r\nX-Empty:\r\n\r\n";
    let (lines, map) = both(sent, "127.0.0.1:9000", Some("Bearer t"));
    assert_eq!(lines, map);
    let expected = "GET /a?b HTTP/1.1\r\nuser-agent: x\r\nHOST: 127.0.0.1:9000\r\nX-odd: value\r\n\
                    Accept: */*\r\naccept: b\r\nCookie: a\r\nX-Empty: \r\nX-Evotor-Store-Uuid: S\r\n\
                    X-Evotor-Device-UUID: D\r\nX-Evotor-User-Id: U\r\nAuthorization: Bearer t\r\n";
    assert_eq!(lines, expected);
}

#[test]
fn a_request_without_content_says_so_where_its_method_expects_some() {
    let (lines, map) = both("POST http://h/a?b HTTP/1.1\r\nHost: h\r\nA: 1\r\n\r\n", "h", None);
    assert_eq!(lines, map);
    assert!(lines.starts_with("POST /a?b HTTP/1.1\r\nHost: h\r\nA: 1\r\nX-Evotor-"), "{lines}");
    assert!(lines.ends_with("\r\nContent-Length: 0\r\n"), "{lines}");
}

#[test]
fn a_head_that_names_fields_of_the_connection_is_known_for_it() {
    for (said, nominates) in [
        ("", false),
        ("Connection: keep-alive\r\n", false),
        ("Connection: Close\r\n", false),
        ("connection: x-a\r\n", true),
        ("Connection: keep-alive\r\nConnection: X-A\r\n", true),
        ("Connection: close, X-A\r\n", true),
    ] {
        let head = head(&format!("GET / HTTP/1.1\r\nHost: h\r\n{said}X-A: 1\r\n\r\n"));
        assert_eq!(head.nominates(), nominates, "{said}");
    }
}

#[test]
fn what_is_known_of_the_last_head_serves_the_next_and_no_line_is_taken_for_another() {
    let fields = DeviceFields::new(Rc::new([]));
    let mut gate = Requests::new(fields, 64 << 10);
    let identity = identity();
    let host = HeaderValue::from_static("h");
    for lines in ["A: 1\r\nB:  2\r\n", "A: 1\r\nB: 2\r\n", "A:1\r\nB: 2\r\nC: 3\r\n", "B: 2\r\n"] {
        let text = format!("GET / HTTP/1.1\r\nHost: h\r\n{lines}\r\n");
        assert_eq!(gate.feed(text.as_bytes()).end, End::Open);
        let head = gate.take_head().unwrap();
        let injected =
            Injected { host: &host, identity: &identity, authorization: None, keep: &[] };
        let mut written = Vec::new();
        let line = (&Method::GET, "/");
        Composed::new(Sent::Lines(&head), line, injected, &HeaderMap::new()).write(&mut written);
        let written = String::from_utf8(written).unwrap();
        let spaced = lines.replace(":  ", ": ").replace("A:1", "A: 1");
        assert!(written.starts_with(&format!("GET / HTTP/1.1\r\nHost: h\r\n{spaced}X-Evotor")));
        gate.recycle(head);
    }
}

fn line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("Accept"),
        Just("accept"),
        Just("ACCEPT"),
        Just("X-A"),
        Just("x-a"),
        Just("X_A"),
        Just("X-Device-ID"),
        Just("x_device_salt"),
        Just("X-Evotor-User-Id"),
        Just("Authorization"),
        Just("Proxy-Authorization"),
        Just("Keep-Alive"),
        Just("TE"),
        Just("Trailer"),
        Just("Expect"),
        Just("Upgrade"),
        Just("Cookie"),
        Just("User-Agent"),
        Just("ETag"),
        Just("traceparent"),
        Just("Connection"),
        Just("x-signed-url"),
        Just("Content-Type"),
        Just("X-Gateway-Replay-Not"),
    ];
    let value = prop_oneof![
        4 => "[!-~]([ -~\t]{0,12}[!-~])?",
        1 => Just(String::new()),
        1 => Just("значение".to_owned()),
    ];
    let blank = prop_oneof![4 => Just(" "), 1 => Just(""), 1 => Just("  "), 1 => Just("\t")];
    let end = prop_oneof![5 => Just(""), 1 => Just(" ")];
    (name, blank, value, end).prop_map(|(name, blank, value, end)| {
        let value = match name {
            "Connection" => "close".to_owned(),
            _ => value,
        };
        format!("{name}:{blank}{value}{end}\r\n")
    })
}

proptest! {
    #[test]
    fn a_head_of_lines_is_that_of_the_map(
        before in prop::collection::vec(line(), 0..6),
        after in prop::collection::vec(line(), 0..6),
        framing in prop::sample::select(
            vec!["", "Content-Length: 3\r\n", "content-length:0\r\n", "Transfer-encoding: chunked\r\n"],
        ),
        method in prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]),
        (own_host, token) in (any::<bool>(), any::<bool>()),
    ) {
        let (before, after) = (before.concat(), after.concat());
        let text = format!("{method} /a?b HTTP/1.1\r\n{before}Host: h\r\n{framing}{after}\r\n");
        let host = if own_host { "h" } else { "other:1" };
        let (lines, map) = both(&text, host, token.then_some("Bearer t"));
        prop_assert_eq!(lines, map);
    }

    #[test]
    fn the_fields_of_a_head_are_those_hyper_would_have_been_shown(
        lines in prop::collection::vec(line(), 0..8),
    ) {
        let text = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", lines.concat());
        let mut fields = HeaderMap::new();
        for line in &lines {
            let (name, value) = line.trim_end_matches("\r\n").split_once(':').unwrap();
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            let value = value.trim_matches([' ', '\t']);
            fields.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        // What is removed for every app is gone before.
        let mut seen = head(&text).fields();
        for name in ["te", "expect", "connection"] {
            prop_assert_eq!(
                seen.get_all(name).iter().collect::<Vec<_>>(),
                fields.get_all(name).iter().collect::<Vec<_>>()
            );
            seen.remove(name);
            fields.remove(name);
        }
        let identity = identity();
        let host = HeaderValue::from_static("h");
        let injected =
            Injected { host: &host, identity: &identity, authorization: None, keep: &[] };
        prop_assert_eq!(
            rewrite::request(&seen, &injected),
            rewrite::request(&fields, &injected)
        );
    }

    #[test]
    fn a_head_of_fields_that_came_over_http2_is_that_of_the_map(
        lines in prop::collection::vec(line(), 0..8),
        framing in prop::sample::select(vec!["", "content-length", "transfer-encoding"]),
        post in any::<bool>(),
    ) {
        let mut sent = HeaderMap::new();
        for line in &lines {
            let (name, value) = line.trim_end_matches("\r\n").split_once(':').unwrap();
            let value = HeaderValue::from_bytes(value.trim().as_bytes()).unwrap();
            if !name.eq_ignore_ascii_case("connection") {
                sent.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
            }
        }
        if framing == "content-length" {
            sent.insert(framing, HeaderValue::from_static("3"));
        }
        let (identity, host) = (identity(), HeaderValue::from_static("h"));
        let injected =
            Injected { host: &host, identity: &identity, authorization: None, keep: &[] };
        let mut request = Request::new(AppBody::Empty);
        *request.method_mut() = if post { Method::POST } else { Method::GET };
        *request.uri_mut() = "/a?b".parse().unwrap();
        *request.headers_mut() = rewrite::request(&sent, &injected);
        if framing == "transfer-encoding" {
            request.headers_mut().insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        announce_empty(&mut request);
        let names = |_: &mut Names| {};
        let spelling = Spelling { written: Some(&names), own: rewrite::SPELLED };
        let of_map = HeadSource::Request(spelling).text(&request);
        let framing = rewrite::framing(request.headers());
        let line = (request.method(), "/a?b");
        let composed = Composed::new(Sent::Fields(&sent), line, injected, &framing);
        let of_fields = HeadSource::Composed(&composed).text(&request);
        prop_assert_eq!(String::from_utf8(of_fields), String::from_utf8(of_map));
    }
}
