//! The commands that ask a running gateway: what they print, how they end, and what they say where
//! no gateway runs.

mod delivered;
mod files;
pub mod stage;

use std::fs;
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::world::{APP, APP_TOKEN, DEVICE, STORE, USER};
use crate::support::{Latch, Partner, World, ok};
use stage::{Desk, answer, json_of, shown};

#[test]
fn trigger_waits_and_prints_the_answer_and_the_verdict() {
    let desk = Desk::start();
    let said = desk.say(&["trigger", "user.create", "--wait"]).expect("accepted", 0);
    for words in ["user.create ", ", delivered", "answer 200, verdict pass", "••••oken"] {
        assert!(said.out.contains(words), "{words} in {}", said.out);
    }
    assert!(said.out.contains(&format!("POST http://{}/api/v1/user/create", desk.partner.addr)));
    let sent = desk.partner.only();
    assert_eq!(sent.field("authorization"), Some(&*format!("Bearer {APP_TOKEN}")));
}

#[test]
fn trigger_wait_json_is_one_object_with_the_documented_keys_first() {
    let desk = Desk::start();
    let said = desk.say(&["trigger", "user.create", "--wait", "--json"]).expect("accepted", 0);
    let row = json_of(&said);
    let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
    let documented =
        ["delivery", "event", "method", "url", "status", "verdict", "attempts", "answer"];
    assert_eq!(keys[..8], documented);
    assert_eq!((&row["event"], &row["method"]), (&json!("user.create"), &json!("POST")));
    assert_eq!((&row["status"], &row["verdict"]), (&json!(200), &json!("pass")));
    assert_eq!((&row["attempts"], &row["state"]), (&json!(1), &json!("delivered")));
    assert_eq!(row["answer"]["token"], "••••oken");
    let said = desk.say(&["trigger", "user.create", "--wait", "--json", "--reveal"]);
    assert_eq!(json_of(&said)["answer"]["token"], "learned-token");
}

#[test]
fn trigger_without_wait_returns_before_the_partner_answers() {
    let latch = Latch::default();
    let theirs = latch.clone();
    let desk = Desk::with(move |call| {
        theirs.wait();
        answer(call);
    });
    let said = desk.say(&["trigger", "user.create"]).expect("queued", 0);
    let cells: Vec<_> = said.out.split_whitespace().collect();
    assert_eq!(cells[1..], ["user.create", "queued"], "{}", said.out);
    let said = desk.say(&["trigger", "user.create", "--json"]).expect("queued", 0);
    let row = json_of(&said);
    assert_eq!((&row["status"], &row["verdict"]), (&Value::Null, &Value::Null));
    assert_eq!((&row["state"], &row["attempts"]), (&json!("queued"), &json!(0)));
    latch.open();
    desk.partner.wait(2);
}

#[test]
fn trigger_fails_where_the_partner_breaks_the_contract() {
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    let desk = Desk::before(Partner::answering(html));
    let said = desk.say(&["trigger", "user.create", "--wait"]).expect("a page", 1);
    assert!(said.out.contains("verdict fail") && said.out.contains("  fail "), "{}", said.out);
    let said = desk.say(&["trigger", "user.create", "--wait", "--json"]).expect("a page", 1);
    assert_eq!(json_of(&said)["verdict"], "fail");
}

