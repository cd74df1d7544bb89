//! Apps of the first version that send paths to the gateway itself, and web pages that try to.

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Partner, Stage};

#[test]
fn a_request_to_the_gateway_itself_goes_to_base_url() {
    let stage = Stage::with(|world| {
        world.app("proxy", "v1").app("base_url", "http://loyalty.example.ru/api")
    });
    let addr = stage.gateway.http;
    let got = stage.ask(format!("GET /cards?x=1 HTTP/1.1\r\nHost: {addr}\r\n\r\n"));
    assert_eq!(got.json(), json!({"status": 200, "body": "ok"}), "{}", got.describe());
    let seen = stage.partner.only();
    assert_eq!(seen.line, "GET /api/cards?x=1 HTTP/1.1");
    assert_eq!(seen.all("host"), ["loyalty.example.ru"]);
}

#[test]
fn a_page_from_elsewhere_cannot_use_the_token_of_a_user() {
    let stage = based("");
    let gateway = stage.gateway.http;
    let foreign = [
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        &format!("Origin: http://{gateway}.evil.example"),
        &format!("Origin: https://{gateway}"),
        &format!("Origin: http://{gateway}\r\nOrigin: http://evil.example"),
        &format!("Origin: http://127.0.0.1:{}", gateway.port().wrapping_add(1)),
    ];
    for field in foreign {
        let request = format!(
            "POST /delete-all HTTP/1.1\r\nHost: {gateway}\r\n{field}\r\n\
             Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        let answer = stage.ask(request).expect_refusal(field, 421, "misdirected_request");
        assert!(answer.text().contains("allow_origins"), "{}", answer.describe());
    }
    assert_eq!(stage.partner.lines(), Vec::<String>::new());
    let own = [
        "X-Nothing: of a browser",
        "Sec-Fetch-Site: none",
        "Sec-Fetch-Site: same-origin",
        &format!("Origin: http://{gateway}"),
    ];
    for field in own {
        stage.ask(to_gateway(&stage, field)).expect_ok(field);
    }
    assert_eq!(stage.partner.lines().len(), own.len());
}

#[test]
fn pages_that_are_listed_may_call_a_base_url() {
    let stage = based("['http://localhost:3000', 'https://tests.example.ru']");
    for field in [
        "Origin: http://localhost:3000\r\nSec-Fetch-Site: same-site",
        "Origin: https://tests.example.ru",
    ] {
        stage.ask(to_gateway(&stage, field)).expect_ok(field);
    }
    for field in ["Origin: http://localhost:3001", "Sec-Fetch-Site: same-site"] {
        let answer = stage.ask(to_gateway(&stage, field));
        answer.expect_refusal(field, 421, "misdirected_request");
    }
    let stage = based("any");
    for field in ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site", "Origin: null"] {
        stage.ask(to_gateway(&stage, field)).expect_ok(field);
    }
}

#[test]
fn a_page_in_a_real_browser_reaches_the_partner_only_where_it_is_listed() {
    let Some(browser) = Browser::start("en") else { return };
    let page = Partner::scripted(|call| {
        call.body();
        call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 24\r\n\r\n<main><p>page</p></main>");
    });
    let here = format!("http://localhost:{}", page.addr.port());
    for (allow, reaches) in [("", false), (&*format!("['{here}']"), true)] {
        let stage = based(allow);
        browser.open(&here);
        let to = format!("http://127.0.0.1:{}", stage.gateway.http.port());
        browser.run(&format!(
            "await fetch('{to}/delete-all', {{method: 'POST', mode: 'no-cors', body: 'x'}});\
             await new Promise((done) => {{\
               const image = new Image(); image.onload = image.onerror = done;\
               image.src = '{to}/delete-all?by=image'; }});"
        ));
        let lines = stage.partner.lines();
        let wanted: &[&str] = if reaches { &["POST /api/delete-all HTTP/1.1"] } else { &[] };
        assert_eq!(lines, wanted, "{allow}");
    }
}

/// A gateway whose app has a `base_url`, and `allow_origins` as given.
fn based(allow_origins: &str) -> Stage {
    Stage::with(|world| {
        let world = world.app("proxy", "v1").app("base_url", "http://loyalty.example.ru/api");
        if allow_origins.is_empty() { world } else { world.app("allow_origins", allow_origins) }
    })
}

fn to_gateway(stage: &Stage, field: &str) -> String {
    format!("GET /cards HTTP/1.1\r\nHost: {}\r\n{field}\r\n\r\n", stage.gateway.http)
}
