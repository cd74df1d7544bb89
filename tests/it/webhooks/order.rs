//! The order of events: kept per app and user, at first attempts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::stage::Cloud;
use crate::support::partner::{Call, ok};
use crate::support::service::status;
use crate::support::world::{TOKEN, USER, USER_3};
use crate::support::{Latch, World};

fn two_users(world: World) -> World {
    let tokens = format!("{{{USER}: {TOKEN}, {USER_3}: token-of-the-third}}");
    world.crowd().app("tokens", &tokens)
}

/// The numbers of the subscription events of a user, as they came.
fn numbers(cloud: &Cloud, user: &str) -> Vec<u64> {
    let bodies = cloud.service.read().into_iter().map(|hook| hook.json());
    let of_user = bodies.filter(|body| body["userId"] == user);
    of_user.filter_map(|body| body["sequenceNumber"].as_u64()).collect()
}

fn events(user: &str, count: usize) -> Value {
    json!({"event": "subscription.addons-updated", "user": user, "count": count})
}

/// Whether a call is about the first user; reads its body.
fn is_first(call: &mut Call) -> bool {
    String::from_utf8_lossy(&call.body().content).contains(USER)
}

#[test]
fn first_attempts_of_a_user_come_in_order_and_one_after_the_other() {
    let cloud = Cloud::with(two_users);
    let (busy, together) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (mine, theirs) = (busy, Arc::clone(&together));
    cloud.service.script("/hook", move |call| {
        if is_first(call) {
            theirs.fetch_or(mine.swap(true, Ordering::SeqCst), Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            mine.store(false, Ordering::SeqCst);
        }
        call.send(&ok(""));
    });
    cloud.gateway.trigger(&events(USER, 200));
    let slow = cloud.gateway.trigger(&json!({"event": "user.token", "user": USER, "wait": true}));
    assert_eq!(slow[0]["state"], "delivered");
    assert_eq!(numbers(&cloud, USER), (1..=200).collect::<Vec<_>>());
    assert!(cloud.service.last().target().ends_with("/user/token"), "the last one came last");
    assert!(!together.load(Ordering::SeqCst), "two were under way at a time");
}

#[test]
fn events_of_many_callers_come_in_the_order_in_which_they_happened() {
    let cloud = Cloud::start();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| drop(cloud.gateway.trigger(&events(USER, 1)))));
        }
    });
    cloud.gateway.eventually("all of them", || numbers(&cloud, USER).len() == 200);
    assert_eq!(numbers(&cloud, USER), (1..=200).collect::<Vec<_>>());
}

#[test]
fn a_slow_user_holds_up_nobody_else() {
    let cloud = Cloud::with(two_users);
    let latch = Latch::default();
    let theirs = latch.clone();
    cloud.service.script("/hook", move |call| {
        if is_first(call) {
            theirs.wait();
        }
        call.send(&ok(""));
    });
    cloud.gateway.trigger(&events(USER, 5));
    let last = cloud.gateway.trigger(&json!({
        "event": "subscription.addons-updated", "user": USER_3, "count": 20, "wait": true,
    }));
    assert!(last.iter().all(|delivery| delivery["state"] == "delivered"), "{last:?}");
    assert_eq!(numbers(&cloud, USER_3), (1..=20).collect::<Vec<_>>());
    assert_eq!(numbers(&cloud, USER), [1], "the first user waits");
    latch.open();
    cloud.gateway.eventually("the others", || numbers(&cloud, USER).len() == 5);
}

#[test]
fn at_most_so_many_are_sent_at_a_time_as_the_file_allows() {
    let cloud = Cloud::with(|world| two_users(world).top("retry", "{parallel: 1}"));
    let latch = Latch::default();
    let theirs = latch.clone();
    cloud.service.script("/hook", move |call| {
        call.body();
        if call.number == 0 {
            theirs.wait();
        }
        call.send(&ok(""));
    });
    cloud.gateway.trigger(&events(USER, 1));
    cloud.service.partner.wait_for_heads(1);
    let other = cloud.gateway.trigger(&events(USER_3, 1)).remove(0);
    assert_eq!(cloud.gateway.delivery(&other["delivery"])["attempts"], 0);
    assert_eq!(cloud.service.hooks().len(), 1);
    latch.open();
    cloud.gateway.until(&other["delivery"], "the other", |row| row["state"] == "delivered");
}

/// Refuses the first number of the first user while `down`.
fn refusing(cloud: &Cloud, down: &Arc<AtomicBool>) {
    let down = Arc::clone(down);
    cloud.service.script("/hook", move |call| {
        let body: Value = serde_json::from_slice(&call.body().content).unwrap();
        let refuses = body["userId"] == USER && body["sequenceNumber"] == 1;
        let refuses = refuses && down.load(Ordering::SeqCst);
        call.send(&status(if refuses { 503 } else { 200 }));
    });
}

