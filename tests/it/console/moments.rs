//! From now on, at a time, at the oldest; stars and notes; counts beyond what is loaded.

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::support::browser::{Browser, ENTER};
use crate::support::get;

fn entries(count: usize, hours: i64) -> Value {
    let entry = |nth: usize| {
        let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours);
        json!({
            "startedDateTime": at.to_string(), "time": 5,
            "request": {"method": "GET", "url": format!("http://loyalty.example.ru/api/{hours}/{nth}")},
            "response": {"status": 200},
        })
    };
    json!({"log": {"entries": (0..count).map(entry).collect::<Vec<_>>()}})
}

fn rows(browser: &Browser, count: usize) {
    browser.until("the rows", &format!("document.querySelectorAll('.row').length === {count}"));
}

#[test]
fn from_now_hides_the_past_by_the_filter_until_it_is_wanted_again() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/timeline?filter=plane%3Aproxy"));
    rows(&browser, 3);
    browser.press("From now");
    rows(&browser, 0);
    let filter = browser.run("return document.querySelector('#filter').value");
    assert!(filter.as_str().unwrap().starts_with("plane:proxy after:20"), "{filter}");
    stage.ask(get("/api/new", &[]));
    browser.until("what is new", "document.querySelector('.row')?.innerText.includes('/api/new')");
    rows(&browser, 1);
    browser.press("Show the past");
    rows(&browser, 4);
    assert_eq!(browser.run("return document.querySelector('#filter').value"), "plane:proxy");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_list_begins_at_a_time_or_at_the_oldest_and_goes_back_to_the_newest() {
    let Some((stage, browser)) = stage("en") else { return };
    for (count, hours) in [(250, 48), (250, 2)] {
        let made = stage.gateway.api_ok("POST", "/api/exchanges.har", Some(&entries(count, hours)));
        assert_eq!(made["imported"], count);
    }
    browser.open(&page(&stage.gateway, ""));
    let first =
        |id: u64| format!("document.querySelector('[aria-posinset=\"1\"]')?.dataset.id === '{id}'");
    browser.until("the newest", &first(500));
    browser.press("Go to a time…");
    browser
        .until("the question", "document.querySelector('dialog[open] input[type=datetime-local]')");
    browser.run(
        "const input = document.querySelector('dialog input'); const at = new Date(Date.now() - 86400000);\
         input.value = new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16); input.focus()",
    );
    browser.keys(ENTER);
    browser.until("the newest of those before", &first(250));
    stage.ask(get("/api/new", &[]));
    browser.until(
        "it is counted",
        "document.querySelector('.news').innerText === 'Back to the newest, 1 new'",
    );
    assert_eq!(
        browser.run("return document.querySelector('[aria-posinset=\"1\"]').dataset.id"),
        "250"
    );
    browser.press("Back to the newest, 1 new");
    browser.until("the newest", &first(501));
    browser.press("Oldest");
    browser.until("the oldest", "document.querySelector('#row-1[aria-selected=true]')");
    browser.press("Back to the newest, 0 new");
    browser.until("the newest", &first(501));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_a_filter_finds_is_counted_beyond_what_is_loaded() {
    let Some((stage, browser)) = stage("en") else { return };
    stage.gateway.api_ok("POST", "/api/exchanges.har", Some(&entries(450, 1)));
    browser.open(&page(&stage.gateway, "#/timeline?filter=status%3A200"));
    browser.until(
        "the count",
        "document.querySelector('.sum').innerText.startsWith('200 shown of 450 found')",
    );
    stage.ask(get("/api/new", &[]));
    browser.until(
        "it is kept",
        "document.querySelector('.sum').innerText.startsWith('201 shown of 451 found')",
    );
}

#[test]
fn a_star_and_a_note_stay_with_an_exchange() {
    let Some((stage, browser)) = stage("ru") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/2"));
    browser.until("the exchange", "document.querySelector('.detail .sentence')");
    browser.keys("s");
    browser.until("the star", "document.querySelector('#row-2 .starred') && document.querySelector('#star').getAttribute('aria-pressed') === 'true'");
    browser.press("Написать заметку…");
    browser.until("the question", "document.querySelector('dialog[open] textarea')");
    browser.keys("Разобраться завтра");
    browser.run("document.querySelector('dialog [type=submit]').click()");
    browser.until("the note", "document.querySelector('.detail .comment')?.innerText.includes('Разобраться завтра') && document.querySelector('#row-2 .comment')?.innerText.includes('Разобраться')");
    let row = stage.gateway.exchange(&json!(2));
    assert_eq!((&row["starred"], &row["comment"]), (&json!(true), &json!("Разобраться завтра")));
    browser.open(&page(&stage.gateway, "#/timeline?filter=is%3Astarred"));
    rows(&browser, 1);
    browser.run("document.querySelector('.row .where').click()");
    browser.until("it", "document.querySelector('#star')");
    browser.run("document.querySelector('#star').focus()");
    browser.keys(ENTER);
    browser.until("no star, and the focus", "document.querySelector('#star').getAttribute('aria-pressed') === 'false' && document.activeElement.id === 'star'");
    assert_eq!(stage.gateway.exchanges("is:starred").len(), 0);
    assert_eq!(browser.complaints(), [""; 0]);
}
