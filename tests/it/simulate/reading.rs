//! Documents over the Cloud API: choices, pages, limits and mistakes.

use serde_json::{Value, json};

use super::stage::{Shop, call, each};
use crate::support::World;
use crate::support::world::{DEVICE, DEVICE_2, DEVICE_3, STORE, STORE_2, STORE_3};

/// Puts documents into the shop that nobody is told of yet.
fn fill(shop: &Shop, count: u32) {
    shop.trigger(&json!({"event": "documents", "count": count, "delay": "30d"}));
}

fn ids(documents: &Value) -> Vec<Value> {
    each(documents, "id")
}

#[test]
fn pages_hold_a_thousand_and_miss_nothing() {
    let shop = Shop::open();
    fill(&shop, 2001);
    let (mut seen, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = shop.page(&format!("cursor={cursor}"));
        let items = ids(&page["items"]);
        sizes.push(items.len());
        seen.extend(items);
        match page["paging"]["next_cursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(sizes, [1000, 1000, 1]);
    assert_eq!(seen, each(&json!(shop.first("")), "uuid"));
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 2001);
}

#[test]
fn since_is_inside_and_until_is_not() {
    let shop = Shop::open();
    shop.simulate("session", false);
    shop.advance("1h");
    shop.simulate("session", false);
    let sent = shop.page("")["items"].clone();
    let at = |document: &Value| {
        let time = document["close_date"].as_str().unwrap();
        let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", time).unwrap();
        time.as_millisecond()
    };
    let (early, late) = (at(&sent[0]), at(&sent[1]));
    let of = |query: String| ids(&shop.page(&query)["items"]).len();
    // Two reports of the printer, then the shift's end.
    let end = 4;
    assert_eq!(of(format!("since={early}&until={late}")), 1);
    assert_eq!(of(format!("since={early}&until={}", late + 1)), 1 + end);
    assert_eq!(of(format!("since={}", early + 1)), end);
    assert_eq!(of(format!("since={late}&until={early}")), 0);
    let date = sent[0]["close_date"].as_str().unwrap();
    assert_eq!(
        shop.first(&format!("gtCloseDate={date}")).len(),
        end,
        "the plus sign is not escaped"
    );
    let date = date.replace('+', "%2B");
    assert_eq!(shop.first(&format!("ltCloseDate={date}")).len(), 0);
}

#[test]
fn a_device_of_the_first_version_is_named_exactly() {
    let shop = Shop::open();
    shop.simulate("session", false);
    assert_eq!(shop.first(&format!("deviceUuid={DEVICE}")).len(), 1);
    assert_eq!(shop.first(&format!("deviceUuid={}", DEVICE.to_ascii_lowercase())).len(), 0);
    let small = DEVICE.to_ascii_lowercase();
    let path = format!("/stores/{}/devices/{small}/documents", STORE.to_ascii_lowercase());
    assert_eq!(shop.read(&path)["items"].as_array().unwrap().len(), 1);
}

#[test]
fn each_store_and_device_has_its_own() {
    let shop = Shop::with(&[], World::crowd);
    for device in [DEVICE, DEVICE_2] {
        shop.api_ok("POST", "/api/simulate", Some(&json!({"what": "session", "device": device})));
    }
    for (store, device) in [(STORE, DEVICE), (STORE_2, DEVICE_2)] {
        let page = shop.read(&format!("/stores/{store}/documents"));
        assert_eq!(each(&page["items"], "device_id"), [device]);
    }
    for (path, status) in [
        (format!("/stores/{STORE}/devices/{DEVICE_2}/documents"), 404),
        (format!("/stores/{STORE}/devices/{DEVICE_3}/documents"), 404),
        (format!("/stores/{STORE_3}/documents"), 403),
        (format!("/api/v1/inventories/stores/{STORE_3}/documents"), 403),
        ("/stores/nowhere/documents".to_owned(), 404),
        (format!("/stores/{STORE}/documents/nothing"), 404),
    ] {
        let answer = shop.call(&path);
        assert_eq!(answer.status, status, "{path}: {}", answer.describe());
    }
    let other = shop.read(&format!("/stores/{STORE_2}/documents"))["items"][0]["id"].clone();
    let path = format!("/stores/{STORE}/documents/{}", other.as_str().unwrap());
    assert_eq!(shop.call(&path).status, 404, "another store's");
}

#[test]
fn what_cannot_be_read_is_a_bad_request_with_its_reason() {
    let shop = Shop::open();
    let first = format!("/api/v1/inventories/stores/{STORE}/documents?");
    let second = format!("/stores/{STORE}/documents?");
    for (path, query) in [
        (&first, "gtCloseDate=10.01.2017"),
        (&first, "ltCloseDate=2017-02-30"),
        (&first, "gtCloseDate=2017-01-10"),
        (&first, "gtCloseDate=2026-01-01&ltCloseDate=2026-12-01"),
        (&first, "deviceUuid=a&deviceUuid=b"),
        (&second, "since=yesterday"),
        (&second, "until=1e3"),
        (&second, "since=99999999999999999999"),
        (&second, "cursor=made-up"),
        (&second, "cursor=%00%FF"),
        (&second, "since=1&since=2"),
    ] {
        let answer = shop.call(&format!("{path}{query}"));
        assert_eq!(answer.status, 400, "{query}: {}", answer.describe());
        assert!(!answer.json()["violations"][0]["reason"].as_str().unwrap().is_empty(), "{query}");
    }
    assert_eq!(call(&shop, "made-up", &second).status, 401);
}

#[test]
fn the_first_version_looks_back_a_month() {
    let shop = Shop::open();
    shop.simulate("session", false);
    assert_eq!(shop.first("").len(), 1);
    shop.advance("32d");
    assert_eq!(shop.first("").len(), 0);
    assert_eq!(shop.page("")["items"].as_array().unwrap().len(), 1);
}
