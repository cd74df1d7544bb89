//! The stages of an exchange and the reasons for what changed between them.

use serde_json::{Value, json};

use crate::support::world::{DEVICE, STORE, TOKEN, USER};
use crate::support::{Partner, Stage, get, post};

fn names(message: &Value) -> Vec<String> {
    let fields = message["fields"].as_array().unwrap();
    fields.iter().map(|field| field["name"].as_str().unwrap().to_lowercase()).collect()
}

fn reason<'a>(exchange: &'a Value, name: &str) -> (&'a str, &'a str) {
    let changes = exchange["changes"].as_array().unwrap();
    let same = |change: &&Value| change["name"].as_str().unwrap().eq_ignore_ascii_case(name);
    let change = changes.iter().find(same).unwrap_or_else(|| panic!("{name}: {changes:?}"));
    (change["change"].as_str().unwrap(), change["reason"].as_str().unwrap())
}

#[test]
fn an_exchange_is_seen_at_all_four_stages_with_a_reason_for_each_change() {
    let stage = Stage::start();
    let device = format!("X-Device-UUID: {DEVICE}");
    let fields =
        [device.as_str(), "X-Device-Salt: c2FsdA==", "Authorization: Basic own", "Accept: a/b"];
    stage.ask(post("/api/x?a=1", &fields, b"{\"a\":1}")).expect_ok("the request");
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(row["plane"], "proxy");
    assert_eq!(
        (&row["status"], &row["rule"], &row["method"]),
        (&json!(200), &json!(1), &json!("POST"))
    );
    assert_eq!(row["url"], "http://loyalty.example.ru/api/x?a=1");
    assert_eq!(
        (&row["user"], &row["store"], &row["device"]),
        (&json!(USER), &json!(STORE), &json!(DEVICE))
    );
    let exchange = stage.gateway.revealed(&row["id"]);
    let stages = &exchange["stages"];
    let asked = names(&stages["asked"]);
    assert!(
        asked.contains(&"x-device-salt".into()) && asked.contains(&"accept".into()),
        "{asked:?}"
    );
    let passed = names(&stages["passed"]);
    assert!(!passed.contains(&"x-device-salt".into()), "{passed:?}");
    assert!(passed.contains(&"x-evotor-user-id".into()), "{passed:?}");
    for at in ["asked", "passed"] {
        assert_eq!(stages[at]["body"]["text"], "{\"a\":1}", "{at}");
    }
    for at in ["answered", "returned"] {
        assert_eq!(
            (&stages[at]["status"], &stages[at]["body"]["text"]),
            (&json!(200), &json!("ok"))
        );
    }
    assert_eq!(reason(&exchange, "x-device-salt").0, "removed");
    assert_eq!(reason(&exchange, "x-evotor-store-uuid").0, "added");
    let (change, why) = reason(&exchange, "authorization");
    assert!(change == "replaced" && why.contains("token"), "{change}: {why}");
    assert!(!exchange["changes"].to_string().contains("\"accept\""));
    let times = &exchange["times"];
    assert!(times["connected_us"].as_u64() <= times["first_byte_us"].as_u64());
    assert!(times["first_byte_us"].as_u64() <= times["done_us"].as_u64());
}

#[test]
fn a_refusal_is_kept_with_its_culprit_and_the_rule_that_came_nearest() {
    let stage = Stage::start();
    let device = format!("X-Device-UUID: {DEVICE}");
    stage.ask(get("/other", &[&device])).expect_refusal("not allowed", 403, "url_not_allowed");
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(
        (&row["status"], &row["code"], &row["culprit"]),
        (&json!(403), &json!("url_not_allowed"), &json!("app"))
    );
    let exchange = stage.gateway.exchange(&row["id"]);
    assert_eq!(exchange["stages"]["passed"], Value::Null);
    assert_eq!(exchange["stages"]["answered"], Value::Null);
    let explained = &exchange["explanation"];
    assert_eq!(explained["allowed"], false);
    assert_eq!(explained["rules"][0]["stops_at"], "http://loyalty.example.ru/".len());
    assert_eq!(explained["suggestion"], r"http://loyalty\.example\.ru/.*");
}

#[test]
fn what_no_reader_could_frame_is_kept_as_a_refusal_too() {
    let stage = Stage::start();
    let request = "GET /api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
    stage.ask(request).expect_refusal("two framings", 400, "bad_request");
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!((&row["code"], &row["method"]), (&json!("bad_request"), &json!("GET")));
}

#[test]
fn the_first_versions_envelope_is_shown_beside_what_the_partner_answered() {
    let stage = Stage::with(|world| world.app("proxy", "v1"));
    stage.ask(get("/api/x", &[])).expect_ok("the request");
    let row = stage.gateway.recorded(1).remove(0);
    let stages = &stage.gateway.exchange(&row["id"])["stages"];
    assert_eq!(stages["answered"]["body"]["text"], "ok");
    assert_eq!(stages["returned"]["body"]["text"], "{\"status\":200,\"body\":\"ok\"}");
}

#[test]
fn a_partner_that_is_not_there_is_told_of_as_the_partners_fault() {
    let partner = Partner::start();
    let nowhere = Partner::nowhere();
    let stage = Stage::of(partner, |world| {
        world.upstream("http://loyalty.example.ru", &format!("http://{nowhere}"))
    });
    stage.ask(get("/api/x", &[])).expect_refusal("nobody there", 502, "partner_unreachable");
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!((&row["culprit"], &row["rule"]), (&json!("partner"), &json!(1)));
    let exchange = stage.gateway.revealed(&row["id"]);
    let sent = exchange["stages"]["passed"]["fields"].to_string();
    assert!(sent.contains(TOKEN), "{sent}");
}

#[test]
fn webhooks_and_calls_of_the_cloud_stand_on_the_same_timeline() {
    let partner = Partner::start();
    let stage = Stage::of(partner, |world| world);
    stage.ask(get("/api/x", &[])).expect_ok("the request");
    let admin = stage.gateway.admin;
    let call = format!("GET /evotor/stores HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n");
    crate::support::Raw::dial(admin).exchange(call);
    let mut rows = stage.gateway.recorded(2);
    rows.sort_by_key(|row| row["at"].to_string());
    let planes: Vec<_> = rows.iter().map(|row| row["plane"].as_str().unwrap()).collect();
    assert_eq!(planes, ["proxy", "cloud"]);
    let call = stage.gateway.exchange(&rows[1]["id"]);
    assert_eq!(
        (&call["status"], &call["stages"]["asked"]["line"]),
        (&json!(401), &json!("GET /evotor/stores HTTP/1.1"))
    );
    assert!(call["stages"]["returned"]["body"]["text"].as_str().unwrap().contains("unauthorized"));
}
