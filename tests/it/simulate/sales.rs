//! Sales, paybacks and shifts.

use serde_json::{Value, json};

use super::stage::{Shop, each};
use crate::support::admin::expect_problem;
use crate::support::world::{DEVICE, STORE, USER};

const DOCS: &str = "/documents";

#[test]
fn a_sale_reaches_the_partner_and_is_read_back_as_it_was_sent() {
    let shop = Shop::open();
    let done = shop.simulate("receipt", false);
    let events = each(&done["deliveries"], "event");
    assert_eq!(events, ["documents", "documents", "receipts"], "{done}");
    assert!(each(&done["deliveries"], "state").iter().all(|state| state == "delivered"));
    let sent = shop.told(DOCS);
    assert_eq!(sent.iter().map(|sent| &sent["type"]).collect::<Vec<_>>(), ["OPEN_SESSION", "SELL"]);
    assert_eq!(done["documents"], json!([sent[0]["id"], sent[1]["id"]]));

    assert_eq!(shop.page("")["items"], json!(sent));
    assert_eq!(shop.page("")["paging"], json!({}));
    let id = sent[1]["id"].as_str().unwrap();
    assert_eq!(shop.read(&format!("/stores/{STORE}/documents/{id}")), sent[1]);
    let device = format!("/stores/{STORE}/devices/{DEVICE}/documents?types=SELL");
    assert_eq!(shop.read(&device)["items"], json!([sent[1]]));
    let twin = format!("/api/v2/inventories/stores/{STORE}/documents");
    assert_eq!(shop.read(&twin), json!(sent));

    let first = shop.first("");
    assert_eq!(each(&json!(first), "uuid"), each(&json!(sent), "id"));
    let sum = sent[1]["body"]["result_sum"].as_f64().unwrap();
    assert_eq!(first[1]["closeResultSum"], format!("{sum:.2}"));
    let receipt = shop.told("/receipts").remove(0);
    assert_eq!(receipt["data"]["id"], sent[1]["id"]);
}

#[test]
fn an_app_that_is_told_in_the_first_version_reads_back_the_same() {
    let shop = Shop::with(&["documents: v1"], |world| world);
    shop.simulate("document", false);
    let sent: Vec<Value> = shop.told(DOCS).into_iter().map(|mut sent| sent[0].take()).collect();
    assert_eq!(shop.first(""), sent);
    assert_eq!(each(&shop.page("")["items"], "id"), each(&json!(sent), "uuid"));
}

#[test]
fn a_document_alone_is_no_receipt() {
    let shop = Shop::open();
    let done = shop.simulate("document", false);
    assert_eq!(each(&done["deliveries"], "event"), ["documents", "documents"]);
}

#[test]
fn a_terminal_counts_its_documents_within_one_shift() {
    let shop = Shop::open();
    for _ in 0..3 {
        shop.simulate("document", false);
    }
    let sent = json!(shop.told(DOCS));
    assert_eq!(each(&sent, "number"), [1, 2, 3, 4]);
    assert_eq!(each(&sent, "session_number"), [1; 4]);
    for key in ["session_id", "close_user_id", "device_id", "store_id", "user_id"] {
        let values = each(&sent, key);
        assert!(values.iter().all(|value| *value == values[0]), "{key}: {values:?}");
    }
    assert_eq!((&sent[0]["device_id"], &sent[0]["user_id"]), (&json!(DEVICE), &json!(USER)));
}

#[test]
fn a_shift_is_opened_closed_and_opened_again() {
    let shop = Shop::open();
    for _ in 0..3 {
        shop.simulate("session", false);
    }
    let sent = json!(shop.told(DOCS));
    let reports = ["X_REPORT", "FPRINT", "Z_REPORT"];
    let types = [&["OPEN_SESSION"][..], &reports, &["CLOSE_SESSION", "OPEN_SESSION"]].concat();
    assert_eq!(each(&sent, "type"), types, "nothing was in the drawer");
    assert_eq!(each(&sent, "session_number"), [1, 1, 1, 1, 1, 2]);
    assert_eq!(sent[0]["session_id"], sent[4]["session_id"]);
    assert_ne!(sent[4]["session_id"], sent[5]["session_id"]);
}

#[test]
fn a_payback_brings_back_the_last_sale() {
    let shop = Shop::open();
    shop.simulate("receipt", false);
    shop.simulate("receipt", false);
    let sales = shop.told(DOCS);
    for sale in [&sales[2], &sales[1]] {
        shop.simulate("receipt", true);
        let back = shop.told(DOCS).pop().unwrap();
        assert_eq!(back["type"], "PAYBACK");
        assert_eq!(back["body"]["base_document_id"], sale["id"]);
        assert_eq!(back["body"]["base_document_number"], sale["number"]);
        assert_eq!(back["body"]["result_sum"], sale["body"]["result_sum"]);
        assert_eq!(back["body"]["payments"][0]["parts"][0]["change"], 0);
        let goods = |document: &Value| each(&document["body"]["positions"], "product_id");
        assert_eq!(goods(&back), goods(sale));
        let first = shop.first("types=PAYBACK").pop().unwrap();
        assert_eq!(first["transactions"][0]["baseDocumentUUID"], sale["id"]);
        assert_eq!(shop.told("/receipts").pop().unwrap()["data"]["type"], "PAYBACK");
    }
    let wish = json!({"what": "receipt", "device": DEVICE, "payback": true});
    let answer = shop.api("POST", "/api/simulate", Some(&wish));
    let problem = expect_problem(&answer, 422, "trigger_refused");
    assert!(problem["hint"].as_str().unwrap().contains("simulate receipt"), "{problem}");
}

#[test]
fn a_payback_with_nothing_sold_changes_nothing() {
    let shop = Shop::open();
    let wish = json!({"what": "receipt", "payback": true});
    expect_problem(&shop.api("POST", "/api/simulate", Some(&wish)), 422, "trigger_refused");
    assert_eq!(shop.page("")["items"], json!([]), "no shift was opened either");
    assert!(shop.told(DOCS).is_empty());
}

#[test]
fn what_cannot_be_done_is_said() {
    let shop = Shop::open();
    for (wish, status, code) in [
        (json!({"what": "dance"}), 400, "bad_request"),
        (json!({"what": "session", "payback": true}), 400, "bad_request"),
        (json!({"what": "receipt", "speed": 1}), 422, "bad_request"),
        (json!({}), 422, "bad_request"),
        (json!({"what": "receipt", "device": "nowhere"}), 422, "trigger_refused"),
        (json!({"what": "receipt", "user": "nobody"}), 422, "trigger_refused"),
    ] {
        expect_problem(&shop.api("POST", "/api/simulate", Some(&wish)), status, code);
    }
    let crowd = Shop::with(&[], |world| world.crowd().top("terminal", "{default_app: loyalty}"));
    let wish = json!({"what": "receipt", "user": USER});
    let answer = crowd.api("POST", "/api/simulate", Some(&wish));
    let problem = expect_problem(&answer, 422, "trigger_refused");
    assert!(problem["hint"].as_str().unwrap().contains(DEVICE), "{problem}");
}
