//! Between an app and its partner.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{fault, named};
use crate::support::h2;
use crate::support::message::chunks;
use crate::support::partner::Received;
use crate::support::{Answer, Partner, Raw, Stage, World, get, ok, post};

/// A partner whose answer has a type and enough of a body to be cut.
fn partner() -> Partner {
    Partner::answering(json_answer())
}

fn json_answer() -> Vec<u8> {
    let body = format!("{{\"text\":\"{}\"}}", "x".repeat(100));
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nX-Own: 1\r\n\r\n{body}").into_bytes()
}

fn befallen(kind: &str, more: Value) -> Stage {
    let stage = Stage::before(partner());
    stage.gateway.fault(&fault(kind, more));
    stage
}

/// What an app sees of a connection's end: what came, and whether it was reset.
fn end_of(raw: &Raw) -> (Vec<u8>, bool) {
    let mut stream = raw.wire().tcp();
    let mut seen = Vec::new();
    let mut room = [0; 4096];
    loop {
        match stream.read(&mut room) {
            Ok(0) => return (seen, false),
            Ok(n) => seen.extend_from_slice(&room[..n]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return (seen, true),
            Err(error) => panic!("neither an end nor a reset: {error}"),
        }
    }
}

#[test]
fn an_app_gets_a_status_and_the_partner_is_not_asked() {
    for side in ["answer", "request"] {
        let stage = befallen("status", json!({"status": 503, "side": side, "first": 1}));
        let answer = stage.ask(get("/api/x", &[]));
        assert_eq!((answer.status, named(&answer)), (503, Some("f1")), "{side}");
        assert_eq!(answer.code(), "", "it is no refusal of the gateway's");
        stage.expect_nothing_since(0, side);
    }
}

#[test]
fn a_status_of_the_partners_is_wrapped_for_v1_and_one_of_the_answer_is_not() {
    let stage = Stage::of(partner(), |world| world.app("proxy", "v1"));
    let id = stage.gateway.fault(&fault("status", json!({"status": 500, "side": "request"})));
    let answer = stage.ask(get("/api/x", &[]));
    assert_eq!((answer.status, answer.json()["status"].as_u64()), (200, Some(500)));
    stage.gateway.forget_fault(&id);
    stage.gateway.fault(&fault("status", json!({"status": 500})));
    assert_eq!(stage.ask(get("/api/x", &[])).status, 500);
}

#[test]
fn an_answer_is_late() {
    let stage = befallen("delay", json!({"delay": "300ms"}));
    let begun = Instant::now();
    let answer = stage.ask(get("/api/x", &[])).expect_ok("late");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(named(&answer), Some("f1"));
}

#[test]
fn a_request_is_late_at_the_partner() {
    let stage = befallen("delay", json!({"delay": "300ms", "side": "request"}));
    let mut raw = stage.gateway.http();
    let begun = Instant::now();
    raw.send(get("/api/x", &[]));
    stage.partner.wait(1);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    raw.answer().expect_ok("late");
}

#[test]
fn a_refusal_is_late_as_well_and_says_why() {
    let nobody = Partner::nowhere();
    let gateway = World::at(&format!("http://{nobody}")).start();
    gateway.fault(&fault("delay", json!({"delay": "200ms"})));
    let begun = Instant::now();
    let answer = gateway.ask(get("/api/x", &[])).expect_refusal("late", 502, "partner_unreachable");
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert_eq!(named(&answer), Some("f1"));
}

#[test]
fn an_answer_drips() {
    let stage = befallen("drip", json!({"rate": "300"}));
    let begun = Instant::now();
    let answer = stage.ask(get("/api/x", &[])).expect_ok("slow");
    assert!(answer.whole && answer.body.len() > 100);
    assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
}

#[test]
fn a_request_drips_to_the_partner_in_either_framing() {
    let body = vec![b'x'; 120];
    let mut chunked = get("/api/x", &["Transfer-Encoding: chunked"]);
    chunked.splice(..3, *b"POST");
    chunked.extend(chunks(&body, 50));
    chunked.extend_from_slice(b"0\r\n\r\n");
    for request in [post("/api/x", &[], &body), chunked] {
        let stage = befallen("drip", json!({"rate": "300", "side": "request"}));
        let begun = Instant::now();
        let received = stage.pass(request);
        assert_eq!(received.body.content, body);
        assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
    }
}

#[test]
fn a_request_may_drip_for_longer_than_an_answer_may_take() {
    let stage = Stage::with(|world| world.limit("response_timeout: 2s"));
    stage.gateway.fault(&fault("drip", json!({"rate": "100", "side": "request"})));
    let received = stage.pass(post("/api/x", &[], &[b'x'; 400]));
    assert_eq!(received.body.content.len(), 400);
}

#[test]
fn an_apps_connection_is_reset_before_a_byte_of_the_answer() {
    let stage = befallen("reset", json!({}));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    let (seen, reset) = end_of(&raw);
    assert_eq!(String::from_utf8_lossy(&seen), "");
    assert!(reset, "a FIN came");
    assert_eq!(stage.partner.wait(1).len(), 1, "the partner was asked");
}

#[test]
fn an_apps_connection_is_reset_in_the_middle_of_the_answer() {
    let stage = befallen("reset", json!({"after": "10"}));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    let (seen, reset) = end_of(&raw);
    let text = String::from_utf8_lossy(&seen);
    assert!(reset, "a FIN came");
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(text.to_lowercase().contains("x-gateway-fault: f1"), "{text}");
    assert!(text.ends_with("\r\n\r\n{\"text\":\"x"), "{text}");
}

#[test]
fn a_short_answer_is_never_whole_when_it_is_reset() {
    let stage = Stage::start();
    stage.gateway.fault(&fault("reset", json!({"after": "1KiB"})));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    let (seen, reset) = end_of(&raw);
    assert!(reset && String::from_utf8_lossy(&seen).ends_with("\r\n\r\no"));
}

#[test]
fn a_connection_in_a_tunnel_is_reset() {
    let stage = befallen("reset", json!({}));
    let mut raw = stage.gateway.tunnel("loyalty.example.ru:443");
    raw.send(get("/api/x", &[]));
    assert!(end_of(&raw).1, "a FIN came");
}

#[test]
fn over_http2_the_connection_just_ends() {
    let stage = befallen("reset", json!({}));
    let gateway = &stage.gateway;
    let mut client = h2::Client::dial(gateway.https, "loyalty.example.ru", &gateway.ca());
    let answer = client.ask(h2::get("/api/x"));
    assert!(answer.is_err(), "{answer:?}");
    stage.gateway.forget_fault("f1");
    stage.gateway.expect_alive("afterwards");
}

#[test]
fn a_partners_connection_is_reset_and_the_app_is_told() {
    let stage = befallen("reset", json!({"side": "request"}));
    let answer = stage.ask(post("/api/x", &[], b"abc"));
    let answer = answer.expect_refusal("cut off", 502, "partner_reset");
    assert!(answer.json()["detail"].as_str().unwrap().contains("on purpose: fault f1"));
    assert_eq!(named(&answer), Some("f1"));
    stage.partner.wait_for_closed(1);
    let whole = |request: &Received| request.head.ends_with(b"\r\n\r\n");
    assert!(!stage.partner.requests().iter().any(whole), "{:?}", stage.partner.lines());
}

#[test]
fn an_answer_is_empty_garbage_or_of_another_type() {
    let stage = befallen("empty", json!({"first": 1}));
    stage.gateway.fault(&fault("garbage", json!({"first": 1})));
    stage.gateway.fault(&fault("content_type", json!({"type": "text/html", "first": 1})));
    let mut raw = stage.gateway.http();
    let mut ask = |id: Option<&str>| -> Answer {
        let answer = raw.exchange(get("/api/x", &[]));
        assert_eq!(named(&answer), id, "{}", answer.describe());
        assert_eq!((answer.status, answer.field("x-own")), (200, Some("1")));
        answer
    };
    let empty = ask(Some("f1"));
    assert_eq!(
        (empty.text().as_str(), empty.field("content-type")),
        ("", Some("application/json"))
    );
    let garbage = ask(Some("f2"));
    assert_eq!(garbage.field("content-type"), Some("application/json"));
    assert!(serde_json::from_slice::<Value>(&garbage.body).is_err() && garbage.whole);
    let other = ask(Some("f3"));
    assert_eq!(other.field("content-type"), Some("text/html"));
    assert!(other.json()["text"].is_string());
    assert!(ask(None).json()["text"].is_string());
    assert_eq!(stage.gateway.hits(), [1, 1, 1]);
}

#[test]
fn an_answer_is_no_http_or_nothing_at_all() {
    let stage = befallen("garbage", json!({"raw": true, "first": 1}));
    stage.gateway.fault(&fault("empty", json!({"raw": true})));
    for (what, empty) in [("garbage", false), ("nothing", true)] {
        let mut raw = stage.gateway.http();
        raw.send(get("/api/x", &[]));
        let (seen, reset) = end_of(&raw);
        assert_eq!((seen.is_empty(), reset), (empty, false), "{what}");
        assert!(!seen.starts_with(b"HTTP"), "{what}");
    }
}

#[test]
fn a_request_is_empty_garbage_or_of_another_type() {
    let stage = befallen("empty", json!({"side": "request", "first": 1}));
    stage.gateway.fault(&fault("garbage", json!({"side": "request", "first": 1})));
    let kind = json!({"side": "request", "first": 1, "type": "text/html"});
    stage.gateway.fault(&fault("content_type", kind));
    let mut raw = stage.gateway.http();
    let mut sent = 0;
    let mut pass = || {
        let request = post("/api/x", &["Content-Type: application/json"], b"{\"a\":1}");
        raw.exchange(request).expect_ok("over one connection");
        sent += 1;
        stage.partner.wait(sent).pop().unwrap()
    };
    let empty = pass();
    assert_eq!(empty.all("content-length"), ["0"]);
    assert_eq!(empty.field("content-type"), Some("application/json"));
    let garbage = pass();
    assert!(serde_json::from_slice::<Value>(&garbage.body.content).is_err());
    assert_eq!(garbage.field("content-length").unwrap(), garbage.body.content.len().to_string());
    assert_eq!(garbage.all("transfer-encoding"), Vec::<&str>::new());
    let other = pass();
    assert_eq!(other.all("content-type"), ["text/html"]);
    assert_eq!(other.body.content, b"{\"a\":1}");
    assert_eq!(pass().all("content-type"), ["application/json"]);
}

#[test]
fn a_request_without_a_body_can_be_garbage_and_cannot_drip() {
    let stage = befallen("drip", json!({"side": "request", "first": 1}));
    stage.gateway.fault(&fault("empty", json!({"side": "request", "first": 1})));
    stage.gateway.fault(&fault("garbage", json!({"side": "request", "first": 1})));
    for length in [None, None, Some(true), None] {
        let received = stage.pass(get("/api/x", &[]));
        assert_eq!(received.field("content-length").map(|n| n != "0"), length);
    }
}

#[test]
fn both_halves_of_an_exchange_may_be_befallen() {
    let stage = befallen("content_type", json!({"side": "request", "type": "text/a"}));
    stage.gateway.fault(&fault("content_type", json!({"type": "text/b"})));
    let answer = stage.ask(get("/api/x", &[]));
    assert_eq!(named(&answer), Some("f1, f2"));
    assert_eq!(answer.field("content-type"), Some("text/b"));
    assert_eq!(stage.partner.last().field("content-type"), Some("text/a"));
}

#[test]
fn a_fault_is_for_its_path_and_its_app_alone() {
    let stage = Stage::with(World::crowd);
    stage.gateway.fault(&fault("status", json!({"status": 500, "path": "/api/pay/*"})));
    stage.gateway.fault(&fault("status", json!({"status": 501, "app": "stock"})));
    let status = |target| stage.ask(get(target, &[])).status;
    assert_eq!(status("/api/pay/1?a=b"), 500);
    assert_eq!(status("/api/pays"), 200);
    let stock = format!(
        "GET /x HTTP/1.1\r\nHost: stock.example.ru\r\nX-OAuth-Client-ID: {}\r\nX-Device-UUID: {}\r\n\r\n",
        crate::support::world::STOCK,
        crate::support::world::DEVICE_3
    );
    assert_eq!(stage.ask(stock).status, 501);
    assert_eq!(stage.gateway.hits(), [1, 1]);
}

#[test]
fn what_the_gateway_refuses_is_not_befallen() {
    let stage = befallen("status", json!({"status": 500}));
    let answer = stage.ask(get("/elsewhere", &[]));
    let answer = answer.expect_refusal("not allowed", 403, "url_not_allowed");
    assert_eq!((named(&answer), stage.gateway.hits()), (None, vec![0]));
}

#[test]
fn a_fault_by_chance_befalls_the_same_ones_again() {
    let stage = Stage::start();
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let id = stage.gateway.fault(&fault("status", json!({"status": 500, "p": 0.5, "seed": 7})));
        let mut raw = stage.gateway.http();
        let statuses: Vec<_> = (0..24).map(|_| raw.exchange(get("/api/x", &[])).status).collect();
        stage.gateway.forget_fault(&id);
        rounds.push(statuses);
    }
    assert_eq!(rounds[0], rounds[1]);
    assert!(rounds[0].contains(&200) && rounds[0].contains(&500), "{rounds:?}");
}

