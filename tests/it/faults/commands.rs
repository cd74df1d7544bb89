//! The command `fault`.

use serde_json::Value;

use crate::commands::stage::{Desk, json_of};
use crate::support::get;

#[test]
fn a_fault_is_added_listed_and_removed() {
    let desk = Desk::start();
    let add = ["fault", "add", "status", "--status", "503", "--path", "/api/*", "--first", "1"];
    let said = desk.say(&add).expect("added", 0);
    assert!(said.out.contains("path=/api/* status=503 first=1"), "{}", said.out);
    assert_eq!(desk.gateway.ask(get("/api/x", &[])).status, 503);
    assert_eq!(desk.gateway.ask(get("/api/x", &[])).status, 200);
    for list in [&["fault"][..], &["fault", "list"]] {
        let said = desk.say(list).expect("listed", 0);
        let lines: Vec<Vec<&str>> =
            said.out.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["FAULT", "PLANE", "SIDE", "KIND", "WHICH", "HITS", "FROM"]);
        assert_eq!(lines[1][..4], ["f1", "proxy", "answer", "status"]);
        assert_eq!(lines[1][7..], ["1", "api"]);
    }
    desk.say(&["fault", "remove", "f1"]).expect("removed", 0);
    let said = desk.say(&["fault"]).expect("none", 0);
    assert_eq!((said.out.as_str(), said.err.trim()), ("", "no faults"));
}

#[test]
fn every_option_reaches_the_gateway() {
    let desk = Desk::start();
    let added = |args: &[&str]| -> Value {
        let args = [&["fault", "add", "--json"], args].concat();
        json_of(&desk.say(&args).expect("added", 0))
    };
    let webhook = added(&[
        "delay",
        "--delay",
        "2s",
        "--plane",
        "webhook",
        "--side",
        "request",
        "--app",
        "loyalty",
        "--event",
        "documents",
        "--p",
        "0.5",
        "--seed",
        "7",
    ]);
    for (key, value) in [
        ("delay", "2s"),
        ("plane", "webhook"),
        ("side", "request"),
        ("app", "loyalty"),
        ("event", "documents"),
    ] {
        assert_eq!(webhook[key], value, "{key}");
    }
    assert_eq!((webhook["p"].as_f64(), webhook["seed"].as_u64()), (Some(0.5), Some(7)));
    assert_eq!(added(&["drip", "--rate", "64"])["rate"], "64");
    assert_eq!(added(&["reset", "--after", "1KiB"])["after"], "1KiB");
    assert_eq!(added(&["content_type", "--type", "text/html"])["type"], "text/html");
    assert_eq!(added(&["garbage", "--raw"])["raw"], true);
    let said = desk.say(&["fault", "list", "--json"]).expect("listed", 0);
    assert_eq!(json_of(&said).as_array().unwrap().len(), 5);
    desk.say(&["fault", "remove", "--all"]).expect("removed", 0);
    assert!(desk.gateway.faults().is_empty());
}

#[test]
fn what_is_wrong_is_exit_2_with_a_hint() {
    let desk = Desk::start();
    let said = desk.say(&["fault", "add", "status"]).expect("no status", 2);
    assert!(
        said.err.contains("`status` is missing") && said.err.contains("hint: "),
        "{}",
        said.err
    );
    desk.say(&["fault", "add", "explode"]).expect("no such kind", 2);
    desk.say(&["fault", "remove", "f9"]).expect("no such fault", 2);
    desk.say(&["fault", "remove"]).expect("neither an id nor all", 2);
}
