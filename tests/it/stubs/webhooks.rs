//! Between the cloud and the partner's service.

use serde_json::json;

use crate::support::world::USER;
use crate::webhooks::stage::{Cloud, without_token};

#[test]
fn a_webhook_is_answered_without_the_service_and_not_judged() {
    let cloud = Cloud::start();
    let stub = json!({"plane": "webhook", "event": "subscription.created", "body": "<p/>"});
    cloud.gateway.stub(&stub);
    let id = cloud.gateway.happen("subscription.created")["delivery"].clone();
    let delivery = cloud.gateway.delivery(&id);
    let attempt = &delivery["tries"][0];
    assert_eq!((&attempt["status"], &attempt["verdict"]), (&json!(200), &json!(null)));
    let text = attempt["findings"].to_string();
    assert!(text.contains("Stub s1 answered 200; the partner was not asked."), "{text}");
    assert!(cloud.service.hooks().is_empty(), "{:?}", cloud.service.hooks());
}

#[test]
fn a_fault_before_a_stub_fails_the_attempt_and_the_next_one_is_the_stubs() {
    let cloud = Cloud::start();
    let stub = json!({"plane": "webhook", "filter": "event:subscription.created"});
    cloud.gateway.stub(&stub);
    let fault = json!({"plane": "webhook", "kind": "status", "status": 503, "first": 1});
    assert_eq!(cloud.gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    let id = cloud.gateway.happen("subscription.created")["delivery"].clone();
    cloud.gateway.advance("1h");
    let delivery = cloud.gateway.delivery(&id);
    let statuses: Vec<_> =
        delivery["tries"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [json!(503), json!(200)]);
    assert!(cloud.service.hooks().is_empty());
}

#[test]
fn a_token_is_learned_from_the_answer_of_a_stub() {
    let cloud = Cloud::with(without_token);
    let body = json!({"userId": USER, "token": "of-a-stub-0123456789", "hasBilling": false});
    let stub = json!({"plane": "webhook", "event": "user.create", "body": body.to_string(),
        "headers": {"Content-Type": "application/json"}});
    cloud.gateway.stub(&stub);
    cloud.gateway.happen("user.create");
    assert_eq!(cloud.injected(), "Bearer of-a-stub-0123456789");
    assert!(cloud.service.hooks().is_empty(), "{:?}", cloud.service.hooks());
}
