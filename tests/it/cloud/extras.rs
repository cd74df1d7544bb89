//! Schemes and extra fields: of an app, in a store, of a product.

use serde_json::{Value, json};

use super::stage::{SECOND, Shop, cider, expect_error, plain, products};
use crate::support::World;
use crate::support::world::{APP, STORE_2, USER};

const SCHEME: &str = "1eaca77f-1579-5078-a726-83c892348acd";
const EXTRA: &str = "1eaca77f-7890-5078-a726-83c892348acd";

fn extras() -> String {
    format!("{}/extras", products())
}

fn schemes() -> String {
    format!("{}/schemes", products())
}

fn scheme() -> Value {
    json!({
        "uuid": SCHEME,
        "appId": APP,
        "items": [
            {"title": "Схема 1", "editable": true, "uuid": "1eaca77f-8937-5314-a726-83c892348acd",
             "type": "TEXT_FIELD", "data": {}, "regexp": "\\w+"},
            {"title": "Схема 2", "editable": false, "uuid": "1eaca88f-1579-5078-a726-83c892348acd",
             "type": "DICTIONARY_FIELD", "multiple": false,
             "items": [{"title": "Элемент 1", "value": "1eaca77f-1579-5078-a726-83c892348ghj"}]},
        ],
    })
}

fn extra(id: &str, product: &Value) -> Value {
    json!({
        "uuid": id, "appId": APP, "key": {"uuid": product},
        "scheme": {"value": "Элемент", "fieldId": "1eaca77f-8937-5314-a726-83c892348acd"},
        "data": {"any": ["thing", 1.50]},
    })
}

#[test]
fn what_was_written_is_read_and_removed_by_its_id() {
    let shop = Shop::open();
    let second = EXTRA.replace("1eaca77f", "1eaca77e");
    for (path, one, two) in [
        (schemes(), scheme(), json!({"uuid": second, "appId": APP, "items": []})),
        (extras(), extra(EXTRA, &cider()["uuid"]), extra(&second, &plain(1)["uuid"])),
    ] {
        assert_eq!(shop.read(&path), json!([]));
        shop.write(&path, &json!([one, two]));
        assert_eq!(shop.read(&path), json!([one, two]));
        let mut changed = one.clone();
        changed["data"] = json!({"new": true});
        shop.write(&path, &json!([changed]));
        assert_eq!(shop.read(&path), json!([changed, two]), "one of the same id is replaced");
        let delete = format!("{path}/delete");
        shop.write(&delete, &json!([one["uuid"], SCHEME.replace('1', "2")]));
        assert_eq!(shop.read(&path), json!([two]));
        shop.write(&delete, &json!([{"uuid": second.to_ascii_uppercase()}]));
        assert_eq!(shop.read(&path), json!([]));
    }
}

#[test]
fn each_store_has_its_own() {
    let shop = Shop::with(World::crowd);
    shop.write(&schemes(), &json!([scheme()]));
    let elsewhere = format!("/api/v1/inventories/stores/{STORE_2}/products/schemes");
    assert_eq!(shop.read(&elsewhere), json!([]));
}

#[test]
fn each_app_has_its_own() {
    let shop = Shop::of_two_apps();
    let other = format!("X-Authorization: {}", shop.token_for("second", USER));
    let seen = |path: &str| shop.call("GET", path, &[&other], b"").json();
    shop.write(&schemes(), &json!([scheme()]));
    shop.write(&extras(), &json!([extra(EXTRA, &cider()["uuid"])]));
    assert_eq!([seen(&schemes()), seen(&extras())], [json!([]), json!([])]);
    let body = json!([SCHEME]).to_string();
    let delete = format!("{}/delete", schemes());
    assert_eq!(shop.call("POST", &delete, &[&other], body.as_bytes()).status, 200);
    assert_eq!(shop.read(&schemes()), json!([scheme()]), "another app's is not removed");
}

#[test]
fn a_product_takes_its_fields_with_it() {
    let shop = Shop::open();
    let fields = json!([extra(EXTRA, &cider()["uuid"]), extra(SCHEME, &plain(1)["uuid"])]);
    shop.write(&products(), &json!([cider(), plain(1)]));
    shop.write(&extras(), &fields);
    shop.write(&schemes(), &json!([scheme()]));
    let delete = format!("{}/delete", products());
    shop.write(&delete, &json!([{"uuid": cider()["uuid"]}]));
    assert_eq!(shop.read(&extras()), json!([fields[1]]));
    shop.write(&delete, &json!([]));
    assert_eq!(shop.read(&extras()), json!([]));
    assert_eq!(shop.read(&schemes()), json!([scheme()]), "a scheme is no product's");
}

#[test]
fn one_bad_element_and_nothing_is_kept() {
    let shop = Shop::open();
    let with = |name: &str, value: Value| {
        let mut bad = extra(EXTRA, &cider()["uuid"]);
        bad[name] = value;
        bad
    };
    for (bad, subject) in [
        (with("uuid", Value::Null), "[1].uuid"),
        (with("uuid", json!("")), "[1].uuid"),
        (with("key", json!({})), "[1].key.uuid"),
        (with("key", json!("x")), "[1].key.uuid"),
        (with("data", json!("x")), "[1].data"),
        (with("scheme", json!([1])), "[1].scheme"),
        (json!(7), "[1]"),
    ] {
        let answer = shop.post(&extras(), &json!([extra(SCHEME, &plain(1)["uuid"]), bad]));
        let error = expect_error(&answer, 400, "bad_request");
        assert_eq!(error["violations"][0]["subject"], subject, "{error}");
        assert_eq!(shop.read(&extras()), json!([]), "{bad}");
    }
    for bad in [json!([{"uuid": SCHEME}]), json!({}), json!(null)] {
        expect_error(&shop.post(&schemes(), &bad), 400, "bad_request");
    }
    for bad in [json!([]), json!({}), json!([7]), json!([""])] {
        expect_error(&shop.post(&format!("{}/delete", extras()), &bad), 400, "bad_request");
    }
}

#[test]
fn php_s_empty_maps_and_another_apps_id_are_taken_loosely_only() {
    let mut sent = extra(EXTRA, &cider()["uuid"]);
    sent["data"] = json!([]);
    let mut foreign = extra(SCHEME, &cider()["uuid"]);
    foreign["appId"] = json!(SECOND);
    let shop = Shop::open();
    shop.write(&extras(), &json!([sent, foreign]));
    let read = shop.read(&extras());
    assert_eq!((&read[0]["data"], &read[1]["appId"]), (&json!({}), &json!(APP)), "{read}");
    assert_eq!(shop.notes(1)[0].len(), 2);
    let strict = Shop::with(|world| world.top("fidelity", "strict"));
    for (body, subject) in [(sent, "[0].data"), (foreign, "[0].appId")] {
        let error = expect_error(&strict.post(&extras(), &json!([body])), 400, "bad_request");
        assert_eq!(error["violations"][0]["subject"], subject, "{error}");
    }
}

#[test]
fn they_outlive_a_restart_and_are_part_of_the_saved_state() {
    let mut shop = Shop::with(|world| world.top("state", "\"sqlite:./data/gateway.db\""));
    shop.write(&schemes(), &json!([scheme()]));
    shop.gateway.restart();
    assert_eq!(shop.read(&schemes()), json!([scheme()]));
    let saved = shop.gateway.api_ok("GET", "/api/state", None);
    assert_eq!(saved["tables"]["product_extra"][0]["id"], SCHEME, "{saved}");
}
