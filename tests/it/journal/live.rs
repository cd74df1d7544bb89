//! The stream of exchanges, and filters over the API.

use serde_json::{Value, json};

use crate::support::{Stage, get};

#[test]
fn a_broken_stream_goes_on_where_it_ended() {
    let stage = Stage::start();
    for nth in 1..=3 {
        stage.ask(get(&format!("/api/{nth}"), &[])).expect_ok("the request");
    }
    let rows = stage.gateway.recorded(3);
    let last = format!("Last-Event-ID: {}", rows[0]["id"]);
    let mut feed = stage.gateway.feed("", &[&last]);
    assert_eq!([&feed.next()["id"], &feed.next()["id"]], [&rows[1]["id"], &rows[2]["id"]]);
    stage.ask(get("/api/4", &[])).expect_ok("the request");
    assert_eq!(feed.next()["path"], "/api/4");
}

#[test]
fn whoever_listened_to_a_journal_that_is_gone_hears_of_all_in_the_new_one() {
    let stage = Stage::start();
    stage.ask(get("/api/1", &[])).expect_ok("the request");
    stage.gateway.recorded(1);
    let mut feed = stage.gateway.feed("", &["Last-Event-ID: 500"]);
    assert_eq!(feed.next()["path"], "/api/1");
}

#[test]
fn a_stream_tells_only_what_its_filter_lets_through() {
    let stage = Stage::start();
    let mut refused = stage.gateway.feed("after=0&filter=is:refused", &[]);
    let mut words = stage.gateway.feed("after=0&filter=needle", &[]);
    stage.ask(get("/elsewhere/needle", &[])).expect_refusal("not allowed", 403, "url_not_allowed");
    assert_eq!((&refused.next()["id"], &words.next()["id"]), (&json!(1), &json!(1)));
    stage.ask(get("/api/fine", &[])).expect_ok("the request");
    stage.ask(get("/api/x", &["X-Own: needle"])).expect_ok("the request");
    stage.ask(get("/elsewhere", &[])).expect_refusal("not allowed", 403, "url_not_allowed");
    assert_eq!(refused.next()["path"], "/elsewhere");
    assert_eq!(words.next()["path"], "/api/x");
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_at_its_place() {
    let stage = Stage::start();
    let answer = stage.gateway.api("GET", "/api/exchanges?filter=app:x+status:4zz", None);
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"]), (400, &json!("bad_filter")), "{problem}");
    assert_eq!((&problem["at"], &problem["length"]), (&json!(13), &json!(3)), "{problem}");
    let checked = stage.gateway.api_ok("GET", "/api/filter?text=stat", None);
    assert_eq!(
        (&checked["ok"], &checked["completions"][0]["insert"]),
        (&json!(true), &json!("status:"))
    );
}

#[test]
fn pages_of_the_list_meet_without_a_gap() {
    let stage = Stage::start();
    for nth in 1..=5 {
        stage.ask(get(&format!("/api/{nth}"), &[])).expect_ok("the request");
    }
    let recorded = stage.gateway.recorded(5);
    let page = |query: &str| -> Vec<Value> {
        let listed = stage.gateway.api_ok("GET", &format!("/api/exchanges?{query}"), None);
        listed["exchanges"].as_array().unwrap().clone()
    };
    let paths =
        |rows: &[Value]| -> Vec<Value> { rows.iter().map(|row| row["path"].clone()).collect() };
    let first = page("limit=2");
    assert_eq!(paths(&first), ["/api/5", "/api/4"]);
    let second = page(&format!("limit=2&before={}", first[1]["id"]));
    assert_eq!(paths(&second), ["/api/3", "/api/2"]);
    assert_eq!(paths(&page(&format!("limit=9&before={}", second[1]["id"]))), ["/api/1"]);
    let mut later = page(&format!("after={}", recorded[2]["id"]));
    later.sort_by_key(|row| row["id"].as_i64());
    assert_eq!(later, recorded[3..]);
}
