//! Stubs and breakpoints on the page: made by forms, and what is held is edited where it is shown.

use super::{page, stage};
use crate::support::browser::Browser;
use crate::support::{Gateway, Raw, get, post};

/// Writes into a field of a form.
fn write(browser: &Browser, form: &str, name: &str, text: &str) {
    browser.run(&format!(
        "const one = document.querySelector('form[aria-label=\"{form}\"] [data-name={name}]'); \
         one.value = {text:?}; one.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    ));
}

/// Makes a breakpoint by its form.
fn stop(gateway: &Gateway, browser: &Browser, path: &str) {
    browser.open(&page(gateway, "#/faults"));
    browser.until("the form", "document.querySelector('form[aria-label=\"New breakpoint\"]')");
    write(browser, "New breakpoint", "path", path);
    browser.press("Add the breakpoint");
    browser.until(
        "it is listed",
        "document.querySelector('[aria-labelledby=breakpoints-now] tbody tr')",
    );
    gateway.eventually("the page watches", || {
        gateway.api_ok("GET", "/api/breakpoints", None)["is_watched"] == true
    });
}

fn begin(gateway: &Gateway, request: impl AsRef<[u8]>) -> Raw {
    let mut raw = gateway.http();
    raw.send(request);
    let held = || gateway.api_ok("GET", "/api/held", None)["held"].clone();
    gateway.eventually("it is held and numbered", || held()[0]["exchange"].is_i64());
    raw
}

#[test]
fn what_is_held_is_marked_on_every_view_and_edited_where_it_is_shown() {
    let Some((stage, browser)) = stage("en") else { return };
    stop(&stage.gateway, &browser, "/api/x");
    let mut raw = begin(&stage.gateway, post("/api/x", &["X-Own: 1"], b"abc"));
    browser.until(
        "the mark",
        "document.querySelector('.chip.held:not([hidden])')?.innerText.includes('1 held')",
    );
    browser.run("document.querySelector('.chip.held').click()");
    browser.until("the editor", "document.querySelector('section.held textarea')?.value === 'abc'");
    browser.run(
        "const body = document.querySelector('section.held textarea'); body.value = 'edited'; \
         const own = [...document.querySelectorAll('section.held .edited input')].find((one) => one.value === 'x-own'); \
         own.closest('tr').querySelectorAll('input')[1].value = '2'",
    );
    browser.press("Continue edited");
    raw.answer().expect_ok("edited");
    let got = stage.partner.only();
    assert_eq!((&got.body.content[..], got.field("x-own")), (&b"edited"[..], Some("2")));
    browser.until(
        "its end",
        "document.querySelector('.sentence')?.innerText.includes('Breakpoint b1 held the request')",
    );
    browser.until("no mark", "document.querySelector('.chip.held').hidden");
    assert!(
        browser.text(".sentence").contains("edited: x-own, body"),
        "{}",
        browser.text(".sentence")
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_is_held_is_dropped_on_the_page() {
    let Some((stage, browser)) = stage("ru") else { return };
    let stop = serde_json::json!({"path": "/api/x", "timeout": "10m"});
    assert_eq!(stage.gateway.api("POST", "/api/breakpoints", Some(&stop)).status, 201);
    let mut raw = begin(&stage.gateway, get("/api/x", &[]));
    let id = stage.gateway.api_ok("GET", "/api/held", None)["held"][0]["exchange"].clone();
    browser.open(&page(&stage.gateway, &format!("#/exchange/{id}")));
    browser.until("the editor", "document.querySelector('section.held button.danger')");
    assert!(browser.text("section.held h3").contains("Запрос остановлен"));
    browser.press("Отклонить");
    let answer = raw.answer().expect_refusal("dropped", 503, "dropped_at_breakpoint");
    assert!(answer.text().contains("in the console"), "{}", answer.text());
    browser.until(
        "it is told",
        "document.querySelector('.sentence')?.innerText.includes('он отклонён')",
    );
}

#[test]
fn a_page_that_leaves_lets_go_of_what_it_held() {
    let Some((stage, browser)) = stage("en") else { return };
    stop(&stage.gateway, &browser, "/api/x");
    let mut raw = begin(&stage.gateway, get("/api/x", &[]));
    browser.run("location.href = 'about:blank'");
    raw.answer().expect_ok("let go");
    stage.gateway.eventually("it is recorded", || {
        let rows = stage.gateway.exchanges("-is:running");
        rows.first().is_some_and(|row| row["injected"][0]["hold"]["end"] == "unwatched")
    });
}

#[test]
fn a_stub_is_made_by_its_form_and_told_as_made_on_purpose() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/faults"));
    browser.until("the form", "document.querySelector('form[aria-label=\"New stub\"]')");
    write(&browser, "New stub", "status", "99");
    browser.press("Add the stub");
    browser.until("what is wrong", "document.querySelector('form[aria-label=\"New stub\"] .trouble')?.innerText.includes('200 to 599')");
    assert!(
        stage.gateway.api_ok("GET", "/api/stubs", None)["stubs"].as_array().unwrap().is_empty()
    );
    write(&browser, "New stub", "status", "201");
    write(&browser, "New stub", "path", "/api/x");
    browser
        .run("document.querySelector('form[aria-label=\"New stub\"] textarea').value = 'stubbed'");
    browser.press("Add the stub");
    browser.until("it is listed", "document.querySelector('[aria-labelledby=stubs-now] tbody tr')?.innerText.includes('/api/x')");
    assert_eq!(stage.ask(get("/api/x", &[])).text(), "stubbed");
    let id = stage.gateway.recorded(1)[0]["id"].clone();
    browser.open(&page(&stage.gateway, &format!("#/exchange/{id}")));
    browser.until("the sentence", "document.querySelector('.sentence')?.innerText.includes('Stub s1 answered 201; the partner was not asked')");
    assert_eq!(browser.complaints(), [""; 0]);
}
