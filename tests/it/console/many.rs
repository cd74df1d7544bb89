//! A full journal.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use evotor_gateway::journal::exchange::{Exchange, Stage as Point, Times};
use evotor_gateway::journal::{Bounds, Journal, Place};

use super::page;
use crate::support::browser::{Browser, END};
use crate::support::{Partner, World};

const MANY: usize = 50_000;

/// Writes the file that a gateway in this folder will open.
fn fill(folder: &Path) {
    let bounds = Bounds { body: 65_536, size: 1 << 30, age: Duration::from_secs(1_000_000) };
    let journal = Journal::open(&Place::File(folder.join("data/gateway.journal")), bounds).unwrap();
    let app: Arc<str> = "loyalty".into();
    let now = jiff::Timestamp::now().as_microsecond();
    let begin = now - i64::try_from(MANY).unwrap() * 1000;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for batch in 0..MANY / 500 {
        let numbers = (batch * 500..(batch + 1) * 500).map(|number| {
            let mut exchange = Exchange {
                at: begin + i64::try_from(number).unwrap() * 1000,
                times: Times { done: 1500, ..Times::default() },
                app: Some(Arc::clone(&app)),
                method: "GET".into(),
                url: format!("http://loyalty.example.ru/api/points?number={number}"),
                status: Some(if number % 10 == 0 { 404 } else { 200 }),
                rule: Some(1),
                ..Exchange::default()
            };
            exchange.stage(Point::Asked).head = format!(
                "GET /api/points?number={number} HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n"
            )
            .into_bytes();
            exchange
        });
        journal.record(numbers.collect());
        runtime.block_on(journal.settle(false)).unwrap();
    }
}

#[test]
fn fifty_thousand_rows_are_scrolled_with_few_elements() {
    let Some(browser) = Browser::start("en") else { return };
    let partner = Partner::start();
    let mut gateway = World::of(&partner).top("state", "\"sqlite:./data/gateway.db\"").start();
    gateway.signal("TERM");
    gateway.wait();
    fill(gateway.path());
    gateway.restart();
    browser.open(&page(&gateway, ""));
    browser.until("the newest row", "document.querySelector('#row-50000')");
    assert!(browser.text(".sum").contains("of 50,000"), "{}", browser.text(".sum"));
    let paint = browser.run("return Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)");
    let taken = browser.run(
        "const list = document.querySelector('.list'); const begin = performance.now(); let most = 0;\
         for (let turn = 0; turn < 2000 && !document.querySelector('#row-1'); turn += 1) {\
           list.scrollTop = list.scrollHeight; await new Promise((wake) => setTimeout(wake, 20));\
           most = Math.max(most, document.querySelectorAll('.row').length); }\
         return {ms: Math.round(performance.now() - begin), most, height: list.scrollHeight};",
    );
    eprintln!("first paint {paint} ms; to the last of {MANY} rows {} ms", taken["ms"]);
    assert!(taken["most"].as_u64().unwrap() < 120, "{taken}");
    browser.until("the oldest row", "document.querySelector('#row-1')");
    let frames = browser.run(
        "const list = document.querySelector('.list'); const times = []; let last = performance.now();\
         for (let turn = 0; turn < 120; turn += 1) { list.scrollTop = Math.random() * list.scrollHeight;\
           await new Promise(requestAnimationFrame); const now = performance.now(); times.push(now - last); last = now; }\
         times.sort((one, other) => one - other); return {median: times[60], slow: times[114]};",
    );
    eprintln!("a frame of scrolling anywhere: {frames}");
    browser.run("document.querySelector('.list').focus()");
    browser.keys(END);
    browser.until("the cursor on the last", "document.querySelector('#row-1[aria-selected=true]')?.getAttribute('aria-posinset') === '50000'");
}

#[test]
fn a_search_of_fifty_thousand_rows_is_soon_answered() {
    let Some(browser) = Browser::start("en") else { return };
    let partner = Partner::start();
    let mut gateway = World::of(&partner).top("state", "\"sqlite:./data/gateway.db\"").start();
    gateway.signal("TERM");
    gateway.wait();
    fill(gateway.path());
    gateway.restart();
    browser.open(&page(&gateway, ""));
    browser.until("the newest row", "document.querySelector('#row-50000')");
    browser.keys("/");
    browser.keys("status:4xx number=4990");
    browser.until(
        "the row",
        "document.querySelectorAll('.row').length > 0 && !document.querySelector('#row-50000')",
    );
    assert!(browser.text(".sum").contains("found"), "{}", browser.text(".sum"));
}
