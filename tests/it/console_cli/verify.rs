//! `verify`.

use std::thread;
use std::time::{Duration, Instant};

use super::stage::{Live, json, make, number};
use crate::commands::stage::Desk;
use crate::support::{PATIENCE, get};

#[test]
fn what_has_happened_holds_at_once() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/api/a", "/api/b"]);
    let begun = Instant::now();
    for args in [
        &["path:=/api/a status:200"][..],
        &["path:=/api/a", "--count", "2"],
        &["path:=/api/a", "--at-least", "1", "--within", "60s"],
        &["path:=/api/c", "--count", "0"],
        &["path:=/api/c", "--at-most", "0", "--within", "0s"],
        &["path:/api/", "-path:=/api/a", "-path:last", "--count", "1"],
    ] {
        let said = desk.say(&[&["verify"], args].concat()).expect(&args.join(" "), 0);
        assert!(said.out.starts_with("holds: "), "{}", said.out);
    }
    let first = super::stage::rows(&desk, &["path:=/api/a"])[0]["id"].to_string();
    let since = ["verify", "path:=/api/a", "--count", "1", "--since", &first];
    assert_eq!(json(&desk, &since, 0)["count"], 1);
    assert!(begun.elapsed() < PATIENCE * 2);
}

#[test]
fn it_waits_for_what_is_to_come() {
    let desk = Desk::start();
    make(&desk, &["/api/a"]);
    let args = ["verify", "path:=/api/a", "--count", "3", "--within", "30s"];
    let mut live = Live::start(&desk, desk.gateway.admin, &args);
    for _ in 0..2 {
        assert!(live.child.try_wait().unwrap().is_none(), "it has not waited");
        desk.gateway.ask(get("/api/a", &[]));
    }
    assert_eq!(live.wait().code(), Some(0));
}

#[test]
fn near_misses_name_the_term_that_failed_and_what_was_found() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/admin", "/api/b"]);
    let filter = "path:/admin status:200";
    let said = desk.say(&["verify", filter, "--within", "100ms"]).expect("nothing", 1);
    let start = format!("does not hold: 0, wanted at least 1: {filter}\nnear misses:\n");
    assert!(said.out.starts_with(&start), "{}", said.out);
    assert!(said.out.contains("status:200 fails: status is 403\n"), "{}", said.out);
    assert!(said.out.contains("path:/admin fails: path is /api/b\n"), "{}", said.out);
    let told = json(&desk, &["verify", filter, "method:GET", "--within", "0s"], 1);
    assert_eq!((&told["holds"], &told["count"]), (&false.into(), &0.into()));
    let near = told["near"].as_array().unwrap();
    assert!(near.iter().all(|near| near["term"] != "method:GET"), "{told}");
    let id = number(&desk, "/admin");
    let refused = near.iter().find(|near| near["exchange"]["id"].to_string() == id).unwrap();
    assert_eq!(
        (&refused["term"], &refused["found"]),
        (&"status:200".into(), &"status is 403".into())
    );
}

#[test]
fn more_than_wanted_fails_at_once() {
    let desk = Desk::start();
    make(&desk, &["/api/a", "/api/a"]);
    let begun = Instant::now();
    let said = desk.say(&["verify", "path:=/api/a", "--count", "1", "--within", "60s"]);
    let said = said.expect("two", 1);
    assert_eq!(said.out, "does not hold: 2 already, wanted exactly 1: path:=/api/a\n");
    let args = ["verify", "path:=/api/a", "--at-most", "2", "--within", "60s"];
    let mut live = Live::start(&desk, desk.gateway.admin, &args);
    thread::sleep(Duration::from_millis(50));
    assert!(live.child.try_wait().unwrap().is_none(), "a watch lasts its whole time");
    desk.gateway.ask(get("/api/a", &[]));
    assert_eq!(live.wait().code(), Some(1));
    assert!(begun.elapsed() < Duration::from_secs(50));
}
