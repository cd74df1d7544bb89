//! What is copied of an exchange is data, whatever was captured.

use serde_json::{Value, json};

use super::{page, stage, stage_before};
use crate::support::browser::Browser;
use crate::support::{Partner, copied};

/// What the page makes of each row of the table, by form.
fn made(browser: &Browser, rows: &[Value]) -> Value {
    let exchanges: Vec<_> = rows.iter().map(exchange).collect();
    browser.run(&format!(
        "const {{copies}} = await import('/console/copies.js');\
         return {}.map((one) => ['curl', 'httpie', 'http'].map((kind) => copies(one, kind)));",
        Value::from(exchanges)
    ))
}

/// As the API shows it.
fn exchange(row: &Value) -> Value {
    let asked = &row["request"];
    let fields = asked["fields"].as_array().unwrap().iter();
    let fields: Vec<_> = fields.map(|one| json!({"name": one[0], "value": one[1]})).collect();
    let has_body = asked.get("text").or(asked.get("base64")).is_some();
    let body = has_body.then(|| {
        json!({"text": asked["text"], "base64": asked["base64"], "kept": 1, "encoding": null,
            "href": "/api/exchanges/1/body/asked"})
    });
    json!({"id": 1, "method": asked["method"], "url": asked["url"],
        "stages": {"asked": {"fields": fields, "body": body}}})
}

#[test]
fn a_hostile_request_stays_data_in_every_form() {
    let Some((stage, browser)) = stage("en") else { return };
    browser.open(&page(&stage.gateway, ""));
    let rows = copied::rows();
    let address = format!("http://{}", stage.gateway.admin);
    for (row, made) in rows.iter().zip(made(&browser, &rows).as_array().unwrap()) {
        let name = row["name"].as_str().unwrap();
        for (place, (form, program)) in [("curl", "curl"), ("httpie", "http")].iter().enumerate() {
            match made[place]["text"].as_str() {
                Some(text) => copied::expect_run(name, program, text, &row[form]),
                None => assert_eq!(made[place], row[form], "{name}, {form}"),
            }
        }
        match made[2]["text"].as_str() {
            Some(text) => {
                let meant =
                    row["http"]["text"].as_str().unwrap_or_else(|| panic!("{name}: {text}"));
                assert_eq!(text, meant.replace("{address}", &address), "{name}");
            }
            None => assert_eq!(made[2], row["http"], "{name}, http"),
        }
    }
}

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
    let meant = json!({"argv": ["-X", method, "https://loyalty.example.ru/api/x",
        "-H", "User-Agent:", "-H", "Accept:"]});
    copied::expect_run("imported", "curl", text.as_str().unwrap(), &meant);
    let others = browser.run(
        "return [...document.querySelectorAll('.group button')].map((one) => [one.textContent, one.disabled, one.title, one.getAttribute('aria-description')]);",
    );
    let why = "This form cannot hold the request’s method";
    assert_eq!(others[0], json!(["cURL", false, "", null]));
    assert_eq!(others[1], json!(["HTTPie", true, why, why]));
    assert_eq!(others[2], json!([".http", true, why, why]));
}

/// A request that the gate refused was never one: there is nothing to copy, to edit or to send again.
#[test]
fn what_was_refused_before_it_was_a_request_has_no_buttons_that_fail() {
    for (language, why) in [
        ("en", "The gateway refused it before it was a request: there is nothing to copy or send"),
        ("ru", "Шлюз отклонил это, не дождавшись запроса: копировать и повторять нечего"),
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
