//! What matters now, on every view, and what is done about it from there.

use std::net::TcpListener;

use serde_json::json;

use super::{page, stage, stage_before};
use crate::support::browser::{Browser, ENTER};
use crate::support::service::Service;
use crate::support::world::{APP, USER};
use crate::support::{Gateway, Latch, Partner, Raw, World, get, ok, secure};

const VIEWS: [&str; 6] =
    ["#/timeline", "#/webhooks", "#/world", "#/faults", "#/rules", "#/connect"];

/// Waits on every view, without loading the page anew, until the chip of a name has a state.
#[track_caller]
fn on_all_views(browser: &Browser, name: &str, state: &str) {
    for view in VIEWS {
        browser.run(&format!("location.hash = '{view}'"));
        let main = format!("document.querySelector('nav [aria-current]')?.hash === '{view}'");
        let chip = format!("document.querySelector('[data-chip={name}].{state}')?.offsetParent");
        browser.until(&format!("{name} is {state} on {view}"), &format!("{main} && {chip}"));
    }
}

/// Opens what is behind a chip.
#[track_caller]
fn behind(browser: &Browser, name: &str) -> String {
    browser.run(&format!(
        "const chip = document.querySelector('[data-chip={name}]');\
         if (chip.getAttribute('aria-expanded') !== 'true') chip.click();"
    ));
    browser.until("what is behind it", "document.querySelector('.behind:not([hidden]) li')");
    browser.text(".behind")
}

#[test]
fn a_service_that_is_down_is_seen_from_every_view_and_its_form_is_one_click_away() {
    let Some(browser) = Browser::start("en") else { return };
    let to = Partner::nowhere();
    let listener = TcpListener::bind(to).unwrap();
    let gateway = World::at(&format!("http://{to}")).start();
    browser.open(&page(&gateway, ""));
    on_all_views(&browser, "upstream", "ok");
    drop(listener);
    on_all_views(&browser, "upstream", "fail");
    assert!(behind(&browser, "upstream").contains(&format!("Nothing is listening on {to}")));
    browser.press("Change the upstream");
    browser.until("the app's form", "document.querySelector('dialog[open] #entry-title')");
    browser.press("Cancel");
    let _listener = TcpListener::bind(to).unwrap();
    behind(&browser, "upstream");
    browser.press("Check again");
    browser.until("it is up", "document.querySelector('[data-chip=upstream].ok')");
    // The app has no webhooks, and the view of webhooks says so.
    let without_webhooks = |one: &String| !one.contains("/api/webhooks/preview");
    let complaints: Vec<_> = browser.complaints().into_iter().filter(without_webhooks).collect();
    assert_eq!(complaints, [""; 0]);
}

#[test]
fn a_missing_token_is_seen_from_every_view_and_brought_by_user_create_or_by_hand() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let world = World::of(&service.partner).webhooks(&service.url(), &[]).app("tokens", "{}");
    let gateway = world.start();
    browser.open(&page(&gateway, ""));
    on_all_views(&browser, "token", "warn");
    assert!(behind(&browser, "token").contains(&format!("{USER} has no token")));
    browser.press("Run user.create");
    browser
        .until("its result", "document.querySelector('.toast.good')?.textContent.includes('200')");
    browser.until("the token", "document.querySelector('[data-chip=token].ok')");
    assert!(behind(&browser, "token").contains("from user.create"));
    gateway.api_ok("DELETE", &format!("/api/world/tokens/{APP}/{USER}"), None);
    browser.until("none", "document.querySelector('[data-chip=token].warn')");
    behind(&browser, "token");
    browser.run("document.querySelector('.behind details').open = true; document.querySelector('.behind input').focus()");
    browser.keys(&format!("by-hand-0123456789{ENTER}"));
    browser.until("the token", "document.querySelector('[data-chip=token].ok')");
    assert!(gateway.api("GET", "/api/status", None).text().contains("\"origin\":\"console\""));
}

#[test]
fn a_request_without_a_token_is_marked_and_helped() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let world = World::of(&service.partner).webhooks(&service.url(), &[]).app("tokens", "{}");
    let gateway = world.start();
    gateway.ask(get("/api/points", &[])).expect_ok("a request");
    browser.open(&page(&gateway, ""));
    browser.until("the row", "document.querySelector('.row .result.odd')");
    assert!(browser.text(".row .note").contains("without a token"));
    browser.run("document.querySelector('.row').click()");
    browser.until("the sentence", "document.querySelector('.sentence.odd')?.innerText.includes('user.create has not answered yet')");
    browser.run("[...document.querySelectorAll('.detail button')].find((one) => one.textContent === 'Run user.create').click()");
    browser.until("the token", "document.querySelector('[data-chip=token].ok')");
    gateway.ask(get("/api/points?2", &[])).expect_ok("a request");
    browser.until("a good row", "document.querySelector('[aria-posinset=\"1\"] .result.good')");
}

