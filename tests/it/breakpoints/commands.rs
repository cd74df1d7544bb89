//! The commands `breakpoint` and `held`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::json;

use super::{begin, held_request};
use crate::cli::Said;
use crate::commands::stage::{Desk, json_of};
use crate::support::gateway::command;
use crate::support::{get, terminal};

#[test]
fn a_breakpoint_is_added_what_it_holds_is_listed_edited_and_dropped() {
    let desk = Desk::start();
    let add = ["breakpoint", "add", "--path", "/api/*", "--timeout", "10m", "--first", "3"];
    let said = desk.say(&add).expect("added", 0);
    assert!(said.out.contains("path=/api/* first=3 timeout=10m"), "{}", said.out);
    let said = desk.say(&["held"]).expect("nothing", 0);
    assert_eq!(said.err.trim(), "nothing is held");

    let mut raw = begin(&desk.gateway, get("/api/x", &[]));
    let said = desk.say(&["held", "list"]).expect("listed", 0);
    assert!(said.out.contains("h1") && said.out.contains("/api/x"), "{}", said.out);
    let said = desk.say(&["held", "edit", "h1"]).expect("nothing is said", 2);
    assert!(said.err.contains("--set"), "{}", said.err);
    desk.say(&["held", "show", "h1"]).expect("shown", 0);
    desk.say(&["held", "edit", "h1", "--set", "X-New: 1"]).expect("edited", 0);
    assert!(raw.answer().status < 500);

    let mut raw = begin(&desk.gateway, get("/api/x", &[]));
    desk.say(&["held", "go", "h2"]).expect("goes on", 0);
    assert!(raw.answer().status < 500);

    let mut raw = begin(&desk.gateway, get("/api/x", &[]));
    desk.say(&["held", "drop", "h3"]).expect("dropped", 0);
    let answer = raw.answer().expect_refusal("dropped", 503, "dropped_at_breakpoint");
    assert!(answer.text().contains("on the command line"), "{}", answer.text());
    let said = desk.say(&["held", "go", "h3"]).expect("no longer", 2);
    assert!(said.err.contains("held list"), "{}", said.err);

    let listed = json_of(&desk.say(&["breakpoint", "--json"]).expect("listed", 0));
    assert_eq!((&listed[0]["hits"], &listed[0]["watched"]), (&json!(3), &json!(false)));
    desk.say(&["breakpoint", "remove", "--all"]).expect("removed", 0);
    assert_eq!(desk.say(&["breakpoint"]).expect("none", 0).err.trim(), "no breakpoints");
}

#[test]
fn on_a_terminal_without_options_the_body_is_opened_in_the_editor() {
    let (stage, mut raw) = held_request();
    let edit = |editor: &str| {
        let (_seen, terminal) = terminal::open();
        let mut edit = command(stage.gateway.path());
        edit.args(["held", "edit", "h1", "--admin", &stage.gateway.admin.to_string()]);
        edit.env_remove("VISUAL").env("EDITOR", editor);
        edit.stdin(terminal.try_clone().unwrap()).stdout(terminal);
        Said::of(&edit.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap())
    };
    for (editor, words) in [("false", "it is still held"), ("no-such-editor -x", "set EDITOR")] {
        let said = edit(editor).expect(editor, 2);
        assert!(said.err.contains(words), "{}", said.err);
        assert_eq!(stage.gateway.held().len(), 1);
    }
    edit("sed -i s/abc/longer/").expect("edited", 0);
    raw.answer().expect_ok("it went on");
    assert_eq!(stage.partner.only().body.content, b"longer");
}

#[test]
fn a_command_that_waits_watches_and_tells_of_each() {
    let desk = Desk::start();
    desk.say(&["breakpoint", "add", "--watched", "--timeout", "10m"]).expect("added", 0);
    let mut waiting: Command = command(desk.gateway.path());
    let admin = desk.gateway.admin.to_string();
    waiting.args(["breakpoint", "wait", "--admin", &admin, "--json"]).stdout(Stdio::piped());
    let mut child = waiting.spawn().unwrap();
    let is_watched = || desk.get("/api/breakpoints")["is_watched"] == true;
    desk.gateway.eventually("it watches", is_watched);
    let mut raw = begin(&desk.gateway, get("/api/x", &[]));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(told["id"], "h1", "{line}");
    desk.gateway.decide("h1", &json!({"do": "go"}));
    assert!(raw.answer().status < 500);
    child.kill().unwrap();
    child.wait().unwrap();
}
