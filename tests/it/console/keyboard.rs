//! Everything without a mouse.

use super::{page, stage, three_exchanges};
use crate::support::browser::{DOWN, ENTER, ESCAPE};

#[test]
fn rows_are_walked_opened_repeated_and_left_by_keys() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    let chosen =
        || browser.run("return document.querySelector('.row[aria-selected=true]')?.dataset.id");
    browser.keys("j");
    browser.until("a cursor", "document.querySelector('.row[aria-selected=true]')");
    assert_eq!(chosen(), "3");
    browser.keys("j");
    browser.until("the cursor below", "document.querySelector('#row-2[aria-selected=true]')");
    assert_eq!(
        browser.run("return document.activeElement.getAttribute('aria-activedescendant')"),
        "row-2"
    );
    browser.keys(ENTER);
    browser.until(
        "the exchange",
        "location.hash === '#/exchange/2' && document.querySelector('.sentence')",
    );
    browser.keys("k");
    browser.until(
        "the one above",
        "location.hash === '#/exchange/3' && document.querySelector('.explained')",
    );
    browser.keys("jr");
    browser.until(
        "a new exchange",
        "location.hash === '#/exchange/4' && document.querySelector('.sentence')",
    );
    let made = stage.gateway.api_ok("GET", "/api/exchanges/4", None);
    assert_eq!((&made["replay_of"], &made["replay_as"]), (&2.into(), &"app".into()));
    browser.keys(ESCAPE);
    browser.until(
        "the list alone",
        "location.hash === '#/timeline' && document.querySelector('.detail').hidden",
    );
}

#[test]
fn a_filter_is_completed_applied_and_corrected_by_keys() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    browser.keys("/");
    browser.until("the filter has the focus", "document.activeElement.id === 'filter'");
    browser.keys("stat");
    browser.until(
        "a completion",
        "document.querySelector('.completions li')?.textContent.startsWith('status:')",
    );
    browser.keys(&format!("{DOWN}{ENTER}403{ENTER}"));
    browser.until("one row", "document.querySelectorAll('.row').length === 1");
    assert!(browser.run("return location.hash").as_str().unwrap().contains("status%3A403"));
    assert_eq!(browser.text(".sum p"), "1 found");
    browser.keys(" nosuch:1");
    browser.until("the mistake", "document.querySelector('.mistake').textContent && document.querySelector('.mirror .wrong')");
    assert_eq!(
        browser.run("return document.querySelector('#filter').getAttribute('aria-invalid')"),
        "true"
    );
    assert_eq!(browser.run("return document.querySelectorAll('.row').length"), 1, "the list stays");
}

#[test]
fn the_key_of_the_filter_is_the_one_that_writes_a_slash() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    // What it writes on an American, a Russian, a German and a French keyboard.
    for (writes, opens) in [("/", true), (".", true), ("-", false), ("!", false)] {
        let focused = browser.run(&format!(
            "document.activeElement.blur();\
             document.body.dispatchEvent(new KeyboardEvent('keydown', {{code: 'Slash', key: '{writes}', bubbles: true}}));\
             return document.activeElement.id === 'filter'"
        ));
        assert_eq!(focused, opens, "{writes}");
    }
}

#[test]
fn letters_can_be_switched_off() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    browser.until("the stream", "document.querySelector('.live[data-state=live]')");
    browser.keys("?");
    browser.until("the keys", "document.querySelector('dialog[open] .keys')");
    browser.run("document.querySelector('#keys-on').focus()");
    browser.keys(" ");
    browser.keys(ESCAPE);
    browser.until("the page again", "!document.querySelector('dialog')");
    browser.keys("p");
    browser.keys("j");
    let state = browser.run(
        "return [document.querySelector('.row[aria-selected=true]'), document.querySelector('.live').dataset.state]",
    );
    assert_eq!(state, serde_json::json!([null, "live"]));
}

#[test]
fn a_key_leads_from_the_list_into_the_exchange_and_back_and_an_opened_row_is_announced() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelectorAll('.row').length === 3");
    let announced =
        |words: &str| format!("document.querySelector('#announcer').textContent === '{words}'");
    browser.keys(&format!("jj{ENTER}"));
    browser.until("it is said", &announced("Request #2 is shown: GET /api/points?phone=2 200"));
    let focused = || {
        browser
            .run("return document.activeElement.id || document.activeElement.getAttribute('role')")
    };
    assert_eq!(focused(), "listbox", "the list goes on");
    browser.keys("i");
    assert_eq!(focused(), "detail-title");
    browser.keys("i");
    assert_eq!(focused(), "listbox");
    // Without letters, too.
    browser.keys(ENTER);
    assert_eq!(focused(), "detail-title");
    browser.keys("k");
    browser.until("it is said", &announced("Request #3 is shown: GET /admin 403"));
    browser.keys(ESCAPE);
    browser.until("the list alone", "document.querySelector('.detail').hidden");
    assert_eq!(focused(), "listbox");
}

#[test]
fn a_request_is_edited_and_sent_by_keys() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.sentence')");
    browser.keys("e");
    browser.until("the editor", "document.querySelector('dialog.editor[open]')");
    browser.run("const url = [...document.querySelectorAll('dialog input')].find((one) => one.value.startsWith('http')); url.focus(); url.select();");
    browser.keys("http://loyalty.example.ru/api/edited");
    browser.run("[...document.querySelectorAll('dialog button')].find((one) => one.textContent === 'Send').focus()");
    browser.keys(ENTER);
    browser.until(
        "the new one",
        "location.hash === '#/exchange/4' && !document.querySelector('dialog')",
    );
    let targets: Vec<_> =
        stage.partner.requests().iter().map(|one| one.target().to_owned()).collect();
    assert_eq!(targets.last().map(String::as_str), Some("/api/edited"));
}
