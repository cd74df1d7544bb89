//! Exchanges that have not ended.

use std::time::{Duration, Instant};

use evotor_gateway::journal::exchange::{Exchange, Stage as Point};
use evotor_gateway::journal::{Bounds, Journal, Phase, Place};
use serde_json::{Value, json};
use socket2::SockRef;

use crate::support::world::DEVICE;
use crate::support::{Gateway, Latch, Partner, Raw, Stage, World, get, head_of, ok};

/// A partner that answers `/api/slow`, and webhooks, once the latch is open.
fn slow() -> (Partner, Latch) {
    let latch = Latch::default();
    let held = latch.clone();
    let partner = Partner::scripted(move |call| {
        call.body();
        if !call.request.target().contains("/quick") {
            held.wait();
        }
        call.send(&ok("late"));
    });
    (partner, latch)
}

/// A request that is under way.
fn begin(gateway: &Gateway, request: impl AsRef<[u8]>) -> Raw {
    let mut raw = gateway.http();
    raw.send(request);
    raw
}

/// The one that has not ended, once it waits for something.
#[track_caller]
fn running(gateway: &Gateway, stage: &str) -> Value {
    let is_so = |row: &Value| row["running"]["stage"] == stage;
    gateway.eventually(stage, || gateway.exchanges("is:running").iter().any(is_so));
    gateway.exchanges("is:running").remove(0)
}

#[track_caller]
fn until_none_runs(gateway: &Gateway) {
    gateway.eventually("none runs", || gateway.exchanges("is:running").is_empty());
}

fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

#[test]
fn a_request_is_shown_while_the_partner_is_waited_for_and_has_its_number_for_good() {
    let (partner, latch) = slow();
    let stage = Stage::before(partner);
    let mut feed = stage.gateway.feed("after=0", &[]);
    let device = format!("X-Device-UUID: {DEVICE}");
    let mut raw = begin(&stage.gateway, get("/api/slow?a=1", &[&device]));
    let row = running(&stage.gateway, "waiting_for_answer");
    assert_eq!((&row["app"], &row["device"]), (&json!("loyalty"), &json!(DEVICE)), "{row}");
    assert_eq!(row["url"], "http://loyalty.example.ru/api/slow?a=1");
    assert_eq!((&row["status"], &row["rule"]), (&Value::Null, &json!(1)), "{row}");
    assert!(row["running"]["for_ms"].as_u64().unwrap() >= 100, "{row}");
    let told = feed.until_running(&row["id"]);
    assert_eq!((&told["path"], &told["status"]), (&row["path"], &Value::Null), "{told}");
    let known = stage.gateway.exchange(&row["id"]);
    assert_eq!(known["stages"]["passed"]["line"], "GET /api/slow?a=1 HTTP/1.1", "{known}");
    assert!(known["stages"]["answered"].is_null() && known["running"].is_object(), "{known}");
    for filter in ["is:failed", "is:error", "-is:running", "plane:webhook"] {
        assert!(stage.gateway.exchanges(filter).is_empty(), "{filter}");
    }
    let again = format!("/api/exchanges/{}/replay", row["id"]);
    assert_eq!(stage.gateway.api("POST", &again, Some(&json!({}))).status, 422);
    latch.open();
    raw.answer().expect_ok("the answer");
    until_none_runs(&stage.gateway);
    let ended = feed.next();
    assert_eq!((&ended["id"], &ended["at"]), (&row["id"], &row["at"]));
    assert_eq!((&ended["status"], &ended["running"]), (&json!(200), &Value::Null), "{ended}");
    assert_eq!(stage.gateway.exchange(&row["id"])["stages"]["answered"]["status"], 200);
}

