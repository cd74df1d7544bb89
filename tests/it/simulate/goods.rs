//! What was uploaded over the Cloud API is what is sold.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::stage::{Shop, each};
use crate::support::Raw;
use crate::support::world::STORE;

const PEN: &str = "11111111-2222-4333-8444-555555555555";
const TEA: &str = "AAAAAAAA-2222-4333-8444-555555555555";

fn product(id: &str, price: f64, quantity: f64) -> Value {
    json!({
        "uuid": id, "name": id, "group": false, "type": "NORMAL", "code": "", "price": price,
        "quantity": quantity, "costPrice": 1, "measureName": "шт", "tax": "VAT_20",
        "allowToSell": true, "barCodes": [], "description": "", "articleNumber": "",
        "parentUuid": null,
    })
}

/// Sends products to the store.
#[track_caller]
pub fn upload(shop: &Shop, path: &str, body: &Value) {
    let (admin, token, body) = (shop.admin, &shop.token, body.to_string());
    let request = format!(
        "POST /evotor/api/v1/inventories/stores/{STORE}/products{path} HTTP/1.1\r\nHost: {admin}\r\n\
         X-Authorization: {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = Raw::dial(admin).exchange(request);
    assert_eq!(answer.status, 200, "{}", answer.describe());
}

/// What is there of each product.
fn stock(shop: &Shop) -> BTreeMap<String, f64> {
    let there = shop.read(&format!("/api/v1/inventories/stores/{STORE}/products/quantities"));
    let there = there.as_object().unwrap().iter();
    there.map(|(id, text)| (id.clone(), text.as_str().unwrap().parse().unwrap())).collect()
}

/// The pieces of each product in the last document.
fn pieces(shop: &Shop) -> BTreeMap<String, f64> {
    let sale = shop.told("/documents").pop().unwrap();
    let piece = |position: &Value| {
        let id = position["product_id"].as_str().unwrap().to_owned();
        (id, position["quantity"].as_f64().unwrap())
    };
    sale["body"]["positions"].as_array().unwrap().iter().map(piece).collect()
}

#[test]
fn a_sale_takes_what_was_uploaded_out_of_stock_and_a_payback_brings_it_back() {
    let shop = Shop::open();
    upload(&shop, "", &json!([product(PEN, 123.45, 1.0), product(TEA, 0.29, 10.5)]));
    let mut expected = stock(&shop);
    for _ in 0..6 {
        let before = expected.clone();
        shop.simulate("receipt", false);
        for (id, pieces) in pieces(&shop) {
            *expected.get_mut(&id).expect("a product of the menu was sold") -= pieces;
        }
        assert_eq!(stock(&shop), expected);
        let sale = shop.told("/documents").pop().unwrap();
        for position in sale["body"]["positions"].as_array().unwrap() {
            let id = position["product_id"].as_str().unwrap();
            assert_eq!(position["initial_quantity"].as_f64(), before.get(id).copied());
            assert_eq!(position["price"], if id == PEN { 123.45 } else { 0.29 });
        }
    }
    let sold = shop.told("/documents").pop().unwrap();
    shop.simulate("receipt", true);
    let back = shop.told("/documents").pop().unwrap();
    assert_eq!(back["body"]["base_document_id"], sold["id"]);
    assert_eq!(back["body"]["result_sum"], sold["body"]["result_sum"]);
    let goods = |document: &Value| each(&document["body"]["positions"], "product_id");
    assert_eq!(goods(&back), goods(&sold));
    for (id, pieces) in pieces(&shop) {
        *expected.get_mut(&id).unwrap() += pieces;
    }
    assert_eq!(stock(&shop), expected);
}

#[test]
fn the_kopecks_of_a_shift_are_counted() {
    let shop = Shop::open();
    upload(&shop, "", &json!([product(PEN, 0.29, 1.0), product(TEA, 100.01, 1.0)]));
    for _ in 0..3 {
        shop.simulate("document", false);
    }
    shop.simulate("session", false);
    let kopecks = |value: &Value| (value.as_f64().unwrap() * 100.0).round();
    let mut sent = shop.told("/documents");
    let close = sent.pop().unwrap();
    sent.retain(|sent| sent["type"] == "SELL");
    let sold: f64 = sent.iter().map(|sent| kopecks(&sent["body"]["result_sum"])).sum();
    assert_eq!(kopecks(&close["body"]["revenue"]), sold);
}

#[test]
fn without_anything_to_sell_the_menu_is_sold() {
    let shop = Shop::open();
    let kept_back = |mut product: Value| {
        product["allowToSell"] = false.into();
        product
    };
    upload(&shop, "", &json!([kept_back(product(PEN, 5.0, 3.0))]));
    let before = stock(&shop);
    shop.simulate("receipt", false);
    assert!(!pieces(&shop).contains_key(PEN));
    assert_eq!(stock(&shop), before);
}

#[test]
fn a_product_that_is_gone_can_come_back_from_a_customer() {
    let shop = Shop::open();
    upload(&shop, "", &json!([product(PEN, 5.0, 3.0)]));
    shop.simulate("receipt", false);
    upload(&shop, "/delete", &json!([]));
    shop.simulate("receipt", true);
    assert!(pieces(&shop).contains_key(PEN));
    assert!(stock(&shop).is_empty());
}
