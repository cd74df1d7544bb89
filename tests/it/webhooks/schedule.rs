//! When an event is sent again, on a clock that is wound.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::stage::{Cloud, on_disk};
use crate::support::service::status;

fn moment(value: &Value) -> Timestamp {
    value.as_str().unwrap_or_else(|| panic!("{value} is no time")).parse().unwrap()
}

/// Milliseconds until the next attempt, by the gateway's clock.
#[track_caller]
fn left(cloud: &Cloud, id: &Value) -> i64 {
    let now = moment(&cloud.gateway.api_ok("GET", "/api/clock", None)["now"]);
    moment(&cloud.gateway.delivery(id)["next_attempt"]).as_millisecond() - now.as_millisecond()
}

#[track_caller]
fn assert_left(cloud: &Cloud, id: &Value, most: Duration) {
    let left = left(cloud, id);
    let most = i64::try_from(most.as_millis()).unwrap();
    assert!((most - 5_000..=most).contains(&left), "{left} ms are left of {most}");
}

/// Number of attempts and the state.
#[track_caller]
fn stands(cloud: &Cloud, id: &Value) -> (u64, String) {
    let delivery = cloud.gateway.delivery(id);
    let state = delivery["state"].as_str().unwrap().to_owned();
    (delivery["attempts"].as_u64().unwrap(), state)
}

#[test]
fn a_refused_event_is_sent_every_minute_of_three_days_and_is_the_same_each_time() {
    let cloud = Cloud::start();
    cloud.service.answer("/hook", status(500));
    let id = cloud.gateway.happen("subscription.created")["delivery"].clone();
    assert_left(&cloud, &id, Duration::from_secs(60));
    assert_eq!(cloud.gateway.advance("3d"), 4320);
    assert_eq!(stands(&cloud, &id), (4321, "failed".to_owned()));
    assert_eq!(cloud.gateway.delivery(&id)["next_attempt"], Value::Null);
    let hooks = cloud.service.hooks();
    assert_eq!(hooks.len(), 4321);
    for hook in &hooks {
        assert_eq!((&hook.head, &hook.body.content), (&hooks[0].head, &hooks[0].body.content));
    }
    let tries = cloud.gateway.delivery(&id)["tries"].as_array().unwrap().clone();
    let (first, last) = (&tries[0], tries.last().unwrap());
    assert_eq!((&first["number"], &last["number"]), (&json!(1), &json!(4321)));
    let span = moment(&last["at"]).as_millisecond() - moment(&first["at"]).as_millisecond();
    assert!((259_190_000..=259_200_100).contains(&span), "{span} ms from first to last");
    assert_eq!(cloud.gateway.advance("10d"), 0, "it is given up");
}

#[test]
fn an_event_is_sent_until_the_first_200() {
    let cloud = Cloud::start();
    cloud.service.script("/hook", |call| {
        call.body();
        call.send(&status(if call.number < 5 { 503 } else { 200 }));
    });
    let id = cloud.gateway.happen("installation.installed")["delivery"].clone();
    assert_eq!(cloud.gateway.advance("3d"), 5);
    assert_eq!(stands(&cloud, &id), (6, "delivered".to_owned()));
    assert_eq!(cloud.gateway.advance("3d"), 0);
}

#[test]
fn events_may_have_another_pace() {
    let cloud = Cloud::with(|world| world.top("retry", "{events_every: 10m, events_for: 1h}"));
    cloud.service.answer("/hook", status(500));
    let id = cloud.gateway.happen("subscription.created")["delivery"].clone();
    assert_eq!(cloud.gateway.advance("1d"), 6);
    assert_eq!(stands(&cloud, &id), (7, "failed".to_owned()));
}

#[test]
fn notifications_follow_their_list() {
    let cloud = Cloud::with(|world| world.top("retry", "{notifications: [10s, 1m, 1h]}"));
    cloud.service.answer("/hook", status(500));
    let id = cloud.gateway.happen("receipts")["delivery"].clone();
    for (attempts, pause, before) in [(1, 10, "5s"), (2, 60, "55s"), (3, 3600, "3595s")] {
        assert_eq!(stands(&cloud, &id), (attempts, "queued".to_owned()));
        assert_left(&cloud, &id, Duration::from_secs(pause));
        assert_eq!(cloud.gateway.advance(before), 0, "before attempt {}", attempts + 1);
        assert_eq!(cloud.gateway.advance("5s"), 1, "attempt {}", attempts + 1);
    }
    assert_eq!(stands(&cloud, &id), (4, "failed".to_owned()));
    assert_eq!(cloud.gateway.advance("10d"), 0);
    let hooks = cloud.service.hooks();
    assert_eq!(hooks.len(), 4);
    assert!(hooks.iter().all(|hook| hook.body.content == hooks[0].body.content));
}

#[test]
fn a_request_is_sent_once() {
    let cloud = Cloud::of(&["tariff: true"], |world| world);
    cloud.service.answer("/hook", status(500));
    for event in ["user.create", "user.verify", "user.token", "user.tariff", "commodities"] {
        let delivery = cloud.gateway.happen(event);
        assert_eq!(
            (&delivery["state"], &delivery["next_attempt"]),
            (&json!("failed"), &Value::Null)
        );
    }
    assert_eq!(cloud.gateway.advance("10d"), 0);
    assert_eq!(cloud.service.hooks().len(), 5);
}

