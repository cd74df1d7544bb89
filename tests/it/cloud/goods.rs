//! Products and groups: made, replaced, read, removed.

use serde_json::{Value, json};

use super::stage::{Shop, cider, drinks, expect_error, plain, products};
use crate::support::world::{STORE_2, TOKEN};
use crate::support::{Answer, World};

fn named(goods: &Value) -> Vec<&str> {
    goods.as_array().unwrap().iter().map(|good| good["name"].as_str().unwrap()).collect()
}

fn violations(answer: &Answer) -> (usize, Vec<String>) {
    let count = answer.field("x-products-violations-count").unwrap_or("0").parse().unwrap();
    let listed = answer.field("x-products-violations").unwrap_or("[]");
    let listed: Vec<Value> = serde_json::from_str(listed).unwrap();
    (count, listed.iter().map(|v| v["subject"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn a_shop_has_no_goods_until_some_are_made() {
    let shop = Shop::open();
    assert_eq!(shop.read(&products()), json!([]));
    shop.write(&products(), &json!([]));
    assert_eq!(shop.read(&products()), json!([]));
}

#[test]
fn the_vendors_sample_is_kept_as_it_was_written() {
    let shop = Shop::open();
    shop.write(&products(), &json!([drinks(), cider()]));
    assert_eq!(shop.read(&products()), json!([cider(), drinks()]));
    let sample = include_str!("../../fixtures/samples/products-post-v1.json");
    let sample: Value = serde_json::from_str(sample).unwrap();
    shop.write(&products(), &sample);
    assert_eq!(shop.read(&products()), sample);
}

#[test]
fn writing_again_replaces_the_whole_object() {
    let shop = Shop::open();
    shop.write(&products(), &json!([cider(), plain(1)]));
    let less = json!({"uuid": cider()["uuid"], "name": "Сидр сухой", "group": false});
    shop.write(&products(), &json!([less]));
    let goods = shop.read(&products());
    assert_eq!(named(&goods), ["Сидр сухой", "Товар 1"], "its place stays");
    assert_eq!(goods[0]["price"], Value::Null);
    assert_eq!(goods[0]["barCodes"], json!([]));
    let twice = json!([plain(1), {"uuid": plain(1)["uuid"], "name": "B", "group": false}]);
    shop.write(&products(), &twice);
    assert_eq!(named(&shop.read(&products())), ["Сидр сухой", "B"], "the later one holds");
    let upper = plain(1)["uuid"].as_str().unwrap().to_ascii_uppercase();
    shop.write(&products(), &json!([{"uuid": upper, "name": "C", "group": false}]));
    assert_eq!(named(&shop.read(&products())), ["Сидр сухой", "C"], "ids have no case");
}

#[test]
fn each_shop_has_its_own_goods() {
    let shop = Shop::with(World::crowd);
    let second = format!("/api/v1/inventories/stores/{STORE_2}/products");
    shop.write(&products(), &json!([plain(1)]));
    shop.write(&second, &json!([{"uuid": plain(1)["uuid"], "name": "B", "group": false}]));
    assert_eq!(named(&shop.read(&products())), ["Товар 1"]);
    assert_eq!(named(&shop.read(&second)), ["B"]);
    shop.write(&format!("{second}/delete"), &json!([]));
    assert_eq!(named(&shop.read(&products())), ["Товар 1"]);
    assert_eq!(shop.read(&second), json!([]));
}

#[test]
fn what_breaks_a_rule_is_left_out_and_reported() {
    let uuid = "01ba18b6-8707-4f47-bd9c-4db058054cb2";
    let shop = Shop::open();
    for (field, wrong) in [
        ("uuid", json!(null)),
        ("uuid", json!("17")),
        ("uuid", json!(17)),
        ("name", json!("")),
        ("name", json!("x".repeat(101))),
        ("name", json!(["a"])),
        ("group", json!(null)),
        ("type", json!("FOOD")),
        ("code", json!("12345678901")),
        ("barCodes", json!("2000000000060")),
        ("barCodes", json!([""])),
        ("alcoCodes", json!(["1"])),
        ("price", json!(-0.01)),
        ("price", json!(10_000_000)),
        ("price", json!(1e300)),
        ("price", json!("1,5")),
        ("price", json!("ten")),
        ("code", json!({})),
        ("barCodes", json!([["2000000000060"]])),
        ("allowToSell", json!("yes")),
        ("attributes", json!(["a"])),
        ("costPrice", json!({})),
        ("tax", json!("VAT")),
        ("articleNumber", json!("x".repeat(21))),
        ("parentUuid", json!("root")),
        ("alcoholByVolume", json!(101)),
        ("tareVolume", json!(-1)),
    ] {
        let mut broken = cider();
        broken[field] = wrong.clone();
        let answer = shop.write(&products(), &json!([plain(1), broken]));
        let (count, subjects) = violations(&answer);
        assert_eq!((count, subjects), (1, vec![format!("[1].{field}")]), "{field} {wrong}");
        assert_eq!(named(&shop.read(&products())), ["Товар 1"], "{field} {wrong}");
    }
    shop.write(&products(), &json!([cider()]));
    assert_eq!(shop.read(&products())[1]["uuid"], uuid, "all others are in order");
}

#[test]
fn the_bounds_themselves_are_allowed() {
    let shop = Shop::open();
    for (field, edge) in [
        ("name", json!("я".repeat(100))),
        ("price", json!(0)),
        ("price", json!(9_999_999.99)),
        ("code", json!("1234567890")),
        ("articleNumber", json!("x".repeat(20))),
        ("quantity", json!(-3.125)),
        ("tax", json!("VAT_20")),
        ("type", json!("DAIRY_MARKED")),
        ("parentUuid", json!(null)),
        ("future", json!({"field": ["anything", null]})),
    ] {
        let mut good = cider();
        good[field] = edge.clone();
        let answer = shop.write(&products(), &json!([good]));
        assert_eq!(violations(&answer).0, 0, "{field} {edge}: {}", answer.describe());
        if field != "future" {
            assert_eq!(shop.read(&products())[0][field], edge, "{field}");
        }
    }
}

#[test]
fn twenty_violations_are_listed_and_all_are_counted() {
    let shop = Shop::open();
    let broken: Vec<Value> = (0..30).map(|_| json!({"name": "", "group": false})).collect();
    let (count, listed) = violations(&shop.write(&products(), &json!(broken)));
    assert_eq!((count, listed.len()), (60, 20));
    assert_eq!(shop.read(&products()), json!([]));
}

#[test]
fn very_many_violations_and_very_long_names_make_no_long_answer() {
    let shop = Shop::open();
    let many = format!("[{}{{}}]", "{},".repeat(99_999));
    let answer = shop.post_bytes(&products(), many.as_bytes());
    assert_eq!((answer.status, violations(&answer).0), (200, 300_000));
    let long = "я".repeat(1_000_000);
    for body in [json!({&long: "1"}), json!({&long: "x"})] {
        let answer = shop.post(&format!("{}/quantities", products()), &body);
        assert!(matches!(answer.status, 200 | 400), "{}", answer.status);
        assert!(answer.head.len() + answer.body.len() < 2000, "{}", answer.describe());
    }
}

#[test]
fn a_group_carries_only_what_groups_have() {
    let shop = Shop::open();
    let mut group = drinks();
    group["price"] = json!("not looked at");
    shop.write(&products(), &json!([group]));
    assert_eq!(shop.read(&products()), json!([drinks()]));
}

#[test]
fn goods_are_removed_by_id_and_an_empty_array_removes_all() {
    let shop = Shop::open();
    let delete = format!("{}/delete", products());
    shop.write(&products(), &json!([drinks(), cider(), plain(1), plain(2)]));
    let unknown = plain(77);
    shop.write(&delete, &json!([{"uuid": plain(1)["uuid"]}, {"uuid": unknown["uuid"]}]));
    assert_eq!(named(&shop.read(&products())), ["Сидр", "Товар 2", "Напитки"]);
    shop.write(&delete, &json!([{"uuid": drinks()["uuid"], "name": "ignored"}]));
    assert_eq!(named(&shop.read(&products())), ["Сидр", "Товар 2"]);
    shop.write(&delete, &json!([]));
    assert_eq!(shop.read(&products()), json!([]));
}

#[test]
fn a_list_to_remove_that_cannot_be_read_removes_nothing() {
    let shop = Shop::open();
    let delete = format!("{}/delete", products());
    shop.write(&products(), &json!([cider(), plain(1)]));
    let own = &plain(1)["uuid"];
    for body in [
        json!({}),
        json!(null),
        json!({"uuid": own}),
        json!([{"uuid": own}, {}]),
        json!([{"uuid": own}, null]),
        json!([{"uuid": own}, {"uuid": null}]),
        json!([own]),
        json!([[]]),
    ] {
        expect_error(&shop.post(&delete, &body), 400, "bad_request");
        assert_eq!(named(&shop.read(&products())), ["Сидр", "Товар 1"], "{body}");
    }
    for body in [" ", "[", "[]]", "[] x"] {
        expect_error(&shop.post_bytes(&delete, body.as_bytes()), 400, "bad_request");
        assert_eq!(named(&shop.read(&products())), ["Сидр", "Товар 1"], "{body}");
    }
}

#[test]
fn more_goods_than_a_page_come_in_one_array_and_in_order() {
    let shop = Shop::open();
    for count in [499, 500, 501, 1000] {
        let many: Vec<Value> = (0..count).map(plain).collect();
        shop.write(&products(), &json!(many));
        shop.write(&products(), &json!([drinks()]));
        let read = shop.read(&products());
        let read = read.as_array().unwrap();
        assert_eq!(read.len(), count as usize + 1);
        let known = |good: &Value, at: u32| good["uuid"] == plain(at)["uuid"];
        assert!(read.iter().zip(0..count).all(|(good, at)| known(good, at)), "{count}");
        assert_eq!(read.last(), Some(&drinks()));
        shop.write(&format!("{}/delete", products()), &json!([]));
    }
}

#[test]
fn goods_outlive_a_restart_and_are_part_of_the_saved_state() {
    let mut shop = Shop::with(|world| world.top("state", "\"sqlite:./data/gateway.db\""));
    shop.write(&products(), &json!([drinks(), cider()]));
    shop.gateway.restart();
    assert_eq!(shop.read(&products()), json!([cider(), drinks()]));
    let saved = shop.gateway.api_ok("GET", "/api/state", None);
    shop.write(&format!("{}/delete", products()), &json!([]));
    assert_eq!(shop.gateway.api("PUT", "/api/state", Some(&saved)).status / 100, 2);
    assert_eq!(shop.read(&products()), json!([cider(), drinks()]));
    assert!(!saved.to_string().contains(TOKEN), "the file's tokens are not state");
}
