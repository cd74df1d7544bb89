//! Documents of the drawer and the fiscal printer.

use evotor_gateway::model::event::Event;
use evotor_gateway::model::shift::{Counters, Movements, Trades};
use evotor_gateway::webhook::payload::{DocumentKind, DocumentShape, Scene, Till, compose};
use serde_json::{Value, json};

use super::stage::{Stage, sample};
use super::{EXACT, assert_like};

/// A shift with five receipts, and with cash put in and taken out.
fn till() -> Till {
    Till {
        number: 7,
        session: "shift".to_owned(),
        shift: 3,
        revenue: 90_000,
        drawer: 1_234,
        counters: Counters {
            sales: Trades { count: 3, cash: 60_000, card: 45_050 },
            paybacks: Trades { count: 2, cash: 15_050, card: 0 },
            cash_in: Movements { count: 1, sum: 100_000 },
            cash_out: Movements { count: 2, sum: 143_716 },
            lifetime: 7_000_000,
        },
        moved: 40_050,
        goods: Vec::new(),
        base: None,
    }
}

fn document(kind: DocumentKind, shape: DocumentShape) -> Value {
    let mut shop = Stage::coffee_shop().document(kind);
    shop.shapes.documents = shape;
    let till = till();
    let scene = Scene { till: Some(&till), ..shop.scene(1) };
    compose(Event::Documents, &scene).unwrap().body.unwrap()
}

fn second(kind: DocumentKind) -> Value {
    document(kind, DocumentShape::V2)["body"].clone()
}

/// The only transaction of a document of version 1, and its type.
fn transaction(kind: DocumentKind) -> (String, Value) {
    let document = document(kind, DocumentShape::V1)[0].clone();
    let steps = document["transactions"].as_array().unwrap();
    assert_eq!(steps.len(), 1, "{document}");
    (document["type"].as_str().unwrap().to_owned(), steps[0].clone())
}

/// Asserts these values of an object.
#[track_caller]
fn expect(body: &Value, fields: &[(&str, Value)]) {
    for (name, value) in fields {
        assert_eq!(&body[*name], value, "{name}: {body}");
    }
}

#[test]
fn cash_that_is_taken_out_is_like_the_live_answer_in_version_1() {
    let mut shop = Stage::coffee_shop().document(DocumentKind::CashOutcome);
    shop.shapes.documents = DocumentShape::V1;
    let ours = shop.body(Event::Documents, 1);
    assert_like(&sample("rest-v1-documents-cash-outcome.response.json"), &ours, EXACT);
    let kinds = |documents: &Value| {
        let steps = documents[0]["transactions"].as_array().unwrap();
        steps.iter().map(|step| step["type"].clone()).collect::<Vec<_>>()
    };
    let sample = sample("rest-v1-documents-cash-outcome.response.json");
    assert_eq!(kinds(&ours), kinds(&sample));
    let ours = document(DocumentKind::CashOutcome, DocumentShape::V1)[0].clone();
    assert_eq!((&ours["closeSum"], &ours["type"]), (&json!("400.50"), &json!("CASH_OUTCOME")));
    expect(&ours["transactions"][3], &[("sum", json!(400.5)), ("paymentCategoryId", json!(1))]);
}

#[test]
fn cash_has_the_sdks_fields_in_version_2() {
    let print = [
        "receipt_number",
        "document_number",
        "session_number",
        "receipt_date",
        "fn_reg_number",
        "fiscal_sign_doc_number",
        "fiscal_document_number",
    ];
    let outcome =
        ["sum", "receiver", "description", "payment_category_id", "payment_category_name"];
    for (kind, own) in [
        (DocumentKind::CashIncome, &["sum", "description", "contributor"][..]),
        (DocumentKind::CashOutcome, &outcome),
        (DocumentKind::XReport, &["cash", "total", "proceeds"]),
        (DocumentKind::Fprint, &["cash", "total", "proceeds"]),
        (DocumentKind::PosOpenSession, &[]),
    ] {
        let body = second(kind);
        let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, [own, &print].concat(), "{kind:?}");
        assert!(own.first() != Some(&"sum") || body["sum"] == 400.5, "{body}");
    }
}

#[test]
fn reports_tell_what_the_shift_came_to_in_either_version() {
    let drawer = [("cash", json!(12.34)), ("proceeds", json!(900)), ("total", json!(900))];
    expect(&second(DocumentKind::XReport), &drawer);
    let z = second(DocumentKind::ZReport);
    expect(&z, &drawer);
    expect(
        &z,
        &[
            ("revenue", json!(900)),
            ("cash_in_sum", json!(1000)),
            ("cash_in_quantity", json!(1)),
            ("cash_out_sum", json!(1437.16)),
            ("cash_out_quantity", json!(2)),
            ("nonzero_sum_sales", json!(70_000)),
            ("quantity_sales_quantity", json!(3)),
            ("quantity_sales_back", json!(2)),
            ("sales_summ", json!(1050.5)),
            ("sales_back_summ", json!(150.5)),
        ],
    );
    assert_eq!(z["sales"]["sections"], z["sales_sections"]);
    let section = |name: &str| {
        let sections = z["sales_sections"].as_array().unwrap();
        sections.iter().find(|one| one["name"] == name).unwrap()["value"].clone()
    };
    assert_eq!((section("НАЛИЧНЫМИ"), section("ПЛАТ. КАРТОЙ")), (json!(600), json!(450.5)));

    for (kind, name) in [
        (DocumentKind::XReport, "FPRINT_X_REPORT"),
        (DocumentKind::Fprint, "FPRINT_X_REPORT"),
        (DocumentKind::ZReport, "FPRINT_Z_REPORT"),
        (DocumentKind::PosOpenSession, "FPRINT_OPEN_SESSION"),
    ] {
        let (of, step) = transaction(kind);
        assert_eq!((&*of, &step["type"]), ("FPRINT", &json!(name)));
        for number in ["receiptNumber", "documentNumber", "sessionNumber"] {
            assert!(step[number].is_i64(), "{step}");
        }
    }
    let (_, first) = transaction(DocumentKind::ZReport);
    expect(&first, &drawer);
    expect(
        &first,
        &[
            ("cashIn", json!(1000)),
            ("cashOut", json!(1437.16)),
            ("cashInQuantity", json!(1)),
            ("cashOutQuantity", json!(2)),
            ("sessionSalesResults", json!(3)),
            ("quantitySales", json!({"back": 2, "quantity": 3, "reversal": 0, "reversalBack": 0})),
            ("sales", z["sales"].clone()),
            ("salesBack", z["sales_back"].clone()),
        ],
    );
}

#[test]
fn without_a_terminal_the_figures_are_made_up_and_agree() {
    let kopecks = |value: &Value| (value.as_f64().unwrap() * 100.0).round() as i64;
    for seed in 0..20 {
        let z = Stage::coffee_shop().document(DocumentKind::ZReport).body(Event::Documents, seed);
        let close =
            Stage::coffee_shop().document(DocumentKind::CloseSession).body(Event::Documents, seed);
        let (z, close) = (&z["body"], &close["body"]);
        assert_eq!((&z["revenue"], &z["cash"]), (&close["revenue"], &close["total"]));
        assert_eq!(kopecks(&z["sales_summ"]), kopecks(&z["revenue"]));
        let cash = kopecks(&z["sales_sections"][0]["value"]);
        assert_eq!(cash + kopecks(&z["cash_in_sum"]), kopecks(&z["cash"]));
    }
}
