//! Push notifications.

use serde_json::{Value, json};

use super::stage::{Client, id, sample};
use crate::cloud::stage::Shop;
use crate::support::World;
use crate::support::world::{APP, DEVICE, DEVICE_2, DEVICE_3, STOCK};

fn to_app() -> String {
    format!("/api/apps/{APP}/push-notifications")
}

fn to_device(device: &str) -> String {
    format!("/api/apps/{APP}/devices/{device}/push-notifications")
}

fn statuses(push: &Value) -> Vec<&str> {
    push["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["status"].as_str().unwrap())
        .collect()
}

#[test]
fn a_push_to_a_terminal_is_accepted_and_then_delivered() {
    let shop = Shop::open();
    let push = shop.ask("POST", &to_device(DEVICE), &json!({"payload": {"a": 1}}), 202);
    for (name, value) in sample("push_task").as_object().unwrap() {
        assert_eq!(value.is_string(), push[name].is_string(), "{name}: {push}");
    }
    assert_eq!((&push["status"], statuses(&push)), (&json!("ACCEPTED"), vec!["ACCEPTED"]));
    assert_eq!(push["details"][0]["device_id"], DEVICE);
    shop.gateway.advance("2s");
    for place in [to_app(), to_device(DEVICE)] {
        let push = shop.see(&format!("{place}/{}", id(&push)));
        assert_eq!((&push["status"], statuses(&push)), (&json!("COMPLETED"), vec!["DELIVERED"]));
    }
}

#[test]
fn each_terminal_of_a_list_has_its_own_fate() {
    let shop = Shop::with(World::crowd);
    let body = json!({"devices": [DEVICE, DEVICE_3, DEVICE_2, "x"], "payload": {}});
    let push = shop.ask("POST", &to_app(), &body, 202);
    assert_eq!(statuses(&push), ["ACCEPTED", "REJECTED", "ACCEPTED", "REJECTED"]);
    shop.gateway.advance("1m");
    let push = shop.see(&format!("{}/{}", to_app(), id(&push)));
    assert_eq!(statuses(&push), ["DELIVERED", "REJECTED", "DELIVERED", "REJECTED"]);
}

#[test]
fn a_push_whose_time_is_over_expires_however_the_field_is_spelled() {
    let shop = Shop::open();
    for name in ["active_until", "active_untill", "active_till"] {
        let body = json!({"payload": {}, name: "2018-05-29T14:17:32.376Z"});
        let push = shop.ask("POST", &to_device(DEVICE), &body, 202);
        assert_eq!(statuses(&push), ["EXPIRED"], "{name}");
        let body = json!({"payload": {}, name: "tomorrow"});
        shop.wrong("POST", &to_device(DEVICE), &body, 400, &[name]);
    }
}

#[test]
fn what_cannot_be_pushed_is_refused() {
    let shop = Shop::with(World::crowd);
    let body = json!({"devices": [DEVICE], "payload": {}});
    for (body, subject) in [
        (json!({"payload": {}}), "devices"),
        (json!({"payload": {}, "devices": []}), "devices"),
        (json!({"payload": {}, "devices": "x"}), "devices"),
        (json!({"payload": {}, "devices": [7]}), "devices"),
        (json!({"devices": [DEVICE]}), "payload"),
    ] {
        shop.wrong("POST", &to_app(), &body, 400, &[subject]);
    }
    shop.wrong("POST", &to_app(), &json!([body]), 400, &[]);
    shop.wrong("POST", &format!("/api/apps/{STOCK}/push-notifications"), &body, 403, &[]);
    shop.wrong("POST", &to_device(DEVICE_3), &body, 404, &[]);
    shop.wrong("GET", &format!("{}/x", to_app()), &Value::Null, 404, &[]);
}
