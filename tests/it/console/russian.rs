//! What a Russian reader sees: no sentence of another language, and no markup in place of what it marks.

use serde_json::{Value, json};

use super::members::rich;
use super::page;
use crate::support::browser::Browser;
use crate::support::{Gateway, get};

/// The English sentences that can be seen: three words in a row outside of what is data.
const ENGLISH: &str = r"
const data = 'code, pre, textarea, select.own, kbd, .value, .url, .command, .raw, .json, [translate=no], .path, .where, .note';
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = new Set();
for (let node; (node = walker.nextNode());) {
  const owner = node.parentElement;
  if (!owner || owner.closest(data) || owner.matches('script, style')) continue;
  // A string of a body.
  if (node.textContent.trim().startsWith('\x22')) continue;
  // The names of things are marked up, not shown in the backticks that mark them.
  if (node.textContent.includes('`')) found.add(node.textContent.trim());
  const bare = node.textContent.replace(/`[^`]*`|«[^»]*»|https?:\S+/g, ' ');
  const isSaid = /\b(a|and|are|has|in|is|it|no|not|of|that|the|to|was|with)\b/i.test(bare);
  if (isSaid && /[A-Za-z]{2,}'?[a-z]*,? [a-z']+,? [a-z']+/.test(bare)) found.add(node.textContent.trim());
}
return [...found];";

fn english(browser: &Browser, place: &str, found: &mut Vec<String>) {
    let seen: Value = browser.run(ENGLISH);
    found.extend(seen.as_array().unwrap().iter().map(|one| format!("{place}: {one}")));
}

#[test]
fn no_view_says_an_english_sentence_to_a_russian_reader() {
    let Some(browser) = Browser::start("ru") else { return };
    let (gateway, _service) = rich();
    let mut found = Vec::new();
    exchanges(&gateway, &browser, &mut found);
    others(&gateway, &browser, &mut found);
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{found:#?}");
}

fn exchanges(gateway: &Gateway, browser: &Browser, found: &mut Vec<String>) {
    gateway.ask(get("/api/unknown-app", &["X-OAuth-Client-ID: no-such-app"]));
    gateway.ask(get("/api/unknown-device", &["X-Device-UUID: no-such-device"]));
    gateway.eventually("they are recorded", || gateway.exchanges("code:device_unknown").len() == 1);
    for row in gateway.exchanges("") {
        browser.open(&page(gateway, &format!("#/exchange/{}", row["id"])));
        browser.until("the exchange", "document.querySelector('.detail .panel')");
        let tabs = browser.run("return document.querySelectorAll('.detail [role=tab]').length");
        for tab in 0..tabs.as_u64().unwrap() {
            browser.run(&format!("document.querySelectorAll('.detail [role=tab]')[{tab}].click()"));
            english(browser, &format!("exchange {} tab {tab}", row["url"]), found);
        }
    }
}

fn others(gateway: &Gateway, browser: &Browser, found: &mut Vec<String>) {
    for (view, wanted) in [
        ("", ".row"),
        ("?#/timeline?filter=status:x", ".mistake:not(:empty)"),
        ("?#/timeline?filter=(", ".mistake:not(:empty)"),
        ("#/errors", "main h1, main h2"),
        ("#/compare/1", "ul.plain, .trouble"),
        ("#/compare/1/2", ".stage"),
        ("#/rules?url=http://loyalty.example.ru/v2/x", ".rules, .ask"),
        ("#/exchange/1000000", ".trouble"),
        ("#/connect", ".command"),
        ("#/webhooks/user.create", ".payload .head"),
        ("#/faults", ".data tbody tr"),
        ("#/world", ".app"),
    ] {
        browser.open(&page(gateway, view));
        browser.until(view, &format!("document.querySelector('{wanted}')"));
        english(browser, view, found);
        browser.run("for (const chip of document.querySelectorAll('[data-chip]')) chip.click()");
        english(browser, &format!("{view} and its strip"), found);
    }
    browser.open(&page(gateway, "#/connect"));
    browser.until("the steps", "document.querySelector('.command')");
    browser.press("Проверить сам шлюз");
    browser.until("the ways", "document.querySelector('[role=status] .mark')");
    english(browser, "the self-test", found);
    browser.open(&page(gateway, "#/webhooks/user.create"));
    browser.until("the form", "document.querySelector('.payload .head')");
    browser.press("Отправить");
    browser.until("its result", "document.querySelector('.form .outcome article')");
    english(browser, "what was sent", found);
    browser.press("Сценарии");
    browser.run("[...document.querySelectorAll('.scenarios button')].at(0).click()");
    browser.until("the report", "document.querySelector('.report')");
    english(browser, "a scenario", found);
}

#[test]
fn what_was_recorded_is_said_in_each_readers_language() {
    let (gateway, _service) = rich();
    let said = |language: &str| {
        let raw = gateway.admin_get(
            "/api/exchanges?filter=code:url_not_allowed",
            &[&format!("Accept-Language: {language}")],
        );
        let rows: Value = serde_json::from_slice(&raw.body).unwrap();
        (raw.field("content-language").unwrap().to_owned(), rows["exchanges"][0]["why"].clone())
    };
    let (tag, why) = said("en");
    assert_eq!((&*tag, why.as_str().unwrap().starts_with("No rule of the app")), ("en", true));
    let (tag, why) = said("ru-RU,ru;q=0.9,en;q=0.5");
    let russian = why.as_str().unwrap();
    assert_eq!(tag, "ru");
    assert!(russian.contains("loyalty") && !russian.contains("No rule"), "{russian}");
    let refused = gateway.admin_get("/api/exchanges?filter=status:x", &["Accept-Language: ru"]);
    let refused: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(refused["code"], json!("bad_filter"));
    assert!(!refused["detail"].as_str().unwrap().contains("cannot be"), "{refused}");
}
