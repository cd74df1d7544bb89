//! What is written by hand: a request to be sent again, a webhook's body.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::{page, stage, stage_before};
use crate::support::world::{TOKEN, USER};
use crate::support::{Latch, Partner, get, ok, post};

#[test]
fn a_request_is_readable_judged_and_sent_again_from_one_editor() {
    let Some((stage, browser)) = stage("en") else { return };
    stage.ask(post("/api/cards", &["Content-Type: application/json"], b"{\"a\":1,\"b\":[2]}"));
    stage.gateway.recorded(1);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.detail .sentence')");
    browser.keys("e");
    browser.until("the editor", "document.querySelector('dialog.editor[open]')");
    assert_eq!(
        browser.run("return document.querySelector('dialog textarea').value"),
        "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}"
    );
    let judged = |text: &str| {
        browser.run(&format!("const area = document.querySelector('dialog textarea'); area.value = {}; area.dispatchEvent(new Event('input'));", json!(text)));
        browser.text("dialog .validity")
    };
    // Untouched, the body is sent as it was, octet for octet.
    browser.press("Send and stay");
    browser.until(
        "the result",
        "document.querySelector('dialog .told .result.good')?.innerText.includes('200')",
    );
    assert_eq!(stage.partner.requests().pop().unwrap().body.content, b"{\"a\":1,\"b\":[2]}");
    assert_eq!(judged("{\"a\":\n1,}"), "✕ Invalid JSON at line 2, column 3.");
    assert_eq!(judged("{\"a\":9}"), "✓ valid JSON");
    browser.press("Send again");
    browser.until("the next", "document.querySelector('dialog .told a')?.innerText === '#3'");
    assert_eq!(stage.partner.requests().pop().unwrap().body.content, b"{\"a\":9}");
    browser.press("Cancel");
    browser.until(
        "the last one is shown",
        "location.hash === '#/exchange/3' && !document.querySelector('dialog')",
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_mask_is_never_sent_as_a_secret() {
    let Some((stage, browser)) = stage("en") else { return };
    stage.ask(get("/api/points", &["X-Api-Token: secret-0123456789abcdef"]));
    stage.gateway.recorded(1);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.detail .sentence')");
    browser.keys("e");
    browser.until("the editor", "document.querySelector('dialog.editor[open]')");
    browser.run("document.querySelector('#as-delivered').click()");
    browser.until(
        "the token",
        "[...document.querySelectorAll('dialog td input')].some((one) => one.value.includes('•'))",
    );
    browser.run("const one = [...document.querySelectorAll('dialog td input')].find((one) => one.value.includes('•')); one.value += 'x'; one.dispatchEvent(new Event('input', {bubbles: true}));");
    browser.press("Send");
    browser.until("why not", "document.querySelector('dialog .trouble')?.textContent.includes('still holds a masked secret')");
    assert_eq!(stage.partner.requests().len(), 1, "nothing was sent");
    assert!(!browser.text("dialog").contains(TOKEN));
}

#[test]
fn a_replay_says_that_it_waits_and_is_not_made_twice() {
    let latch = Latch::default();
    let held = latch.clone();
    let asked = AtomicUsize::new(0);
    let partner = Partner::scripted(move |call| {
        call.body();
        // The replay waits, not what is replayed.
        if asked.fetch_add(1, Ordering::Relaxed) > 0 {
            held.wait();
        }
        call.send(&ok("{}"));
    });
    let Some((stage, browser)) = stage_before(partner, "en") else { return };
    stage.ask(get("/api/slow", &[])).expect_ok("the first");
    stage.gateway.recorded(1);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("the exchange", "document.querySelector('.detail .sentence')");
    browser.press("Replay through the gateway");
    browser.until("it waits", "document.querySelector('.detail .actions .primary')?.textContent === 'Waiting for the answer…' && document.querySelector('.detail .actions .primary').disabled");
    stage.gateway.eventually("it has arrived", || stage.partner.lines().len() == 2);
    browser.keys("r");
    browser.until(
        "once is enough",
        "document.querySelector('.toast')?.textContent.includes('still waiting')",
    );
    assert_eq!(
        browser.run("return document.querySelector('.detail .actions .primary').disabled"),
        true
    );
    latch.open();
    browser.until("the new one", "location.hash === '#/exchange/2'");
    assert_eq!(stage.partner.lines().len(), 2);
}

#[test]
fn a_body_is_written_as_json_found_by_field_and_kept() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/webhooks/documents"));
    browser.until("the fields", "document.querySelector('input[data-path=type]')");
    browser.run("const search = document.querySelector('#payload-panel [type=search]'); search.value = 'close_'; search.dispatchEvent(new Event('input'));");
    let shown = browser.run("return [...document.querySelectorAll('table.payload tbody tr')].filter((one) => one.offsetParent).map((one) => one.querySelector('code').textContent)");
    let shown: Vec<_> =
        shown.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    assert!(!shown.is_empty() && shown.iter().all(|one| one.contains("close_")), "{shown:?}");
    browser.run("const input = document.querySelector('input[data-path=type]'); input.value = 'PAYBACK'; input.dispatchEvent(new Event('input'));");
    // Another user, and another language, take nothing away.
    browser.run(&format!("const user = [...document.querySelectorAll('.form select')].find((one) => [...one.options].some((option) => option.value === '{USER}')); user.value = '{USER}'; user.dispatchEvent(new Event('change'));"));
    browser.until(
        "the user's body",
        "document.querySelector('input[data-path=type]')?.value === 'PAYBACK'",
    );
    browser.press("RU");
    browser.until("the other language", "document.documentElement.lang === 'ru' && document.querySelector('input[data-path=type]')?.value === 'PAYBACK'");
    browser.press("EN");
    browser.until(
        "the form",
        "document.documentElement.lang === 'en' && document.querySelector('#tab-json')",
    );
    browser.press("JSON");
    browser.until(
        "the text",
        "document.querySelector('.jsonfield textarea')?.value.includes('\"type\"')",
    );
    browser.run("const area = document.querySelector('.jsonfield textarea'); area.value = '{\"type\": \"OWN\", \"sum\": 1.10}'; area.dispatchEvent(new Event('input'));");
    browser.press("Send");
    browser.until("the result", "document.querySelector('.form .outcome article')");
    let sent = stage.partner.requests().pop().unwrap();
    assert_eq!(String::from_utf8_lossy(&sent.body.content), "{\"type\": \"OWN\", \"sum\": 1.10}");
    assert_eq!(browser.complaints(), [""; 0]);
}
