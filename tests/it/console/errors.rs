//! Failures by kind and endpoint; files of which not all was taken; comparing what matters.

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::support::get;

#[test]
fn failures_are_one_line_for_each_kind_and_endpoint_and_lead_to_their_exchanges() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    for nth in 0..3 {
        stage.ask(get(&format!("/v2/orders/{nth}1?x={nth}"), &[]));
    }
    stage.gateway.recorded(6);
    browser.open(&page(&stage.gateway, ""));
    browser.press("Errors");
    browser.until("the groups", "document.querySelectorAll('.errors tbody tr').length === 2");
    let first = browser.text(".errors tbody tr");
    assert!(first.contains("url_not_allowed") && first.contains("/v2/orders/*"), "{first}");
    assert_eq!(browser.run("return document.querySelector('.errors .count').innerText"), "3");
    assert_eq!(browser.run("return document.title"), "Errors — evotor-gateway");
    // It follows what fails.
    stage.ask(get("/v2/orders/91", &[]));
    browser.until("one more", "document.querySelector('.errors .count').innerText === '4'");
    browser.run("document.querySelector('.errors .count a').click()");
    browser.until("exactly these", "document.querySelectorAll('.row').length === 4 && document.querySelector('.mistake').textContent === ''");
    assert!(browser.text(".row").contains("/v2/orders/"), "{}", browser.text(".row"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn entries_that_were_refused_are_told_with_their_reasons_and_the_others_are_marked() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    let entry = |url: &str| {
        json!({"startedDateTime": jiff::Timestamp::now().to_string(),
            "request": {"method": "GET", "url": url}, "response": {"status": 200}})
    };
    let har = json!({"log": {"entries": [entry("http://loyalty.example.ru/api/x"), entry("ftp://a"), entry("nothing")]}});
    let text = Value::String(har.to_string());
    browser.run(&format!(
        "const chosen = new DataTransfer(); chosen.items.add(new File([{text}], 'traffic.har'));\
         const input = document.querySelector('.har input[type=file]'); input.files = chosen.files;\
         input.dispatchEvent(new Event('change'));"
    ));
    browser.until(
        "the reasons",
        "document.querySelectorAll('dialog[open] .refusals li').length === 2",
    );
    let told = browser.text("dialog");
    assert!(told.contains("1 request imported; 2 entries were refused"), "{told}");
    assert!(told.contains("Entry 2:") && told.contains("ftp://a"), "{told}");
    browser.press("Close");
    browser.until("the mark", "document.querySelector('.row .tag')?.innerText === 'imported'");
    browser.run("document.querySelector('.row .tag').click()");
    browser.until("the filter", "document.querySelector('#filter').value === 'is:imported'");
    browser.run("document.querySelector('.row .where').click()");
    browser.until("what it is", "document.querySelector('.detail .sentence')?.innerText.includes('did not pass through this gateway')");
    assert_eq!(
        browser.run("return document.querySelector('.detail .flow')"),
        Value::Null,
        "no columns of what never was"
    );
}

#[test]
fn only_what_matters_differs() {
    let Some((stage, browser)) = stage("en") else { return };
    stage.ask(get("/api/points", &["X-One: 1", "X-Two: 2"]));
    stage.ask(get("/api/points", &["x-two: 2", "x-one: 1"]));
    stage.gateway.recorded(2);
    browser.open(&page(&stage.gateway, "#/compare/1/2"));
    browser.until("the stages", "document.querySelector('.stage')");
    assert_eq!(browser.run("return document.querySelectorAll('.lines .minus').length"), 0);
    browser.run("document.querySelector('#compare-all').click()");
    browser.until("times too", "document.querySelector('.compared')");
    browser.open(&page(&stage.gateway, "#/compare/1"));
    browser.until("the other one", "document.querySelector('ul.plain .result.good')");
    let one = browser.text("#main ul.plain li");
    assert!(one.contains("200") && one.contains("later"), "{one}");
    assert_eq!(browser.complaints(), [""; 0]);
}
