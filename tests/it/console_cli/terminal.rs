//! `run` where a person reads its log.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use crate::support::gateway::command;
use crate::support::{Gateway, Partner, World, get};

/// A gateway whose stderr is a terminal of so many columns.
fn on_terminal(world: &World, columns: &str, args: &[&str]) -> (Gateway, TempDir) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), world.yaml()).unwrap();
    let mut run = command(folder.path());
    run.arg("run").args(args).env("COLUMNS", columns).env("NO_COLOR", "1");
    (Gateway::launch_on_terminal(run, folder.path()), folder)
}

#[test]
fn an_exchange_is_a_line_as_of_tail_with_its_place_on_the_console() {
    let partner = Partner::start();
    let (gateway, _folder) = on_terminal(&World::of(&partner), "110", &[]);
    gateway.ask(get("/api/users?id=5", &[])).expect_ok("allowed");
    gateway.ask(get("/admin", &[])).expect_refusal("not allowed", 403, "url_not_allowed");
    let good = gateway.wait_for_log(&["/api/users?id=5", "200", "→ #/exchange/1"]);
    assert!(good.trim_end().ends_with("→ #/exchange/1"), "{good}");
    assert!(!good.contains("INFO"), "one line, not the log's own: {good}");
    let bad = gateway.wait_for_log(&["/admin", "403", "url_not_allowed", "→ #/exchange/2"]);
    assert!(bad.trim_end().chars().count() <= 110, "{bad}");
    let about = |line: &&str| line.contains("/admin");
    assert_eq!(gateway.log().lines().filter(about).count(), 1, "{}", gateway.log());
}

#[test]
fn a_terminal_that_shows_colours_has_the_place_as_a_link() {
    let partner = Partner::start();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), World::of(&partner).yaml()).unwrap();
    let mut run = command(folder.path());
    run.arg("run").env("COLUMNS", "100");
    let gateway = Gateway::launch_on_terminal(run, folder.path());
    gateway.ask(get("/api/a", &[])).expect_ok("allowed");
    let link = format!("\u{1b}]8;;http://{}/#/exchange/1\u{1b}\\#/exchange/1", gateway.admin);
    gateway.wait_for_log(&["/api/a", &link]);
}

#[test]
fn lines_go_on_with_a_token_that_the_file_was_given() {
    let partner = Partner::start();
    let world = World::of(&partner);
    let (gateway, _folder) = on_terminal(&world, "100", &[]);
    gateway.ask(get("/api/before", &[])).expect_ok("before");
    gateway.wait_for_log(&["/api/before", "#/exchange/1"]);
    gateway.rewrite(&world.top("admin", "{token: a-token-of-sixteen-or-more}").yaml());
    gateway.wait_for_log(&["The configuration was read again"]);
    gateway.eventually("lines again", || {
        gateway.ask(get("/api/after", &[])).expect_ok("after");
        gateway.log().contains("/api/after")
    });
}

#[test]
fn who_asks_for_json_or_quiet_gets_no_lines_for_people() {
    let partner = Partner::start();
    let (gateway, _folder) = on_terminal(&World::of(&partner), "100", &["--log", "json"]);
    gateway.ask(get("/api/json", &[])).expect_ok("json");
    let line = gateway.wait_for_log(&["/api/json"]);
    let line: serde_json::Value = serde_json::from_str(line.trim_end()).unwrap();
    assert_eq!(line["level"], json!("INFO"), "{line}");
    let world = World::of(&partner).top("journal", "{enabled: false}");
    let (gateway, _folder) = on_terminal(&world, "100", &[]);
    gateway.ask(get("/api/unrecorded", &[])).expect_ok("not recorded");
    let line = gateway.wait_for_log(&["/api/unrecorded"]);
    assert!(line.contains("INFO"), "nothing is recorded, so the log tells: {line}");
}
