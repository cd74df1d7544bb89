//! Bodies, bounds, restarts.

use serde_json::json;

use crate::support::message::chunks;
use crate::support::{Partner, Stage, World, get, head_of, ok, post};

#[test]
fn of_a_long_body_the_beginning_is_kept_and_the_size_and_hash_of_all() {
    let stage = Stage::with(|world| world.top("journal", "{body: 1KiB}"));
    let body: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut request = head_of("POST", "/api/x", &["Transfer-Encoding: chunked"]);
    request.extend(chunks(&body, 7777));
    request.extend_from_slice(b"0\r\n\r\n");
    stage.ask(request).expect_ok("the request");
    let row = stage.gateway.recorded(1).remove(0);
    assert_eq!(row["sent_bytes"], 100_000);
    let exchange = stage.gateway.exchange(&row["id"]);
    let kept = &exchange["stages"]["asked"]["body"];
    assert_eq!((&kept["bytes"], &kept["whole"]), (&json!(100_000), &json!(false)));
    assert!(kept["kept"].as_u64().unwrap() <= 1024);
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
    let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(kept["sha256"], hex);
}

#[test]
fn a_long_answer_is_heard_while_it_streams() {
    let text = "answer ".repeat(20_000);
    let bytes = ok(&text);
    let partner = Partner::scripted(move |call| {
        call.send(&bytes);
    });
    let stage = Stage::before(partner);
    assert_eq!(stage.ask(get("/api/x", &[])).text(), text);
    let row = stage.gateway.recorded(1).remove(0);
    let body = &stage.gateway.exchange(&row["id"])["stages"]["answered"]["body"];
    assert_eq!((&body["bytes"], &body["kept"]), (&json!(text.len()), &json!(64 << 10)));
}

#[test]
fn an_answer_that_breaks_off_is_marked() {
    let partner = Partner::scripted(|call| {
        call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf");
        call.close();
    });
    let stage = Stage::before(partner);
    let answer = stage.ask(get("/api/x", &[]));
    assert!(!answer.whole);
    let row = stage.gateway.recorded(1).remove(0);
    let body = &stage.gateway.exchange(&row["id"])["stages"]["answered"]["body"];
    assert_eq!((&body["text"], &body["whole"]), (&json!("half"), &json!(false)));
}

#[test]
fn a_body_is_handed_out_as_it_was_and_never_to_be_run() {
    let stage = Stage::start();
    stage.ask(post("/api/x", &["Content-Type: text/html"], b"<script>alert(1)</script>"));
    let row = stage.gateway.recorded(1).remove(0);
    let answer =
        stage.gateway.api("GET", &format!("/api/exchanges/{}/body/asked", row["id"]), None);
    assert_eq!(answer.text(), "<script>alert(1)</script>");
    assert_eq!(answer.field("content-type"), Some("application/octet-stream"));
    assert!(answer.field("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(answer.field("x-content-type-options"), Some("nosniff"));
    assert!(answer.field("content-security-policy").unwrap().starts_with("sandbox"));
}

#[test]
fn exchanges_outlive_a_restart_and_numbers_go_on() {
    let partner = Partner::start();
    let mut gateway = World::of(&partner).top("state", "sqlite:./data/gateway.db").start();
    gateway.ask(get("/api/first", &[])).expect_ok("before");
    let first = gateway.recorded(1).remove(0);
    gateway.restart();
    gateway.ask(get("/api/second", &[])).expect_ok("after");
    let rows = gateway.recorded(2);
    assert_eq!(rows[0]["url"], first["url"]);
    assert_eq!(rows[1]["path"], "/api/second");
    assert!(rows[1]["id"].as_i64() > first["id"].as_i64());
    assert_eq!(gateway.exchanges("path:first").len(), 1);
}

#[test]
fn the_oldest_go_when_the_bound_is_reached() {
    let stage = Stage::with(|world| world.top("journal", "{size: 1MiB}"));
    let body = vec![b'x'; 50_000];
    for _ in 0..60 {
        stage.ask(post("/api/x", &[], &body)).expect_ok("one of many");
    }
    let mut feed = stage.gateway.feed("after=59", &[]);
    assert_eq!(feed.next()["id"], 60);
    let listed = stage.gateway.api_ok("GET", "/api/exchanges?limit=1000", None);
    let kept = listed["kept"].as_i64().unwrap();
    assert!(kept < 60, "{kept} are kept of 3 MB within 1 MiB");
    assert_eq!(listed["exchanges"].as_array().unwrap().len() as i64, kept);
}

#[test]
fn all_of_it_is_forgotten_when_asked() {
    let stage = Stage::start();
    stage.ask(get("/api/x", &[])).expect_ok("the request");
    stage.gateway.recorded(1);
    assert_eq!(stage.gateway.api("DELETE", "/api/exchanges", None).status, 204);
    assert!(stage.gateway.exchanges("").is_empty());
}

#[test]
fn where_nothing_is_recorded_the_api_says_so_and_requests_pass() {
    let stage = Stage::with(|world| world.top("journal", "{enabled: false}"));
    stage.ask(get("/api/x", &[])).expect_ok("the request");
    let answer = stage.gateway.api("GET", "/api/exchanges", None);
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("journal_off")));
}