#[test]
fn a_documented_refusal_keeps_the_contract() {
    let body = r#"{"errors":[{"code":2005}]}"#;
    let refusal = format!(
        "HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let desk = Desk::before(Partner::answering(refusal));
    let said = desk.say(&["trigger", "user.create", "--wait", "--json"]).expect("409", 0);
    let row = json_of(&said);
    assert_eq!((&row["status"], &row["verdict"]), (&json!(409), &json!("pass")), "{row}");
}

#[test]
fn a_partner_that_does_not_answer_is_exit_1() {
    let desk = Desk::at(&format!("http://{}", Partner::nowhere()));
    let said = desk.say(&["trigger", "user.create", "--wait"]).expect("nobody", 1);
    assert!(said.out.contains("\nnot delivered\n"), "{}", said.out);
    assert!(!said.out.contains("verdict") && !said.out.contains("  fail"), "{}", said.out);
    assert_eq!(said.out.matches("Connection refused").count(), 1, "said once: {}", said.out);
    let said = desk.say(&["trigger", "user.create", "--wait", "--json"]).expect("nobody", 1);
    let row = json_of(&said);
    assert_eq!((&row["status"], &row["verdict"]), (&Value::Null, &json!("undelivered")));
    let listed = desk.say(&["deliveries"]).expect("the list", 0);
    assert!(listed.out.contains("not delivered"), "{}", listed.out);
    let one = desk.say(&["deliveries", row["delivery"].as_str().unwrap()]).expect("one", 0);
    assert!(one.out.contains("not delivered"), "{}", one.out);
}

#[test]
fn several_events_are_a_list_in_order() {
    let desk = Desk::start();
    let args = ["trigger", "user.create", "user.token", "--wait", "--json"];
    let rows = json_of(&desk.say(&args).expect("two", 0));
    assert_eq!(
        (&rows[0]["event"], &rows[1]["event"]),
        (&json!("user.create"), &json!("user.token"))
    );
    let rows = desk.say(&["trigger", "stores", "--twice", "--count", "2", "--json"]);
    let rows = json_of(&rows.expect("four", 0));
    assert_eq!(rows.as_array().unwrap().len(), 4);
    let sent = desk.partner.wait(6);
    let bodies: Vec<_> = sent[2..].iter().map(|r| r.body.content.clone()).collect();
    assert_eq!(bodies[0], bodies[1]);
}

#[test]
fn a_body_is_changed_field_by_field_or_given_whole() {
    let desk = Desk::start();
    let file = desk.gateway.path().join("body.json");
    fs::write(&file, "{\"userId\": \"01-x\", \"a\": 1}").unwrap();
    let sent = |args: &[&str]| -> Value {
        let before = desk.partner.requests().len();
        let args = [&["trigger", "user.create", "--wait"], args].concat();
        desk.say(&args);
        let sent = desk.partner.wait(before + 1);
        serde_json::from_slice(&sent[before].body.content).unwrap()
    };
    assert_eq!(sent(&["--set", "extra.deep=1"])["extra"]["deep"], 1);
    assert_eq!(sent(&["--unset", "userId"]).get("userId"), None);
    assert!(!sent(&["--invalid", "userId"])["userId"].is_string());
    let file = file.to_str().unwrap();
    assert_eq!(sent(&["--file", file]), json!({"userId": "01-x", "a": 1}));
    assert_eq!(sent(&["--file", file, "--set", "a=2"])["a"], 2);
    desk.fed(&["trigger", "user.create", "--wait", "--file", "-"], "{\"b\": 3}");
    let last = desk.partner.last();
    assert_eq!(last.body.content, b"{\"b\": 3}");
}

#[test]
fn who_it_is_about_can_be_said() {
    let desk = Desk::start();
    desk.say(&["trigger", "user.create", "--wait", "--app", APP]).expect("by id", 0);
    let args = ["trigger", "documents", "--wait", "--app", "loyalty", "--user", USER];
    let more = ["--store", STORE, "--device", DEVICE, "--document", "PAYBACK", "--seed", "7"];
    desk.say(&[&args[..], &more[..]].concat()).expect("a document", 0);
    let sent = desk.partner.last();
    let body: Value = serde_json::from_slice(&sent.body.content).unwrap();
    assert_eq!(body["type"], "PAYBACK");
    assert!(sent.target().contains(STORE), "{}", sent.line);
    assert_eq!(sent.field("authorization"), Some("Bearer learned-token"));
}

#[test]
fn a_missing_token_is_exit_1_and_names_the_webhook_that_fetches_it() {
    let desk = Desk::start();
    let said = desk.say(&["trigger", "stores", "--wait"]).expect("no token", 1);
    assert!(said.out.is_empty(), "{}", said.out);
    assert!(said.err.starts_with("error: ") && said.err.contains("hint: "), "{}", said.err);
    assert!(said.err.contains("user.create"), "{}", said.err);
}

#[test]
fn what_cannot_be_asked_is_exit_2_with_a_hint() {
    let desk = Desk::start();
    let broken = desk.gateway.path().join("broken.json");
    fs::write(&broken, "{").unwrap();
    let broken = broken.to_str().unwrap();
    for args in [
        &["trigger"][..],
        &["trigger", "user.creat"],
        &["trigger", "user.create", "--app", "nobody"],
        &["trigger", "user.create", "--user", "nobody"],
        &["trigger", "user.create", "--delay", "soon"],
        &["trigger", "user.create", "--count", "0"],
        &["trigger", "user.create", "--count", "1000000"],
        &["trigger", "documents", "--document", "X"],
        &["trigger", "user.create", "--file", broken],
        &["trigger", "user.create", "--file", "/nowhere/body.json"],
        &["trigger", "user.tariff"],
        &["trigger", "--list", "user.create"],
        &["deliveries", "--since", "ever"],
        &["deliveries", "--state", "lost"],
        &["deliveries", "--failed", "--state", "failed"],
        &["deliveries", "no-such-id"],
        &["deliver"],
        &["deliver", "no-such-id"],
        &["deliver", "x", "--failed"],
        &["clock", "advance"],
        &["clock", "advance", "-3d"],
        &["clock", "advance", "soon"],
        &["scenario"],
        &["scenario", "run", "no-such"],
        &["scenario", "run", "paid", "--app", "nobody"],
        &["state"],
        &["state", "load", "/nowhere/state.json"],
        &["state", "load", broken],
        &["state", "reset"],
    ] {
        let said = desk.say(args).expect(&args.join(" "), 2);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{args:?}: {}", said.out);
    }
    assert_eq!(desk.partner.requests().len(), 0);
}

#[test]
fn the_catalogue_is_listed_without_a_gateway() {
    let folder = TempDir::new().unwrap();
    let say = |args: &[&str]| Said::of(&command(folder.path()).args(args).output().unwrap());
    let said = say(&["trigger", "--list"]).expect("--list", 0);
    let (asna, evotor): (Vec<_>, Vec<_>) =
        said.out.lines().partition(|line| line.starts_with("asna."));
    assert_eq!((evotor.len(), asna.len()), (20, 6));
    let column = |line: &str| line.find("/api/").unwrap();
    let columns: Vec<_> = evotor.into_iter().map(column).collect();
    assert!(columns.iter().all(|at| *at == columns[0]), "{}", said.out);
    let listed = json_of(&say(&["trigger", "--list", "--json"]).expect("--list", 0));
    let desk = Desk::start();
    assert_eq!(listed, desk.get("/api/webhooks"));
    let scenarios = json_of(&say(&["scenario", "list", "--json"]).expect("list", 0));
    assert_eq!(scenarios, desk.get("/api/scenarios"));
    let said = say(&["scenario", "list"]).expect("list", 0);
    assert!(said.out.lines().any(|line| line.starts_with("onboarding ")), "{}", said.out);
}

#[test]
fn deliveries_are_a_table_or_json() {
    let desk = Desk::start();
    let said = desk.say(&["deliveries"]).expect("none", 0);
    assert_eq!((said.out.as_str(), said.err.trim()), ("", "no deliveries"));
    desk.say(&["trigger", "user.create", "user.verify", "--wait"]).expect("two", 0);
    let said = desk.say(&["deliveries"]).expect("two", 0);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", said.out);
    assert!(lines[0].starts_with("TIME"), "{}", said.out);
    for words in ["user.verify", "loyalty", USER, "delivered", "200", "pass"] {
        assert!(lines[1].contains(words), "{words} in {}", lines[1]);
    }
    let rows = json_of(&desk.say(&["deliveries", "--json", "--since", "1h"]).expect("two", 0));
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!((&rows[0]["state"], &rows[0]["next_attempt"]), (&json!("delivered"), &Value::Null));
    for (args, count) in [
        (&["--limit", "1"][..], 1),
        (&["--failed"], 0),
        (&["--state", "queued"], 0),
        (&["--state", "delivered"], 2),
    ] {
        let rows = desk.say(&[&["deliveries", "--json"], args].concat()).expect("filtered", 0);
        assert_eq!(json_of(&rows).as_array().unwrap().len(), count, "{args:?}");
    }
}

#[test]
fn one_delivery_is_told_in_full_without_its_secret() {
    let desk = Desk::start();
    let row = json_of(&desk.say(&["trigger", "user.create", "--wait", "--json"]));
    let id = row["delivery"].as_str().unwrap();
    let said = desk.say(&["deliveries", &id[..13]]).expect("by the beginning of its id", 0);
    assert!(said.out.contains(id), "{}", said.out);
    let said = desk.say(&["deliveries", id]).expect("the detail", 0);
    for words in [
        "POST http://",
        "Authorization: Bearer ••••",
        "\"userId\"",
        "attempt 1 at ",
        "verdict pass",
    ] {
        assert!(said.out.contains(words), "{words} in {}", said.out);
    }
    assert!(!said.out.contains(APP_TOKEN), "{}", said.out);
    let detail = json_of(&desk.say(&["deliveries", id, "--json"]).expect("the detail", 0));
    assert_eq!((&detail["delivery"], &detail["tries"][0]["status"]), (&json!(id), &json!(200)));
}

#[test]
fn what_failed_is_delivered_again() {
    let desk = Desk::with(|call| {
        if call.number < 2 {
            call.body();
            call.send(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        answer(call);
    });
    let row = json_of(&desk.say(&["trigger", "user.create", "--wait", "--json"]).expect("500", 1));
    assert_eq!(row["state"], "failed");
    let id = row["delivery"].as_str().unwrap();
    let table = desk.say(&["deliveries", "--failed"]).expect("one", 0);
    assert!(table.out.contains(id), "{}", table.out);
    let said = desk.say(&["deliver", id]).expect("500 again", 1);
    assert!(said.out.contains("answer 500, verdict fail"), "{}", said.out);
    let rows = desk.say(&["deliver", "--failed", "--since", "1h", "--json"]).expect("200", 0);
    let rows = json_of(&rows);
    assert_eq!((&rows[0]["delivery"], &rows[0]["attempts"]), (&json!(id), &json!(3)));
    let said = desk.say(&["deliver", "--failed"]).expect("nothing failed", 0);
    assert_eq!((said.out.as_str(), said.err.trim()), ("", "no delivery has failed"));
    let again = json_of(&desk.say(&["deliver", id, "--wait", "--json"]).expect("once more", 0));
    assert_eq!(again["attempts"], 4);
    let said = desk.say(&["deliver", id, "--no-wait"]).expect("queued", 0);
    assert!(said.out.starts_with(id), "{}", said.out);
}

#[test]
fn the_clock_is_read_wound_and_set_back() {
    let desk = Desk::with(|call| {
        call.body();
        call.send(b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n");
    });
    let said = desk.say(&["clock"]).expect("read", 0);
    assert!(said.out.ends_with(", real time\n"), "{}", said.out);
    desk.say(&["trigger", "installation.installed", "--wait"]).expect("503", 1);
    let said = desk.say(&["clock", "advance", "5m"]).expect("wound", 0);
    assert!(said.out.ends_with(" ahead, 5 attempts made\n"), "{}", said.out);
    let read = json_of(&desk.say(&["clock", "--json"]).expect("read", 0));
    assert!((295_000..=300_000).contains(&read["ahead_ms"].as_i64().unwrap()), "{read}");
    let wound = json_of(&desk.say(&["clock", "advance", "3d", "--json"]).expect("wound", 0));
    assert!(wound["attempts"].as_u64().unwrap() > 4_000, "{wound}");
    let reset = json_of(&desk.say(&["clock", "reset", "--json"]).expect("set back", 0));
    assert_eq!(reset["ahead_ms"], 0);
    desk.say(&["clock", "reset"]).expect("set back", 0);
}

#[test]
fn a_scenario_tells_each_step_and_its_end() {
    let desk = Desk::start();
    let said = desk.say(&["scenario", "run", "onboarding"]).expect("walked", 0);
    assert!(said.out.contains(" 1. The user fills in"), "{}", said.out);
    assert!(said.out.contains("    user.create: answer 200, verdict pass"), "{}", said.out);
    assert_eq!(said.out.lines().last(), Some("onboarding passed, 7 steps"));
    let args = ["scenario", "run", "trial", "--app", "loyalty", "--user", USER, "--json"];
    let report = json_of(&desk.say(&args).expect("walked", 0));
    assert_eq!((&report["scenario"], &report["passed"]), (&json!("trial"), &json!(true)));
    let said = desk.say(&["scenario", "run", "cancel"]).expect("walked", 0);
    assert!(said.out.contains("    clock +30d"), "{}", said.out);
}

#[test]
fn a_scenario_ends_at_the_first_answer_that_breaks_the_contract() {
    let desk = Desk::with(|call| {
        if call.request.target() == "/api/v1/subscription/event" {
            call.body();
            call.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        answer(call);
    });
    let said = desk.say(&["scenario", "run", "onboarding"]).expect("stopped", 1);
    let last = said.out.lines().last().unwrap();
    assert!(last.starts_with("onboarding stopped at step 2: subscription.created"), "{last}");
    let report = desk.say(&["scenario", "run", "onboarding", "--json"]).expect("stopped", 1);
    assert_eq!(json_of(&report)["passed"], false);
}

#[test]
fn state_is_saved_forgotten_and_loaded() {
    let desk = Desk::start();
    desk.say(&["trigger", "user.create", "--wait"]).expect("a token", 0);
    let said = desk.say(&["state", "save"]).expect("stdout", 0);
    assert!(json_of(&said)["tables"].is_object(), "{}", said.out);
    let file = desk.gateway.path().join("saved.json");
    let said = desk.say(&["state", "save", "saved.json"]).expect("a file", 0);
    assert!(said.out.is_empty() && said.err.contains("tokens"), "{}{}", said.out, said.err);
    assert_eq!(shown(&file), "600");
    desk.say(&["state", "reset"]).expect("nobody to ask", 2);
    desk.say(&["state", "reset", "--yes"]).expect("forgotten", 0);
    assert_eq!(json_of(&desk.say(&["deliveries", "--json"])), json!([]));
    desk.say(&["trigger", "stores", "--wait"]).expect("no token", 1);
    desk.say(&["state", "load", "saved.json"]).expect("loaded", 0);
    desk.say(&["trigger", "stores", "--wait"]).expect("the token is back", 0);
    let saved = fs::read_to_string(&file).unwrap();
    desk.fed(&["state", "load", "-"], &saved).expect("from stdin", 0);
    desk.fed(&["state", "load", "-"], "{\"version\": 0}").expect("no document", 2);
    desk.say(&["state", "save", "nowhere/saved.json"]).expect("no such folder", 3);
}

#[test]
fn without_a_gateway_every_command_says_how_to_start_one() {
    let folder = TempDir::new().unwrap();
    let nowhere = Partner::nowhere().to_string();
    for args in [
        &["trigger", "user.create"][..],
        &["deliveries"],
        &["deliveries", "x"],
        &["deliver", "--failed"],
        &["clock"],
        &["clock", "advance", "3d"],
        &["scenario", "run", "paid"],
        &["state", "save"],
        &["state", "reset", "--yes"],
    ] {
        let args = [args, &["--admin", &nowhere]].concat();
        let said = Said::of(&command(folder.path()).args(&args).output().unwrap());
        let said = said.expect(&args.join(" "), 3);
        assert!(said.out.is_empty(), "{}", said.out);
        for words in [nowhere.as_str(), "evotor-gateway run", "--admin"] {
            assert!(said.err.contains(words), "{words} in {}", said.err);
        }
    }
}

#[test]
fn the_gateway_is_found_by_option_environment_or_file() {
    let desk = Desk::start();
    let (admin, port) = (desk.gateway.admin.to_string(), desk.gateway.admin.port().to_string());
    let folder = TempDir::new().unwrap();
    let say = |args: &[&str]| Said::of(&command(folder.path()).args(args).output().unwrap());
    for place in [&admin, &port, &format!("http://{admin}/"), &format!("localhost:{port}")] {
        say(&["clock", "--admin", place]).expect(place, 0);
        say(&["--admin", place, "clock"]).expect("before the command", 0);
        say(&["clock", "--admin", place, "reset"]).expect(place, 0);
        let mut command = command(folder.path());
        let said = command.args(["clock"]).env("EVOTOR_GATEWAY_ADMIN", place).output().unwrap();
        Said::of(&said).expect(place, 0);
    }
    let yaml = World::at("http://127.0.0.1:9").yaml();
    fs::write(folder.path().join("gateway.yaml"), &yaml).unwrap();
    let said = say(&["clock"]).expect("port 0", 2);
    assert!(said.err.contains("port 0") && said.err.contains("--admin"), "{}", said.err);
    let held = yaml.replace("admin: 127.0.0.1:0", &format!("admin: {admin}"));
    fs::write(folder.path().join("g.yaml"), held).unwrap();
    say(&["clock", "-c", "g.yaml"]).expect("listen.admin", 0);
    say(&["clock", "-c", "none.yaml"]).expect("no such file", 2);
    say(&["clock", "--admin", "https://127.0.0.1:1"]).expect("https", 2);
}

#[test]
fn what_is_no_gateway_is_told_from_one() {
    let page = "HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n<html>";
    let folder = TempDir::new().unwrap();
    let clock = |admin: &str| {
        Said::of(&command(folder.path()).args(["clock", "--admin", admin]).output().unwrap())
    };
    for answer in [ok("hello"), ok("{}"), page.into()] {
        let other = Partner::answering(answer);
        let said = clock(&other.addr.to_string()).expect("another service", 3);
        assert!(said.err.contains("no evotor-gateway"), "{}", said.err);
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closing = listener.local_addr().unwrap().to_string();
    thread::spawn(move || drop(listener.accept()));
    clock(&closing).expect("hangs up", 3);
}
