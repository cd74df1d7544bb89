//! What the page says of a refusal is what the gateway said of this one, not what its code says of all.

use serde_json::{Value, json};

use super::{page, stage, three_exchanges};
use crate::support::Stage;

fn spoken(stage: &Stage, path: &str, language: &str) -> Value {
    let language = format!("Accept-Language: {language}");
    serde_json::from_slice(&stage.gateway.admin_get(path, &[&language]).body).unwrap()
}

#[test]
fn a_refusal_is_told_as_the_gateway_tells_it_this_time() {
    for language in ["en", "ru"] {
        let Some((stage, browser)) = stage(language) else { return };
        let own = stage.gateway.http;
        // For the gateway itself; without a form; of no app that is known; of a header that lies.
        for (host, more) in [
            (own.to_string(), ""),
            ("loyalty.example.ru".to_owned(), "Content-Length: x\r\n"),
            ("loyalty.example.ru".to_owned(), "X-OAuth-Client-ID: no-such-app\r\n"),
            ("loyalty.example.ru".to_owned(), "X-User-Id: 01-000000000000099\r\n"),
        ] {
            let head = format!("GET /api/hello HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
            stage.gateway.http().exchange(&head);
        }
        stage.gateway.recorded(4);
        let rows = spoken(&stage, "/api/exchanges", language);
        let mut codes = Vec::new();
        for row in rows["exchanges"].as_array().unwrap() {
            let why = row["why"].as_str().unwrap().replace('`', "");
            codes.push(row["code"].as_str().unwrap().to_owned());
            browser.open(&page(&stage.gateway, &format!("#/exchange/{}", row["id"])));
            browser.until("the exchange", "document.querySelector('.detail .panel')");
            let note = format!("#row-{} .note", row["id"]);
            browser.until("its row", &format!("document.querySelector('{note}')"));
            for place in [".sentence", &note] {
                let shown =
                    browser.run(&format!("return document.querySelector('{place}').textContent"));
                assert!(shown.as_str().unwrap().contains(&why), "{place}: {shown}, not {why}");
            }
            // What was refused was not accepted.
            assert_eq!(browser.run("return document.querySelector('.noted')"), Value::Null);
        }
        codes.sort();
        let wanted = ["app_unknown", "bad_request", "identity_mismatch", "misdirected_request"];
        assert_eq!(codes, wanted);
        assert_eq!(browser.complaints(), [""; 0]);
    }
}

#[test]
fn where_a_rule_stops_is_counted_from_one_for_eyes_and_ears() {
    let Some((stage, browser)) = stage("en") else { return };
    three_exchanges(&stage);
    browser.open(&page(&stage.gateway, "#/exchange/3"));
    browser.until("the place", "document.querySelector('.stopped .matched')");
    let (matched, said) = (
        browser.text(".stopped .matched"),
        browser.run("return document.querySelector('.stopped .unseen').textContent"),
    );
    let place = matched.chars().count() + 1;
    let said = said.as_str().unwrap();
    assert!(said.starts_with(&format!("stops at character {place},")), "{matched}: {said}");
    let explained = spoken(&stage, "/api/exchanges/3", "en")["explanation"]["sentence"].clone();
    let visible = explained.as_str().unwrap();
    assert!(visible.contains(&format!("character {place} of the URL")), "{visible}");
}

/// What became of a delivery and what its answer is worth are two things.
#[test]
fn a_delivery_that_was_answered_is_not_called_undelivered() {
    let Some((stage, browser)) = stage("ru") else { return };
    let delivery = stage.gateway.happen("user.create");
    assert_eq!([&delivery["state"], &delivery["verdict"]], ["failed", "fail"]);
    browser.open(&page(&stage.gateway, "#/webhooks?tab=deliveries"));
    browser.until("the delivery", "document.querySelector('.deliveries .opener')");
    let state =
        "return document.querySelector('.deliveries tbody td:nth-child(4)').textContent.trim()";
    assert_eq!(browser.run(state), json!("200 ✕ контракт нарушен · повторов не будет"));
    stage.gateway.recorded(1);
    browser.open(&page(&stage.gateway, "#/exchange/1"));
    browser.until("its strip", "document.querySelector('.delivery .line')");
    let strip = browser.text(".delivery .line");
    assert!(strip.contains("контракт нарушен") && !strip.contains("не доставлен"), "{strip}");
}
