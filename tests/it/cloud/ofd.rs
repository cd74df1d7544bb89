//! What the fiscal data operator tells of the simulated terminals.

use serde_json::{Value, json};

use super::stage::{Shop, expect_error};
use crate::support::World;
use crate::support::world::{DEVICE, DEVICE_2};

/// The data of an answer in the operator's wrapping.
#[track_caller]
fn data(shop: &Shop, path: &str) -> Vec<Value> {
    let answer = shop.read(&format!("/api/v1/ofd/{path}"));
    let names: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(names, ["version", "provider", "data"], "{answer}");
    assert_eq!((&answer["version"], &answer["provider"]), (&json!(2), &json!("OFD")));
    answer["data"].as_array().unwrap().clone()
}

#[track_caller]
fn sell(shop: &Shop, device: &str, payback: bool) -> Value {
    let wish = json!({"what": "document", "device": device, "payback": payback, "wait": true});
    shop.gateway.api_ok("POST", "/api/simulate", Some(&wish));
    // One after the other, so that each is told by its own time.
    shop.gateway.advance("1s");
    shop.service.last().json()
}

#[test]
fn shops_and_registers_have_numbers_of_the_operators_own() {
    let shop = Shop::with(World::crowd);
    let (stores, devices) = (data(&shop, "stores"), data(&shop, "devices"));
    assert_eq!((stores.len(), devices.len()), (2, 2));
    for (store, device) in stores.iter().zip(&devices) {
        assert!(store["id"].is_u64() && store["parentId"].is_u64(), "{store}");
        assert_eq!(device["storeId"], store["id"]);
        assert!(device["id"].is_u64() && device["name"].is_string(), "{device}");
    }
    assert_ne!(stores[0]["id"], stores[1]["id"]);
    assert_eq!(data(&shop, "stores"), stores, "the same each time");
}

#[test]
fn a_sale_is_told_as_it_was_printed() {
    let shop = Shop::open();
    assert_eq!(data(&shop, "documents"), [] as [Value; 0]);
    let document = sell(&shop, DEVICE, false);
    let told = data(&shop, "documents");
    assert_eq!(told.len(), 1, "{told:?}");
    let (told, body) = (&told[0], &document["body"]);
    let kopecks = |roubles: &Value| (roubles.as_f64().unwrap() * 100.0).round() as i64;
    assert_eq!((&told["operationType"], &told["receiptCode"]), (&json!(1), &json!(3)));
    assert_eq!(told["totalSum"], kopecks(&body["result_sum"]));
    let paid = ["cashTotalSum", "ecashTotalSum"].map(|name| told[name].as_i64().unwrap());
    assert_eq!(paid.iter().sum::<i64>(), kopecks(&body["result_sum"]), "without the change");
    let printed = &body["pos_print_results"][0];
    assert_eq!(told["fiscalDocumentNumber"], printed["fiscal_document_number"]);
    assert_eq!(told["fiscalDriveNumber"], printed["fn_serial_number"]);
    assert_eq!(told["shiftNumber"], printed["session_number"]);
    assert_eq!(told["operator"], "Иван Иванов");
    let items = told["items"].as_array().unwrap();
    let positions = body["positions"].as_array().unwrap();
    assert_eq!(items.len(), positions.len());
    for (item, position) in items.iter().zip(positions) {
        assert_eq!(item["name"], position["product_name"]);
        assert_eq!(item["quantity"], position["quantity"]);
        assert_eq!(item["sum"], kopecks(&position["result_sum"]));
        assert_eq!(item["price"], kopecks(&position["result_price"]));
    }
    let day = &printed["receipt_date"].as_str().unwrap();
    let date = told["receiptDate"].as_str().unwrap();
    assert!(date.starts_with(&format!("{}.{}.{}", &day[4..], &day[2..4], &day[..2])), "{date}");
}

#[test]
fn documents_are_chosen_by_shop_register_type_and_time() {
    let shop = Shop::with(World::crowd);
    sell(&shop, DEVICE, false);
    sell(&shop, DEVICE, true);
    sell(&shop, DEVICE_2, false);
    let devices = data(&shop, "devices");
    let kinds = |query: &str| -> Vec<i64> {
        let told = data(&shop, &format!("documents{query}"));
        told.iter().map(|one| one["operationType"].as_i64().unwrap()).collect()
    };
    assert_eq!(kinds(""), [1, 2, 1]);
    assert_eq!(kinds("/?docType=SELL"), [1, 1], "the vendor's page has the slash");
    assert_eq!(kinds("?docType=sell,PAYBACK"), [1, 2, 1]);
    assert_eq!(kinds("?docType=Z_REPORT"), [] as [i64; 0]);
    assert_eq!(kinds(&format!("?deviceId={}", devices[1]["id"])), [1]);
    assert_eq!(kinds(&format!("?storeId={}", devices[0]["storeId"])), [1, 2]);
    assert_eq!(kinds("?storeId=1&deviceId=2"), [] as [i64; 0]);
    assert_eq!(kinds("?fromDate=2000-01-01T00:00:00.000%2B03:00&toDate=2999-01-01"), [1, 2, 1]);
    assert_eq!(kinds("?toDate=2000-01-01T23:59:59.000+03:00"), [] as [i64; 0]);
    for (query, subject) in [
        ("storeId=x", "storeId"),
        ("deviceId=-1", "deviceId"),
        ("docType=INVENTORY", "docType"),
        ("fromDate=soon", "fromDate"),
        ("toDate=01.01.2020", "toDate"),
    ] {
        let answer = shop.get(&format!("/api/v1/ofd/documents?{query}"));
        let error = expect_error(&answer, 400, "bad_request");
        assert_eq!(error["violations"][0]["subject"], subject, "{error}");
    }
}
