//! What was done to the world outlives restarts and reloads, all of it or nothing.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;

use super::stage::{Hands, from, id};
use crate::support::service::status;
use crate::support::world::{DEVICE, STORE, USER};
use crate::support::{Raw, World};
use crate::webhooks::stage::{Cloud, on_disk};

#[test]
fn what_was_made_changed_and_removed_is_so_after_a_restart() {
    for end in ["TERM", "KILL"] {
        let mut cloud = Cloud::with(|world| on_disk(world).crowd());
        let (store, device) = cloud.gateway.kiosk();
        cloud.gateway.change(&format!("stores/{STORE}"), &json!({"name": "Новая"}));
        cloud.gateway.remove(&format!("devices/{DEVICE}"));
        let before = cloud.gateway.see("");
        cloud.gateway.restart_after(end);
        assert_eq!(cloud.gateway.see(""), before);
        assert_eq!(cloud.call(&device).all("x-evotor-store-uuid"), [store.as_str()]);
        cloud.gateway.ask(from(DEVICE)).expect_refusal("removed", 403, "device_unknown");
    }
}

#[test]
fn it_is_so_after_a_reload_whose_file_has_changed() {
    let cloud = Cloud::start();
    let (_, device) = cloud.gateway.kiosk();
    cloud.gateway.rewrite(&cloud.world().crowd().yaml());
    cloud.gateway.eventually("the file's second store", || {
        cloud.gateway.see("")["users"].as_array().unwrap().len() == 2
    });
    cloud.call(&device);
}

#[test]
fn a_change_that_has_no_place_over_the_file_waits_for_one() {
    let cloud = Cloud::with(World::crowd);
    let form = json!({"store": crate::support::world::STORE_2, "name": "Временная"});
    let device = id(&cloud.gateway.make("devices", &form));
    cloud.gateway.rewrite(&cloud.world().yaml());
    cloud.gateway.eventually("the smaller file", || {
        cloud.gateway.see("")["waiting"][0]["id"].as_str() == Some(&device)
    });
    cloud.gateway.ask(from(&device)).expect_refusal("it waits", 403, "device_unknown");
    cloud.gateway.wait_for_log(&["waits", &device]);
    cloud.gateway.kiosk();
    cloud.gateway.rewrite(&cloud.world().crowd().yaml());
    cloud.gateway.eventually("the larger file", || cloud.gateway.ask(from(&device)).status == 200);
    cloud.gateway.rewrite(&cloud.world().yaml());
    cloud.gateway.eventually("waiting again", || cloud.gateway.see("")["waiting"] != json!([]));
    cloud.gateway.remove(&format!("devices/{device}"));
    assert_eq!(cloud.gateway.see("")["waiting"], json!([]));
}

#[test]
fn a_reset_takes_it_all_back_and_a_saved_state_brings_it() {
    let cloud = Cloud::start();
    let fresh = cloud.gateway.see("");
    let (_, device) = cloud.gateway.kiosk();
    let (world, state) = (cloud.gateway.see(""), cloud.gateway.api_ok("GET", "/api/state", None));
    assert_eq!(cloud.gateway.api("DELETE", "/api/state", None).status, 204);
    assert_eq!(cloud.gateway.see(""), fresh);
    cloud.gateway.ask(from(&device)).expect_refusal("forgotten", 403, "device_unknown");
    assert_eq!(cloud.gateway.api("PUT", "/api/state", Some(&state)).status, 204);
    assert_eq!(cloud.gateway.see(""), world);
    cloud.call(&device);
}

#[test]
fn a_kill_leaves_no_store_without_its_webhook_and_no_webhook_without_its_store() {
    let mut cloud = Cloud::with(on_disk);
    cloud.service.answer("/hook", status(503));
    let (admin, answered) = (cloud.gateway.admin, AtomicUsize::new(0));
    let form = json!({"user": USER, "name": "Киоск"}).to_string();
    let request = format!(
        "POST /api/world/stores HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut raw = Raw::dial(admin);
            for _ in 0..1000 {
                raw.send(&request);
                if raw.try_answer().is_none() {
                    break;
                }
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
        cloud.gateway.eventually("some stores", || answered.load(Ordering::Relaxed) > 20);
        cloud.gateway.signal("KILL");
    });
    cloud.gateway.restart_after("KILL");
    let stores = cloud.gateway.see("/stores")["stores"].clone();
    let stores: BTreeSet<String> = stores.as_array().unwrap().iter().map(id).collect();
    let rows = cloud.gateway.deliveries(None);
    assert_eq!(rows.len() + 1, stores.len());
    let mut told = BTreeSet::new();
    for row in rows {
        let body = cloud.gateway.delivery(&row["delivery"])["body"].clone();
        told.extend(body.as_array().unwrap().iter().map(id));
    }
    assert_eq!(told, stores);
}

#[test]
fn changes_made_at_the_same_time_are_all_in_force() {
    let cloud = Cloud::start();
    thread::scope(|scope| {
        for worker in 0..4 {
            let gateway = &cloud.gateway;
            scope.spawn(move || {
                for number in 0..10 {
                    let form = json!({"store": STORE, "name": format!("{worker}.{number}")});
                    let device = id(&gateway.make("devices", &form));
                    gateway.ask(from(&device)).expect_ok("right after the answer");
                    gateway.signal("HUP");
                }
            });
        }
    });
    assert_eq!(cloud.gateway.see("/devices")["devices"].as_array().unwrap().len(), 41);
}
