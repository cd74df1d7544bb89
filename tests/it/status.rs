//! What matters now, as the API and the commands tell it: each state, and its remedy carried out.

mod commands;
mod file;

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::service::Service;
use crate::support::world::{APP, TOKEN, USER};
use crate::support::{Gateway, Latch, Partner, Stage, World, get, ok, secure};

/// The status as it is now.
#[track_caller]
fn status(gateway: &Gateway) -> Value {
    gateway.api_ok("GET", "/api/status", None)
}

/// The chips of a name, those of the first app and of the gateway.
fn chips(status: &Value, name: &str) -> Vec<Value> {
    let own = status["chips"].as_array().unwrap();
    let app = status["apps"][0]["chips"].as_array().unwrap();
    own.iter().chain(app).filter(|chip| chip["name"] == name).cloned().collect()
}

/// Waits until the first chip of a name has a code, and gives it.
#[track_caller]
fn until(gateway: &Gateway, name: &str, code: &str) -> Value {
    let found = || {
        let chips = chips(&status(gateway), name);
        chips.into_iter().find(|chip| chip["code"] == code)
    };
    gateway.eventually(&format!("{name} is {code}"), || found().is_some());
    found().unwrap()
}

/// Carries the remedy of a chip out.
#[track_caller]
fn remedy(gateway: &Gateway, chip: &Value) {
    let call = &chip["remedy"]["call"];
    let text = |key: &str| call[key].as_str().unwrap_or_else(|| panic!("no {key}: {chip}"));
    let body = call["body"].is_object().then_some(&call["body"]);
    let answer = gateway.api(text("method"), text("path"), body);
    assert!((200..300).contains(&answer.status), "{chip}: {}", answer.describe());
}

#[test]
fn a_service_that_is_down_is_told_and_found_when_it_is_up() {
    let to = Partner::nowhere();
    let gateway = World::at(&format!("http://{to}")).start();
    let down = until(&gateway, "upstream", "upstream_closed");
    assert_eq!((&down["state"], &down["params"]["to"]), (&json!("fail"), &json!(to.to_string())));
    assert_eq!(down["remedy"]["page"], format!("#/world/apps/{APP}"));
    assert_eq!(status(&gateway)["ready"], false);
    let _listener = TcpListener::bind(to).unwrap();
    let fresh = gateway.api_ok("POST", "/api/status/probe", None);
    assert_eq!(chips(&fresh, "upstream")[0]["code"], "upstream_up", "{fresh}");
    assert_eq!(fresh["ready"], true);
}

#[test]
fn a_service_is_connected_to_once_for_many_who_ask_and_by_no_request() {
    let stage = Stage::start();
    let codes: Vec<_> = (0..20).map(|_| status(&stage.gateway)["ready"].clone()).collect();
    assert!(codes.iter().all(|ready| *ready == true));
    let asked = stage.partner.connections();
    assert!((1..20).contains(&asked), "{asked} connections for 20 questions");
    assert_eq!(stage.partner.requests().len(), 0);
}

#[test]
fn a_missing_token_is_brought_by_its_remedy() {
    let service = Service::start();
    let world = World::of(&service.partner).webhooks(&service.url(), &[]).app("tokens", "{}");
    let gateway = world.start();
    let missing = until(&gateway, "token", "token_missing");
    assert_eq!((&missing["state"], &missing["params"]["user"]), (&json!("warn"), &json!(USER)));
    gateway.ask(get("/api/points", &[])).expect_ok("a request without a token");
    gateway.eventually("the row says so", || {
        gateway.exchanges("").first().is_some_and(|row| row["without_token"] == true)
    });
    remedy(&gateway, &missing);
    let known = until(&gateway, "token", "token_known");
    assert_eq!(known["params"]["origin"], "user.create");
    let masked = known["params"]["masked"].as_str().unwrap();
    assert!(masked.contains('•') && masked.len() < 40, "{masked}");
    gateway.ask(get("/api/points?again", &[])).expect_ok("a request with one");
    gateway.eventually("the row is plain", || {
        let rows = gateway.exchanges("path:*again*");
        rows.first().is_some_and(|row| row["without_token"] == false)
    });
    assert!(!status(&gateway).to_string().contains(TOKEN));
}

#[test]
fn a_refused_url_is_allowed_by_its_remedy() {
    let stage = Stage::start();
    let refused = stage.ask(get("/admin/users?id=1", &[]));
    assert_eq!(refused.status, 403);
    let chip = until(&stage.gateway, "rules", "rules_refused");
    assert!(chip["params"]["url"].as_str().unwrap().ends_with("/admin/users?id=1"), "{chip}");
    remedy(&stage.gateway, &chip);
    until(&stage.gateway, "rules", "rules_allow");
    stage.ask(get("/admin/users?id=1", &[])).expect_ok("what was refused");
    stage.ask(get("/api/points", &[])).expect_ok("what was allowed before");
}

