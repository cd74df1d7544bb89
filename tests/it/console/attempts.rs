//! A webhook's delivery: all its attempts in one place, in the timeline as in its list.

use serde_json::json;

use super::page;
use crate::support::browser::{Browser, ENTER};
use crate::support::service::Service;
use crate::support::{Gateway, World};

fn failing(language: &str) -> Option<(Gateway, Service, Browser)> {
    let browser = Browser::start(language)?;
    let service = Service::start();
    service.answer(
        "/inventories",
        "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"why\":\"boom\"}",
    );
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    gateway.happen("stores");
    gateway.advance("2h");
    Some((gateway, service, browser))
}

/// How many attempts were made and recorded.
fn attempts(gateway: &Gateway) -> usize {
    let made = || gateway.deliveries(None)[0]["attempts"].as_u64().unwrap();
    let kept = || gateway.exchanges("plane:webhook").len();
    gateway.eventually("all are recorded", || made() > 2 && kept() as u64 == made());
    kept()
}

#[test]
fn attempts_are_one_row_and_an_exchange_shows_them_all() {
    let Some((gateway, service, browser)) = failing("en") else { return };
    let made = attempts(&gateway);
    browser.open(&page(&gateway, ""));
    browser.until("one row", "document.querySelectorAll('.row').length === 1");
    assert_eq!(browser.text(".row .many"), format!("{made} attempts"));
    browser.run("document.querySelector('.row .where').click()");
    let tries = |count: usize| {
        format!("document.querySelectorAll('.delivery .tries li').length === {count}")
    };
    browser.until("all attempts", &tries(made));
    let strip = browser.text(".delivery");
    assert!(strip.contains(&format!("Attempt {made} of {made}")), "{strip}");
    assert!(strip.contains("Next attempt") && strip.contains("queued"), "{strip}");
    let answers = browser.run("return [...document.querySelectorAll('.delivery .tries pre')].map((one) => one.textContent.includes('boom'))");
    assert_eq!(answers, json!(vec![true; made]), "what each was answered");
    // An older attempt is a click away, and the row stands for it too.
    browser.run("document.querySelector('.delivery .tries li:last-child a').click()");
    browser.until(
        "the first attempt",
        "document.querySelector('.delivery')?.innerText.includes('Attempt 1 of')",
    );
    browser.until(
        "its row",
        "document.querySelector('.row')?.getAttribute('aria-selected') === 'true'",
    );
    service.recover();
    let before = service.hooks().len();
    browser.run("document.querySelector('.delivery button').focus()");
    browser.keys(ENTER);
    browser.until("one more", &tries(made + 1));
    assert_eq!(service.hooks().len(), before + 1);
    assert!(browser.text(".delivery").contains("contract OK"), "{}", browser.text(".delivery"));
    assert_eq!(browser.run("return document.activeElement.textContent"), "Deliver now");
    browser.until(
        "the row counts it",
        &format!("document.querySelector('.row .many')?.innerText === '{} attempts'", made + 1),
    );
    // Asked for by the filter, each has a row of its own.
    browser.run("document.querySelector('.row .many').click()");
    browser
        .until("all rows", &format!("document.querySelectorAll('.row').length === {}", made + 1));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_view_has_tabs_and_each_delivery_a_line_with_its_app() {
    let Some((gateway, _service, browser)) = failing("ru") else { return };
    attempts(&gateway);
    browser.open(&page(&gateway, "#/webhooks/documents"));
    browser.until("the form", "document.querySelector('input[data-path=type]')");
    let shown = || {
        browser.run("return [...document.querySelectorAll('.page > [role=tabpanel]')].filter((one) => one.offsetParent).map((one) => one.id)")
    };
    assert_eq!(shown(), json!(["panel-send"]));
    browser.run("const input = document.querySelector('input[data-path=type]'); input.value = 'PAYBACK'; input.dispatchEvent(new Event('input'));");
    browser.press("Доставки");
    browser.until("the address", "location.hash === '#/webhooks/documents?tab=deliveries' && document.querySelector('#panel-deliveries').offsetParent");
    assert_eq!(shown(), json!(["panel-deliveries"]));
    browser.until(
        "the line",
        "document.querySelector('.deliveries tbody tr')?.cells[1]?.innerText === 'loyalty'",
    );
    let line = browser.run("return document.querySelector('.deliveries tbody tr').offsetHeight");
    assert!(line.as_u64().unwrap() < 48, "{line}");
    browser.run("document.querySelector('.opener').focus()");
    browser.keys(ENTER);
    browser.until(
        "an answer",
        "document.querySelector('.attempts .tries pre')?.textContent.includes('boom')",
    );
    // Delivered from the list, the focus stays on its line.
    browser.run("document.querySelector('.deliveries tbody tr button.small').focus()");
    browser.keys(ENTER);
    browser.until("it was", "document.querySelector('.toast')");
    browser.until("the focus", "document.activeElement.dataset.key?.startsWith('now ')");
    browser.run("document.querySelector('#tab-deliveries').focus()");
    browser.keys("\u{e014}");
    browser.until("the next tab", "document.activeElement.id === 'tab-scenarios' && document.querySelector('.scenarios article')?.offsetParent");
    browser.press("Отправить");
    browser.until("the form as it was", "document.querySelector('input[data-path=type]')?.offsetParent && document.querySelector('input[data-path=type]').value === 'PAYBACK'");
    browser.press("Терминал");
    browser.until("the terminal", "document.querySelector('#panel-terminal')?.offsetParent");
    assert_eq!(browser.complaints(), [""; 0]);
}
