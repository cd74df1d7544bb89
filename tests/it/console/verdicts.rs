//! A verdict always says why, where and by which source; what was made on purpose is told as such.

use serde_json::{Value, json};

use super::page;
use crate::support::browser::Browser;
use crate::support::service::Service;
use crate::support::{Gateway, World, get};

fn open(language: &str) -> Option<(Gateway, Service, Browser)> {
    let browser = Browser::start(language)?;
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    Some((gateway, service, browser))
}

/// Every text that a finding or a hint gives stands on the page.
#[track_caller]
fn expect_said(browser: &Browser, selector: &str, given: &Value) {
    let shown = browser
        .run(&format!("return document.querySelector({})?.textContent ?? ''", json!(selector)));
    let shown = shown.as_str().unwrap();
    for member in ["text", "pointer", "source", "rule"] {
        let text = &shown_as(&given[member]);
        assert!(shown.contains(text), "{selector} does not say {member} `{text}`: {shown}");
    }
}

/// Names of things stand in a type of their own instead of between backticks.
fn shown_as(text: &Value) -> String {
    text.as_str().unwrap().replace('`', "")
}

const ANSWERS: [(&str, &str); 4] = [
    ("text/html", "<html>"),
    ("application/json", "{\"userId\": 5}"),
    ("application/json", "{\"token\": \"\"}"),
    ("application/json", "[1,"),
];

