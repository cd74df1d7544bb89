//! What was captured is shown and never run.

use super::{page, stage_before};
use crate::support::browser::Browser;
use crate::support::{Partner, Stage};

const SCRIPT: &str = "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=2\">";

fn evil(call: &mut crate::support::Call) {
    call.body();
    let (kind, body) = match call.request.target() {
        target if target.contains("html") => {
            ("text/html", format!("<html><body>{SCRIPT}</body></html>"))
        }
        target if target.contains("svg") => (
            "image/svg+xml",
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"window.pwned=3\">{SCRIPT}</svg>"
            ),
        ),
        target if target.contains("png") => ("image/png", SCRIPT.to_owned()),
        target if target.contains("form") => (
            "application/x-www-form-urlencoded",
            "a=%3Cscript%3Ewindow.pwned%3D4%3C%2Fscript%3E&b=<b>".to_owned(),
        ),
        target if target.contains("parts") => (
            "multipart/form-data; boundary=b",
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"{SCRIPT}\"\r\n\r\n{SCRIPT}\r\n--b--\r\n"
            ),
        ),
        _ => (
            "application/json",
            format!(
                "{{\"</script>{}\":\"\\u003cscript>\", \"__proto__\": {{\"pwned\": 5}}, broken {SCRIPT}",
                SCRIPT.replace('"', "'")
            ),
        ),
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nX-!#$%&'*+-.^_`|~: <script>window.pwned=6</script>\r\n\
         Link: <javascript:window.pwned=7>; rel=preload\r\nRefresh: 0;url=javascript:window.pwned=8\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    call.send((head + &body).as_bytes());
}

fn expect_harmless(browser: &Browser, what: &str) {
    let found = browser.run(
        "return {pwned: window.pwned ?? null, proto: ({}).pwned ?? null,\
           scripts: [...document.scripts].map((one) => one.getAttribute('src')),\
           alien: document.querySelectorAll('main script, main iframe, main object, main img[src=x], main [onerror], main [onload], main a[href^=\"javascript\"]').length};",
    );
    let expected = serde_json::json!({"pwned": null, "proto": null, "scripts": ["/console/early.js", "/console/app.js"], "alien": 0});
    assert_eq!(found, expected, "{what}");
}

#[test]
fn bodies_fields_and_addresses_stay_text() {
    let Some((stage, browser)) = stage_before(Partner::scripted(evil), "en") else { return };
    let targets = [
        "/api/json",
        "/api/html",
        "/api/svg",
        "/api/png",
        "/api/form",
        "/api/parts",
        "/api/<script>window.pwned=9</script>?q=\"><img/src=x/onerror=window.pwned=10>",
    ];
    for target in targets {
        let body = format!("{{\"x\":\"{}\"}}", SCRIPT.replace('"', "\\\""));
        stage.ask(crate::support::post(
            target,
            &[
                "Content-Type: application/json",
                "X-<b>: 1",
                "Referer: \"><script>window.pwned=11</script>",
            ],
            body.as_bytes(),
        ));
        stage.ask(crate::support::post(
            target,
            &["Content-Type: application/json", "Referer: \"><script>window.pwned=11</script>"],
            body.as_bytes(),
        ));
    }
    let kept = || stage.gateway.api_ok("GET", "/api/exchanges", None);
    stage.gateway.eventually("all are recorded", || {
        kept()["exchanges"].as_array().unwrap().len() >= targets.len()
    });
    browser.open(&page(&stage.gateway, ""));
    browser.until("the rows", "document.querySelector('.row')");
    expect_harmless(&browser, "the timeline");
    let list = kept();
    for row in list["exchanges"].as_array().unwrap() {
        look_at(&browser, &stage, &row["id"].to_string());
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Every tab, and every form of every body.
fn look_at(browser: &Browser, stage: &Stage, id: &str) {
    browser.run(&format!("location.hash = '#/exchange/{id}'"));
    browser.until(
        "the exchange",
        &format!("document.querySelector('.which')?.textContent.startsWith('#{id} ')"),
    );
    for tab in ["Headers", "Timing", "Raw", "Verdict", "Body"] {
        browser.press(tab);
        expect_harmless(browser, &format!("{id} {tab}"));
    }
    browser.run(
        "for (const chooser of document.querySelectorAll('section.body select')) for (const option of chooser.options) {\
           chooser.value = option.value; chooser.dispatchEvent(new Event('change'));\
           await new Promise((wake) => setTimeout(wake, 30)); }",
    );
    expect_harmless(browser, &format!("{id} forms of the body"));
    let _ = stage;
}

#[test]
fn the_body_of_an_exchange_opens_as_a_download_only() {
    let Some((stage, browser)) = stage_before(Partner::scripted(evil), "en") else { return };
    stage.ask(crate::support::get("/api/html", &[]));
    stage.gateway.eventually("it is recorded", || {
        stage.gateway.api_ok("GET", "/api/exchanges", None)["exchanges"].as_array().unwrap().len()
            == 1
    });
    browser.open(&page(&stage.gateway, ""));
    let head = browser.run(
        "const answer = await fetch('/api/exchanges/1/body/answered');\
         return ['content-disposition', 'x-content-type-options', 'content-security-policy'].map((name) => answer.headers.get(name));",
    );
    let head = head.as_array().unwrap();
    assert!(head[0].as_str().unwrap().starts_with("attachment"), "{head:?}");
    assert_eq!(head[1], "nosniff");
    assert!(head[2].as_str().unwrap().contains("sandbox"), "{head:?}");
}

#[test]
fn what_is_imported_is_no_more_to_be_trusted() {
    let Some((stage, browser)) = stage_before(Partner::start(), "en") else { return };
    let now = jiff::Timestamp::now().to_string();
    let message = |extra: serde_json::Value| {
        let mut message = serde_json::json!({
            "httpVersion": "HTTP/1.1",
            "cookies": [{"name": SCRIPT, "value": SCRIPT}],
            "headers": [{"name": "X-Own", "value": SCRIPT}, {"name": "Link", "value": "javascript:window.pwned=12"}],
            "headersSize": -1,
            "bodySize": -1,
            "comment": SCRIPT,
        });
        message.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        message
    };
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": SCRIPT, "version": SCRIPT}, "entries": [{
        "startedDateTime": now,
        "time": 1,
        "comment": SCRIPT,
        "_evotor": {"app": SCRIPT, "device": SCRIPT, "plane": SCRIPT},
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
        "request": message(serde_json::json!({
            "method": "POST",
            "url": "https://loyalty.example.ru/api/%3Cscript%3E?q=<script>window.pwned=13</script>",
            "queryString": [{"name": SCRIPT, "value": SCRIPT}],
            "postData": {"mimeType": "text/html", "text": SCRIPT},
        })),
        "response": message(serde_json::json!({
            "status": 200,
            "statusText": SCRIPT,
            "redirectURL": "javascript:window.pwned=14",
            "content": {"size": 90, "mimeType": "text/html", "text": format!("<html>{SCRIPT}</html>")},
        })),
    }]}});
    let imported = stage.gateway.api_ok("POST", "/api/exchanges.har", Some(&har));
    assert_eq!(imported["imported"], 1, "{imported}");
    let row = stage.gateway.recorded(1).remove(0);
    browser.open(&page(&stage.gateway, ""));
    browser.until("the row", "document.querySelector('.row')");
    expect_harmless(&browser, "the timeline");
    look_at(&browser, &stage, &row["id"].to_string());
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
