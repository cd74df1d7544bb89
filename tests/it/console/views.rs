//! What is done in the other views.

use super::{page, stage, three_exchanges};
use crate::support::browser::ENTER;
use crate::support::world::TOKEN;

#[test]
fn a_webhook_is_shown_before_it_is_sent_and_changed_by_field() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/webhooks/documents"));
    browser.until(
        "the body by field",
        "document.querySelector('input[data-path=type]')?.value === 'SELL'",
    );
    assert!(!browser.text(".payload .head").contains(TOKEN), "the token is masked");
    let number = browser.run("return document.querySelector('input[data-path=number]').value");
    browser.run("const input = document.querySelector('input[data-path=type]'); input.focus(); input.select();");
    browser.keys("PAYBACK");
    browser.press("Send");
    browser.until("the delivery", "document.querySelector('.attempts:not([hidden]) .tries')");
    let sent = stage.partner.requests().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&sent.body.content).unwrap();
    assert_eq!(body["type"], "PAYBACK", "{body}");
    assert_eq!(
        body["number"].to_string(),
        number.as_str().unwrap(),
        "what was shown is what is sent"
    );
    assert!(browser.text(".attempts:not([hidden])").contains("200"));
}

#[test]
fn a_webhook_is_sent_broken_and_the_clock_brings_its_next_attempts() {
    let Some((stage, browser)) = stage("ru") else { return };
    browser.open(&page(&stage.gateway, "#/webhooks/stores"));
    browser.until("the body by field", "document.querySelector('input[data-path=\"0.name\"]')");
    browser.run("document.querySelector('[aria-label=\"неверный тип: 0.name\"]').focus()");
    browser.keys(ENTER);
    browser.press("Отправить с неверными типами");
    browser.until("the delivery", "document.querySelector('.attempts:not([hidden]) .tries')");
    let sent = stage.partner.requests().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&sent.body.content).unwrap();
    assert!(body[0]["name"].is_number(), "{body}");
    browser.press("+1 ч");
    browser.until("the wound clock", "document.querySelector('.clock .time b')?.textContent.startsWith('+1 ч') || document.querySelector('.clock .time b')?.textContent.startsWith('+60')");
    let ahead = stage.gateway.api_ok("GET", "/api/clock", None)["ahead_ms"].as_i64().unwrap();
    assert!(ahead >= 3_599_000, "{ahead}");
}

#[test]
fn an_employee_is_hired_renamed_and_dismissed() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/world"));
    browser.press("Add an employee");
    browser.until("the form", "document.querySelector('dialog form')");
    browser.run("[...document.querySelectorAll('dialog label')].find((one) => one.textContent === 'First name').control.focus()");
    browser.keys(&format!("Ada{ENTER}"));
    browser.until("the entry", "!document.querySelector('dialog') && [...document.querySelectorAll('li b')].some((one) => one.textContent === 'Ada')");
    let told = stage.partner.wait(1).pop().unwrap();
    assert_eq!(told.target(), "/api/v1/inventories/employees");
    browser.press("Change: Ada");
    browser.until("the form", "document.querySelector('dialog form')");
    browser.run("const name = [...document.querySelectorAll('dialog label')].find((one) => one.textContent === 'First name').control; name.focus(); name.select();");
    browser.keys(&format!("Grace{ENTER}"));
    browser.press("Delete: Grace");
    browser.until("the question", "document.querySelector('dialog[open] .danger')");
    browser.run("document.querySelector('dialog .danger').click()");
    browser.until(
        "it is gone",
        "![...document.querySelectorAll('.lists li b')].some((one) => /Ada|Grace/.test(one.textContent))",
    );
}

#[test]
fn a_store_goes_with_what_hangs_on_it_only_after_a_question() {
    let Some((stage, browser)) = stage("en") else { return };
    let stores = || {
        stage.gateway.api_ok("GET", "/api/world/stores", None)["stores"].as_array().unwrap().len()
    };
    browser.open(&page(&stage.gateway, "#/world"));
    browser.press("Delete: Кофейня");
    browser.until("the question", "document.querySelector('dialog li')");
    browser.press("Cancel");
    browser.until("no question", "!document.querySelector('dialog')");
    assert_eq!(stores(), 1);
    browser.press("Delete: Кофейня");
    browser.press("Delete all");
    browser.until("it is gone", "!document.querySelector('.store')");
    assert_eq!(stores(), 0);
    browser.press("Undo");
    browser.until("it is back", "document.querySelector('.store')");
    assert_eq!(stores(), 1);
}

