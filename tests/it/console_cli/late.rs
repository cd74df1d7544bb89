//! Commands that come for an exchange before the journal has it.

use serde_json::Value;

use super::stage::{Live, Relay};
use crate::commands::stage::Desk;
use crate::support::get;

/// A command that is given the next number; once it has asked for it the exchange is made. The journal
/// comes behind all others: where a busy machine lets it wait for longer than the command does, the
/// next exchange is tried.
#[track_caller]
fn expect_found(desk: &Desk, command: &str) -> String {
    let latest = || desk.get("/api/exchanges?limit=1")["latest"].as_i64().unwrap();
    for _ in 0..3 {
        let next = latest() + 1;
        let relay = Relay::to(desk.gateway.admin);
        let args = command.replace("ID", &next.to_string());
        let mut live = Live::start(desk, relay.addr, &args.split(' ').collect::<Vec<_>>());
        desk.gateway.eventually("asked for", || relay.is_met());
        desk.gateway.ask(get(&format!("/api/late/{next}"), &[]));
        let said = live.output();
        // Two that are the same are told apart by nothing.
        let is_told = said.contains("/api/late") || command.starts_with("diff");
        if live.wait().success() && is_told {
            return said;
        }
        desk.gateway.eventually("recorded", || latest() >= next);
    }
    panic!("{command} does not wait");
}

#[test]
fn an_exchange_that_has_just_ended_is_waited_for() {
    let desk = Desk::start();
    for command in ["show ID", "show ID --json", "export curl ID", "export http ID", "replay ID"] {
        expect_found(&desk, command);
    }
    expect_found(&desk, "verify path:/api/late/ID --within 1ms");
    let har = expect_found(&desk, "export har path:/api/late/ID");
    let har: Value = serde_json::from_str(&har).unwrap();
    assert_eq!(har["log"]["entries"].as_array().unwrap().len(), 1, "{har}");
    expect_found(&desk, "diff ID ID");
}

#[test]
fn what_never_comes_is_told() {
    let desk = Desk::start();
    let said = desk.say(&["show", "100000"]).expect("no such exchange", 2);
    assert!(said.err.contains("100000"), "{}", said.err);
    desk.say(&["verify", "path:/nowhere", "--within", "1ms"]).expect("none", 1);
}