#[test]
fn no_cursor_misses_what_ended_later_than_its_successors() {
    let (partner, latch) = slow();
    let stage = Stage::before(partner);
    let mut raw = begin(&stage.gateway, get("/api/slow", &[]));
    let slow = running(&stage.gateway, "waiting_for_answer")["id"].as_i64().unwrap();
    let mut quick = Vec::new();
    for nth in 1..=2 {
        stage.ask(get(&format!("/api/quick/{nth}"), &[])).expect_ok("the request");
        quick = ids(&stage.gateway.recorded(nth));
    }
    assert!(quick[0] > slow && quick[1] > quick[0], "{slow} {quick:?}");
    let listed =
        |query: &str| stage.gateway.api_ok("GET", &format!("/api/exchanges?{query}"), None);
    let rows = |query: &str| ids(listed(query)["exchanges"].as_array().unwrap());
    assert_eq!(rows(""), [quick[1], quick[0], slow], "by their beginning");
    assert_eq!(rows("limit=2"), [quick[1], quick[0]]);
    assert_eq!(rows(&format!("limit=2&before={}", quick[0])), [slow]);
    assert!(rows(&format!("before={slow}")).is_empty());
    let latest = listed("")["latest"].as_i64().unwrap();
    assert_eq!(latest, quick[1]);
    assert_eq!(rows(&format!("after={latest}")), [slow], "it has not ended");
    latch.open();
    raw.answer().expect_ok("the answer");
    until_none_runs(&stage.gateway);
    assert_eq!(rows(&format!("after={latest}")), [slow], "it has ended since");
    assert_eq!(rows(&format!("after={}", listed("")["latest"])), [0; 0]);
    let mut feed = stage.gateway.feed("", &[&format!("Last-Event-ID: {latest}")]);
    let ended = feed.next();
    assert_eq!((&ended["id"], &ended["status"]), (&json!(slow), &json!(200)));
    assert_eq!(rows("limit=2"), [quick[1], quick[0]]);
    assert_eq!(rows(&format!("limit=2&before={}", quick[0])), [slow]);
    let har = stage.gateway.api_ok("GET", "/api/exchanges.har", None);
    let entries = har["log"]["entries"].as_array().unwrap();
    let urls: Vec<_> =
        entries.iter().map(|entry| entry["request"]["url"].as_str().unwrap()).collect();
    assert!(urls.len() == 3 && urls[0].ends_with("/api/slow"), "{urls:?}");
}

#[test]
fn a_stream_that_asks_for_what_runs_is_told_when_it_does_no_longer() {
    let (partner, latch) = slow();
    let stage = Stage::before(partner);
    let mut feed = stage.gateway.feed("filter=is:running", &[]);
    let mut raw = begin(&stage.gateway, get("/api/slow", &[]));
    let id = running(&stage.gateway, "waiting_for_answer")["id"].clone();
    assert_eq!(feed.until_running(&id)["path"], "/api/slow");
    latch.open();
    raw.answer().expect_ok("the answer");
    feed.until_gone(&id);
}

#[test]
fn what_it_waits_for_is_said() {
    let (partner, latch) = slow();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mute = format!("https://{}", nobody.local_addr().unwrap());
    let stage = Stage::of(partner, |world| {
        world
            .allow(&[r"http://(loyalty|mute)\.example\.ru/api/.*"])
            .upstream("http://mute.example.ru", &mute)
    });
    let half = [head_of("POST", "/api/slow", &["Content-Length: 10"]), b"half".to_vec()].concat();
    let mut reading = begin(&stage.gateway, half);
    let row = running(&stage.gateway, "reading_request");
    reading.send("whole.");
    let waiting = running(&stage.gateway, "waiting_for_answer");
    assert_eq!(waiting["id"], row["id"]);
    latch.open();
    reading.answer().expect_ok("the answer");
    until_none_runs(&stage.gateway);
    let mute = "GET http://mute.example.ru/api/x HTTP/1.1\r\nHost: mute.example.ru\r\n\r\n";
    let _mute = begin(&stage.gateway, mute);
    assert_eq!(running(&stage.gateway, "connecting")["url"], "http://mute.example.ru/api/x");
}

#[test]
fn an_app_that_leaves_ends_its_exchange() {
    let (partner, latch) = slow();
    let stage = Stage::before(partner);
    let raw = begin(&stage.gateway, get("/api/slow", &[]));
    let row = running(&stage.gateway, "waiting_for_answer");
    // An app that only has nothing more to say may still be reading.
    SockRef::from(raw.wire().tcp()).set_linger(Some(Duration::ZERO)).unwrap();
    drop(raw);
    until_none_runs(&stage.gateway);
    let ended = stage.gateway.exchange(&row["id"]);
    assert_eq!((&ended["status"], &ended["url"]), (&Value::Null, &row["url"]), "{ended}");
    assert_eq!(ended["notes"], json!(["The connection was closed before an answer began."]));
    latch.open();
}

