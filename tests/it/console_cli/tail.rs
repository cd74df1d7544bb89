//! `tail`.

use serde_json::Value;

use super::stage::{Live, Relay, make, rows};
use crate::commands::stage::Desk;
use crate::support::{Latch, Partner, get, ok};

#[test]
fn the_last_lines_come_oldest_first() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/api/b", "/admin"]);
    let said = desk.say(&["tail", "--no-follow"]).expect("all", 0);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", said.out);
    for (line, words) in lines.iter().zip([
        "→ GET    http://loyalty.example.ru/api/a  200",
        "→ GET    http://loyalty.example.ru/api/b  200",
        "→ GET    http://loyalty.example.ru/admin  403",
    ]) {
        assert!(line.contains(words), "{words} in {line}");
    }
    assert!(lines[2].ends_with("  url_not_allowed"), "{}", lines[2]);
    let said = desk.say(&["tail", "--no-follow", "-n", "2"]).expect("two", 0);
    assert_eq!(said.out.lines().collect::<Vec<_>>(), lines[1..]);
}

#[test]
fn json_is_an_object_on_each_line_and_a_filter_may_say_what_is_not_wanted() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/admin", "/api/b"]);
    let paths = |args: &[&str]| -> Vec<Value> {
        rows(&desk, args).iter().map(|row| row["path"].clone()).collect()
    };
    assert_eq!(paths(&["is:refused"]), ["/admin"]);
    assert_eq!(paths(&["-is:refused", "-path:/api/c", "-n", "5"]), ["/api/a", "/api/b"]);
    assert_eq!(paths(&["path:/api/a or path:/admin"]), ["/api/a", "/admin"]);
    let first = rows(&desk, &["path:=/api/a"])[0]["id"].to_string();
    assert_eq!(paths(&["-path:/api/c", "--since", &first]), ["/admin", "/api/b"]);
    assert_eq!(paths(&["path:/api/a or path:/admin", "--since", "1h"]).len(), 2);
    assert_eq!(paths(&["--since", "2020-01-01"]).len(), 3);
}

#[test]
fn a_mistake_in_the_filter_is_marked_and_asks_nobody() {
    let desk = Desk::start();
    let nowhere = Partner::nowhere().to_string();
    let said = desk.say(&["tail", "app:a stattus:1", "--admin", &nowhere]).expect("a mistake", 2);
    assert!(said.err.contains("\n  app:a stattus:1\n        ^^^"), "{}", said.err);
    assert!(said.err.contains("hint: "), "{}", said.err);
    for args in [&["tail", "--since", "soon"][..], &["tail", "-n", "-1"], &["verify"]] {
        desk.say(args).expect(&args.join(" "), 2);
    }
    let said = desk.say(&["tail", "--admin", &nowhere]).expect("no gateway", 3);
    assert!(said.err.contains("evotor-gateway run"), "{}", said.err);
}

#[test]
fn further_lines_come_as_exchanges_end_until_it_is_interrupted() {
    let desk = Desk::start();
    make(&desk, &["/api/then", "/api/before"]);
    let live = Live::start(&desk, desk.gateway.admin, &["tail", "path:/api", "-n", "2"]);
    assert!(live.line().contains("/api/then"));
    assert!(live.line().contains("/api/before"));
    desk.gateway.ask(get("/admin", &[]));
    desk.gateway.ask(get("/api/after", &[]));
    assert!(live.line().contains("/api/after"));
    let (status, said) = live.end("INT");
    assert_eq!((status.code(), said.as_str()), (Some(0), ""));
    let live = Live::start(&desk, desk.gateway.admin, &["tail", "--json", "-n", "0"]);
    desk.gateway.eventually("it listens", || {
        desk.gateway.ask(get("/api/once-more", &[]));
        rows(&desk, &["path:once-more"]).len() > 2
    });
    let row: Value = serde_json::from_str(&live.line()).unwrap();
    assert_eq!((&row["path"], &row["status"]), (&"/api/once-more".into(), &200.into()));
    assert_eq!(live.end("TERM").0.code(), Some(0));
}

#[test]
fn a_broken_connection_is_told_in_one_line_and_nothing_is_missed_or_told_twice() {
    let desk = Desk::start();
    let relay = Relay::to(desk.gateway.admin);
    make(&desk, &["/api/0"]);
    let live = Live::start(&desk, relay.addr, &["tail", "path:/api/", "-path:/api/x"]);
    assert!(live.line().contains("/api/0"));
    for round in 1..4 {
        desk.gateway.ask(get(&format!("/api/{round}/live"), &[]));
        assert!(live.line().contains(&format!("/api/{round}/live")));
        relay.cut();
        desk.gateway.ask(get(&format!("/api/{round}/cut"), &[]));
        assert!(live.line().contains(&format!("/api/{round}/cut")));
    }
    let (status, said) = live.end("INT");
    assert_eq!(status.code(), Some(0));
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(said.contains("broke off; trying again"), "{said}");
}

#[test]
fn what_has_not_ended_is_listed_only_where_it_is_asked_for() {
    let latch = Latch::default();
    let held = latch.clone();
    let desk = Desk::with(move |call| {
        call.body();
        if call.request.target().contains("slow") {
            held.wait();
        }
        call.send(&ok("late"));
    });
    let mut slow = desk.gateway.http();
    slow.send(get("/api/slow", &[]));
    desk.gateway.eventually("it is shown", || rows(&desk, &["is:running"]).len() == 1);
    make(&desk, &["/api/quick"]);
    let said = desk.say(&["tail", "--no-follow", "is:running"]).expect("what runs", 0);
    assert!(
        said.out.contains("/api/slow") && said.out.contains("waiting for answer"),
        "{}",
        said.out
    );
    let paths = |rows: Vec<Value>| rows.iter().map(|row| row["path"].clone()).collect::<Vec<_>>();
    assert_eq!(paths(rows(&desk, &[])), ["/api/quick"]);
    let live = Live::start(&desk, desk.gateway.admin, &["tail", "-n", "1"]);
    assert!(live.line().contains("/api/quick"));
    latch.open();
    slow.answer().expect_ok("the answer");
    assert!(live.line().contains("/api/slow"), "it ended later than its successor");
    assert_eq!(live.end("TERM").0.code(), Some(0));
    assert_eq!(paths(rows(&desk, &[])), ["/api/slow", "/api/quick"]);
    // The newest by number is not the last that was recorded.
    let live = Live::start(&desk, desk.gateway.admin, &["tail", "-n", "5"]);
    assert!(live.line().contains("/api/slow") && live.line().contains("/api/quick"));
    make(&desk, &["/api/next"]);
    assert!(live.line().contains("/api/next"), "a line came twice");
    assert_eq!(live.end("TERM").0.code(), Some(0));
}

#[test]
fn it_ends_when_nobody_reads_it() {
    let desk = Desk::start();
    make(&desk, &["/api/a"]);
    let mut command = crate::support::gateway::command(desk.gateway.path());
    command.env("EVOTOR_GATEWAY_ADMIN", desk.gateway.admin.to_string());
    command.arg("tail").stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let status = crate::support::gateway::wait_for_exit(&mut child, crate::support::PATIENCE);
    assert_eq!(status.expect("an end in time").code(), Some(0));
}
