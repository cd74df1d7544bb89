//! What has not ended, on the page; and one stream for all windows.

use std::fmt::Write as _;

use super::{page, stage, stage_before, three_exchanges};
use crate::support::browser::Browser;
use crate::support::{Gateway, Latch, Partner, Raw, Stage, get, ok};

fn slow(language: &str) -> Option<(Stage, Browser, Latch)> {
    let latch = Latch::default();
    let held = latch.clone();
    let partner = Partner::scripted(move |call| {
        call.body();
        if call.request.target().contains("/slow") {
            held.wait();
        }
        call.send(&ok("{\"points\":120}"));
    });
    let (stage, browser) = stage_before(partner, language)?;
    Some((stage, browser, latch))
}

fn begin(gateway: &Gateway, target: &str) -> Raw {
    let mut raw = gateway.http();
    raw.send(get(target, &[]));
    raw
}

#[test]
fn a_hanging_partner_is_seen_and_its_row_is_filled_in_where_it_stands() {
    let Some((stage, browser, latch)) = slow("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    let mut raw = begin(&stage.gateway, "/api/slow");
    browser.until("the row", "document.querySelector('.row .result.open')?.innerText === '…'");
    assert!(browser.text(".row .note").contains("waiting for the answer"));
    browser.run("window.seen = document.querySelector('.row .took').innerText");
    browser.until("its time", "document.querySelector('.row .took').innerText !== window.seen");
    stage.ask(get("/api/quick", &[])).expect_ok("a request");
    browser.until(
        "the row above",
        "document.querySelector('[aria-posinset=\"1\"]')?.innerText.includes('/api/quick')",
    );
    assert!(browser.text("[aria-posinset=\"2\"]").contains("/api/slow"));
    browser.run("document.querySelector('[aria-posinset=\"2\"]').click()");
    browser.until(
        "the detail",
        "document.querySelector('.detail .sentence')?.innerText.includes('Still running')",
    );
    let id = browser.run("return document.querySelector('[aria-posinset=\"2\"]').dataset.id");
    latch.open();
    raw.answer().expect_ok("the answer");
    browser.until(
        "its end",
        "document.querySelector('[aria-posinset=\"2\"] .result.good')?.innerText.includes('200')",
    );
    assert_eq!(
        browser.run("return document.querySelector('[aria-posinset=\"2\"]').dataset.id"),
        id
    );
    browser.until(
        "the detail's end",
        "document.querySelector('.detail .sentence')?.innerText.includes('answered 200')",
    );
    assert_eq!(browser.run("return document.querySelectorAll('.row').length"), 2);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_needs_the_end_of_an_exchange_is_offered_with_its_end() {
    let Some((stage, browser, latch)) = slow("en") else { return };
    let mut raw = begin(&stage.gateway, "/api/slow");
    stage.gateway.eventually("it is shown", || !stage.gateway.exchanges("is:running").is_empty());
    let id = stage.gateway.exchanges("is:running")[0]["id"].clone();
    browser.open(&page(&stage.gateway, &format!("#/exchange/{id}")));
    browser.until(
        "the detail",
        "document.querySelector('.detail .sentence')?.innerText.includes('Still running')",
    );
    browser.run("document.querySelector('.actions > .more > button').click()");
    let closed = "return [...document.querySelectorAll('.detail .actions button')].filter((one) => one.disabled && one.title === 'It has not ended yet').map((one) => one.getAttribute('aria-label') ?? one.innerText)";
    let closed = browser.run(closed).to_string();
    for one in ["Star", "Replay through the gateway", "Edit and replay…", "Write a note…"] {
        assert!(closed.contains(one), "{one}: {closed}");
    }
    browser.run("document.querySelector('.actions > .more > button').click(); document.querySelector('#detail-title').focus()");
    browser.keys("r");
    browser.until(
        "why not",
        "document.querySelector('.toast.bad')?.innerText.includes('It has not ended yet')",
    );
    assert_eq!(browser.complaints(), [""; 0], "the gateway was not asked");
    latch.open();
    raw.answer().expect_ok("the answer");
    browser.until(
        "it can be replayed",
        "document.querySelector('.detail .actions > .primary')?.disabled === false",
    );
    assert_eq!(
        browser
            .run("return document.querySelectorAll('.detail .actions > button:disabled').length"),
        0
    );
}

#[test]
fn a_filter_for_what_runs_shows_it_and_lets_it_go() {
    let Some((stage, browser, latch)) = slow("ru") else { return };
    stage.ask(get("/api/quick", &[])).expect_ok("a request");
    let mut raw = begin(&stage.gateway, "/api/slow");
    browser.open(&page(&stage.gateway, "#/timeline?filter=is%3Arunning"));
    browser
        .until("the row", "document.querySelector('.row')?.innerText.includes('ожидание ответа')");
    assert_eq!(browser.run("return document.querySelectorAll('.row').length"), 1);
    latch.open();
    raw.answer().expect_ok("the answer");
    browser.until("nothing", "document.querySelectorAll('.row').length === 0");
    let mut another = begin(&stage.gateway, "/api/slow/2");
    another.answer().expect_ok("the answer");
}

#[test]
fn seven_windows_of_one_browser_are_all_told() {
    let Some((stage, browser)) = stage("en") else { return };
    let mut windows = Vec::new();
    for nth in 0..7 {
        windows.push(browser.another_window());
        browser.open(&page(
            &stage.gateway,
            if nth == 3 { "#/timeline?filter=status%3A200" } else { "" },
        ));
        browser.until("the stream", "document.querySelector('.live[data-state=live]')");
        assert_eq!(browser.run("return document.visibilityState"), "visible");
    }
    three_exchanges(&stage);
    for (nth, window) in windows.iter().enumerate() {
        browser.go_to_window(window);
        let wanted = if nth == 3 { 2 } else { 3 };
        browser
            .until("the rows", &format!("document.querySelectorAll('.row').length === {wanted}"));
    }
}

#[test]
fn a_star_and_a_note_are_seen_in_the_other_windows() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    let first = browser.another_window();
    browser.open(&page(&stage.gateway, "#/timeline?filter=status%3A200"));
    browser.until("the rows", "document.querySelectorAll('.row').length === 2");
    browser.another_window();
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the star", "document.querySelector('#star')");
    browser.run("document.querySelector('#star').click()");
    browser.until("it is on", "document.querySelector('#star[aria-pressed=true]')");
    browser.go_to_window(&first);
    browser.until("it is seen", "document.querySelectorAll('.row .starred').length === 1");
    stage.gateway.api_ok(
        "PATCH",
        "/api/exchanges/2",
        Some(&serde_json::json!({"comment": "look here"})),
    );
    browser.until(
        "the note",
        "document.querySelector('.row .comment')?.innerText.includes('look here')",
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn another_window_goes_on_when_the_one_that_listens_is_left() {
    let Some((stage, browser)) = stage("en") else { return };
    let first = browser.another_window();
    browser.open(&page(&stage.gateway, ""));
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    browser.another_window();
    browser.open(&page(&stage.gateway, ""));
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    let second = browser.another_window();
    browser.go_to_window(&first);
    browser.run("location.href = 'about:blank'");
    browser.go_to_window(&second);
    browser.open(&page(&stage.gateway, ""));
    three_exchanges(&stage);
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
}

fn har(count: usize) -> String {
    let now = jiff::Timestamp::now();
    let mut entries = String::new();
    for nth in 0..count {
        let comma = if nth == 0 { "" } else { "," };
        let _ = write!(
            entries,
            "{comma}{{\"startedDateTime\":\"{now}\",\"time\":1,\"request\":{{\"method\":\"GET\",\
             \"url\":\"http://loyalty.example.ru/api/{nth}\",\"httpVersion\":\"HTTP/1.1\",\"headers\":[],\
             \"queryString\":[],\"cookies\":[],\"headersSize\":-1,\"bodySize\":0}},\"response\":{{\"status\":200,\
             \"statusText\":\"OK\",\"httpVersion\":\"HTTP/1.1\",\"headers\":[],\"cookies\":[],\"redirectURL\":\"\",\
             \"content\":{{\"size\":0,\"mimeType\":\"\"}},\"headersSize\":-1,\"bodySize\":0}},\
             \"cache\":{{}},\"timings\":{{\"send\":0,\"wait\":1,\"receive\":0}}}}"
        );
    }
    format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"t\",\"version\":\"1\"}},\"entries\":[{entries}]}}}}"
    )
}

fn import(gateway: &Gateway, count: usize) {
    let body: serde_json::Value = serde_json::from_str(&har(count)).unwrap();
    let told = gateway.api_ok("POST", "/api/exchanges.har", Some(&body));
    assert_eq!(told["imported"], count);
}

#[test]
fn a_burst_is_shown_whole_and_only_a_flood_is_not() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    import(&stage.gateway, 501);
    browser.until(
        "all of them",
        "document.querySelector('.sum').innerText.startsWith('501 shown of 501')",
    );
    browser.run(
        "window.states = new Set(); const node = document.querySelector('.live'); \
         new MutationObserver(() => window.states.add(node.innerText)).observe(node, { attributes: true, childList: true })",
    );
    import(&stage.gateway, 5000);
    browser.until(
        "what is said of it",
        "[...window.states].some((said) => said.includes('too fast to show all'))",
    );
    browser.until("calm again", "document.querySelector('.live[data-state=live]')");
    stage.ask(get("/api/after", &[])).expect_ok("a request");
    browser.until(
        "the newest",
        "document.querySelector('[aria-posinset=\"1\"]')?.innerText.includes('/api/after')",
    );
}
