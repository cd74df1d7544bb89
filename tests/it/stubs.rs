//! Stubs: answers in the partner's place, over sockets.

mod webhooks;

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::commands::stage::{Desk, json_of};
use crate::support::{Gateway, Partner, Stage, get, h2, post};

impl Gateway {
    /// Adds a stub; its id.
    #[track_caller]
    fn stub(&self, stub: &Value) -> String {
        let answer = self.api("POST", "/api/stubs", Some(stub));
        assert_eq!(answer.status, 201, "{stub}: {}", answer.describe());
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

#[test]
fn an_app_gets_a_stubs_answer_and_the_partner_is_not_asked() {
    let stage = Stage::start();
    let id = stage.gateway.stub(&json!({
        "path": "/api/x*", "method": "POST", "status": 201, "body": "{\"points\":1}",
        "headers": {"X-Own": "1", "Set-Cookie": ["a=1", "b=2"]},
    }));
    let mut raw = stage.gateway.http();
    let answer = raw.exchange(post("/api/x?y=1", &[], b"abc"));
    assert_eq!((answer.status, answer.text().as_str()), (201, "{\"points\":1}"));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    assert_eq!((answer.field("x-own"), answer.all("set-cookie")), (Some("1"), vec!["a=1", "b=2"]));
    assert_eq!((answer.field("x-gateway-fault"), answer.code()), (Some("s1"), ""));
    assert!(stage.partner.requests().is_empty(), "{:?}", stage.partner.lines());
    raw.exchange(get("/api/x", &[])).expect_ok("another method goes to the partner");
    let listed = stage.gateway.api_ok("GET", "/api/stubs", None);
    assert_eq!((&listed["stubs"][0]["id"], &listed["stubs"][0]["hits"]), (&json!(id), &json!(1)));
    assert_eq!(stage.gateway.api("DELETE", "/api/stubs/s1", None).status, 204);
    raw.exchange(post("/api/x?y=1", &[], b"abc")).expect_ok("without the stub");
    assert_eq!(stage.partner.requests().len(), 2);
}

#[test]
fn an_app_over_http2_gets_it_too() {
    let stage = Stage::start();
    stage.gateway.stub(&json!({"path": "/api/x", "body": "hello"}));
    let gateway = &stage.gateway;
    let mut client = h2::Client::dial(gateway.https, "loyalty.example.ru", &gateway.ca());
    let reply = client.ask(h2::get("/api/x")).unwrap();
    assert_eq!((reply.status, &reply.body[..]), (200, &b"hello"[..]));
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn for_a_v1_app_it_is_put_into_the_envelope() {
    let stage = Stage::of(Partner::start(), |world| world.app("proxy", "v1"));
    stage.gateway.stub(&json!({"path": "/api/x", "status": 418, "body": "{\"a\":1}"}));
    let answer = stage.ask(get("/api/x", &[]));
    assert_eq!((answer.status, answer.json()["status"].as_u64()), (200, Some(418)));
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn it_is_told_as_made_on_purpose_wherever_faults_are() {
    let desk = Desk::start();
    desk.gateway.stub(&json!({"path": "/api/x", "body": "x"}));
    desk.gateway.ask(get("/api/x", &[]));
    let row = &desk.gateway.recorded(1)[0];
    let injected = &row["injected"][0];
    assert_eq!((&injected["id"], &injected["kind"]), (&json!("s1"), &json!("stub")));
    assert_eq!(injected["value"], "200");
    let sentence = "Stub s1 answered 200; the partner was not asked";
    let shown = desk.say(&["show", "1"]).expect("shown", 0);
    assert!(shown.out.contains(sentence), "{}", shown.out);
    assert_eq!(desk.gateway.exchanges("has:stub").len(), 1);
    assert_eq!(desk.gateway.exchanges("has:fault").len(), 0);
}

#[test]
fn a_fault_befalls_a_stubs_answer_as_it_does_the_partners() {
    let stage = Stage::start();
    stage.gateway.stub(&json!({"path": "/api/x", "body": "hello"}));
    let fault = json!({"kind": "status", "status": 503, "first": 1});
    assert_eq!(stage.gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    assert_eq!(stage.ask(get("/api/x", &[])).status, 503);
    assert_eq!(stage.ask(get("/api/x", &[])).text(), "hello");
    let fault = json!({"kind": "content_type", "type": "text/html"});
    assert_eq!(stage.gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    let answer = stage.ask(get("/api/x", &[]));
    assert_eq!(answer.field("content-type"), Some("text/html"));
    assert_eq!(answer.field("x-gateway-fault"), Some("s1, f2"));
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn what_the_gateway_refuses_no_stub_answers() {
    let stage = Stage::start();
    stage.gateway.stub(&json!({"body": "x"}));
    stage.ask(get("/elsewhere", &[])).expect_refusal("no rule", 403, "url_not_allowed");
}

#[test]
fn a_file_is_read_for_each_answer_and_its_loss_names_it() {
    let stage = Stage::start();
    let file = stage.gateway.path().join("bonus.json");
    fs::write(&file, "{\"a\":1}").unwrap();
    stage.gateway.stub(&json!({"path": "/api/x", "file": "bonus.json"}));
    let answer = stage.ask(get("/api/x", &[]));
    assert_eq!(
        (answer.text().as_str(), answer.field("content-type")),
        ("{\"a\":1}", Some("application/json"))
    );
    fs::write(&file, "{\"a\":22}").unwrap();
    assert_eq!(stage.ask(get("/api/x", &[])).text(), "{\"a\":22}");
    fs::remove_file(&file).unwrap();
    let answer = stage.ask(get("/api/x", &[]));
    let answer = answer.expect_refusal("the file is gone", 503, "stub_unavailable");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("s1") && detail.contains("bonus.json"), "{detail}");
    assert!(stage.partner.requests().is_empty());
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let stage = Stage::start();
    for (wish, word) in [
        (json!({"headers": {"Content-Length": "3"}}), "Content-Length"),
        (json!({"headers": {"transfer-encoding": "chunked"}}), "transfer-encoding"),
        (json!({"headers": {"X-Gateway-Error": "x"}}), "X-Gateway-Error"),
        (json!({"headers": {"X A": "1"}}), "X A"),
        (json!({"file": "../secret"}), "../secret"),
        (json!({"file": "/etc/passwd"}), "/etc/passwd"),
        (json!({"file": "a", "body": "b"}), "`body`"),
        (json!({"body_base64": "%"}), "body_base64"),
        (json!({"status": 99}), "99"),
        (json!({"filter": "status:500"}), "status:500"),
        (json!({"filter": "nosuch:1"}), "nosuch"),
        (json!({"pth": "/x"}), "pth"),
        (json!({"plane": "cloud"}), "cloud"),
        (json!({"event": "stores"}), "event"),
        (json!({"app": "nobody"}), "nobody"),
        (json!({"host": "http://a"}), "http://a"),
        (json!({"delay": "soon"}), "soon"),
    ] {
        let answer = stage.gateway.api("POST", "/api/stubs", Some(&wish));
        assert_eq!(answer.status, 400, "{wish}: {}", answer.describe());
        assert!(answer.text().contains(word), "{wish}: {}", answer.text());
    }
    assert_eq!(stage.gateway.api_ok("GET", "/api/stubs", None)["stubs"], json!([]));
}

#[test]
fn it_answers_late_so_often_and_by_filter() {
    let stage = Stage::start();
    let wish = json!({"filter": "path:/api/slow method:GET -device:nobody", "delay": "300ms", "first": 1, "body": "late"});
    stage.gateway.stub(&wish);
    let begun = Instant::now();
    assert_eq!(stage.ask(get("/api/slow", &[])).text(), "late");
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(stage.ask(get("/api/slow", &[])).text(), "ok");
    assert_eq!(stage.ask(get("/api/other", &[])).text(), "ok");
}

#[test]
fn the_command_adds_lists_and_removes() {
    let desk = Desk::start();
    let add = [
        "stub", "add", "--path", "/api/*", "--status", "404", "--header", "X-Own: 1", "--body",
        "no",
    ];
    let said = desk.say(&add).expect("added", 0);
    assert!(said.out.contains("path=/api/*") && said.out.contains("2 bytes"), "{}", said.out);
    let answer = desk.gateway.ask(get("/api/x", &[]));
    assert_eq!(
        (answer.status, answer.field("x-own"), answer.text().as_str()),
        (404, Some("1"), "no")
    );
    let listed = json_of(&desk.say(&["stub", "list", "--json"]).expect("listed", 0));
    assert_eq!((&listed[0]["id"], &listed[0]["hits"]), (&json!("s1"), &json!(1)));
    desk.say(&["stub", "remove", "s1"]).expect("removed", 0);
    let said = desk.say(&["stub"]).expect("none", 0);
    assert_eq!((said.out.as_str(), said.err.trim()), ("", "no stubs"));
    let said = desk.say(&["stub", "add", "--status", "99"]).expect("no status", 2);
    assert!(said.err.contains("99"), "{}", said.err);
}
