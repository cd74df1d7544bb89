//! Quantities in stock.

use serde_json::{Value, json};

use super::stage::{Shop, cider, drinks, expect_error, plain, products};

fn all() -> String {
    format!("{}/quantities", products())
}

fn one(good: &Value) -> String {
    format!("{}/{}/quantities", products(), good["uuid"].as_str().unwrap())
}

fn id(good: &Value) -> String {
    good["uuid"].as_str().unwrap().to_owned()
}

#[test]
fn quantities_are_read_for_all_products_and_for_one() {
    let shop = Shop::open();
    assert_eq!(shop.read(&all()), json!({}));
    let mut half = plain(1);
    half["quantity"] = json!(0.5);
    shop.write(&products(), &json!([drinks(), cider(), half, plain(2)]));
    let quantities = json!({id(&cider()): "12", id(&half): "0.5", id(&plain(2)): "0"});
    assert_eq!(shop.read(&all()), quantities);
    assert_eq!(shop.read(&one(&half)), json!({id(&half): "0.5"}));
    for unknown in [plain(9), drinks(), json!({"uuid": "x"})] {
        expect_error(&shop.get(&one(&unknown)), 404, "not_found");
    }
}

#[test]
fn a_quantity_is_set_and_the_rest_of_the_product_stays() {
    let shop = Shop::open();
    shop.write(&products(), &json!([cider(), plain(1)]));
    shop.write(&all(), &json!({id(&cider()): "1.23", id(&plain(1)): 4}));
    assert_eq!(shop.read(&all()), json!({id(&cider()): "1.23", id(&plain(1)): "4"}));
    let mut changed = cider();
    changed["quantity"] = json!(1.23);
    assert_eq!(shop.read(&products())[0], changed);
}

#[test]
fn products_that_are_not_there_are_reported_and_the_others_set() {
    let shop = Shop::open();
    shop.write(&products(), &json!([cider(), drinks()]));
    let wish = json!({id(&plain(9)): "1", id(&cider()): "2", id(&drinks()): "3"});
    let answer = shop.write(&all(), &wish);
    assert_eq!(answer.field("x-products-violations-count"), Some("2"), "{}", answer.describe());
    assert_eq!(shop.read(&all()), json!({id(&cider()): "2"}));
}

#[test]
fn a_quantity_that_cannot_be_read_sets_none() {
    let shop = Shop::open();
    shop.write(&products(), &json!([cider(), plain(1)]));
    for wrong in [json!("1,5"), json!(""), json!("1e3"), json!(null), json!([]), json!("NaN")] {
        let wish = json!({id(&cider()): "1", id(&plain(1)): wrong});
        let error = expect_error(&shop.post(&all(), &wish), 400, "bad_request");
        assert_eq!(error["violations"][0]["subject"], plain(1)["uuid"], "{error}");
        assert_eq!(shop.read(&one(&cider())), json!({id(&cider()): "12"}));
    }
    for body in [json!([1]), json!(null), json!("x"), json!(1)] {
        expect_error(&shop.post(&all(), &body), 400, "bad_request");
    }
}
