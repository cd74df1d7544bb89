//! What the webhooks send, held against published samples.

mod likeness;
mod printed;
mod recipe;
pub mod stage;
mod weights;

use std::collections::{HashMap, HashSet};

use evotor_gateway::model::event::Event;
use evotor_gateway::model::world::DeviceIndex;
use evotor_gateway::webhook::payload::{
    DocumentKind, DocumentShape, InventoryShape, Lacking, compose, fill,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use likeness::{Tolerance, differences, form};
use stage::{STORE, Stage, sample};

const EXACT: Tolerance = Tolerance { more: &[], fewer: &[], free: &[] };
/// Fields that captures of 2025 have and those of 2024 do not.
const NEWER: Tolerance = Tolerance { more: &["cashless_info", "driver_info"], ..EXACT };

fn assert_like(sample: &Value, ours: &Value, tolerance: Tolerance) {
    let found = differences(sample, ours, tolerance);
    assert!(found.is_empty(), "{}\n{ours:#}", found.join("\n"));
}

#[test]
fn users_are_like_the_samples() {
    let stage = Stage::coffee_shop();
    for (event, file) in [
        (Event::UserCreate, "user-create.json"),
        (Event::UserVerify, "user-verify.json"),
        (Event::UserToken, "user-token.json"),
    ] {
        assert_like(&sample(file)["request"], &stage.body(event, 1), EXACT);
    }
    let tariff =
        json!({"userUuid": "01-000000000000001", "tariffId": "starter", "status": "ACTIVE"});
    assert_eq!(stage.body(Event::UserTariff, 1), tariff);
}

#[test]
fn a_form_without_fields_of_its_own_sends_none_and_never_replaces_ours() {
    let mut stage = Stage::coffee_shop();
    stage.form.clear();
    assert_eq!(stage.body(Event::UserCreate, 1), json!({"userId": "01-000000000000001"}));
    stage.form.push(("userId".to_owned(), "another".to_owned()));
    assert_eq!(stage.body(Event::UserCreate, 1), json!({"userId": "01-000000000000001"}));
}

#[test]
fn subscriptions_are_like_the_samples() {
    let stage = Stage::coffee_shop();
    let samples = sample("subscription-events.json");
    let by_type: HashMap<_, _> =
        samples.as_array().unwrap().iter().map(|event| (event["type"].clone(), event)).collect();
    let events: Vec<_> =
        Event::ALL.iter().filter(|event| event.name().starts_with("subscription.")).collect();
    assert_eq!((events.len(), by_type.len()), (7, 7));
    for event in events {
        let ours = stage.body(*event, 1);
        assert_like(by_type[&ours["type"]], &ours, EXACT);
    }
    let activated = stage.body(Event::SubscriptionActivated, 1);
    assert_eq!(activated["chargedSum"], json!({"amount": 2416.67, "currency": "RUB"}));
}

#[test]
fn installations_are_like_the_samples() {
    let stage = Stage::coffee_shop();
    for (event, kind) in [
        (Event::InstallationInstalled, "ApplicationInstalled"),
        (Event::InstallationUninstalled, "ApplicationUninstalled"),
    ] {
        let ours = stage.body(event, 1);
        assert_like(&sample(&format!("installation-event-v2-{kind}.json")), &ours, EXACT);
        assert_eq!(ours["type"], kind);
    }
}

#[test]
fn inventories_are_like_the_samples_in_either_shape() {
    let mut stage = Stage::coffee_shop();
    for (shape, file) in [
        (InventoryShape::Array, "inventories-put-v1.json"),
        (InventoryShape::Items, "inventories-put-items-2024.json"),
    ] {
        stage.shapes.inventories = shape;
        for event in [Event::Stores, Event::Devices, Event::Employees] {
            assert_like(&sample(file)[event.name()], &stage.body(event, 1), EXACT);
        }
    }
}

#[test]
fn one_who_works_in_two_stores_comes_once_with_both() {
    let mut stage = Stage::coffee_shop();
    let mut second = stage.world.stores[0].clone();
    second.uuid = "20240205-1A2B-40C3-80D4-E5F60718293B".to_owned();
    second.employees.truncate(1);
    stage.world.stores.push(second);
    let employees = stage.body(Event::Employees, 1);
    assert_eq!(employees.as_array().unwrap().len(), 2);
    let both = json!([STORE, "20240205-1A2B-40C3-80D4-E5F60718293B"]);
    assert_eq!(employees[0]["stores"], both);
    assert_eq!(employees[1]["stores"], json!([STORE]));
}

#[test]
fn products_are_like_the_sample_and_leave_out_what_they_lack() {
    let products = Stage::coffee_shop().body(Event::Products, 1);
    let alcohol = ["alcoCodes", "alcoholByVolume", "alcoholProductKindCode", "tareVolume"];
    let sample = sample("products-post-v1.json");
    let free = Tolerance { free: &["attributes"], ..EXACT };
    let (first, others) = products.as_array().unwrap().split_first().unwrap();
    assert_like(&sample[0], first, free);
    let lighter = Tolerance {
        fewer: &["alcoCodes", "alcoholByVolume", "alcoholProductKindCode", "tareVolume"],
        ..free
    };
    assert_like(&sample, &json!(others), lighter);
    let group = others.last().unwrap();
    assert_eq!(group["group"], true);
    for product in others.iter().filter(|product| *product != group) {
        assert!(alcohol.iter().all(|name| product.get(name).is_none()), "{product}");
        assert_eq!(product["parentUuid"], group["uuid"]);
    }
}

#[test]
fn a_card_sale_with_a_discount_is_like_the_capture() {
    let ours = Stage::coffee_shop().by_the_piece().body_where(Event::Documents, |document| {
        let body = &document["body"];
        body["payments"][0]["type"] == "ELECTRON"
            && body["positions"][0]["position_discount"].is_object()
    });
    assert_like(&sample("documents-put-v2-sell-card-discount.http.json")["body"], &ours, NEWER);
}

#[test]
fn a_cash_sale_with_change_is_like_the_capture() {
    let ours = Stage::coffee_shop().by_the_piece().body_where(Event::Documents, |document| {
        let change = &document["body"]["payments"][0]["parts"][0]["change"];
        change.as_i64().unwrap() > 0
    });
    assert_like(&sample("documents-put-v2-sell-cash-change.http.json")["body"], &ours, EXACT);
}

#[test]
fn a_payback_is_like_the_capture() {
    let ours = Stage::coffee_shop()
        .by_the_piece()
        .document(DocumentKind::Payback)
        .body(Event::Documents, 1);
    assert_like(&sample("documents-put-v2-payback-cash.http.json")["body"], &ours, EXACT);
    assert_eq!(ours["type"], "PAYBACK");
}

#[test]
fn a_shift_opens_with_nothing_and_closes_with_its_takings() {
    let open = Stage::coffee_shop().document(DocumentKind::OpenSession);
    let opened = open.body(Event::Documents, 1);
    assert_eq!((&opened["type"], &opened["body"]), (&json!("OPEN_SESSION"), &json!({})));
    let closed = Stage::coffee_shop().document(DocumentKind::CloseSession);
    let closed = closed.body(Event::Documents, 1);
    assert_eq!(closed["type"], "CLOSE_SESSION");
    let fields: Vec<_> = closed["body"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["revenue", "total"]);
    assert_eq!(opened["session_id"], closed["session_id"], "one shift a day");
}

#[test]
fn a_version_1_sale_is_like_the_live_answer() {
    let mut stage = Stage::coffee_shop().by_the_piece();
    stage.shapes.documents = DocumentShape::V1;
    let ours = stage.body_where(Event::Documents, |documents| {
        !documents.to_string().contains("DISCOUNT_POSITION")
    });
    let sample = sample("rest-v1-documents-sell.response.json");
    assert_like(&sample, &ours, EXACT);
    let types = |documents: &Value| {
        let transactions = documents[0]["transactions"].as_array().unwrap();
        let mut types: Vec<_> = transactions.iter().map(|one| one["type"].to_string()).collect();
        types.sort_unstable();
        types.dedup();
        types
    };
    assert_eq!(types(&ours), types(&sample));
}

#[test]
fn a_version_1_payback_has_negative_sums_and_its_base() {
    let mut stage = Stage::coffee_shop().by_the_piece().document(DocumentKind::Payback);
    stage.shapes.documents = DocumentShape::V1;
    let ours = &stage.body(Event::Documents, 1)[0];
    let of = |kind: &str| {
        let transactions = ours["transactions"].as_array().unwrap();
        transactions.iter().find(|one| one["type"] == kind).unwrap().clone()
    };
    assert_eq!(form(of("DOCUMENT_OPEN")["baseDocumentUUID"].as_str().unwrap()), "uuid4");
    assert_eq!(of("REGISTER_POSITION")["quantity"], json!(-1));
    let total = of("DOCUMENT_CLOSE_FPRINT")["total"].as_i64().unwrap();
    assert_eq!(of("PAYMENT")["sum"], json!(-total));
    assert_eq!(ours["closeSum"], json!(format!("{total}.00")));
}

#[test]
fn version_1_shifts_have_one_transaction() {
    for (kind, name) in
        [(DocumentKind::OpenSession, "OPEN_SESSION"), (DocumentKind::CloseSession, "CLOSE_SESSION")]
    {
        let mut stage = Stage::coffee_shop().document(kind);
        stage.shapes.documents = DocumentShape::V1;
        let ours = &stage.body(Event::Documents, 1)[0];
        assert_eq!(ours["transactions"].as_array().unwrap().len(), 1);
        assert_eq!(ours["transactions"][0]["type"], name);
        assert_eq!(ours["closeSum"].is_null(), kind == DocumentKind::OpenSession);
    }
}

#[test]
fn receipts_are_like_the_sample() {
    let ours = Stage::coffee_shop().by_the_piece().body(Event::Receipts, 1);
    assert_like(&sample("receipts-v2-post.json"), &ours, EXACT);
}

#[test]
fn each_event_of_one_seed_has_an_id_of_its_own() {
    let stage = Stage::coffee_shop();
    let events = [Event::InstallationInstalled, Event::InstallationUninstalled, Event::Receipts];
    let ids: HashSet<_> = events.map(|event| stage.body(event, 1)["id"].to_string()).into();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_receipt_and_a_document_of_one_seed_are_one_sale() {
    let stage = Stage::coffee_shop();
    let (document, receipt) = (stage.body(Event::Documents, 5), stage.body(Event::Receipts, 5));
    assert_eq!(document["id"], receipt["data"]["id"]);
    assert_eq!(
        document["session_number"].to_string(),
        receipt["data"]["shiftId"].as_str().unwrap()
    );
    let total = receipt["data"]["totalAmount"].as_f64();
    assert_eq!(document["body"]["result_sum"].as_f64(), total);
    let products = stage.body(Event::Products, 9);
    let sold = &document["body"]["positions"][0]["product_id"];
    assert!(products.as_array().unwrap().iter().any(|product| product["uuid"] == *sold));
}

#[test]
fn commodities_ask_by_query_and_sometimes_for_a_bottle() {
    let stage = Stage::coffee_shop();
    let queries: Vec<_> =
        (0..40).map(|seed| stage.draft(Event::Commodities, seed).query.unwrap()).collect();
    let known = regex::Regex::new(r"^scanCode=2\d{12}(&alcCode=\d{19})?$").unwrap();
    assert!(queries.iter().all(|query| known.is_match(query)), "{queries:?}");
    assert!(queries.iter().any(|query| query.contains("alcCode")));
    assert!(queries.iter().any(|query| !query.contains("alcCode")));
}

#[test]
fn documents_have_the_captured_headers_in_their_order_and_case() {
    let draft = Stage::coffee_shop().draft(Event::Documents, 1);
    let ours: serde_json::Map<_, _> =
        draft.fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let sample = sample("documents-put-v2-payback-cash.http.json");
    let without = Tolerance { fewer: &["Authorization"], ..EXACT };
    assert_like(&sample["headers"], &Value::Object(ours.clone()), without);
    for name in ["Accept", "Content-Type", "X-B3-Sampled", "User-Agent"] {
        assert_eq!(ours[name], sample["headers"][name]);
    }
    assert_eq!(ours["X-B3-Traceid"], ours["X-B3-Parentspanid"]);
    assert_eq!(ours["X-Evotor-User-Id"], "01-000000000000001");
}

#[test]
fn the_others_have_the_specifications_headers() {
    let mut stage = Stage::coffee_shop();
    stage.shapes.documents = DocumentShape::V1;
    let json = "application/json;charset=UTF-8".to_owned();
    for event in Event::ALL {
        let mut expected = vec![("Accept", json.clone())];
        if *event != Event::Commodities {
            expected.push(("Content-Type", json.clone()));
        }
        expected.push(("Accept-Charset", "UTF-8".to_owned()));
        assert_eq!(stage.draft(*event, 1).fields, expected, "{}", event.name());
    }
}

#[test]
fn paths_are_the_documented_ones_with_the_store_filled_in() {
    let stage = Stage::coffee_shop();
    for event in Event::ALL {
        let draft = stage.draft(*event, 1);
        assert_eq!(draft.path, event.path().replace("{storeUuid}", STORE));
        assert_eq!(draft.body.is_none(), event.method() == "GET", "{}", event.name());
        assert_eq!(draft.query.is_some(), event.method() == "GET", "{}", event.name());
    }
}

#[test]
fn a_partners_own_path_may_hold_the_store_too() {
    let stage = Stage::coffee_shop();
    let filled = fill("/shops/{storeUuid}/goods", &stage.scene(1)).unwrap();
    assert_eq!(filled, format!("/shops/{STORE}/goods"));
    let empty = Stage::of(Vec::new(), Vec::new());
    assert_eq!(fill("/goods", &empty.scene(1)).as_deref(), Ok("/goods"));
    assert!(fill("/shops/{storeUuid}/goods", &empty.scene(1)).is_err());
}

#[test]
fn a_named_device_or_store_goes_before_the_first() {
    let mut stage = Stage::coffee_shop();
    let second = "20240205-1A2B-40C3-80D4-E5F60718293B";
    let (mut store, mut device) = (stage.world.stores[0].clone(), stage.world.devices[0].clone());
    store.uuid = second.to_owned();
    device.uuid = "20240205-9F8E-407D-80C6-B5A493827161".to_owned();
    device.store = 1;
    stage.world.stores.push(store);
    stage.world.devices.push(device);
    let mut scene = stage.scene(1);
    scene.store = Some(1);
    let by_store = compose(Event::Receipts, &scene).unwrap().body.unwrap();
    scene.store = None;
    scene.device = Some(DeviceIndex(1));
    let by_device = compose(Event::Receipts, &scene).unwrap().body.unwrap();
    assert_eq!(by_store, by_device);
    assert_eq!(by_store["data"]["storeId"], second);
    assert_eq!(by_store["data"]["deviceId"], "20240205-9F8E-407D-80C6-B5A493827161");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let (stage, again) = (Stage::coffee_shop(), Stage::coffee_shop());
    for event in Event::ALL {
        assert_eq!(stage.draft(*event, 3), again.draft(*event, 3), "{}", event.name());
    }
    for event in [Event::Documents, Event::Receipts, Event::InstallationInstalled] {
        assert_ne!(stage.draft(event, 3), stage.draft(event, 4), "{}", event.name());
    }
}

#[test]
fn what_the_world_lacks_is_an_error_with_its_remedy() {
    let empty = Stage::of(Vec::new(), Vec::new());
    let mut store = Stage::coffee_shop().world.stores.remove(0);
    store.employees.clear();
    let bare = Stage::of(vec![store], Vec::new());
    for (stage, event, remedy) in [
        (&empty, Event::Stores, "users[].stores in gateway.yaml"),
        (&empty, Event::Products, "users[].stores in gateway.yaml"),
        (&empty, Event::Documents, "users[].stores in gateway.yaml"),
        (&bare, Event::Devices, "users[].stores[].devices in gateway.yaml"),
        (&bare, Event::Receipts, "users[].stores[].devices in gateway.yaml"),
        (&empty, Event::Employees, "users[].stores in gateway.yaml"),
    ] {
        let error = compose(event, &stage.scene(1)).unwrap_err().to_string();
        assert!(error.ends_with(remedy), "{}: {error}", event.name());
    }
    let stage = Stage::coffee_shop();
    let mut scene = stage.scene(1);
    scene.user.0 = 7;
    assert_eq!(compose(Event::UserCreate, &scene), Err(Lacking::User));
    for event in [Event::UserToken, Event::SubscriptionCreated, Event::InstallationInstalled] {
        assert!(compose(event, &empty.scene(1)).is_ok(), "{} needs no store", event.name());
    }
}

/// In kopecks.
fn kopecks(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 100.0).round() as i64
}

#[test]
fn where_nobody_works_the_built_in_cashier_does() {
    let mut stage = Stage::coffee_shop();
    stage.world.stores[0].employees.clear();
    let cashier = stage.world.cashiers()[0].clone();
    assert!(cashier.uuid.starts_with(&stage.world.stores[0].uuid[..8]), "{cashier:?}");
    let listed = stage.draft(Event::Employees, 1).body.unwrap();
    assert_eq!((&listed[0]["uuid"], &listed[0]["role"]), (&json!(cashier.uuid), &json!("CASHIER")));
    for seed in [1, 2] {
        let document = stage.draft(Event::Documents, seed).body.unwrap();
        assert_eq!(document["close_user_id"], cashier.uuid);
        let receipt = stage.draft(Event::Receipts, seed).body.unwrap();
        assert_eq!(receipt["data"]["employeeId"], cashier.uuid);
    }
}

fn sum(values: &Value, field: &str) -> i64 {
    values.as_array().unwrap().iter().map(|value| kopecks(&value[field])).sum()
}

proptest! {
    #[test]
    fn the_sums_of_a_document_add_up(seed: u64, payback: bool, now_ms: i64) {
        let kind = if payback { DocumentKind::Payback } else { DocumentKind::Sell };
        let stage = Stage::coffee_shop().document(kind);
        let mut scene = stage.scene(seed);
        scene.now_ms = now_ms;
        let document = compose(Event::Documents, &scene).unwrap().body.unwrap();
        let body = &document["body"];
        prop_assert_eq!(sum(&body["positions"], "sum"), kopecks(&body["sum"]));
        let result = kopecks(&body["result_sum"]);
        prop_assert_eq!(sum(&body["positions"], "result_sum"), result);
        prop_assert_eq!(sum(&body["pos_print_results"], "check_sum"), result);
        let part = &body["payments"][0]["parts"][0];
        prop_assert_eq!(&part["part_sum"], &body["payments"][0]["sum"]);
        prop_assert_eq!(kopecks(&part["part_sum"]) - kopecks(&part["change"]), result);
        for position in body["positions"].as_array().unwrap() {
            let quantity = position["quantity"].as_f64().unwrap();
            prop_assert!(quantity > 0.0, "{}", position);
            let times = |field: &str| (quantity * kopecks(&position[field]) as f64).round() as i64;
            prop_assert_eq!(times("price"), kopecks(&position["sum"]));
            prop_assert_eq!(times("result_price"), kopecks(&position["result_sum"]));
        }
    }

    #[test]
    fn the_sums_of_a_receipt_and_of_version_1_add_up(seed: u64) {
        let mut stage = Stage::coffee_shop();
        let receipt = stage.body(Event::Receipts, seed);
        let total = sum(&receipt["data"]["items"], "sumPrice");
        prop_assert_eq!(total, kopecks(&receipt["data"]["totalAmount"]));
        stage.shapes.documents = DocumentShape::V1;
        let document = &stage.body(Event::Documents, seed)[0];
        let of = |kind: &str| -> Value {
            let transactions = document["transactions"].as_array().unwrap();
            transactions.iter().filter(|one| one["type"] == kind).cloned().collect()
        };
        let closed = sum(&of("DOCUMENT_CLOSE"), "sum");
        prop_assert_eq!(sum(&of("REGISTER_POSITION"), "resultSum"), closed);
        prop_assert_eq!(sum(&of("PAYMENT"), "sum"), closed);
        let text = format!("{}.{:02}", closed / 100, closed % 100);
        prop_assert_eq!(&document["closeResultSum"], &json!(text));
    }
}
