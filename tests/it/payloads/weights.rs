//! What is sold by weight, what comes back, and the forms of times.

use evotor_gateway::model::event::Event;
use evotor_gateway::webhook::payload::{DocumentKind, DocumentShape, TimeShape};
use serde_json::{Value, json};

use super::stage::Stage;

/// The first body, seed by seed, that tells of something weighed.
fn weighed(stage: &Stage, event: Event) -> Value {
    stage.body_where(event, |body| body.to_string().contains("кг"))
}

fn of<'v>(list: &'v Value, measure: &str) -> &'v Value {
    let list = list.as_array().unwrap();
    list.iter().find(|one| one[measure] == "кг").expect("nothing is weighed")
}

#[test]
fn a_document_has_the_weight_with_three_digits_and_its_sum_to_the_kopeck() {
    let sale = Stage::coffee_shop().body_where(Event::Documents, |body| {
        body["body"]["positions"].to_string().contains("0.834")
    });
    let position = of(&sale["body"]["positions"], "measure_name");
    assert_eq!(position["quantity"], json!(0.834));
    assert_eq!(position["measure_precision"], 3);
    assert_eq!((&position["price"], &position["sum"]), (&json!(640), &json!(533.76)));
}

#[test]
fn a_receipt_of_goods_that_come_back_has_negative_quantities_and_a_document_has_not() {
    let mut shop = Stage::coffee_shop().document(DocumentKind::Payback);
    for seed in 0..40 {
        let receipt = shop.body(Event::Receipts, seed);
        let document = shop.body(Event::Documents, seed);
        let items = receipt["data"]["items"].as_array().unwrap();
        for (item, position) in items.iter().zip(document["body"]["positions"].as_array().unwrap())
        {
            let (back, told) = (&item["quantity"], &position["quantity"]);
            assert!(back.as_f64().unwrap() < 0.0 && told.as_f64().unwrap() > 0.0, "{back} {told}");
            assert_eq!(back.to_string(), format!("-{told}"));
            assert!(item["sumPrice"].as_f64().unwrap() > 0.0, "{item}");
        }
        assert!(receipt["data"]["totalAmount"].as_f64().unwrap() > 0.0);
    }
    let back = weighed(&shop, Event::Receipts);
    let item = of(&back["data"]["items"], "measureName");
    assert!(item["quantity"].is_f64() && item["quantity"].as_f64().unwrap() < 0.0, "{item}");
    shop.shapes.document = DocumentKind::Sell;
    let sold = weighed(&shop, Event::Receipts);
    assert!(of(&sold["data"]["items"], "measureName")["quantity"].as_f64().unwrap() > 0.0);
}

#[test]
fn version_1_adds_weights_and_pieces() {
    let mut shop = Stage::coffee_shop();
    shop.shapes.documents = DocumentShape::V1;
    let sale = weighed(&shop, Event::Documents);
    let steps = sale[0]["transactions"].as_array().unwrap();
    let each = |kind: &str| steps.iter().filter(|step| step["type"] == kind).collect::<Vec<_>>();
    let grams = |step: &&Value| (step["quantity"].as_f64().unwrap() * 1000.0).round() as i64;
    let positions: i64 = each("REGISTER_POSITION").iter().map(grams).sum();
    assert_eq!(each("DOCUMENT_CLOSE").iter().map(grams).sum::<i64>(), positions);
}

#[test]
fn the_product_list_has_what_is_weighed_under_the_id_that_sales_name() {
    let shop = Stage::coffee_shop();
    let products = shop.body(Event::Products, 1);
    let product = of(&products, "measureName");
    let sale = weighed(&shop, Event::Documents);
    assert_eq!(of(&sale["body"]["positions"], "measure_name")["product_id"], product["uuid"]);
}

#[test]
fn a_receipt_has_its_time_with_milliseconds() {
    let receipt = Stage::coffee_shop().body(Event::Receipts, 1);
    let time = receipt["data"]["dateTime"].as_str().unwrap();
    assert!(time.ends_with(".000Z"), "{time}");
}

#[test]
fn subscription_times_end_as_they_are_told_to() {
    let mut shop = Stage::coffee_shop();
    for (shape, end) in [(TimeShape::Offset, "+0000"), (TimeShape::Zulu, "Z")] {
        shop.shapes.subscription_times = shape;
        let renewed = shop.body(Event::SubscriptionRenewed, 1);
        for field in ["timestamp", "nextBillingDate"] {
            let time = renewed[field].as_str().unwrap();
            assert_eq!(time.len(), "2017-04-20T18:26:37.753".len() + end.len(), "{time}");
            assert!(time.ends_with(end), "{field}: {time}");
        }
    }
}
