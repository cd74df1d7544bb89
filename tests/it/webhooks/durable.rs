//! What waits outlives the process, a partner that is down, and changes of all state.

use serde_json::{Value, json};

use super::stage::{Cloud, on_disk};
use crate::support::partner::{closing, ok};
use crate::support::service::{LEARNED, Service, json_of};
use crate::support::world::USER;
use crate::support::{Latch, Partner, World};

/// A partner that waits for the latch before it answers anything below `/hook`.
fn held(cloud: &Cloud) -> Latch {
    let latch = Latch::default();
    let theirs = latch.clone();
    cloud.service.script("/hook", move |call| {
        call.body();
        theirs.wait();
        let answer = json!({"userId": USER, "hasBilling": false, "token": LEARNED});
        call.send(&json_of(200, &answer));
    });
    latch
}

#[test]
fn what_was_queued_is_sent_after_a_restart() {
    for signal in ["TERM", "KILL"] {
        let mut cloud = Cloud::with(|world| on_disk(world).limit("drain: 100ms"));
        let latch = held(&cloud);
        let many = json!({"event": "subscription.addons-updated", "count": 50});
        assert_eq!(cloud.gateway.trigger(&many).len(), 50);
        cloud.service.partner.wait_for_heads(1);
        cloud.gateway.restart_after(signal);
        latch.open();
        let is_done = || cloud.gateway.deliveries(Some("delivered")).len() == 50;
        cloud.gateway.eventually("all of them", is_done);
        let hooks = cloud.service.hooks();
        let mut numbers: Vec<_> =
            hooks.iter().map(|hook| hook.json()["sequenceNumber"].as_u64().unwrap()).collect();
        assert_eq!(numbers.remove(0), 1, "{signal}: the first was under way, and is repeated");
        assert_eq!(numbers, (1..=50).collect::<Vec<_>>(), "{signal}");
        assert_eq!(
            (&hooks[0].head, &hooks[0].body.content),
            (&hooks[1].head, &hooks[1].body.content)
        );
    }
}

#[test]
fn what_was_answered_is_not_sent_again_after_a_crash() {
    let mut cloud = Cloud::with(on_disk);
    for event in ["user.create", "installation.installed", "stores"] {
        assert_eq!(cloud.gateway.happen(event)["state"], "delivered");
    }
    cloud.gateway.restart_after("KILL");
    assert_eq!(cloud.gateway.deliveries(Some("delivered")).len(), 3);
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
    assert_eq!(cloud.gateway.happen("devices")["state"], "delivered");
    assert_eq!(cloud.service.hooks().len(), 4);
}

#[test]
fn a_restart_goes_on_with_the_schedule_where_it_was() {
    let mut cloud = Cloud::with(on_disk);
    cloud.service.script("/hook", closing);
    let id = cloud.gateway.happen("subscription.created")["delivery"].clone();
    let receipt = cloud.gateway.happen("receipts")["delivery"].clone();
    assert_eq!(cloud.gateway.advance("1m"), 2);
    let before = [&id, &receipt].map(|id| cloud.gateway.delivery(id));
    cloud.gateway.restart_after("KILL");
    assert_eq!([&id, &receipt].map(|id| cloud.gateway.delivery(id)), before);
    assert_eq!(cloud.gateway.advance("1h"), 60 + 3);
}

#[test]
fn a_partner_that_is_down_costs_nothing_but_time() {
    let url = "https://loyalty.example.ru/hook";
    let nowhere = format!("http://{}", Partner::nowhere());
    let world = |base: &str| on_disk(World::at(base).webhooks(url, &[]));
    let gateway = world(&nowhere).start();
    let many = json!({"event": "installation.installed", "count": 100, "wait": true});
    for delivery in gateway.trigger(&many) {
        assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("queued"), &json!(1)));
        assert_eq!(delivery["findings"][0]["rule"], "connection-refused");
    }
    assert_eq!(gateway.advance("2m"), 200);
    let service = Service::start();
    gateway.rewrite(&world(&format!("http://{}", service.partner.addr)).yaml());
    gateway.signal("HUP");
    gateway.wait_for_log(&["The configuration was read again"]);
    assert_eq!(gateway.advance("1m"), 100);
    assert_eq!(gateway.deliveries(Some("delivered")).len(), 100);
    assert_eq!(service.hooks().len(), 100);
}