#[test]
fn a_refused_url_is_seen_from_every_view_and_allowed_at_once() {
    let Some((stage, browser)) = stage("ru") else { return };
    browser.open(&page(&stage.gateway, ""));
    on_all_views(&browser, "rules", "ok");
    assert_eq!(stage.ask(get("/v2/orders?x=1", &[])).status, 403);
    on_all_views(&browser, "rules", "warn");
    assert!(behind(&browser, "rules").contains("/v2/orders?x=1"));
    browser.press("Разрешить этот URL");
    browser.until("it is allowed", "document.querySelector('[data-chip=rules].ok')");
    stage.ask(get("/v2/orders?x=1", &[])).expect_ok("what was refused");
}

#[test]
fn what_runs_is_seen_from_every_view_and_leads_to_its_rows() {
    let latch = Latch::default();
    let held = latch.clone();
    let partner = Partner::scripted(move |call| {
        call.body();
        held.wait();
        call.send(&ok("ok"));
    });
    let Some((stage, browser)) = stage_before(partner, "en") else { return };
    browser.open(&page(&stage.gateway, ""));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/slow", &[]));
    browser.until(
        "it runs",
        "document.querySelector('[data-chip=running]')?.textContent.includes('1 · ')",
    );
    for view in VIEWS {
        browser.run(&format!("location.hash = '{view}'"));
        browser.until(view, "document.querySelector('[data-chip=running]')?.offsetParent");
    }
    assert!(behind(&browser, "running").contains("1 request is in progress"));
    browser.press("Show them");
    browser.until("its row", "location.hash.startsWith('#/timeline?filter=is') && document.querySelector('.row .result.open')");
    latch.open();
    raw.answer().expect_ok("the answer");
    browser.until("no chip", "!document.querySelector('[data-chip=running]')");
}

#[test]
fn a_queue_is_seen_from_every_view_and_delivered_from_there() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    service.answer("/stores", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    browser.open(&page(&gateway, ""));
    gateway.happen("stores");
    on_all_views(&browser, "queue", "fail");
    assert!(browser.text("[data-chip=webhook]").contains("0 of 1 OK"));
    service.recover();
    assert!(behind(&browser, "queue").contains("1 webhook is queued"));
    browser.press("Deliver now");
    browser.until("it is empty", "!document.querySelector('[data-chip=queue]')");
    browser.until(
        "it passed",
        "document.querySelector('[data-chip=webhook].ok')?.textContent.includes('1 of 1 OK')",
    );
}

#[test]
fn a_broken_file_is_told_on_every_view_with_its_line() {
    let Some((stage, browser)) = stage("ru") else { return };
    let path = stage.gateway.path().join("gateway.yaml");
    let good = std::fs::read_to_string(path).unwrap();
    browser.open(&page(&stage.gateway, ""));
    stage.gateway.rewrite(&good.replace("version: 1\n", "version: 1\nlistn: {}\n"));
    on_all_views(&browser, "configuration", "fail");
    for view in VIEWS {
        browser.run(&format!("location.hash = '{view}'"));
        browser.until(view, "document.querySelector('.broken:not([hidden])')");
    }
    let told = browser.text(".broken");
    assert!(told.contains("действует прежняя конфигурация") && told.contains("строка 2"), "{told}");
    assert!(told.contains("listn: {}"), "the line itself: {told}");
    stage.gateway.rewrite(&good);
    browser.until("it is mended", "document.querySelector('.broken').hidden && !document.querySelector('[data-chip=configuration]')");
}