#[test]
fn what_is_under_way_is_counted_until_it_ends() {
    let latch = Latch::default();
    let held = latch.clone();
    let partner = Partner::scripted(move |call| {
        call.body();
        held.wait();
        call.send(&ok("ok"));
    });
    let stage = Stage::before(partner);
    let mut raws = [stage.gateway.http(), stage.gateway.http()];
    for raw in &mut raws {
        raw.send(get("/api/slow", &[]));
    }
    stage.gateway.eventually("both are under way", || {
        chips(&status(&stage.gateway), "running")[0]["params"]["n"] == 2
    });
    let chip = until(&stage.gateway, "running", "running");
    assert!(chip["params"]["for_ms"].as_i64().unwrap() >= 100, "{chip}");
    assert!(chip["remedy"]["page"].as_str().unwrap().starts_with("#/timeline?filter=is%3Arunning"));
    latch.open();
    for raw in &mut raws {
        raw.answer().expect_ok("the answer");
    }
    until(&stage.gateway, "running", "running_none");
}

#[test]
fn webhooks_that_wait_and_their_latest_verdicts_are_told() {
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    let none = until(&gateway, "webhook", "webhook_none");
    assert_eq!(none["state"], "unknown");
    service.answer("/stores", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    gateway.happen("stores");
    let failing = until(&gateway, "queue", "queue_failing");
    assert_eq!((&failing["params"]["n"], &failing["state"]), (&json!(1), &json!("fail")));
    let found = chips(&status(&gateway), "webhook").remove(0);
    assert_eq!(found["params"]["event"], "stores", "{found}");
    assert!(found["text"].as_str().unwrap().starts_with("stores: 503, "), "{found}");
    service.recover();
    remedy(&gateway, &failing);
    until(&gateway, "queue", "queue_empty");
    let passed = until(&gateway, "webhook", "webhook_pass");
    assert_eq!(passed["params"]["event"], "stores");
}

#[test]
fn faults_and_a_wound_clock_are_told_and_undone() {
    let stage = Stage::start();
    let gateway = &stage.gateway;
    let fault = json!({"kind": "status", "status": 503, "path": "/api/fx*"});
    assert_eq!(gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    gateway.advance("3d");
    let (faults, clock) =
        (until(gateway, "faults", "faults_on"), until(gateway, "clock", "clock_ahead"));
    assert_eq!(faults["params"]["n"], 1);
    assert!(clock["params"]["ahead_ms"].as_i64().unwrap() >= 259_199_000, "{clock}");
    assert_eq!(clock["text"], "the cloud's clock is 3 d ahead");
    remedy(gateway, &faults);
    remedy(gateway, &clock);
    until(gateway, "faults", "faults_none");
    until(gateway, "clock", "clock_true");
}

#[test]
fn terminals_that_trust_and_that_do_not_are_told_apart() {
    let stage = Stage::start();
    let gateway = &stage.gateway;
    assert_eq!(until(gateway, "terminal", "terminal_none")["state"], "unknown");
    let (other, _) = secure::self_signed("other.test");
    std::fs::write(gateway.path().join("other.pem"), other).unwrap();
    let stranger = secure::trusting(&gateway.path().join("other.pem"), &[]);
    let refused =
        crate::support::Raw::dial(gateway.https).try_secure("loyalty.example.ru", &stranger);
    assert!(refused.is_err());
    let failed = until(gateway, "terminal", "terminal_handshake_failed");
    assert_eq!(
        (&failed["state"], &failed["remedy"]["page"]),
        (&json!("warn"), &json!("#/connect"))
    );
    let mut raw = gateway.https("loyalty.example.ru");
    raw.exchange(get("/api/points", &[])).expect_ok("a request over TLS");
    let trusted = until(gateway, "terminal", "terminal_trusts");
    assert_eq!(trusted["params"]["device"], "Касса");
    let steps = &status(gateway)["apps"][0]["steps"];
    let done = |step: &str| {
        steps.as_array().unwrap().iter().any(|one| one["step"] == step && one["done"] == true)
    };
    assert!(done("service") && done("request") && done("token"), "{steps}");
}

#[test]
fn an_attempt_of_a_wound_clock_has_the_clouds_time() {
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    gateway.happen("stores");
    gateway.eventually("it is recorded", || gateway.exchanges("event:stores").len() == 1);
    assert_eq!(gateway.exchanges("event:stores")[0]["cloud_at"], Value::Null);
    gateway.advance("3d");
    let mut feed = gateway.feed("filter=event:devices", &[]);
    gateway.happen("devices");
    let live = feed.next();
    let listed = &gateway.exchanges("event:devices")[0];
    assert_eq!(live["cloud_at"], listed["cloud_at"]);
    let moment = |key: &str| listed[key].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let ahead = moment("cloud_at").as_second() - moment("at").as_second();
    assert!((259_199..=259_201).contains(&ahead), "{listed}");
}