#[test]
fn an_exchange_that_nothing_befalls_is_the_same_to_the_byte() {
    let stage = Stage::before(Partner::answering(json_answer()));
    let request = || post("/api/x", &["Content-Type: application/json"], b"{\"a\": 1}");
    let exchange = || {
        let answer = stage.gateway.ask(request());
        let received = stage.partner.last();
        (answer.head, answer.body, received.head, received.body.framed)
    };
    let before = exchange();
    stage.gateway.fault(&fault("status", json!({"status": 500, "path": "/api/other"})));
    let id = stage.gateway.fault(&fault("garbage", json!({"side": "request", "first": 1})));
    assert_eq!(exchange().1, before.1);
    assert_ne!(stage.partner.last().body.framed, before.3);
    assert_eq!(exchange(), before, "the first one is over");
    stage.gateway.forget_fault(&id);
    assert_eq!(exchange(), before);
}

#[test]
fn a_partner_that_is_asked_slowly_still_gets_the_next_request_at_once() {
    let stage = Stage::before(Partner::scripted(|call| {
        call.body();
        call.send(&ok("ok"));
    }));
    stage.gateway.fault(&fault("delay", json!({"delay": "20s", "path": "/api/slow"})));
    let mut slow = stage.gateway.http();
    slow.send(get("/api/slow", &[]));
    stage.partner.wait(1);
    let begun = Instant::now();
    stage.gateway.expect_alive("beside a late answer");
    assert!(begun.elapsed() < Duration::from_secs(5));
}
