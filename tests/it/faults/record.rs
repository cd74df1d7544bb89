//! What the journal keeps of an exchange that was befallen.

use serde_json::{Value, json};

use super::fault;
use crate::cloud::stage::Shop;
use crate::support::{Raw, Stage, get, post};
use crate::webhooks::stage::Cloud;

#[test]
fn a_status_is_told_of_and_nothing_was_passed() {
    let stage = Stage::start();
    stage.gateway.fault(&fault("status", json!({"status": 503, "first": 1})));
    stage.ask(get("/api/x", &[]));
    stage.ask(get("/api/x", &[]));
    let rows = stage.gateway.recorded(2);
    assert_eq!(rows[0]["faults"], json!(["answer: status 503 (fault f1)"]));
    assert_eq!((&rows[0]["status"], &rows[1]["faults"]), (&json!(503), &json!([])));
    let stages = &stage.gateway.exchange(&rows[0]["id"])["stages"];
    assert_eq!((&stages["passed"], &stages["answered"]), (&Value::Null, &Value::Null));
    assert_eq!(stages["returned"]["status"], 503);
    let found = stage.gateway.exchanges("has:fault");
    assert_eq!((found.len(), &found[0]["id"]), (1, &rows[0]["id"]));
}

#[test]
fn a_reset_leaves_what_the_partner_answered_and_nothing_that_was_returned() {
    let stage = Stage::start();
    stage.gateway.fault(&fault("reset", json!({})));
    let mut raw: Raw = stage.gateway.http();
    raw.send(get("/api/x", &[]));
    raw.expect_end("a reset");
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(
        (&row["status"], &row["faults"]),
        (&Value::Null, &json!(["answer: reset (fault f1)"]))
    );
    let stages = &stage.gateway.exchange(&row["id"])["stages"];
    assert_eq!((&stages["answered"]["status"], &stages["returned"]), (&json!(200), &Value::Null));
}

#[test]
fn each_stage_shows_its_own_body() {
    let stage = Stage::start();
    stage.gateway.fault(&fault("garbage", json!({"side": "request"})));
    stage.gateway.fault(&fault("empty", json!({})));
    stage.ask(post("/api/x", &[], b"{\"a\":1}"));
    let row = stage.gateway.recorded(1).remove(0);
    let stages = &stage.gateway.exchange(&row["id"])["stages"];
    let bytes = |stage: &str| stages[stage]["body"]["bytes"].as_u64().unwrap();
    let garbage = stage.partner.only().body.content.len() as u64;
    assert_eq!(
        ["asked", "passed", "answered", "returned"].map(bytes),
        [7, garbage, 2, 0],
        "{stages}"
    );
}

#[test]
fn a_refusal_that_was_made_is_told_of_with_its_fault() {
    let stage = Stage::start();
    stage.gateway.fault(&fault("reset", json!({"side": "request"})));
    stage.ask(get("/api/x", &[]));
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(
        (&row["code"], &row["faults"]),
        (&json!("partner_reset"), &json!(["request: reset (fault f1)"]))
    );
}

#[test]
fn what_was_made_on_purpose_is_no_failure_of_the_partners() {
    let cloud = Cloud::with(|world| {
        let nowhere = format!("http://{}", crate::support::Partner::nowhere());
        world
            .upstream("http://down.ru", &nowhere)
            .allow(&[r"http://loyalty\.example\.ru/.*", r"http://down\.ru/.*"])
    });
    let made = |plane: &str, more: Value| {
        let mut one = fault("reset", more);
        one["plane"] = plane.into();
        cloud.gateway.fault(&one);
    };
    made("proxy", json!({"side": "request", "path": "/api/cut"}));
    made("proxy", json!({"path": "/api/lost"}));
    made("webhook", json!({"side": "request", "event": "subscription.created"}));
    made("webhook", json!({"event": "stores"}));
    cloud.gateway.ask(get("/api/cut", &[])).expect_refusal("cut off", 502, "partner_reset");
    let mut raw: Raw = cloud.gateway.http();
    raw.send(get("/api/lost", &[]));
    raw.expect_end("a reset");
    cloud.gateway.happen("subscription.created");
    cloud.gateway.happen("stores");
    let rows = cloud.gateway.recorded(4);
    for row in &rows {
        assert_ne!(row["culprit"], "partner", "{row}");
    }
    assert_eq!(cloud.gateway.exchanges("is:failed"), Vec::<Value>::new());
    assert_eq!(cloud.gateway.exchanges("has:fault").len(), 4);
    let mut dead = get("/x", &[]);
    dead = String::from_utf8(dead).unwrap().replace("loyalty.example.ru", "down.ru").into_bytes();
    cloud.gateway.ask(dead).expect_refusal("it is down", 502, "partner_unreachable");
    cloud.gateway.recorded(5);
    let failed = cloud.gateway.exchanges("is:failed");
    assert_eq!(
        (failed.len(), &failed[0]["culprit"]),
        (1, &json!("partner")),
        "a true failure is one"
    );
}

#[test]
fn a_webhook_tells_of_the_attempts_that_were_befallen() {
    let cloud = Cloud::start();
    let made = json!({"plane": "webhook", "side": "request", "first": 1});
    cloud.gateway.fault(&fault("empty", made));
    cloud.gateway.happen("subscription.created");
    cloud.gateway.happen("subscription.created");
    let rows = cloud.gateway.recorded(2);
    assert_eq!(rows[0]["faults"], json!(["request: empty (fault f1)"]));
    assert_eq!(rows[1]["faults"], json!([]));
    let sent = |row: &Value| {
        let body = cloud.gateway.exchange(&row["id"])["stages"]["passed"]["body"].clone();
        body["bytes"].as_u64().unwrap()
    };
    assert_eq!(sent(&rows[0]), 0);
    assert!(sent(&rows[1]) > 0);
}

#[test]
fn a_call_of_the_cloud_tells_of_its_fault_and_its_app() {
    let shop = Shop::open();
    shop.gateway.fault(&fault("status", json!({"plane": "cloud", "status": 500})));
    shop.get("/api/v1/inventories/stores/search");
    shop.gateway.forget_fault("f1");
    shop.gateway.fault(&fault("reset", json!({"plane": "cloud"})));
    let mut raw = Raw::dial(shop.gateway.admin);
    let call = shop.bytes("GET", "/api/v1/inventories/stores/search", &[&shop.own()], b"");
    raw.send(call);
    raw.expect_end("a reset");
    let rows = shop.gateway.recorded(3);
    let row = &rows[1];
    assert_eq!((&row["plane"], &row["app"]), (&json!("cloud"), &json!("loyalty")));
    assert_eq!(
        (&row["status"], &row["faults"]),
        (&json!(500), &json!(["answer: status 500 (fault f1)"]))
    );
    let row = &rows[2];
    assert_eq!((&row["app"], &row["status"]), (&json!("loyalty"), &Value::Null));
    assert_eq!(row["faults"], json!(["answer: reset (fault f2)"]));
}
