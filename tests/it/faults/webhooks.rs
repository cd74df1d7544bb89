//! Between the cloud and the partner's service.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fault;
use crate::asna::packages::TWO;
use crate::asna::stage::{Asna, CLIENT, STORE, stocks};
use crate::support::partner::Received;
use crate::support::service::status;
use crate::webhooks::stage::Cloud;

fn befallen(kind: &str, side: &str, more: Value) -> Cloud {
    let cloud = Cloud::start();
    let mut made = fault(kind, more);
    made["plane"] = "webhook".into();
    made["side"] = side.into();
    cloud.gateway.fault(&made);
    cloud
}

/// Lets an event happen; its only attempt.
#[track_caller]
fn attempt(cloud: &Cloud, event: &str) -> Value {
    let id = cloud.gateway.happen(event)["delivery"].clone();
    cloud.gateway.delivery(&id)["tries"][0].clone()
}

/// Lets an event happen; what the service got of it.
#[track_caller]
fn sent(cloud: &Cloud) -> Received {
    cloud.gateway.happen("subscription.created");
    cloud.service.last()
}

#[test]
fn a_webhook_fails_twice_and_then_works() {
    for side in ["request", "answer"] {
        let cloud = befallen("status", side, json!({"status": 503, "first": 2}));
        let id = cloud.gateway.happen("subscription.created")["delivery"].clone();
        assert_eq!(cloud.gateway.advance("1h"), 2, "{side}");
        let delivery = cloud.gateway.delivery(&id);
        let tries = delivery["tries"].as_array().unwrap();
        let statuses: Vec<_> = tries.iter().map(|t| t["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [503, 503, 200], "{side}");
        assert_eq!(delivery["state"], "delivered", "{side}");
        assert_eq!(cloud.service.hooks().len(), 1, "the service was asked once, {side}");
        assert_eq!(cloud.gateway.hits(), [2], "{side}");
        cloud.gateway.wait_for_log(&["subscription.created", "status 503 (fault f1)"]);
    }
}

#[test]
fn a_webhook_is_late_at_the_service_and_has_its_whole_time_for_the_answer() {
    let cloud = Cloud::with(|world| world.top("retry", "{timeout: 300ms}"));
    let late = json!({"plane": "webhook", "side": "request", "delay": "500ms"});
    cloud.gateway.fault(&fault("delay", late));
    let begun = Instant::now();
    assert_eq!(attempt(&cloud, "subscription.created")["status"], 200);
    assert!(begun.elapsed() >= Duration::from_millis(500));
}

#[test]
fn a_late_answer_comes_too_late() {
    let cloud = Cloud::with(|world| world.top("retry", "{timeout: 300ms}"));
    for (kind, more) in [("delay", json!({"delay": "20s"})), ("drip", json!({"rate": "1"}))] {
        let id = cloud.gateway.fault(&{
            let mut made = fault(kind, more);
            made["plane"] = "webhook".into();
            made
        });
        let begun = Instant::now();
        let failure = attempt(&cloud, "user.create")["failure"].clone();
        assert!(failure.as_str().unwrap().contains("no whole answer within"), "{kind}: {failure}");
        assert!(begun.elapsed() < Duration::from_secs(10));
        cloud.gateway.forget_fault(&id);
    }
    assert_eq!(cloud.service.hooks().len(), 2, "the service was asked each time");
}

#[test]
fn a_request_is_cut_off() {
    let cloud = befallen("reset", "request", json!({"first": 1}));
    let failure = attempt(&cloud, "subscription.created")["failure"].clone();
    assert!(failure.as_str().unwrap().contains("cut off on purpose: fault f1"), "{failure}");
    assert_eq!(cloud.gateway.advance("1m"), 1);
    let whole = cloud.service.partner.requests();
    let whole = whole.iter().filter(|request| request.head.ends_with(b"\r\n\r\n"));
    assert_eq!(whole.count(), 1);
}

#[test]
fn an_answer_is_lost_and_the_webhook_comes_again() {
    let cloud = befallen("reset", "answer", json!({"first": 1}));
    let failure = attempt(&cloud, "subscription.created")["failure"].clone();
    assert!(failure.as_str().unwrap().contains("lost on purpose: fault f1"), "{failure}");
    assert_eq!(cloud.gateway.advance("1m"), 1);
    let hooks = cloud.service.hooks();
    assert_eq!(hooks.len(), 2);
    assert_eq!(hooks[0].body.content, hooks[1].body.content);
}

#[test]
fn a_request_is_empty_garbage_slow_or_of_another_type() {
    let cloud = befallen("empty", "request", json!({"first": 1}));
    let add = |kind, more: Value| {
        let mut made = fault(kind, more);
        for (key, value) in [("plane", "webhook"), ("side", "request")] {
            made[key] = value.into();
        }
        made["first"] = 1.into();
        cloud.gateway.fault(&made);
    };
    add("garbage", json!({}));
    add("content_type", json!({"type": "text/plain"}));
    add("drip", json!({"rate": "1KiB"}));
    let is_json = |hook: &Received| serde_json::from_slice::<Value>(&hook.body.content).is_ok();
    let empty = sent(&cloud);
    assert_eq!((empty.all("content-length"), empty.body.content.len()), (vec!["0"], 0));
    let garbage = sent(&cloud);
    assert!(!is_json(&garbage) && garbage.body.whole && !garbage.body.content.is_empty());
    let other = sent(&cloud);
    assert_eq!(other.all("content-type"), ["text/plain"]);
    assert!(is_json(&other));
    let begun = Instant::now();
    let slow = sent(&cloud);
    assert!(is_json(&slow) && slow.all("content-type") != ["text/plain"]);
    assert!(begun.elapsed() >= Duration::from_millis(100), "{:?}", begun.elapsed());
}

#[test]
fn an_answer_is_taken_for_empty_garbage_or_of_another_type() {
    for (kind, more) in [
        ("empty", json!({})),
        ("garbage", json!({})),
        ("content_type", json!({"type": "text/html"})),
    ] {
        let cloud = befallen(kind, "answer", more);
        let tried = attempt(&cloud, "user.create");
        assert_eq!(tried["status"], 200, "{kind}");
        assert_eq!(tried["verdict"], Value::Null, "{kind}: {tried}");
        let finding = &tried["findings"][0];
        let said = (&finding["level"], &finding["rule"]);
        assert_eq!(said, (&json!("note"), &json!("injected_fault")), "{kind}: {tried}");
        cloud.gateway.forget_fault("f1");
        assert_eq!(attempt(&cloud, "user.create")["verdict"], "pass", "{kind}, taken away");
    }
}

#[test]
fn a_fault_is_for_its_event_its_app_and_its_path() {
    let cloud = Cloud::start();
    for (status, more) in [
        (500, json!({"event": "subscription.*"})),
        (501, json!({"path": "/hook/api/v2/installation/*", "app": "loyalty"})),
    ] {
        let mut made = fault("status", more);
        made["plane"] = "webhook".into();
        made["status"] = status.into();
        cloud.gateway.fault(&made);
    }
    assert_eq!(attempt(&cloud, "subscription.created")["status"], 500);
    assert_eq!(attempt(&cloud, "installation.installed")["status"], 501);
    assert_eq!(attempt(&cloud, "user.create")["status"], 200);
    cloud.service.answer("/hook", status(200));
    assert_eq!(cloud.gateway.hits(), [1, 1]);
}

#[test]
fn asnas_webhooks_are_befallen_by_their_event_and_their_client() {
    let asna = Asna::start();
    asna.subscribe("stocks_full", STORE);
    let made =
        json!({"plane": "webhook", "event": "asna.*", "app": CLIENT, "status": 500, "first": 1});
    asna.gateway.fault(&fault("status", made));
    asna.send("POST", &stocks(), TWO);
    asna.gateway.advance("2h");
    assert_eq!(asna.gateway.hits(), [1]);
    assert_eq!(asna.partner.wait(1).len(), 1, "the second attempt alone reached it");
}

/// The schedule goes on as after such an answer; of the partner it says nothing.
#[test]
fn what_a_fault_made_is_not_judged_and_what_the_partner_made_is() {
    for (side, kind, more, text) in [
        (
            "answer",
            "status",
            json!({"status": 503}),
            "Fault f1 answered 503; the partner was not asked.",
        ),
        (
            "request",
            "status",
            json!({"status": 200}),
            "Fault f1 answered 200; the partner was not asked.",
        ),
        ("answer", "reset", json!({}), "Fault f1 cut off the answer."),
        ("request", "reset", json!({}), "Fault f1 cut off the request on its way to the partner."),
    ] {
        let cloud = befallen(kind, side, more);
        let tried = attempt(&cloud, "subscription.created");
        assert_eq!(
            (&tried["verdict"], &tried["findings"][0]["text"]),
            (&Value::Null, &json!(text))
        );
        let row = cloud.gateway.recorded(1).remove(0);
        let said = (&row["verdict"], &row["finding"]["text"], &row["injected"][0]["kind"]);
        assert_eq!(said, (&Value::Null, &json!(text), &json!(kind)));
    }
    for (side, kind, more) in [
        ("answer", "delay", json!({"delay": "10ms"})),
        ("answer", "drip", json!({"rate": "1MiB"})),
        ("request", "garbage", json!({})),
    ] {
        let cloud = befallen(kind, side, more);
        assert_eq!(attempt(&cloud, "subscription.created")["verdict"], "pass", "{side} {kind}");
    }
}