#[test]
fn a_failing_event_does_not_hold_back_later_ones() {
    let cloud = Cloud::start();
    let down = Arc::new(AtomicBool::new(true));
    refusing(&cloud, &down);
    let mut wish = events(USER, 5);
    wish["wait"] = json!(true);
    let states: Vec<_> =
        cloud.gateway.trigger(&wish).iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["queued", "delivered", "delivered", "delivered", "delivered"]);
    down.store(false, Ordering::SeqCst);
    assert_eq!(cloud.gateway.advance("1m"), 1);
    assert_eq!(numbers(&cloud, USER), [1, 2, 3, 4, 5, 1]);
}

#[test]
fn in_order_it_holds_back_those_of_its_user_and_of_no_other() {
    let cloud = Cloud::with(|world| two_users(world).top("retry", "{in_order: true}"));
    let down = Arc::new(AtomicBool::new(true));
    refusing(&cloud, &down);
    let held = cloud.gateway.trigger(&events(USER, 4));
    let mut wish = events(USER_3, 4);
    wish["wait"] = json!(true);
    let others = cloud.gateway.trigger(&wish);
    assert!(others.iter().all(|row| row["state"] == "delivered"), "{others:?}");
    cloud.gateway.until(&held[0]["delivery"], "its first attempt", |row| row["attempts"] == 1);
    assert_eq!(cloud.gateway.advance("3m"), 3, "only the first is tried");
    assert_eq!(numbers(&cloud, USER), [1; 4]);
    down.store(false, Ordering::SeqCst);
    assert_eq!(cloud.gateway.advance("1m"), 4);
    assert_eq!(numbers(&cloud, USER), [1, 1, 1, 1, 1, 2, 3, 4]);
    assert!(cloud.gateway.deliveries(Some("queued")).is_empty());
}

#[test]
fn order_can_be_asked_for_while_it_runs() {
    let cloud = Cloud::start();
    let down = Arc::new(AtomicBool::new(true));
    refusing(&cloud, &down);
    let first = cloud.gateway.trigger(&events(USER, 1)).remove(0);
    cloud.gateway.until(&first["delivery"], "its first attempt", |row| row["attempts"] == 1);
    let world = cloud.world().top("retry", "{in_order: true}").app("installed_by", "[]");
    cloud.gateway.rewrite(&world.yaml());
    cloud.gateway.signal("HUP");
    cloud.gateway.eventually("the reload", || cloud.injected() == "app_not_installed");
    let later = cloud.gateway.trigger(&events(USER, 1)).remove(0);
    assert_eq!(cloud.gateway.advance("1m"), 1);
    assert_eq!(cloud.gateway.delivery(&later["delivery"])["attempts"], 0);
    down.store(false, Ordering::SeqCst);
    assert_eq!(cloud.gateway.advance("1m"), 2);
    assert_eq!(numbers(&cloud, USER), [1, 1, 1, 2]);
}

#[test]
fn copies_are_the_same_and_shuffled_events_come_in_another_order() {
    let cloud = Cloud::start();
    let wish = json!({
        "event": "subscription.addons-updated", "count": 6, "copies": 2, "shuffle": true,
        "wait": true,
    });
    let made = cloud.gateway.trigger(&wish);
    let ids: std::collections::HashSet<_> =
        made.iter().map(|row| row["delivery"].to_string()).collect();
    assert_eq!(ids.len(), 12);
    let came = numbers(&cloud, USER);
    let mut sorted = came.clone();
    sorted.sort_unstable();
    assert_ne!(came, sorted);
    assert_eq!(sorted, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    for pair in cloud.service.hooks().chunks(2) {
        assert_eq!((&pair[0].head, &pair[0].body.content), (&pair[1].head, &pair[1].body.content));
    }
}

#[test]
fn a_seed_repeats_a_body_and_another_seed_does_not() {
    let cloud = Cloud::start();
    let ask = |seed: u64| {
        let wish = json!({"event": "receipts", "seed": seed, "wait": true});
        cloud.gateway.trigger(&wish);
        let body = cloud.service.last().json();
        (body["id"].clone(), body["data"]["items"].clone())
    };
    assert_eq!(ask(1), ask(1));
    assert_ne!(ask(1).0, ask(2).0);
    let wish = json!({"event": "receipts", "seed": 1, "count": 3, "wait": true});
    cloud.gateway.trigger(&wish);
    let hooks = cloud.service.hooks();
    let ids: std::collections::HashSet<_> =
        hooks[hooks.len() - 3..].iter().map(|hook| hook.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 3, "events of one trigger differ");
}