#[test]
fn what_is_under_way_when_all_state_is_reset_disturbs_nothing() {
    let cloud = Cloud::with(super::stage::without_token);
    let latch = held(&cloud);
    cloud.gateway.trigger(&json!({"event": "user.create"}));
    cloud.service.partner.wait_for_heads(1);
    assert_eq!(cloud.gateway.api("DELETE", "/api/state", None).status, 204);
    cloud.service.recover();
    latch.open();
    assert_eq!(cloud.gateway.happen("user.token")["state"], "delivered", "sending goes on");
    assert_eq!(cloud.injected(), "nothing", "what was forgotten stays forgotten");
    assert_eq!(cloud.gateway.deliveries(None).len(), 1);
}

#[test]
fn what_is_under_way_when_the_clock_is_set_back_keeps_its_distance() {
    let cloud = Cloud::start();
    cloud.gateway.advance("10d");
    let latch = Latch::default();
    let theirs = latch.clone();
    cloud.service.script("/hook", move |call| {
        call.body();
        theirs.wait();
        call.close();
    });
    let event = json!({"event": "subscription.created"});
    let id = cloud.gateway.trigger(&event).remove(0)["delivery"].clone();
    cloud.service.partner.wait_for_heads(1);
    cloud.gateway.api_ok("POST", "/api/clock", Some(&json!({"reset": true})));
    latch.open();
    cloud.gateway.until(&id, "its attempt", |row| row["attempts"] == 1);
    assert_eq!(cloud.gateway.advance("1m"), 1);
}

#[test]
fn state_can_be_saved_and_loaded() {
    let cloud = Cloud::with(super::stage::without_token);
    cloud.gateway.happen("user.create");
    cloud.gateway.happen("user.token");
    let handed = cloud.service.last().json();
    cloud.gateway.happen("installation.uninstalled");
    cloud.gateway.trigger(&json!({"event": "stores", "delay": "1h"}));
    let saved = cloud.gateway.api_ok("GET", "/api/state", None);
    assert_eq!(cloud.gateway.api("DELETE", "/api/state", None).status, 204);
    assert_eq!(cloud.injected(), "nothing");
    assert!(cloud.gateway.deliveries(None).is_empty());
    assert_eq!(cloud.gateway.api("PUT", "/api/state", Some(&saved)).status, 204);
    assert_eq!(cloud.injected(), "app_not_installed");
    cloud.gateway.happen("installation.installed");
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
    cloud.gateway.happen("user.token");
    assert_eq!(cloud.service.last().json(), handed);
    assert_eq!(cloud.gateway.advance("1h"), 1, "what waited still waits");
}

#[test]
fn a_document_that_does_not_fit_changes_nothing() {
    let cloud = Cloud::with(super::stage::without_token);
    cloud.gateway.happen("user.create");
    let saved = cloud.gateway.api_ok("GET", "/api/state", None);
    let with = |pointer: &str, value: Value| {
        let mut saved = saved.clone();
        *saved.pointer_mut(pointer).unwrap() = value;
        saved
    };
    for bad in [
        with("/version", json!(99)),
        with("/tables", json!({"sqlite_schema": [{"name": "x"}]})),
        with("/tables/user_token", json!([{"app": "a"}])),
        with("/tables/user_token", json!([{"app; DROP TABLE delivery": "a"}])),
        with("/tables/delivery/0/state", json!("lost")),
        with("/tables/delivery/0/body", json!("%%%")),
        with("/tables/delivery/0/seq", json!(1.5)),
        json!({}),
        json!([]),
    ] {
        let answer = cloud.gateway.api("PUT", "/api/state", Some(&bad));
        assert!((400..500).contains(&answer.status), "{bad}: {}", answer.describe());
        assert_eq!(answer.field("content-type"), Some("application/problem+json"));
        assert_eq!(cloud.gateway.api_ok("GET", "/api/state", None), saved, "{bad}");
    }
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
}

#[test]
fn the_end_of_the_process_waits_for_an_answer_under_way() {
    let mut cloud = Cloud::with(on_disk);
    let latch = held(&cloud);
    let id = cloud.gateway.trigger(&json!({"event": "user.create"})).remove(0)["delivery"].clone();
    cloud.service.partner.wait_for_heads(1);
    cloud.gateway.signal("TERM");
    cloud.gateway.wait_for_log(&["Finishing what is under way"]);
    latch.open();
    assert_eq!(cloud.gateway.wait().code(), Some(0));
    cloud.service.answer("/api", ok(""));
    cloud.gateway.restart();
    assert_eq!(cloud.gateway.delivery(&id)["state"], "delivered");
    assert_eq!(cloud.injected(), format!("Bearer {LEARNED}"));
    assert_eq!(cloud.service.hooks().len(), 1);
}