#[test]
fn what_ran_when_the_gateway_was_killed_is_gone_and_its_number_is_not_given_again() {
    let (partner, latch) = slow();
    let mut gateway = World::of(&partner).top("state", "sqlite:./data/gateway.db").start();
    let _raw = begin(&gateway, get("/api/slow", &[]));
    let row = running(&gateway, "waiting_for_answer");
    gateway.ask(get("/api/quick", &[])).expect_ok("the request");
    gateway.recorded(1);
    gateway.restart_after("KILL");
    assert!(gateway.exchanges("is:running").is_empty());
    assert_eq!(gateway.exchanges("").len(), 1);
    gateway.ask(get("/api/quick", &[])).expect_ok("the request");
    let rows = gateway.recorded(2);
    assert!(rows.iter().all(|one| one["id"].as_i64() > row["id"].as_i64()), "{row} {rows:?}");
    latch.open();
}

#[test]
fn a_webhook_is_shown_while_its_answer_is_waited_for() {
    let (partner, latch) = slow();
    let url = format!("http://{}", partner.addr);
    let stage = Stage::of(partner, |world| world.webhooks(&url, &[]));
    let delivery = stage.gateway.trigger(&json!({"event": "stores"})).remove(0);
    let row = running(&stage.gateway, "waiting_for_answer");
    assert_eq!((&row["plane"], &row["event"]), (&json!("webhook"), &json!("stores")), "{row}");
    assert_eq!((&row["delivery"], &row["attempt"]), (&delivery["delivery"], &json!(1)), "{row}");
    let known = stage.gateway.exchange(&row["id"]);
    assert!(known["stages"]["passed"]["body"]["bytes"].as_u64() > Some(0), "{known}");
    latch.open();
    until_none_runs(&stage.gateway);
    let ended = stage.gateway.exchange(&row["id"]);
    assert_eq!(
        (&ended["status"], &ended["delivery"]),
        (&json!(200), &delivery["delivery"]),
        "{ended}"
    );
    assert!(ended["verdict"].is_string() && ended["running"].is_null(), "{ended}");
}

#[test]
fn a_call_of_the_cloud_is_shown_while_it_lasts_and_ends_with_its_connection() {
    let stage = Stage::start();
    let late = json!({"kind": "delay", "plane": "cloud", "delay": "60s"});
    assert_eq!(stage.gateway.api("POST", "/api/faults", Some(&late)).status, 201);
    let mut raw = Raw::dial(stage.gateway.admin);
    let (admin, path) = (stage.gateway.admin, "/evotor/api/v1/inventories/stores/search");
    raw.send(format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\n\r\n"));
    let row = running(&stage.gateway, "waiting_for_answer");
    assert_eq!((&row["plane"], &row["method"]), (&json!("cloud"), &json!("GET")), "{row}");
    assert_eq!(row["path"], path);
    drop(raw);
    until_none_runs(&stage.gateway);
}

#[test]
fn more_than_anybody_looks_at_takes_no_memory() {
    let bounds = Bounds { body: 65_536, size: 1 << 20, age: Duration::from_secs(60) };
    let journal = Journal::open(&Place::Memory, bounds).unwrap();
    let mut shown = 0;
    for _ in 0..1500 {
        let mut exchange = Exchange::default();
        exchange.stage(Point::Asked).head = vec![b'x'; 60_000];
        shown += usize::from(journal.show(&mut exchange, Phase::Connecting, Instant::now()));
    }
    assert_eq!((shown, journal.running().len()), (1000, 1000));
    let heads = journal
        .running()
        .into_iter()
        .filter_map(|one| one.recorded().stages[0].as_ref().map(|kept| kept.head.len()));
    assert!(heads.sum::<usize>() <= 8 << 20);
}
