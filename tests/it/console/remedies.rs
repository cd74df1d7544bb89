//! What helps against a refusal stands where it is shown, and the next request goes through.

use super::page;
use crate::support::browser::{Browser, ENTER};
use crate::support::service::Service;
use crate::support::world::{APP, USER};
use crate::support::{Gateway, Partner, Stage, World, get};

const STRANGER: &str = "20240105-9F8E-407D-80C6-000000000001";

fn open(change: impl FnOnce(World) -> World) -> Option<(Stage, Browser)> {
    let browser = Browser::start("en")?;
    Some((Stage::with(change), browser))
}

/// Opens the only exchange, which was refused.
fn refused(gateway: &Gateway, browser: &Browser, code: &str) {
    let row = gateway.recorded(1).remove(0);
    assert_eq!(row["code"], code, "{row}");
    browser.open(&page(gateway, &format!("#/exchange/{}", row["id"])));
    browser.until("the remedies", "document.querySelector('.remedies button')");
}

/// Sends it again from where the remedy was; it is answered.
fn expect_through(browser: &Browser) {
    browser.until("it is done", "document.querySelector('.remedies .mark.pass')");
    browser.until("the focus", "document.activeElement.closest('.remedies')");
    browser.press("Replay through the gateway now");
    browser.until(
        "the answer",
        "document.querySelector('.detail .sentence.good')?.innerText.includes('answered 200')",
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_url_is_allowed_from_its_refusal() {
    let Some((stage, browser)) = open(|world| world) else { return };
    stage.ask(get("/v2/orders", &[]));
    refused(&stage.gateway, &browser, "url_not_allowed");
    browser.press("Allow this URL now");
    expect_through(&browser);
    let rules =
        stage.gateway.api_ok("GET", &format!("/api/world/apps/{APP}"), None)["allow"].clone();
    assert_eq!(rules.as_array().map(Vec::len), Some(2), "the others stay: {rules}");
}

#[test]
fn an_app_is_installed_from_its_refusal() {
    let Some((stage, browser)) = open(|world| world.app("installed_by", "[]")) else { return };
    stage.ask(get("/api/points", &[]));
    refused(&stage.gateway, &browser, "app_not_installed");
    browser.press("Install");
    expect_through(&browser);
}

#[test]
fn a_token_is_given_from_its_refusal() {
    let world = |world: World| world.top("fidelity", "strict").app("tokens", "{}");
    let Some((stage, browser)) = open(world) else { return };
    stage.ask(get("/api/points", &[]));
    refused(&stage.gateway, &browser, "token_missing");
    browser.press("Give a token");
    browser.until("the question", "document.querySelector('dialog[open] input[type=password]')");
    browser.keys(&format!("given-token-0123456789abcdef{ENTER}"));
    expect_through(&browser);
    let held = stage.gateway.api_ok("GET", &format!("/api/world/tokens/{APP}/{USER}"), None);
    assert!(!held.to_string().contains("given-token"), "{held}");
}

#[test]
fn a_token_that_was_removed_is_restored_from_its_refusal() {
    let Some((stage, browser)) = open(|world| world.top("fidelity", "strict")) else { return };
    stage.gateway.api_ok("DELETE", &format!("/api/world/tokens/{APP}/{USER}"), None);
    stage.ask(get("/api/points", &[]));
    refused(&stage.gateway, &browser, "token_missing");
    assert!(
        browser.text(".sentence").contains("was removed here"),
        "{}",
        browser.text(".sentence")
    );
    browser.press("Restore the token");
    expect_through(&browser);
}

#[test]
fn a_token_is_removed_with_a_question_and_an_undo_and_listed_with_restore() {
    let Some((stage, browser)) = open(|world| world) else { return };
    let delete = || {
        browser.run("document.querySelector('.standing details').open = true; [...document.querySelectorAll('.standing details button')].find((one) => one.innerText === 'Delete').click()");
        browser.until("the question", "document.querySelector('dialog[open]')");
        browser.run("document.querySelector('dialog[open] .danger').click()");
        browser.until(
            "it is listed",
            "document.querySelector('[aria-labelledby=removed]')?.innerText.includes('loyalty/')",
        );
    };
    let is_there = || stage.ask(get("/api/points", &[])).expect_ok("a request");
    browser.open(&page(&stage.gateway, "#/world"));
    browser.until("the app", "document.querySelector('.standing details')");
    delete();
    browser.until("the toast", "document.querySelector('.toast button')");
    browser.press("Undo");
    browser.until("it is back", "!document.querySelector('[aria-labelledby=removed]')");
    delete();
    browser.run("document.querySelector('.toast')?.remove(); document.querySelector('[aria-labelledby=removed] button').click()");
    browser.until("it is back", "!document.querySelector('[aria-labelledby=removed]')");
    is_there();
    assert!(stage.partner.only().field("authorization").is_some());
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_url_of_webhooks_is_changed_from_where_it_was_not_reached() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let nowhere = format!("http://{}", Partner::nowhere());
    let gateway = World::of(&service.partner).webhooks(&nowhere, &[]).start();
    gateway.happen("user.create");
    refused(&gateway, &browser, "partner_unreachable");
    browser.press("Change upstream");
    browser.until(
        "what it is",
        &format!("document.querySelector('dialog[open] input')?.value.startsWith('{nowhere}')"),
    );
    browser.run("document.querySelector('dialog input').select()");
    browser.keys(&format!("{}{ENTER}", service.url()));
    browser.until("it is done", "document.querySelector('.remedies .mark.pass')");
    gateway.happen("subscription.created");
    assert!(!service.hooks().is_empty(), "webhooks go there now");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_terminal_is_added_from_its_refusal_with_what_the_request_says_of_it() {
    let Some((stage, browser)) = open(|world| world) else { return };
    stage.ask(get("/api/points", &[&format!("X-Device-UUID: {STRANGER}")]));
    refused(&stage.gateway, &browser, "device_unknown");
    browser.press("Add this terminal");
    browser.until("the form", &format!("[...document.querySelectorAll('dialog input')].some((one) => one.value === '{STRANGER}')"));
    browser.run("document.querySelector('dialog [type=submit]').focus()");
    browser.keys(ENTER);
    expect_through(&browser);
}

#[test]
fn an_upstream_is_changed_from_where_it_was_not_reached() {
    let nowhere = format!("http://{}", Partner::nowhere());
    let world = |world: World| world.upstream("http://loyalty.example.ru", &nowhere);
    let Some((stage, browser)) = open(world) else { return };
    stage.ask(get("/api/points", &[]));
    refused(&stage.gateway, &browser, "partner_unreachable");
    browser.press("Change upstream");
    browser.until(
        "what it is",
        &format!("document.querySelector('dialog[open] input')?.value.startsWith('{nowhere}')"),
    );
    browser.run("document.querySelector('dialog input').select()");
    browser.keys(&format!("nonsense{ENTER}"));
    browser.until("why not", "document.querySelector('dialog[open] .trouble')?.textContent");
    // The refusal is the browser's complaint too.
    assert_eq!(browser.complaints().len(), 1);
    browser.run("document.querySelector('dialog input').select()");
    browser.keys(&format!("http://{}{ENTER}", stage.partner.addr));
    expect_through(&browser);
}
