//! One state of the connection for all views: gone and back, the session's end, and no words of the
//! browser's own.

use std::fs;

use serde_json::json;

use super::{page, stage};
use crate::support::browser::Browser;
use crate::support::{Gateway, Partner, Raw, World};

const KEY: &str = "console-0123456789";

const SEEN: &str = "document.body.textContent.includes('Failed to fetch')";

/// Stops the gateway, and lets it come back at the same admin address when told.
fn away(gateway: &mut Gateway) {
    let known = format!("admin: {}", gateway.admin);
    let path = gateway.path().join("gateway.yaml");
    let yaml = fs::read_to_string(&path).unwrap().replace("admin: 127.0.0.1:0", &known);
    gateway.signal("TERM");
    gateway.wait();
    fs::write(path, yaml).unwrap();
}

#[test]
fn a_gateway_that_is_gone_is_told_on_every_view_and_each_loads_itself_when_it_is_back() {
    let Some((mut stage, browser)) = stage("ru") else { return };
    let views = [
        ("#/webhooks/stores", ".payload .head"),
        ("#/world", ".card.app"),
        ("#/faults", "[aria-labelledby=faults-now] .empty"),
        ("#/rules", ".patterns"),
        ("#/connect", ".command"),
    ];
    browser.open(&page(&stage.gateway, "#/timeline"));
    browser.until("the strip", "document.querySelector('[data-chip=rules]')");
    away(&mut stage.gateway);
    browser.until("it is told", "document.querySelector('.banner:not([hidden])[data-state=gone]')");
    for (view, _) in views {
        browser.run(&format!("location.hash = '{view}'"));
        browser.until(view, "document.querySelector('.banner:not([hidden])')?.innerText.startsWith('Шлюз не отвечает')");
        browser.until("its trouble", "document.querySelector('main .trouble, main .page')");
        assert_eq!(browser.run(&format!("return {SEEN}")), false, "{view}");
    }
    browser.run("location.hash = '#/exchange/1'");
    browser.until(
        "no lie",
        "document.querySelector('.detail .trouble')?.innerText.includes('Шлюз не отвечает')",
    );
    assert_eq!(
        browser.run("return document.querySelector('.detail').innerText.includes('нет')"),
        false
    );
    for (view, built) in views {
        browser.run(&format!("location.hash = '{view}'"));
        browser.until(view, "document.querySelector('main .page')");
        stage.gateway.restart();
        browser.until(
            view,
            &format!(
                "document.querySelector('.banner').hidden && document.querySelector('{built}')"
            ),
        );
        assert_eq!(browser.run(&format!("return {SEEN}")), false, "{view}");
        away(&mut stage.gateway);
        browser.until("it is told again", "document.querySelector('.banner:not([hidden])')");
    }
}

#[test]
fn a_lost_network_is_told_apart_and_the_page_goes_on_when_it_is_back() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, "#/timeline"));
    browser.until("the strip", "document.querySelector('[data-chip=rules]')");
    browser.offline(true);
    browser.until(
        "it is told",
        "document.querySelector('.banner[data-state=offline]:not([hidden])')?.innerText.startsWith('No network')",
    );
    browser.offline(false);
    browser.until("it is back", "document.querySelector('.banner').hidden");
    stage.ask(crate::support::get("/api/after", &[])).expect_ok("a request");
    browser.until("its row", "document.querySelector('.row')?.innerText.includes('/api/after')");
}

#[test]
fn a_session_that_ends_leads_to_the_sign_in_and_back_to_the_place() {
    let Some(browser) = Browser::start("en") else { return };
    let gateway = World::of(&Partner::start()).top("admin", &format!("{{token: {KEY}}}")).start();
    let sign_in = || {
        browser.arrive("the sign-in page", "document.querySelector('#token')");
        browser.run(&format!("document.querySelector('#token').value = '{KEY}'; document.querySelector('#enter').click()"));
        browser.until("the strip", "document.querySelector('[data-chip=rules]')?.offsetParent");
    };
    browser.open(&page(&gateway, "#/rules"));
    sign_in();
    assert_eq!(browser.run("return location.hash"), "#/rules");
    browser.run("await fetch('/api/session', {method: 'DELETE'})");
    browser
        .until("it is told", "document.querySelector('.banner[data-state=ended]:not([hidden])')");
    browser.run("location.hash = '#/world'");
    browser.until(
        "no words of the API",
        "document.querySelector('main .trouble')?.innerText.includes('session has ended')",
    );
    browser.press("Sign in");
    sign_in();
    assert_eq!(browser.run("return location.hash"), "#/world");
    browser.press("Sign out");
    browser.arrive("the sign-in page", "document.querySelector('#token')");
    assert_eq!(browser.run("return (await fetch('/api/clock')).status"), json!(401));
}

#[test]
fn a_token_in_the_address_is_dropped_whether_one_is_signed_in_or_not() {
    let Some(browser) = Browser::start("en") else { return };
    let gateway = World::of(&Partner::start()).top("admin", &format!("{{token: {KEY}}}")).start();
    browser.open(&page(&gateway, "#token=wrong-0123456789"));
    browser.until("it is told", "document.querySelector('#said')?.textContent");
    assert_eq!(browser.run("return location.href.includes('token')"), false);
    for _ in 0..2 {
        browser.open(&page(&gateway, &format!("#token={KEY}")));
        browser.until("the strip", "document.querySelector('[data-chip=rules]')");
        assert_eq!(browser.run("return location.href.includes('token')"), false);
    }
}

#[test]
fn nobody_signs_out_where_nobody_signs_in() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    browser.until("the strip", "document.querySelector('[data-chip=rules]')");
    assert_eq!(browser.run("return [...document.querySelectorAll('button')].some((one) => one.offsetParent && one.textContent === 'Sign out')"), false);
}

#[test]
fn the_authoritys_certificate_is_had_without_a_token_and_nothing_else_is() {
    let gateway = World::of(&Partner::start()).top("admin", &format!("{{token: {KEY}}}")).start();
    let ask = |path: &str| {
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", gateway.admin);
        Raw::dial(gateway.admin).exchange(head)
    };
    let pem = ask("/connect/ca.pem");
    assert_eq!(pem.status, 200);
    assert_eq!(pem.text(), fs::read_to_string(gateway.ca()).unwrap());
    assert_eq!(ask("/connect/ca.der").status, 200);
    for closed in
        ["/connect/qr.svg", "/api/connect", "/api/status", "/connect/ca.pem/x", "/connect/ca.key"]
    {
        assert_eq!(ask(closed).status, 401, "{closed}");
    }
}
