//! Bodies of webhooks that are taken from what happened, and kept in the browser.

use serde_json::json;

use super::page;
use crate::support::World;
use crate::support::browser::{Browser, ENTER};
use crate::support::service::Service;

fn form(browser: &Browser) -> String {
    browser.until("the body", "document.querySelector('.payload textarea')");
    browser
        .run("return document.querySelector('.payload textarea').value")
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_webhook_is_made_from_an_exchange_and_its_body_is_kept_for_later() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    let wish = json!({"event": "receipts", "set": ["data.marker=\"of-before\""], "wait": true});
    gateway.api_ok("POST", "/api/webhooks", Some(&wish));
    let id = gateway.recorded(1)[0]["id"].clone();
    let before = service.last().body.content;

    browser.open(&page(&gateway, &format!("#/exchange/{id}")));
    browser.until("the detail", "document.querySelector('.actions > .more > button')");
    browser.run("document.querySelector('.actions > .more > button').click()");
    browser.run("[...document.querySelectorAll('[role=menuitem]')].find((one) => one.innerText === 'Send a webhook with this body…').click()");
    assert!(form(&browser).contains("of-before"), "{}", form(&browser));
    browser.press("Send");
    browser.until("the result", "document.querySelector('.form .outcome article')");
    assert_eq!(service.last().body.content, before, "byte for byte");

    browser.press("Save the body…");
    browser.until("the question", "document.querySelector('dialog[open] input')");
    browser.keys(&format!("my receipt{ENTER}"));
    browser
        .until("it is kept", "document.querySelector('.payloads select')?.value === 'my receipt'");
    browser.open(&page(&gateway, "#/webhooks/receipts"));
    browser.until("it is there after a reload", "document.querySelector('.payloads select')");
    browser.run(
        "const one = document.querySelector('.payloads select'); one.value = 'my receipt'; \
         one.dispatchEvent(new Event('change'))",
    );
    browser.until(
        "its body",
        "document.querySelector('.payload textarea')?.value.includes('of-before')",
    );
    browser.run("[...document.querySelectorAll('.payloads button')].find((one) => one.innerText === 'Delete').click()");
    browser.until("it is gone", "!document.querySelector('.payloads select')");
    browser.press("Undo");
    browser
        .until("it is back", "document.querySelector('.payloads select')?.value === 'my receipt'");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn an_exchange_without_a_body_gives_none_and_says_so() {
    let Some((stage, browser)) = super::stage("en") else { return };
    super::three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/webhooks/receipts"));
    browser.until("the form", "document.querySelector('.payloads button')");
    browser.press("From a request…");
    browser.until("the question", "document.querySelector('dialog[open] input')");
    browser.keys(&format!("#1{ENTER}"));
    browser.until("why not", "document.querySelector('dialog[open] .trouble')?.innerText.includes('no complete text body')");
}