#[test]
fn what_was_removed_is_asked_for_listed_and_restored() {
    let Some((stage, browser)) = stage("ru") else { return };
    let apps =
        || stage.gateway.api_ok("GET", "/api/world/apps", None)["apps"].as_array().unwrap().len();
    browser.open(&page(&stage.gateway, "#/world"));
    browser.press("Удалить: loyalty");
    browser.until("the question", "document.querySelector('dialog[open] .danger')");
    assert_eq!(apps(), 1, "nothing goes before it is answered");
    browser.press("Отмена");
    browser.until("no question", "!document.querySelector('dialog')");
    assert_eq!(apps(), 1);
    browser.press("Удалить: loyalty");
    browser.until("the question", "document.querySelector('dialog[open] .danger')");
    browser.run("document.querySelector('dialog .danger').click()");
    browser.until("it is gone", "!document.querySelector('.card.app')");
    assert_eq!(apps(), 0);
    browser.open(&page(&stage.gateway, "#/timeline"));
    browser.open(&page(&stage.gateway, "#/world"));
    browser.until("the list", "document.querySelector('[aria-labelledby=removed] li')");
    assert!(browser.text("[aria-labelledby=removed]").contains("есть в gateway.yaml"));
    browser.press("Восстановить: loyalty");
    browser.until("it is back", "document.querySelector('.card.app')");
    browser.until("nothing is listed", "!document.querySelector('[aria-labelledby=removed]')");
    assert_eq!(apps(), 1);
}

#[test]
fn a_fault_is_made_seen_on_an_exchange_and_ended() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/faults"));
    browser.press("Add the fault");
    browser.press("Yes, all of them");
    browser
        .until("the fault", "document.querySelector('.data tbody tr')?.innerText.includes('503')");
    let answer = stage.ask(crate::support::get("/api/points", &[]));
    assert_eq!(answer.status, 503, "{}", answer.describe());
    stage.gateway.eventually("it is recorded", || {
        !stage.gateway.api_ok("GET", "/api/exchanges", None)["exchanges"]
            .as_array()
            .unwrap()
            .is_empty()
    });
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until(
        "the fault on the exchange",
        "document.querySelector('.faulty')?.innerText.includes('503')",
    );
    browser.open(&page(&stage.gateway, "#/faults"));
    browser.until(
        "its one hit",
        "document.querySelector('.data tbody tr')?.cells[4].innerText === '1'",
    );
    browser.press("Delete all");
    browser.until("none", "!document.querySelector('.data')");
    stage.ask(crate::support::get("/api/points", &[])).expect_ok("without the fault");
}

#[test]
fn a_url_is_explained_rule_by_rule_and_a_rule_proposed() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/rules"));
    browser.until("the apps", "document.querySelector('.ask select')");
    browser.run("document.querySelector('.ask input').focus()");
    browser.keys("https://loyalty.example.ru/v2/orders");
    browser.until(
        "where it stops",
        "document.querySelector('.stopped .rest')?.textContent === 'v2/orders'",
    );
    assert!(
        browser.run("return location.hash").as_str().unwrap().contains("orders"),
        "it can be sent to a colleague"
    );
    browser.open(&page(&stage.gateway, "#/exchange/3"));
    browser.until("the proposal", "document.querySelector('.suggestion code')");
    let rule = browser.text(".suggestion code");
    assert!(rule.starts_with("- 'http://loyalty\\.example\\.ru/"), "{rule}");
}

#[test]
fn two_exchanges_are_compared_line_by_line() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/compare/1/2"));
    browser.until("the difference", "document.querySelector('.lines .minus')");
    let facts = browser.text(".compared");
    assert!(facts.contains("phone=1") && facts.contains("phone=2"), "{facts}");
    let lines = browser.run("return [...document.querySelectorAll('.lines .minus, .lines .plus')].map((one) => one.textContent.trim().slice(0, 30))");
    assert_eq!(lines[0], "- GET /api/points?phone=1 HTTP");
    assert_eq!(lines[1], "+ GET /api/points?phone=2 HTTP");
}

#[test]
fn secrets_are_hidden_until_they_are_asked_for() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/1?tab=headers"));
    browser.until("the fields", "document.querySelector('.panel .masked')");
    let shown = "return document.body.textContent + [...document.querySelectorAll('input')].map((one) => one.value).join()";
    assert!(!browser.run(shown).as_str().unwrap().contains(TOKEN));
    browser.press("Show secrets");
    browser.until(
        "the secrets",
        &format!("document.querySelector('.panel').textContent.includes('{TOKEN}')"),
    );
    browser.press("Hide secrets");
    browser.until(
        "them hidden",
        &format!("!document.querySelector('.panel').textContent.includes('{TOKEN}')"),
    );
}
