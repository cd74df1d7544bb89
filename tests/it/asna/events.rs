//! Subscriptions.

use serde_json::json;

use super::stage::{
    Asna, CLIENT, FOREIGN, KEY, STORE, STRANGER, call, expect_refusal, token, wrong_fields,
};

const EVENTS: [&str; 6] = [
    "stocks_full",
    "stocks_updates",
    "preorders_full",
    "preorders_updates",
    "orders_updates_store",
    "orders_updates_site",
];

#[test]
fn the_key_is_the_configured_one_or_stays_as_it_was_made_up() {
    let asna = Asna::start();
    assert_eq!(asna.read("/v5/keys/webhooks").to_string(), json!({ "secret": KEY }).to_string());
    let other = token(&asna.gateway, STRANGER, "other");
    let key = || {
        let answer = call(&asna.gateway, Some(&other), "GET", "/v5/keys/webhooks", "");
        answer.json()["secret"].as_str().unwrap().to_owned()
    };
    let first = key();
    assert_eq!(first.len(), 10);
    assert_eq!(key(), first);
}

#[test]
fn every_event_is_subscribed_to_changed_and_left() {
    let asna = Asna::start();
    for event in EVENTS {
        let path = format!("/v5/events/{event}");
        let body = json!({"clientId": STORE, "url": asna.url()}).to_string();
        for (method, status) in [
            ("PUT", 400),
            ("POST", 201),
            ("POST", 201),
            ("PUT", 200),
            ("DELETE", 204),
            ("DELETE", 204),
        ] {
            let answer = asna.call(method, &path, &body);
            assert_eq!(answer.status, status, "{method} {event}: {}", answer.describe());
            assert!(status == 400 || answer.body.is_empty(), "{}", answer.describe());
        }
        expect_refusal(&asna.call("PUT", &path, &body), 400);
    }
}

#[test]
fn what_is_no_subscription_is_refused_and_none_is_kept() {
    let asna = Asna::start();
    let url = asna.url();
    let post = |body: &str| asna.call("POST", "/v5/events/stocks_full", body);
    for (body, field) in [
        (json!({"url": url}), "clientId"),
        (json!({"clientId": null, "url": url}), "clientId"),
        (json!({"clientId": 5, "url": url}), "clientId"),
        (json!({"clientId": "no guid", "url": url}), "clientId"),
        (json!({"clientId": STORE}), "url"),
        (json!({"clientId": STORE, "url": "/hook"}), "url"),
        (json!({"clientId": STORE, "url": "ftp://shop.ru/"}), "url"),
        (json!({"clientId": STORE, "url": "http://a b/"}), "url"),
        (json!({"clientId": STORE, "url": "http://u:p@shop.ru/"}), "url"),
    ] {
        assert_eq!(wrong_fields(&post(&body.to_string())), [field], "{body}");
    }
    for body in ["", "{", "[]", "null", "\"x\""] {
        expect_refusal(&post(body), 400);
    }
    let foreign = json!({"clientId": FOREIGN, "url": url}).to_string();
    for method in ["POST", "PUT", "DELETE"] {
        expect_refusal(&asna.call(method, "/v5/events/stocks_full", &foreign), 403);
        let answer = asna.call(method, "/v5/events/stocks", "{}");
        assert_eq!(wrong_fields(&answer), ["eventName"]);
    }
    let wish = json!({"event": "asna.stocks_full"});
    asna.gateway.refused(&wish, 422, "trigger_refused");
}

#[test]
fn a_client_may_subscribe_for_itself_in_any_casing() {
    let asna = Asna::start();
    asna.subscribe("preorders_full", &CLIENT.to_lowercase());
    let sent = asna.gateway.trigger(&json!({"event": "asna.preorders_full", "wait": true}));
    assert_eq!(sent.len(), 1);
    let body = asna.partner.wait(1).remove(0).body;
    let body: serde_json::Value = serde_json::from_slice(&body.content).unwrap();
    assert_eq!(body["ClientId"], CLIENT.to_lowercase());
}

#[test]
fn what_is_not_there_is_told_in_the_envelope() {
    let asna = Asna::start();
    expect_refusal(&asna.call("GET", "/v5/references/stores", ""), 404);
    expect_refusal(&asna.call("GET", "/v5", ""), 404);
    expect_refusal(&asna.call("PATCH", "/v5/events/stocks_full", "{}"), 405);
    assert_eq!(asna.call("GET", "/v5/events/%ff", "").status, 405);
    expect_refusal(&asna.call("POST", "/v5/events/%ff", "{}"), 400);
}
