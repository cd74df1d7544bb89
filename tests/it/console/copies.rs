//! What is copied of an exchange is data, whatever was captured.

use serde_json::json;

use super::{page, stage, stage_before};
use crate::support::{Partner, copied, get};

/// What a file of another tool holds is copied by the page's own buttons.
#[test]
fn the_method_of_an_imported_exchange_is_no_command() {
    let Some((stage, browser)) = stage_before(Partner::start(), "en") else { return };
    let method = "X|touch$IFS$9PWNED";
    let har = json!({"log": {"entries": [{
        "startedDateTime": jiff::Timestamp::now().to_string(),
        "request": {"method": method, "url": "https://loyalty.example.ru/api/x"},
        "response": {"status": 200},
    }]}});
    stage.gateway.api_ok("POST", "/api/exchanges.har", Some(&har));
    let id = stage.gateway.recorded(1)[0]["id"].clone();
    browser.open(&page(&stage.gateway, &format!("#/exchange/{id}")));
    browser.until("the exchange", "document.querySelector('.actions')");
    browser.run(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}});",
    );
    browser.press("cURL");
    let text = browser.until("the copy", "window.copied");
    let text = text.as_str().unwrap();
    let cacert = " \\\n  --cacert <(curl -sS ";
    let (before, after) = text.split_once(cacert).unwrap();
    let plain = format!("{before} \\\n{}", after.split_once(" \\\n").unwrap().1);
    let proxy = stage.gateway.api_ok("GET", "/api/connect", None)["proxy"].clone();
    let meant = json!({"argv": ["-X", method, "https://loyalty.example.ru/api/x",
        "--proxy", proxy, "-H", "User-Agent:", "-H", "Accept:"]});
    copied::expect_run("imported", "curl", &plain, &meant);
    let others = browser.run(
        "return [...document.querySelectorAll('.copies button')].map((one) => [one.textContent, one.disabled, one.title, one.getAttribute('aria-description')]);",
    );
    let why = "This format cannot express the request’s method";
    assert_eq!(others[0], json!(["cURL", false, "", null]));
    assert_eq!(others[1], json!(["HTTPie", true, why, why]));
    assert_eq!(others[2], json!([".http", true, why, why]));
}

/// A request that the gate refused was never one: there is nothing to copy, to edit or to send again.
#[test]
fn what_was_refused_before_it_was_a_request_has_no_buttons_that_fail() {
    for (language, why) in [
        ("en", "The gateway refused this before there was a request: nothing to copy or replay"),
        ("ru", "Шлюз отказал раньше, чем пришёл сам запрос: копировать и повторять нечего"),
    ] {
        let Some((stage, browser)) = stage(language) else { return };
        let refused =
            "GET /api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\nContent-Length: x\r\n\r\n";
        let answer = stage.gateway.http().exchange(refused);
        assert_eq!(answer.status, 400, "{}", answer.describe());
        let row = stage.gateway.recorded(1).remove(0);
        browser.open(&page(&stage.gateway, &format!("#/exchange/{}", row["id"])));
        browser.until("the exchange", "document.querySelector('.actions')");
        let shown = browser.run(
            "return [...document.querySelectorAll('.actions button:disabled')].map((one) => one.title + '|' + one.getAttribute('aria-description'));",
        );
        let shown = shown.as_array().unwrap();
        assert_eq!(shown.len(), 5, "the app's replay, the editor, three forms: {shown:?}");
        assert!(shown.iter().all(|one| *one == format!("{why}|{why}")), "{shown:?}");
        for key in ["c", "e"] {
            browser.keys(key);
            browser.until(
                "why not",
                &format!(
                    "document.querySelector('.toast')?.textContent === {}",
                    json!(format!("✕ {why}"))
                ),
            );
            browser.run("document.querySelector('.toast').remove()");
        }
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
}

/// What is pasted never goes past the gateway to the real host unless that was chosen.
#[test]
fn a_copy_goes_through_the_gateway_or_straight_to_the_partner() {
    for (language, straight) in [
        ("en", "straight to the partner, as delivered"),
        ("ru", "напрямую партнёру, как доставлено"),
    ] {
        let Some((stage, browser)) = stage(language) else { return };
        stage.ask(get("/api/points?phone=it's", &["X-Note: $(id)"]));
        let id = stage.gateway.recorded(1)[0]["id"].clone();
        browser.open(&page(&stage.gateway, &format!("#/exchange/{id}")));
        browser.until("the exchange", "document.querySelector('.copies button')");
        browser.run(
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text; }}});",
        );
        let proxy = stage.gateway.api_ok("GET", "/api/connect", None)["proxy"].clone();
        let proxy = proxy.as_str().unwrap();
        for source in ["asked", "passed"] {
            for (nth, form) in ["curl", "httpie", "http"].iter().enumerate() {
                browser.run(&format!(
                    "window.copied = null; document.querySelectorAll('[data-way={source}] button')[{nth}].click()"
                ));
                let text = browser.until("the copy", "window.copied");
                let text = text.as_str().unwrap();
                let path = format!("/api/exchanges/{id}/copy?form={form}&stage={source}");
                assert_eq!(
                    text,
                    stage.gateway.api_ok("GET", &path, None)["text"],
                    "{source} {form}"
                );
                assert_eq!(text.contains(proxy), source == "asked", "{text}");
                assert_eq!(
                    text.contains("http://loyalty.example.ru/"),
                    source == "asked",
                    "{text}"
                );
            }
            let way = browser.text(&format!("[data-way={source}] .hint"));
            assert_eq!(way.contains(straight), source == "passed", "{way}");
        }
    }
}