#[test]
fn a_verdict_says_why_where_and_by_which_source_wherever_it_stands() {
    for language in ["en", "ru"] {
        let Some((gateway, service, browser)) = open(language) else { return };
        for (kind, body) in ANSWERS {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            service.answer("/user/create", head + body);
            let delivery = gateway.happen("user.create")["delivery"].as_str().unwrap().to_owned();
            let spoken = |path: &str| -> Value {
                let language = format!("Accept-Language: {language}");
                serde_json::from_slice(&gateway.admin_get(path, &[&language]).body).unwrap()
            };
            let ended = |row: &&Value| row["running"].is_null();
            let row = || {
                let rows = spoken(&format!("/api/exchanges?filter=delivery:{delivery}"));
                rows["exchanges"].as_array().unwrap().iter().find(ended).cloned()
            };
            gateway.eventually("it is recorded", || row().is_some());
            let row = row().unwrap();
            assert_eq!(row["verdict"], "fail", "{row}");
            let detail = spoken(&format!("/api/exchanges/{}", row["id"]));
            let findings = detail["findings"].as_array().unwrap();
            browser.open(&page(&gateway, &format!("#/exchange/{}?tab=verdict", row["id"])));
            browser.until("the findings", "document.querySelector('.findings')");
            for finding in findings {
                expect_said(&browser, ".findings", finding);
            }
            let first = &row["finding"];
            assert_eq!(first["level"], "fail");
            for place in [".sentence", &format!("#row-{} .note", row["id"])] {
                let shown =
                    browser.run(&format!("return document.querySelector('{place}').textContent"));
                assert!(
                    shown.as_str().unwrap().contains(&shown_as(&first["text"])),
                    "{place}: {shown}"
                );
            }
            let sentence = browser.text(".sentence");
            assert!(sentence.contains(first["source"].as_str().unwrap()), "{sentence}");
            assert!(sentence.contains(first["pointer"].as_str().unwrap()), "{sentence}");
            // The others are a click away.
            let rest = browser.run(
                "const more = document.querySelector('.further'); more?.querySelector('summary').click();\
                 return more ? [...more.querySelectorAll('.finding')].map((one) => one.checkVisibility()) : []",
            );
            assert_eq!(rest, json!(vec![true; findings.len() - 1]), "{findings:?}");
            browser.open(&page(&gateway, &format!("#/webhooks/user.create/{delivery}")));
            browser.until(
                "the attempts",
                "document.querySelector('.attempts:not([hidden]) .finding')",
            );
            for finding in findings {
                expect_said(&browser, ".attempts:not([hidden])", finding);
            }
        }
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
}

/// What the answer's body has at the place of a finding is marked there.
#[test]
fn the_place_of_a_finding_is_marked_in_the_body() {
    let Some((gateway, service, browser)) = open("en") else { return };
    let body = "{\"userId\": 5, \"token\": \"x\"}";
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    service.answer("/user/create", head + body);
    gateway.happen("user.create");
    let row = gateway.recorded(1).remove(0);
    let pointers: Vec<_> = gateway.exchange(&row["id"])["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].clone())
        .collect();
    assert!(pointers.contains(&json!("/userId")), "{pointers:?}");
    browser.open(&page(&gateway, &format!("#/exchange/{}", row["id"])));
    browser.until("the mark", "[...document.querySelectorAll('.tree mark.wrong')].some((one) => one.textContent === '5' && one.title)");
}

#[test]
fn what_a_fault_made_is_told_as_such_and_the_partner_is_not_blamed() {
    for (language, proxy, judged, untouched) in [
        (
            "en",
            "Fault f1 answered 503; the partner was not asked.",
            "made on purpose",
            "violated the contract",
        ),
        (
            "ru",
            "Сбой f1 ответил 503; партнёру запрос не отправлялся.",
            "намеренный сбой",
            "нарушил контракт",
        ),
    ] {
        let Some((gateway, service, browser)) = open(language) else { return };
        let fault = |plane: &str, status: u16| {
            let made =
                json!({"plane": plane, "side": "answer", "kind": "status", "status": status});
            assert_eq!(gateway.api("POST", "/api/faults", Some(&made)).status, 201);
        };
        fault("proxy", 503);
        fault("webhook", 500);
        gateway.ask(get("/api/x", &[]));
        let row = gateway.recorded(1).remove(0);
        browser.open(&page(&gateway, &format!("#/exchange/{}", row["id"])));
        browser.until("the exchange", "document.querySelector('.sentence')");
        let sentence = browser.text(".sentence");
        assert!(sentence.ends_with(proxy) && !sentence.contains(" 503.\n"), "{sentence}");
        let said = browser.run(
            "return [...document.querySelectorAll('table.flow thead th:nth-child(2) .line')].map((one) => one.textContent)",
        );
        let said = said.as_array().unwrap();
        assert!(!said.is_empty(), "no column");
        assert!(said.iter().all(|one| one.as_str().unwrap().contains("✳ f1")), "{said:?}");
        let tag = browser.run(&format!(
            "return document.querySelector('#row-{} .tag.fault').textContent",
            row["id"]
        ));
        assert!(tag.as_str().unwrap().contains("503"), "{tag}");
        let delivery = gateway.happen("user.create");
        assert_eq!((&delivery["status"], &delivery["verdict"]), (&json!(500), &Value::Null));
        let row = gateway.recorded(2).remove(1);
        assert_eq!(
            (&row["verdict"], &row["finding"]["rule"]),
            (&Value::Null, &json!("injected_fault"))
        );
        browser.open(&page(&gateway, &format!("#/exchange/{}?tab=verdict", row["id"])));
        browser.until("the exchange", "document.querySelector('.findings')");
        assert!(!browser.text(".sentence").contains(untouched), "{}", browser.text(".sentence"));
        assert!(browser.text(".sentence").contains("f2"));
        assert!(browser.text(".findings").contains(judged), "{}", browser.text(".findings"));
        assert_eq!(service.hooks().len(), 0, "nobody was asked");
    }
}

/// Valid JSON is never called broken, however much there is; what is broken is, at its place.
#[test]
fn json_is_called_broken_only_where_it_is() {
    let Some(browser) = Browser::start("en") else { return };
    let service = Service::start();
    let gateway = World::of(&service.partner).top("journal", "{body: 1MiB}").start();
    let row = |at: usize| {
        format!("{{\"id\":{at},\"name\":\"Товар {at}\",\"tags\":[\"a\",\"b\"],\"price\":10.50}}")
    };
    let large = format!("[{}]", (0..6000).map(row).collect::<Vec<_>>().join(","));
    let json = |body: &str| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        head + body
    };
    assert!(large.len() > 400_000);
    service.answer("/api/large", json(&large));
    service.answer("/api/broken", json("{\"a\": 1,\n \"b\": [1,, 2]}"));
    service.answer("/api/deep", json(&format!("{}{}", "[".repeat(20_000), "]".repeat(20_000))));
    for (nth, path) in ["/api/large", "/api/broken", "/api/deep"].iter().enumerate() {
        gateway.ask(get(path, &[]));
        gateway.recorded(nth + 1);
    }
    let keeps_all = gateway.exchange(&json!(1))["stages"]["answered"]["body"]["whole"].clone();
    browser.open(&page(&gateway, "#/exchange/1"));
    browser.until("the tree", "document.querySelector('.tree .key')");
    assert!(!browser.text(".panel").contains("Invalid JSON"), "kept whole: {keeps_all}");
    let drawn = browser.run("return document.querySelectorAll('.tree *').length").as_u64().unwrap();
    assert!(drawn < 20_000, "{drawn} elements for what nobody has asked for");
    browser.run("[...document.querySelectorAll('.tree button')].at(-1).click()");
    browser.until("more of it", &format!("document.querySelectorAll('.tree *').length > {drawn}"));
    // An array folds, and says how much it holds.
    browser.run("document.querySelector('.tree details details summary').click()");
    browser.until("it is folded", "document.querySelector('.tree details details:not([open]) .folded')?.textContent.includes('4 items')");
    browser.open(&page(&gateway, "#/exchange/2"));
    browser.until("the mistake", "document.querySelector('mark.wrong')?.textContent === ','");
    assert!(
        browser.text(".panel").contains("Invalid JSON at line 2, column 10."),
        "{}",
        browser.text(".panel")
    );
    browser.open(&page(&gateway, "#/exchange/3"));
    browser.until("what is deep", "document.querySelector('.tree')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
