//! Signed webhooks: when they go out, what they are like, how often they are repeated.

use evotor_gateway::asna::signature;
use serde_json::{Value, json};

use super::stage::{Asna, CLIENT, KEY, STORE, STRANGER, expect_refusal, section, stocks};
use crate::support::{Partner, Received, World};

const ONE: &str = r#"{"stocks":[{"prtId":"1"}]}"#;

/// A webhook as documented; gives its body.
#[track_caller]
fn expect_signed(received: &Received, key: &str) -> Value {
    assert_eq!(received.line, "POST /hook HTTP/1.1");
    let signature = received.field("x-signature").unwrap();
    signature::verify(key, signature, &received.body.content).unwrap();
    assert_eq!(signature[7..], signature[7..].to_uppercase());
    assert_eq!(received.field("content-type"), Some("application/json; charset=utf-8"));
    let mut names = received.names();
    names.sort();
    assert_eq!(names, ["content-length", "content-type", "host", "x-signature"]);
    let body: Value = serde_json::from_slice(&received.body.content).unwrap();
    assert_eq!(body.to_string().as_bytes(), received.body.content, "compact");
    let keys: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["ClientId", "Event", "Message", "MessageId", "Date"]);
    body
}

#[test]
fn a_processed_package_is_told_of_when_its_time_has_come() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    asna.subscribe("stocks_updates", STORE);
    let status = asna.send("POST", &stocks(), ONE);
    assert_eq!(asna.gateway.advance("59m"), 0);
    assert_eq!(asna.gateway.advance("1m"), 1);
    let body = expect_signed(&asna.partner.wait(1)[0], KEY);
    assert_eq!((&body["ClientId"], &body["Event"]), (&json!(STORE), &json!("stocks_full")));
    assert_eq!(body["Message"], "Processed");
    assert!(status.contains(body["MessageId"].as_str().unwrap()), "{status} {body}");
    let delivery = &asna.gateway.deliveries(None)[0];
    assert_eq!(
        (&delivery["event"], &delivery["state"]),
        (&json!("asna.stocks_full"), &json!("delivered"))
    );
    assert_eq!(
        (&delivery["app"], &delivery["verdict"]),
        (&json!(CLIENT.to_lowercase()), &json!("pass"))
    );
}

#[test]
fn who_has_left_is_not_told() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    let body = json!({"clientId": STORE}).to_string();
    assert_eq!(asna.call("DELETE", "/v5/events/stocks_full", &body).status, 204);
    asna.send("POST", &stocks(), ONE);
    assert_eq!(asna.gateway.advance("1h"), 0);
}

