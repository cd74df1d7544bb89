//! What is triggered by hand is read back as well.

use evotor_gateway::webhook::payload::DocumentKind;
use serde_json::json;

use super::stage::{Shop, each};
use crate::support::world::{DEVICE, STORE};

#[test]
fn a_triggered_document_is_read_back_in_both_versions() {
    let shop = Shop::open();
    for kind in DocumentKind::ALL.iter().map(|kind| kind.name()) {
        shop.trigger(&json!({"event": "documents", "document": kind, "wait": true}));
        let sent = shop.cloud.service.last().json();
        let id = sent["id"].as_str().unwrap();
        assert_eq!(shop.read(&format!("/stores/{STORE}/documents/{id}")), sent);
        let first = shop.first(&format!("types={kind}"));
        assert!(first.iter().any(|first| first["uuid"] == sent["id"]), "{kind}");
    }
}

#[test]
fn a_receipt_and_a_document_of_one_seed_are_one_sale() {
    let shop = Shop::open();
    shop.trigger(&json!({"event": "receipts", "seed": 7, "wait": true}));
    let receipt = shop.cloud.service.last().json();
    assert_eq!(each(&shop.page("")["items"], "id"), [receipt["data"]["id"].clone()]);
    shop.trigger(&json!({"event": "documents", "seed": 7, "wait": true}));
    assert_eq!(shop.page("")["items"], json!([shop.cloud.service.last().json()]));
}

#[test]
fn a_receipt_has_a_document_once_somebody_reads_it() {
    let shop = Shop::open();
    shop.trigger(&json!({"event": "receipts", "seed": 7, "wait": true}));
    let kept = shop.api_ok("GET", "/api/state", None)["tables"]["paper"][0].clone();
    assert_eq!((&kept["first"], &kept["second"]), (&json!(null), &json!(null)));
    let (first, second) = (shop.first(""), shop.page("")["items"].clone());
    assert_eq!((first.len(), second[0]["type"].as_str()), (1, Some("SELL")));
    assert_eq!(shop.first(""), first, "the same each time");
    assert_eq!(shop.page("")["items"], second);
}

#[test]
fn a_document_that_was_changed_is_read_back_as_it_was_sent() {
    let shop = Shop::open();
    let wish =
        json!({"event": "documents", "set": ["body.sum=1"], "unset": ["extras"], "wait": true});
    shop.trigger(&wish);
    let sent = shop.cloud.service.last().json();
    assert_eq!(shop.page("")["items"], json!([sent]));
    assert_eq!(shop.first("").len(), 1, "the other version as it was composed");
    shop.trigger(&json!({"event": "documents", "set": ["id=other"], "wait": true}));
    assert_eq!(shop.read(&format!("/stores/{STORE}/documents/other"))["id"], "other");
    assert_eq!(shop.first("").len(), 1, "another document, of which no other version is known");
}

#[test]
fn a_document_of_ones_own_is_read_back_where_it_has_an_id() {
    let shop = Shop::open();
    let store = STORE.to_ascii_lowercase();
    let own =
        json!({"type": "BUY", "id": "own", "store_id": store, "device_id": DEVICE, "x": null});
    for body in [&own, &json!({"type": "BUY"}), &json!("text"), &json!({"id": 5, "type": "BUY"})] {
        shop.trigger(&json!({"event": "documents", "body": body, "wait": true}));
    }
    assert_eq!(shop.page("")["items"], json!([own]));
    assert_eq!(shop.page("type=BUY")["items"], json!([own]));
    let first = json!({"type": "BUY", "uuid": "1", "storeUuid": STORE, "deviceUuid": DEVICE});
    shop.trigger(&json!({"event": "documents", "body": [first], "wait": true}));
    assert_eq!(shop.first(""), [first]);
}

#[test]
fn a_document_of_ones_own_is_read_back_as_it_was_written() {
    let shop = Shop::open();
    let own = "{ \"id\":\"own\", \"type\" : \"BUY\",\"sum\":1.0, \"sum\": 1e3, \"n\":12345678901234567890123,\
               \"x\":\"\\u0041\" }";
    shop.trigger(
        &json!({"event": "documents", "content": format!("\u{feff}{own}\n"), "wait": true}),
    );
    let sent = shop.cloud.service.partner.last().body.content;
    assert_eq!(String::from_utf8(sent).unwrap(), format!("\u{feff}{own}\n"));
    let read = shop.call(&format!("/stores/{STORE}/documents/own"));
    let own = own.replace("\"id\":\"own\"", &format!("\"id\":\"own\",\"store_id\":\"{STORE}\""));
    assert_eq!(read.status, 404, "it names no store of this user: {}", read.describe());
    shop.trigger(&json!({"event": "documents", "content": own, "wait": true}));
    assert_eq!(shop.call(&format!("/stores/{STORE}/documents/own")).text(), own);
}
