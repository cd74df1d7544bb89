//! What happens while one looks on.

use super::{page, stage, three_exchanges};
use crate::support::get;

#[test]
fn new_rows_appear_by_themselves() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    browser.until(
        "the lesson",
        "document.querySelector('.lesson code')?.textContent.startsWith('curl')",
    );
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    three_exchanges(&stage);
    browser.until("three rows", "document.querySelectorAll('.row').length === 3");
    let first = browser.run("return document.querySelector('[aria-posinset=\"1\"]').textContent");
    assert!(first.as_str().unwrap().contains("url_not_allowed"), "{first}");
}

#[test]
fn what_is_read_does_not_move_and_what_is_new_is_counted() {
    let Some((stage, browser)) = stage("en") else { return };
    for turn in 0..60 {
        stage.ask(get(&format!("/api/points?turn={turn}"), &[])).expect_ok("an exchange");
    }
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelector('#row-60')");
    browser.run("document.querySelector('.list').scrollTop = 440; await new Promise(requestAnimationFrame);");
    let seen = "return [document.querySelector('.list').scrollTop, document.querySelector('#row-45').getBoundingClientRect().top]";
    browser.until("the rows further down", "document.querySelector('#row-45')");
    let before = browser.run(seen);
    three_exchanges_more(&stage);
    browser.until("the count", "!document.querySelector('.news').hidden && document.querySelector('.news').innerText === '3 new'");
    assert_eq!(browser.run(seen), before);
    browser.press("3 new");
    browser.until(
        "the newest",
        "document.querySelector('#row-63') && document.querySelector('.list').scrollTop === 0",
    );
}

#[test]
fn a_pause_holds_the_rows_and_resuming_shows_them() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    browser.keys("p");
    browser.until("the pause", "document.querySelector('.live[data-state=paused]')");
    three_exchanges_more(&stage);
    browser.until("the count", "document.querySelector('.news').innerText === '3 new'");
    assert_eq!(browser.run("return document.querySelectorAll('.row').length"), 3);
    browser.keys("p");
    browser.until("all rows", "document.querySelectorAll('.row').length === 6");
}

#[test]
fn a_gateway_that_is_gone_is_said_and_found_again() {
    let Some((mut stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    stage.gateway.signal("TERM");
    stage.gateway.wait();
    browser.until(
        "the trouble",
        "document.querySelector('.live[data-state=broken]')?.innerText.includes('start it')",
    );
    assert_eq!(browser.run("return document.querySelectorAll('.row').length"), 3, "the rows stay");
}

fn three_exchanges_more(stage: &crate::support::Stage) {
    for target in ["/api/new/1", "/api/new/2", "/api/new/3"] {
        stage.ask(get(target, &[])).expect_ok(target);
    }
}

/// A filter by what people write on rows is about rows that were there before.
#[test]
fn a_window_of_starred_rows_gains_and_loses_them_as_they_are_starred_elsewhere() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/timeline?filter=is:starred"));
    browser.until("the lesson", "document.querySelector('.lesson')");
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    let star = |id: u64, starred: bool| {
        let change = serde_json::json!({ "starred": starred });
        stage.gateway.api_ok("PATCH", &format!("/api/exchanges/{id}"), Some(&change));
    };
    let shown = |rows: &str| {
        browser.until(rows, &format!("String([...document.querySelectorAll('.row')].map((one) => one.dataset.id)) === '{rows}'"));
    };
    star(1, true);
    shown("1");
    star(3, true);
    star(2, true);
    shown("3,2,1");
    star(3, false);
    shown("2,1");
    browser.until("the count", "document.querySelector('.sum p').textContent === '2 found'");
}