#[test]
fn a_subscriber_that_fails_is_told_again_after_1_5_and_30_seconds() {
    let partner = Partner::answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
    let asna = Asna::of(partner, |world| world);
    asna.subscribe("stocks_updates", STORE);
    asna.send("PUT", &stocks(), ONE);
    assert_eq!(asna.gateway.advance("2h"), 4);
    let received = asna.partner.wait(4);
    let first = (&received[0].head, &received[0].body.content);
    assert!(received.iter().all(|again| (&again.head, &again.body.content) == first));
    let failed = &asna.gateway.deliveries(Some("failed"))[0];
    let at: Vec<jiff::Timestamp> = asna.gateway.delivery(&failed["delivery"])["tries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["at"].as_str().unwrap().parse().unwrap())
        .collect();
    let pauses: Vec<_> = at.windows(2).map(|pair| (pair[1] - pair[0]).get_seconds()).collect();
    assert_eq!(pauses, [1, 5, 30]);
}

#[test]
fn every_2xx_takes_a_webhook_and_a_redirect_does_not() {
    for (status, state) in
        [("204 No Content", "delivered"), ("201 Created", "delivered"), ("302 Found", "failed")]
    {
        let answer = format!("HTTP/1.1 {status}\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
        let world = |world: World| world.top("asna", &section(", retry: []"));
        let asna = Asna::of(Partner::answering(answer), world);
        asna.subscribe("stocks_full", STORE);
        let told = asna.gateway.trigger(&json!({"event": "asna.stocks_full", "wait": true}));
        assert_eq!(told[0]["state"], state, "{status}");
    }
}

#[test]
fn an_error_is_told_of_where_that_is_wanted() {
    let world = |world: World| world.top("asna", &section(", notify_errors: true"));
    let asna = Asna::of(Partner::start(), world);
    asna.subscribe("stocks_full", STORE);
    asna.send("POST", &stocks(), r#"{"stocks":[{}]}"#);
    assert_eq!(asna.gateway.advance("1h"), 1);
    assert_eq!(expect_signed(&asna.partner.wait(1)[0], KEY)["Message"], "Error");
}

#[test]
fn a_trigger_signs_what_it_sends() {
    let asna = Asna::start();
    asna.subscribe("orders_updates_site", STORE);
    let wish =
        json!({"event": "asna.orders_updates_site", "app": CLIENT, "store": STORE, "wait": true});
    assert_eq!(asna.gateway.trigger(&wish)[0]["verdict"], "pass");
    let body = expect_signed(&asna.partner.wait(1)[0], KEY);
    assert_eq!(body["Event"], "orders_updates_site");
    let own = json!({"event": "asna.orders_updates_site", "body": {"own": true}, "copies": 2, "wait": true});
    assert_eq!(asna.gateway.trigger(&own).len(), 2);
    for received in &asna.partner.wait(3)[1..] {
        assert_eq!(received.body.content, br#"{"own":true}"#);
        let signature = received.field("x-signature").unwrap();
        signature::verify(KEY, signature, &received.body.content).unwrap();
    }
}

#[test]
fn a_trigger_that_cannot_be_is_refused_with_a_remedy() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    let refused = |wish: Value, status, code| asna.gateway.refused(&wish, status, code);
    let nobody = refused(json!({"event": "asna.stocks_updates"}), 422, "trigger_refused");
    assert!(
        nobody["hint"].as_str().unwrap().contains("/asna/v5/events/stocks_updates"),
        "{nobody}"
    );
    refused(json!({"event": "asna.stocks_full", "app": STRANGER}), 422, "trigger_refused");
    refused(json!({"event": "asna.stocks_full", "store": STRANGER}), 422, "trigger_refused");
    refused(json!({"event": ["asna.stocks_full", "stores"]}), 400, "bad_request");
    refused(json!({"event": "asna.stocks_full", "set": ["Event=x"]}), 400, "bad_request");
    let near = refused(json!({"event": "asna.stock_full"}), 400, "bad_request");
    assert!(near["hint"].as_str().unwrap().contains("asna.stocks_full"), "{near}");
    assert!(asna.gateway.deliveries(None).is_empty());
}

#[test]
fn a_restart_forgets_neither_subscription_nor_package_nor_webhook() {
    let disk = |world: World| world.top("state", "\"sqlite:./data/gateway.db\"");
    let mut asna = Asna::of(Partner::start(), disk);
    asna.subscribe("stocks_full", STORE);
    let status = asna.send("POST", &stocks(), ONE);
    asna.gateway.restart_after("KILL");
    assert_eq!(asna.gateway.advance("59m"), 0);
    assert_eq!(asna.status(&status)["statusId"], 1);
    assert_eq!(asna.read(&stocks()), json!([]));
    assert_eq!(asna.gateway.advance("1m"), 1);
    expect_signed(&asna.partner.wait(1)[0], KEY);
}

#[test]
fn a_clock_that_is_set_back_takes_packages_and_webhooks_along() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    asna.gateway.advance("3d");
    let token = super::stage::token(&asna.gateway, CLIENT, super::stage::SECRET);
    let answer = super::stage::call(&asna.gateway, Some(&token), "POST", &stocks(), ONE);
    assert_eq!(answer.status, 202);
    asna.gateway.api_ok("POST", "/api/clock", Some(&json!({"reset": true})));
    assert_eq!(asna.gateway.advance("59m"), 0);
    assert_eq!(asna.read(&stocks()), json!([]));
    assert_eq!(asna.gateway.advance("1m"), 1);
    let fresh = super::stage::token(&asna.gateway, CLIENT, super::stage::SECRET);
    let read = super::stage::call(&asna.gateway, Some(&fresh), "GET", &stocks(), "");
    assert_eq!(read.json(), json!([{"prtId": "1"}]));
}

#[test]
fn state_that_is_reset_knows_no_token_any_more() {
    let asna = Asna::start();
    asna.gateway.api("DELETE", "/api/state", None);
    expect_refusal(&asna.call("GET", &stocks(), ""), 401);
}
