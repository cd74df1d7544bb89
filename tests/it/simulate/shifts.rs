//! What a shift ends with, and the cash of its drawer.

use serde_json::{Value, json};

use super::stage::{Shop, each};
use crate::support::admin::expect_problem;
use crate::support::world::{DEVICE, STORE};

const DOCS: &str = "/documents";

fn kopecks(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 100.0).round() as i64
}

fn of<'v>(sent: &'v [Value], kind: &str) -> &'v Value {
    sent.iter().find(|sent| sent["type"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

/// A shift of three sales and a payback, with change put in at first, and closed.
fn worked() -> (Shop, Vec<Value>) {
    let shop = Shop::open();
    shop.simulate("cash-income", false);
    for payback in [false, false, false, true] {
        shop.simulate("document", payback);
    }
    shop.simulate("session", false);
    let sent = shop.told(DOCS);
    (shop, sent)
}

#[test]
fn a_shift_that_closes_tells_what_it_has_taken() {
    let (_, sent) = worked();
    let sum = |sent: &Value| {
        let sum = kopecks(&sent["body"]["result_sum"]);
        if sent["type"] == "PAYBACK" { -sum } else { sum }
    };
    let trades: Vec<_> =
        sent.iter().filter(|sent| sent["body"]["positions"].is_array()).cloned().collect();
    let revenue: i64 = trades.iter().map(sum).sum();
    let cash = trades.iter().filter(|sent| sent["body"]["payments"][0]["type"] == "CASH");
    let drawer = 100_000 + cash.map(sum).sum::<i64>();
    let types = each(&json!(sent), "type");
    let ends = ["X_REPORT", "CASH_OUTCOME", "FPRINT", "Z_REPORT", "CLOSE_SESSION"];
    assert_eq!(types[types.len() - 5..], ends);

    assert_eq!(kopecks(&of(&sent, "X_REPORT")["body"]["cash"]), drawer);
    let out = kopecks(&of(&sent, "CASH_OUTCOME")["body"]["sum"]);
    assert!(out > 0 && out % 10_000 == 0, "{out}");
    let (z, close) = (&of(&sent, "Z_REPORT")["body"], &of(&sent, "CLOSE_SESSION")["body"]);
    assert_eq!(kopecks(&close["total"]), drawer - out);
    assert_eq!(z["cash"], close["total"]);
    assert_eq!(kopecks(&z["cash_out_sum"]), out);
    assert_eq!((kopecks(&close["revenue"]), kopecks(&z["revenue"])), (revenue, revenue));
    assert_eq!((&z["quantity_sales_quantity"], &z["quantity_sales_back"]), (&json!(3), &json!(1)));
    assert_eq!(kopecks(&z["sales_summ"]) - kopecks(&z["sales_back_summ"]), revenue);
}

#[test]
fn clients_that_walk_documents_by_type_find_each() {
    let (shop, sent) = worked();
    for kind in ["CASH_INCOME", "CASH_OUTCOME", "X_REPORT", "Z_REPORT", "CLOSE_SESSION"] {
        let found = shop.page(&format!("types={kind}"))["items"].clone();
        assert_eq!(found, json!([of(&sent, kind)]), "{kind}");
    }
    let reports = each(&shop.page("types=FPRINT")["items"], "type");
    assert_eq!(reports, ["X_REPORT", "FPRINT", "Z_REPORT"]);
    let first = shop.first("types=FPRINT");
    assert_eq!(each(&json!(first), "type"), ["FPRINT"; 3]);
    let steps: Vec<_> = first.iter().map(|one| one["transactions"][0]["type"].clone()).collect();
    assert_eq!(steps, ["FPRINT_X_REPORT", "FPRINT_X_REPORT", "FPRINT_Z_REPORT"]);
    let taken = shop.first("types=CASH_OUTCOME").remove(0);
    assert_eq!(taken["uuid"], of(&sent, "CASH_OUTCOME")["id"]);
    let shown = shop.read("/api/v1/ofd/documents?docType=Z_REPORT");
    let z = &of(&sent, "Z_REPORT")["body"];
    assert_eq!(shown["data"][0]["totalSum"], kopecks(&z["revenue"]), "{shown}");
}

#[test]
fn a_new_shift_counts_from_nothing_and_keeps_the_drawer() {
    let (shop, sent) = worked();
    shop.simulate("session", false);
    shop.simulate("x-report", false);
    let report = shop.told(DOCS).pop().unwrap();
    let close = of(&sent, "CLOSE_SESSION");
    assert_eq!(
        (&report["body"]["proceeds"], report["session_number"].as_i64()),
        (&json!(0), Some(2))
    );
    assert_eq!(report["body"]["cash"], close["body"]["total"]);
    shop.simulate("session", false);
    let sent = shop.told(DOCS);
    let z = sent.iter().rev().find(|sent| sent["type"] == "Z_REPORT").unwrap();
    assert_eq!(z["body"]["quantity_sales_quantity"], 0);
    assert_ne!(z["body"]["nonzero_sum_sales"], 0, "no report sets this back");
}

#[test]
fn an_empty_drawer_has_nothing_to_take_out() {
    let shop = Shop::open();
    let wish = json!({"what": "cash-outcome", "device": DEVICE});
    let problem =
        expect_problem(&shop.api("POST", "/api/simulate", Some(&wish)), 422, "trigger_refused");
    assert!(problem["hint"].as_str().unwrap().contains("cash-income"), "{problem}");
    assert_eq!(shop.page("")["items"], json!([]), "no shift was opened either");
    shop.simulate("cash-income", false);
    shop.simulate("cash-outcome", false);
    let sent = shop.told(DOCS);
    assert_eq!(each(&json!(sent), "type"), ["OPEN_SESSION", "CASH_INCOME", "CASH_OUTCOME"]);
    assert_eq!(sent[1]["body"]["sum"], sent[2]["body"]["sum"]);
}

#[test]
fn goods_by_weight_leave_the_stock_to_the_gram() {
    let shop = Shop::open();
    let nut = json!([{"uuid": "11111111-2222-4333-8444-555555555555", "name": "Орех",
        "group": false, "type": "NORMAL", "code": "", "price": 12.34, "quantity": 10,
        "costPrice": 1, "measureName": "кг", "tax": "NO_VAT", "allowToSell": true, "barCodes": [],
        "description": "", "articleNumber": "", "parentUuid": null}]);
    super::goods::upload(&shop, "", &nut);
    shop.simulate("receipt", false);
    let sold = shop.told(DOCS).pop().unwrap()["body"]["positions"][0].clone();
    let grams = |value: &Value| (value.as_f64().unwrap() * 1000.0).round() as i64;
    assert!(sold["quantity"].is_f64(), "{sold}");
    let left = |shop: &Shop| {
        let path = format!("/api/v1/inventories/stores/{STORE}/products/quantities");
        let there = shop.read(&path)["11111111-2222-4333-8444-555555555555"].clone();
        (there.as_str().unwrap().parse::<f64>().unwrap() * 1000.0).round() as i64
    };
    assert_eq!(left(&shop), 10_000 - grams(&sold["quantity"]));
    shop.simulate("receipt", true);
    let receipt = shop.told("/receipts").pop().unwrap();
    let item = &receipt["data"]["items"][0];
    assert_eq!(grams(&item["quantity"]), -grams(&sold["quantity"]));
    assert_eq!(left(&shop), 10_000);
}
