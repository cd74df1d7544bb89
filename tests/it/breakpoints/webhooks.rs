//! Between the cloud and the partner's service.

use serde_json::{Value, json};

use super::ended;
use crate::support::Gateway;
use crate::webhooks::stage::Cloud;

/// Lets an event happen; its delivery.
#[track_caller]
fn trigger(gateway: &Gateway, event: &str) -> Value {
    gateway.trigger(&json!({"event": event}))[0]["delivery"].clone()
}

#[track_caller]
fn attempt(gateway: &Gateway, id: &Value) -> Value {
    let done = gateway.until(id, "an attempt", |one| !one["tries"].as_array().unwrap().is_empty());
    done["tries"][0].clone()
}

#[test]
fn a_webhook_is_held_and_goes_on_edited() {
    let cloud = Cloud::start();
    cloud.gateway.stop(&json!({"plane": "webhook", "event": "subscription.created"}));
    let id = trigger(&cloud.gateway, "subscription.created");
    let held = cloud.gateway.hold(1);
    assert_eq!(
        (&held[0]["event"], &held[0]["plane"]),
        (&json!("subscription.created"), &json!("webhook"))
    );
    cloud.gateway.eventually("it stands in the timeline", || {
        let rows = cloud.gateway.exchanges("is:running");
        rows.first().is_some_and(|row| row["running"]["stage"] == "held")
    });
    assert!(cloud.service.hooks().is_empty());
    let word = json!({"do": "go", "body": "{\"edited\":1}", "set": {"X-New": "1"}});
    cloud.gateway.decide("h1", &word);
    attempt(&cloud.gateway, &id);
    let got = cloud.service.last();
    assert_eq!((&got.body.content[..], got.field("x-new")), (&b"{\"edited\":1}"[..], Some("1")));
    let row = &ended(&cloud.gateway, 1)[0];
    let shown = cloud.gateway.exchange(&row["id"]);
    assert_eq!(shown["stages"]["passed"]["body"]["text"], "{\"edited\":1}");
    assert_ne!(shown["stages"]["asked"]["body"]["text"], "{\"edited\":1}", "what it was is kept");
}

#[test]
fn an_answer_to_a_webhook_is_edited_and_not_judged() {
    let cloud = Cloud::start();
    cloud.gateway.stop(&json!({"plane": "webhook", "side": "answer"}));
    let id = trigger(&cloud.gateway, "subscription.created");
    cloud.gateway.hold(1);
    cloud.gateway.decide("h1", &json!({"do": "go", "status": 500, "body": "broken"}));
    let attempt = attempt(&cloud.gateway, &id);
    assert_eq!((&attempt["status"], &attempt["verdict"]), (&json!(500), &json!(null)));
    assert!(attempt["findings"].to_string().contains("Breakpoint b1 held the answer"));
}

#[test]
fn a_webhook_that_is_dropped_was_not_sent_and_is_not_judged() {
    let cloud = Cloud::start();
    cloud.gateway.stop(&json!({"plane": "webhook", "first": 1}));
    let id = trigger(&cloud.gateway, "subscription.created");
    cloud.gateway.hold(1);
    cloud.gateway.decide("h1", &json!({"do": "drop"}));
    let attempt = attempt(&cloud.gateway, &id);
    assert!(attempt["failure"].as_str().unwrap().contains("dropped_at_breakpoint"), "{attempt}");
    assert_eq!(attempt["verdict"], json!(null));
    assert!(cloud.service.hooks().is_empty());
}
