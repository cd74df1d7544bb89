//! What is refused, with what to do instead; nothing has changed then.

use serde_json::{Value, json};

use super::stage::Hands;
use crate::support::world::{APP, DEVICE, DEVICE_3, EMPLOYEE, IMEI, STORE, STORE_3, USER};
use crate::support::{Gateway, World};
use crate::webhooks::stage::Cloud;

fn unchanged(gateway: &Gateway, act: impl FnOnce()) {
    let before = gateway.see("");
    act();
    assert_eq!(gateway.see(""), before);
    assert_eq!(gateway.deliveries(None), Vec::<Value>::new());
}

#[test]
fn what_points_to_nothing_is_refused() {
    let cloud = Cloud::with(World::crowd);
    let gateway = &cloud.gateway;
    unchanged(gateway, || {
        for (collection, form, pointer) in [
            ("stores", json!({"user": "01-9", "name": "x"}), "/user"),
            ("devices", json!({"store": "nowhere"}), "/store"),
            ("employees", json!({"stores": [STORE, "nowhere"], "name": "x"}), "/stores/1"),
            ("employees", json!({"stores": [STORE, STORE_3], "name": "x"}), "/stores/1"),
        ] {
            let problem = gateway.deny("POST", collection, &form, 422, "unknown_reference");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        let patch = json!({"store": "nowhere"});
        gateway.deny("PATCH", &format!("devices/{DEVICE}"), &patch, 422, "unknown_reference");
    });
}

#[test]
fn what_is_taken_is_refused() {
    let cloud = Cloud::with(World::crowd);
    let gateway = &cloud.gateway;
    unchanged(gateway, || {
        for (collection, form) in [
            ("users", json!({"id": USER})),
            ("stores", json!({"uuid": STORE.to_lowercase(), "user": USER, "name": "x"})),
            ("devices", json!({"uuid": DEVICE, "store": STORE})),
            ("devices", json!({"imei": IMEI, "store": STORE})),
            ("employees", json!({"uuid": EMPLOYEE, "stores": [STORE], "name": "x"})),
            ("apps", json!({"id": APP.to_uppercase()})),
            ("apps", json!({"name": "loyalty", "allow": [".*"]})),
            ("apps", json!({"name": APP, "allow": [".*"]})),
        ] {
            gateway.deny("POST", collection, &form, 409, "conflict");
        }
        let patch = json!({"imei": IMEI});
        gateway.deny("PATCH", &format!("devices/{DEVICE_3}"), &patch, 409, "conflict");
        gateway.deny(
            "PATCH",
            "apps/0a1b2c3d-1111-4222-8333-444455556666",
            &json!({"name": "loyalty"}),
            409,
            "conflict",
        );
    });
}

#[test]
fn what_is_no_entry_is_refused_with_each_mistake_at_its_place() {
    let cloud = Cloud::start();
    let gateway = &cloud.gateway;
    unchanged(gateway, || {
        for (collection, form, pointers) in [
            ("users", json!({"id": "a b"}), &["/id"][..]),
            ("users", json!({"name": "x"}), &["/name"]),
            ("stores", json!({"user": USER}), &[""]),
            ("devices", json!({"store": STORE, "imai": "1"}), &["/imai"]),
            ("devices", json!({"store": [STORE]}), &["/store"]),
            ("employees", json!({"stores": [], "name": "x"}), &["/stores"]),
            (
                "employees",
                json!({"stores": [STORE], "name": "x", "phone": "+7", "role": "BOSS"}),
                &["/phone", "/role"],
            ),
            (
                "apps",
                json!({"allow": ["https://x/(a", "ok"], "proxy": "v3"}),
                &["/allow/0", "/proxy"],
            ),
            ("apps", json!({"allow": [".*"], "tokens": {"01-9": "x"}}), &["/tokens/01-9"]),
            (
                "apps",
                json!({"allow": [".*"], "authorization": {"bearer": {"file": "/etc/passwd"}}}),
                &["/authorization/bearer/file"],
            ),
            ("apps", json!({"allow": [".*"], "webhooks": {}}), &["/webhooks"]),
        ] {
            let problem = gateway.deny("POST", collection, &form, 422, "invalid");
            let errors = problem["errors"].as_array().unwrap();
            let mut found: Vec<_> =
                errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
            found.sort_unstable();
            assert_eq!(found, pointers, "{form}: {problem}");
        }
        let id = json!({"uuid": "20240105-0000-40C3-80D4-E5F607182930"});
        gateway.deny("PATCH", &format!("stores/{STORE}"), &id, 422, "invalid");
        let owner = json!({"user": "01-000000000000009"});
        gateway.deny("PATCH", &format!("stores/{STORE}"), &owner, 422, "invalid");
    });
}

#[test]
fn a_near_miss_is_named() {
    let cloud = Cloud::start();
    let form = json!({"store": STORE, "imie": "1"});
    let problem = cloud.gateway.deny("POST", "devices", &form, 422, "invalid");
    assert_eq!(problem["hint"], "Did you mean `imei`?");
}

#[test]
fn the_environment_is_not_read_for_the_api() {
    let cloud = Cloud::start();
    let form = json!({"name": "${HOME}", "store": STORE});
    let made = cloud.gateway.make("devices", &form);
    assert_eq!(made["name"], "${HOME}");
}

#[test]
fn what_does_not_exist_and_what_is_no_json_is_refused() {
    let cloud = Cloud::start();
    let gateway = &cloud.gateway;
    for (method, address) in [
        ("GET", "shops"),
        ("POST", "shops"),
        ("GET", "stores/none"),
        ("PATCH", "stores/none"),
        ("DELETE", "stores/none"),
        ("GET", "tokens/none/none"),
        ("DELETE", "installations/loyalty/none"),
    ] {
        let body = if method == "POST" || method == "PATCH" { json!({}) } else { json!(null) };
        gateway.deny(method, address, &body, 404, "not_found");
    }
    for (method, address) in [("POST", "stores"), ("PATCH", "stores/x"), ("POST", "tokens")] {
        let answer = gateway.api(method, &format!("/api/world/{address}"), Some(&json!([1])));
        assert_eq!(answer.json()["code"], "bad_request", "{}", answer.describe());
    }
    let answer = gateway.api("DELETE", &format!("/api/world/stores/{STORE}?cascade=maybe"), None);
    assert_eq!(answer.json()["code"], "bad_request", "{}", answer.describe());
    assert_eq!(gateway.api("PUT", "/api/world/stores", Some(&json!({}))).status, 405);
}
