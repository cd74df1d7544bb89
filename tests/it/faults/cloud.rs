//! Between a partner's service and the clouds it calls.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{fault, named};
use crate::asna::stage::{Asna, CLIENT, STRANGER, stocks};
use crate::cloud::stage::{Shop, expect_error};
use crate::support::Raw;

const SEARCH: &str = "/api/v1/inventories/stores/search";

fn add(shop: &Shop, kind: &str, more: Value) -> String {
    let mut made = fault(kind, more);
    made["plane"] = "cloud".into();
    shop.gateway.fault(&made)
}

/// What comes of a call until the connection ends.
fn raw_answer(shop: &Shop, host: Option<&str>) -> Vec<u8> {
    let own = shop.own();
    let (to, path, host) = match host {
        None => (shop.gateway.admin, format!("/evotor{SEARCH}"), shop.gateway.admin.to_string()),
        Some(host) => (shop.gateway.http, SEARCH.to_owned(), host.to_owned()),
    };
    let mut raw = Raw::dial(to);
    raw.send(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{own}\r\n\r\n"));
    raw.pipe.rest().expect("an end in time")
}

#[test]
fn an_answer_has_a_status_and_nothing_is_done() {
    let shop = Shop::open();
    add(&shop, "status", json!({"status": 503, "first": 1}));
    let goods = crate::cloud::stage::products();
    let cider = json!([crate::cloud::stage::cider()]);
    let answer = shop.post(&goods, &cider);
    assert_eq!((answer.status, named(&answer)), (503, Some("f1")));
    assert_eq!(shop.read(&goods), json!([]));
}

#[test]
fn an_answer_is_late_slow_empty_garbage_or_of_another_type() {
    let shop = Shop::open();
    let known = shop.read(SEARCH);
    for (kind, more) in [
        ("delay", json!({"delay": "300ms"})),
        ("drip", json!({"rate": "100"})),
        ("empty", json!({})),
        ("garbage", json!({})),
        ("content_type", json!({"type": "text/html"})),
    ] {
        let id = add(&shop, kind, more);
        let begun = Instant::now();
        let answer = shop.get(SEARCH);
        assert_eq!((answer.status, named(&answer)), (200, Some(&*id)), "{kind}");
        let read = serde_json::from_slice::<Value>(&answer.body).ok();
        let least = if matches!(kind, "delay" | "drip") { 200 } else { 0 };
        assert!(answer.whole && begun.elapsed() >= Duration::from_millis(least), "{kind}");
        let is_whole = !matches!(kind, "empty" | "garbage");
        assert_eq!(read, is_whole.then(|| known.clone()), "{kind}");
        assert_eq!(answer.body.is_empty(), kind == "empty");
        let kind_of = if kind == "content_type" { "text/html" } else { "application/json" };
        assert_eq!(answer.field("content-type"), Some(kind_of), "{kind}");
        shop.gateway.forget_fault(&id);
    }
    assert_eq!(shop.read(SEARCH), known);
}

#[test]
fn a_connection_ends_before_or_in_the_middle_of_an_answer() {
    for host in [None, Some("api.evotor.ru")] {
        let shop = Shop::open();
        let id = add(&shop, "reset", json!({}));
        assert_eq!(String::from_utf8_lossy(&raw_answer(&shop, host)), "", "{host:?}");
        shop.gateway.forget_fault(&id);
        assert_eq!(shop.get(SEARCH).status, 200, "{host:?}, taken away");
    }
    let shop = Shop::open();
    add(&shop, "reset", json!({"after": "5"}));
    let seen = String::from_utf8(raw_answer(&shop, None)).unwrap();
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("x-gateway-fault"), "{head}");
    assert_eq!(body.len(), 5, "{body}");
}

#[test]
fn a_call_by_the_clouds_own_name_tells_of_its_fault() {
    let shop = Shop::open();
    add(&shop, "status", json!({"status": 500, "path": "/api/v1/*"}));
    let seen = {
        let own = shop.own();
        let call = format!("GET {SEARCH} HTTP/1.1\r\nHost: api.evotor.ru\r\n{own}\r\n\r\n");
        shop.gateway.ask(call)
    };
    assert_eq!((seen.status, named(&seen)), (500, Some("f1")));
}

#[test]
fn a_fault_is_for_its_path_and_for_the_app_whose_token_calls() {
    let shop = Shop::open();
    let path = add(&shop, "status", json!({"status": 500, "path": "/api/v2/*"}));
    assert_eq!(shop.get(SEARCH).status, 200);
    assert_eq!(shop.get("/api/v2/inventories/stores/x/documents").status, 500);
    shop.gateway.forget_fault(&path);
    add(&shop, "status", json!({"status": 501, "app": "loyalty"}));
    assert_eq!(shop.get(SEARCH).status, 501);
    expect_error(&shop.call("GET", SEARCH, &[], b""), 401, "unauthorized");
    add(&shop, "status", json!({"status": 502}));
    assert_eq!(shop.call("GET", SEARCH, &[], b"").status, 502, "nobody is somebody too");
}

#[test]
fn asnas_answers_are_befallen_by_their_path_and_their_client() {
    let asna = Asna::start();
    let made = |more: Value| {
        let mut made = fault("status", more);
        made["plane"] = "cloud".into();
        asna.gateway.fault(&made)
    };
    made(json!({"status": 500, "app": STRANGER}));
    assert_eq!(asna.call("GET", &stocks(), "").status, 200);
    let own = made(json!({"status": 501, "app": CLIENT, "path": "/v5/*"}));
    let answer = asna.call("GET", &stocks(), "");
    assert_eq!((answer.status, named(&answer)), (501, Some(&*own)));
    asna.gateway.forget_fault(&own);
    assert_eq!(asna.call("GET", &stocks(), "").status, 200);
    made(json!({"status": 503, "path": "/connect/token"}));
    assert_eq!(crate::asna::stage::connect(&asna.gateway, "").status, 503);
}
