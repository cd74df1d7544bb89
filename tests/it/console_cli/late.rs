//! Commands that come right after an exchange, before the journal has it.

use crate::commands::stage::Desk;
use crate::support::get;

const PATH: &str = "/api/late";

/// An exchange, and at once a command that is given its number. The journal comes behind all others:
/// where a busy machine let it wait for longer than the command does, the next exchange is tried.
#[track_caller]
fn expect_found(desk: &Desk, what: &str, args: impl Fn(&str) -> Vec<String>) -> String {
    let latest = || desk.get("/api/exchanges?limit=1")["latest"].as_i64().unwrap();
    for _ in 0..3 {
        let next = latest() + 1;
        desk.gateway.ask(get(&format!("{PATH}/{next}"), &[]));
        let args = args(&next.to_string());
        let said = desk.say(&args.iter().map(String::as_str).collect::<Vec<_>>());
        if said.code == Some(0) {
            return said.out;
        }
        assert!(said.code == Some(2) || what == "verify", "{what}: {}", said.err);
        desk.gateway.eventually("recorded", || latest() >= next);
    }
    panic!("{what} does not wait");
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

#[test]
fn an_exchange_that_has_just_ended_is_waited_for() {
    let desk = Desk::start();
    for what in ["show", "show --json", "export curl", "export http", "replay"] {
        expect_found(&desk, what, |id| words(&format!("{what} {id}")));
    }
    expect_found(&desk, "diff", |id| words(&format!("diff {id} {id}")));
    expect_found(&desk, "verify", |id| words(&format!("verify path:{PATH}/{id} --within 1ms")));
    let har =
        expect_found(&desk, "export har", |id| words(&format!("export har path:{PATH}/{id}")));
    let har: serde_json::Value = serde_json::from_str(&har).unwrap();
    assert_eq!(har["log"]["entries"].as_array().unwrap().len(), 1, "{har}");
}

#[test]
fn what_never_comes_is_told() {
    let desk = Desk::start();
    let said = desk.say(&["show", "100000"]).expect("no such exchange", 2);
    assert!(said.err.contains("100000"), "{}", said.err);
    desk.say(&["verify", "path:/nowhere", "--within", "1ms"]).expect("none", 1);
}