#[test]
fn faults_and_the_clock_are_seen_from_every_view_and_undone_from_there() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    let fault = json!({"kind": "status", "status": 503, "path": "/api/fx*"});
    assert_eq!(stage.gateway.api("POST", "/api/faults", Some(&fault)).status, 201);
    stage.gateway.advance("3d");
    on_all_views(&browser, "faults", "warn");
    on_all_views(&browser, "clock", "note");
    assert!(browser.text("[data-chip=clock]").contains("+3 d"));
    stage.gateway.happen("stores");
    browser.run("location.hash = '#/timeline'");
    browser.until(
        "the cloud's time",
        "document.querySelector('.row.webhook .note')?.textContent.includes('cloud ')",
    );
    behind(&browser, "faults");
    browser.press("Switch faults off");
    browser.until("no faults", "!document.querySelector('[data-chip=faults]')");
    behind(&browser, "clock");
    browser.press("Back to real time");
    browser.until("no clock", "!document.querySelector('[data-chip=clock]')");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_terminal_that_does_not_trust_is_seen_from_every_view_until_one_does() {
    let Some((stage, browser)) = stage("en") else { return };
    let gateway = &stage.gateway;
    browser.open(&page(gateway, ""));
    let (other, _) = secure::self_signed("other.test");
    std::fs::write(gateway.path().join("other.pem"), other).unwrap();
    let stranger = secure::trusting(&gateway.path().join("other.pem"), &[]);
    assert!(Raw::dial(gateway.https).try_secure("loyalty.example.ru", &stranger).is_err());
    on_all_views(&browser, "terminal", "warn");
    behind(&browser, "terminal");
    browser.press("How to install the certificate");
    browser.until("the steps", "location.hash === '#/connect'");
    let mut raw = gateway.https("loyalty.example.ru");
    raw.exchange(get("/api/points", &[])).expect_ok("a request over TLS");
    browser.until(
        "it is trusted",
        "document.querySelector('[data-chip=terminal].ok')?.textContent.includes('Касса')",
    );
}

#[test]
fn an_empty_gateway_has_a_list_of_what_to_do_that_follows_what_is_done() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let world = World::of(&service.partner).webhooks(&service.url(), &[]).app("tokens", "{}");
    let gateway = world.start();
    // Only what is done here is a row.
    browser.open(&page(&gateway, "#/timeline?filter=plane%3Acloud"));
    browser.run("location.hash = '#/timeline'");
    browser.until("the list", "document.querySelectorAll('.first li').length === 5");
    let done = "[...document.querySelectorAll('.first li')].map((one) => one.classList.contains('done')).join()";
    browser.until("the service", &format!("{done} === 'true,false,false,false,false'"));
    browser
        .until("a sample", "document.querySelector('.first code')?.textContent.startsWith('curl')");
    gateway.ask(get("/api/points", &[])).expect_ok("a request");
    browser.until("the row", "document.querySelector('.row')");
    let steps = || gateway.api_ok("GET", "/api/status", None)["apps"][0]["steps"].clone();
    gateway.eventually("the request is done", || steps()[1]["done"] == true);
    gateway.happen("user.create");
    gateway.eventually("all is done", || {
        steps().as_array().unwrap().iter().all(|one| one["done"] == true)
    });
}

#[test]
fn each_app_has_its_own_way_and_the_choice_is_kept() {
    let Some(browser) = Browser::start("en") else { return };
    let partner = Partner::start();
    let gateway = World::of(&partner).crowd().start();
    browser.open(&page(&gateway, ""));
    browser.until("the choice", "document.querySelector('.strip select')?.options.length === 2");
    let choose = "const choice = document.querySelector('.strip select'); choice.value = choice.options[1].value; choice.dispatchEvent(new Event('change'))";
    browser.run(choose);
    browser.until(
        "the other app",
        "document.querySelector('[data-chip=token]')?.textContent.includes('fixed')",
    );
    browser.open(&page(&gateway, "#/rules"));
    browser.until(
        "the other app",
        "document.querySelector('[data-chip=token]')?.textContent.includes('fixed')",
    );
}

#[test]
fn the_strip_is_low_on_a_desk_and_folds_on_a_phone() {
    let Some((stage, browser)) = stage("ru") else { return };
    three(&stage.gateway);
    for (width, most) in [(1280, 80), (400, 44)] {
        browser.resize(width, 900);
        browser.open(&page(&stage.gateway, ""));
        browser.until("the strip", "document.querySelector('[data-chip=rules]')");
        let height =
            browser.run("return document.querySelector('.strip').offsetHeight").as_u64().unwrap();
        assert!(height <= most, "{height} px at {width}");
        let over = browser.run("return document.documentElement.scrollWidth > innerWidth");
        assert_eq!(over, false, "{width}");
    }
    browser.run("document.querySelector('.strip .fold').click()");
    browser.until("all chips", "document.querySelector('[data-chip=rules]')?.offsetParent");
}

fn three(gateway: &Gateway) {
    for target in ["/api/1", "/api/2", "/admin"] {
        gateway.ask(get(target, &[]));
    }
}
