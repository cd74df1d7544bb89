//! A document and the webhooks of it are written together, and outlive the process.

use std::collections::BTreeMap;
use std::thread;

use serde_json::{Value, json};

use super::stage::Shop;
use crate::support::Raw;
use crate::support::service::status;
use crate::webhooks::stage::on_disk;

#[test]
fn what_was_sold_before_a_kill_is_read_and_told_after_it() {
    let mut shop = Shop::with(&[], on_disk);
    shop.cloud.service.answer("/hook", status(503));
    shop.simulate("receipt", false);
    let before = shop.page("");
    shop.cloud.gateway.restart_after("KILL");
    assert_eq!(shop.page(""), before);
    shop.cloud.service.recover();
    shop.advance("1d");
    assert_eq!(shop.deliveries(Some("delivered")).len(), 4);
    shop.simulate("receipt", false);
    let items = shop.page("")["items"].as_array().unwrap().clone();
    assert_eq!(items.last().unwrap()["number"], 3, "the terminal goes on where it was");
    assert_eq!(items[0]["session_id"], items[2]["session_id"]);
}

#[test]
fn a_kill_leaves_no_document_without_its_webhooks_and_no_webhook_without_its_document() {
    let mut shop = Shop::with(&[], on_disk);
    let admin = shop.admin;
    let wish = json!({"what": "receipt"}).to_string();
    let request = format!(
        "POST /api/simulate HTTP/1.1\r\nHost: {admin}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{wish}",
        wish.len()
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut raw = Raw::dial(admin);
            for _ in 0..1000 {
                raw.send(&request);
                if raw.try_answer().is_none() {
                    break;
                }
            }
        });
        shop.eventually("some sales", || shop.told("/receipts").len() > 20);
        shop.signal("KILL");
    });
    shop.cloud.gateway.restart_after("KILL");
    let documents = shop.page("")["items"].as_array().unwrap().clone();
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    for row in shop.deliveries(None) {
        let detail = shop.delivery(&row["delivery"]);
        let body = &detail["body"];
        let id = if row["event"] == "receipts" { &body["data"]["id"] } else { &body["id"] };
        if let Some(id) = id.as_str().filter(|_| row["event"] != "user.token") {
            *told.entry(id.to_owned()).or_default() += 1;
        }
    }
    let wanted = |document: &Value| {
        let times = if document["type"] == "SELL" { 2 } else { 1 };
        (document["id"].as_str().unwrap().to_owned(), times)
    };
    assert_eq!(told, documents.iter().map(wanted).collect());
    let numbers: Vec<_> = documents.iter().map(|document| document["number"].clone()).collect();
    assert_eq!(json!(numbers), json!((1..=documents.len()).collect::<Vec<_>>()));
}