#[test]
fn what_has_failed_can_be_sent_again_by_hand() {
    let cloud = Cloud::start();
    cloud.service.answer("/hook", status(500));
    let id = cloud.gateway.happen("user.create")["delivery"].clone();
    cloud.gateway.happen("user.token");
    let again = format!("/api/deliveries/{}/deliver?wait=true", id.as_str().unwrap());
    assert_eq!(cloud.gateway.api_ok("POST", &again, None)[0]["attempts"], 2);
    cloud.service.recover();
    let failed = json!({"state": "failed", "since": "1h", "wait": true});
    let sent = cloud.gateway.api_ok("POST", "/api/deliveries", Some(&failed));
    let sent = sent.as_array().unwrap();
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|delivery| delivery["state"] == "delivered"), "{sent:?}");
    assert_eq!(sent[0]["delivery"], id, "in the order they were made");
    assert!(cloud.gateway.deliveries(Some("failed")).is_empty());
    let hooks = cloud.service.hooks();
    assert_eq!((hooks[0].head.clone(), hooks[0].body.content.clone()), {
        let last = hooks.iter().rfind(|hook| hook.target().ends_with("create")).unwrap();
        (last.head.clone(), last.body.content.clone())
    });
    cloud.gateway.advance("2h");
    let none = cloud.gateway.api_ok(
        "POST",
        "/api/deliveries",
        Some(&json!({"state": "delivered", "since": "1h"})),
    );
    assert_eq!(none, json!([]), "they are older now");
}

#[test]
fn a_delayed_event_waits_and_lets_others_pass() {
    let cloud = Cloud::start();
    let delayed = json!({"event": "installation.installed", "delay": "30s"});
    let id = cloud.gateway.trigger(&delayed).remove(0)["delivery"].clone();
    assert_eq!(stands(&cloud, &id), (0, "queued".to_owned()));
    assert_left(&cloud, &id, Duration::from_secs(30));
    assert_eq!(cloud.gateway.happen("receipts")["state"], "delivered");
    assert_eq!(cloud.gateway.advance("24s"), 0);
    assert_eq!(cloud.gateway.advance("6s"), 1);
    assert_eq!(stands(&cloud, &id), (1, "delivered".to_owned()));
}

#[test]
fn what_falls_due_while_the_clock_is_wound_goes_in_the_order_of_its_time() {
    let cloud = Cloud::start();
    for (event, delay) in
        [("stores", "40m"), ("devices", "20m"), ("employees", "60m"), ("receipts", "1m")]
    {
        cloud.gateway.trigger(&json!({"event": event, "delay": delay}));
    }
    assert_eq!(cloud.gateway.advance("1h"), 4);
    let targets: Vec<_> = cloud
        .service
        .hooks()
        .iter()
        .map(|hook| hook.target().rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(targets, ["receipts", "devices", "stores", "employees"]);
}

#[test]
fn setting_the_clock_back_keeps_distances() {
    let cloud = Cloud::with(|world| world.top("retry", "{events_every: 5m}"));
    cloud.gateway.advance("10d");
    let clock = cloud.gateway.api_ok("GET", "/api/clock", None);
    let ahead = clock["ahead_ms"].as_i64().unwrap();
    assert!((863_990_000..=864_000_000).contains(&ahead), "{clock}");
    cloud.service.answer("/hook", status(500));
    let id = cloud.gateway.happen("installation.installed")["delivery"].clone();
    let told = cloud.service.last().json()["timestamp"].as_i64().unwrap();
    let machine = Timestamp::now().as_millisecond();
    assert!(told > machine + 863_900_000, "the event tells the wound time: {told}");
    let reset = cloud.gateway.api_ok("POST", "/api/clock", Some(&json!({"reset": true})));
    assert_eq!(reset["ahead_ms"], 0);
    assert_left(&cloud, &id, Duration::from_secs(300));
    assert_eq!(cloud.gateway.advance("290s"), 0);
    assert_eq!(cloud.gateway.advance("10s"), 1);
    assert_eq!(stands(&cloud, &id), (2, "queued".to_owned()));
}

#[test]
fn a_wound_clock_stays_wound_over_a_restart() {
    let mut cloud = Cloud::with(on_disk);
    cloud.service.answer("/hook", status(500));
    let id = cloud.gateway.happen("installation.installed")["delivery"].clone();
    assert_eq!(cloud.gateway.advance("1h"), 60);
    cloud.gateway.restart();
    let ahead = cloud.gateway.api_ok("GET", "/api/clock", None)["ahead_ms"].as_i64().unwrap();
    assert!((3_590_000..=3_600_000).contains(&ahead), "{ahead}");
    assert!(left(&cloud, &id) > 0);
    assert_eq!(cloud.gateway.advance("1h"), 60);
    assert_eq!(stands(&cloud, &id), (121, "queued".to_owned()));
}
