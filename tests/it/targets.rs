//! Targets and hosts that two parsers could read differently: refused, never repaired.

use crate::support::{Stage, get};

const TARGET: &[&str] = &["bad_target"];
const EITHER: &[&str] = &["bad_request", "bad_target"];
const SECOND: &str = "GET /api/smuggled HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n";

#[test]
fn targets_that_parsers_read_differently_are_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    let rows = [
        "/api/../x",
        "/api/./x",
        "/..",
        "/.",
        "/api/..",
        "/api/.",
        "/../api/x",
        "/api/%2e%2e/x",
        "/api/%2E%2E/x",
        "/api/.%2e/x",
        "/api/%2e./x",
        "/api/%2e/x",
        "/api/..%2fx",
        "/api/%2e%2e%2fx",
        "/api\\x",
        "\\api",
        "/api/x?a\\b",
        "/api/%5c..%5cx",
        "/api/x#fragment",
        "/api/x?y#z",
        "/api/\u{436}",
        "/api/x\u{7f}",
        "/api/%",
        "/api/%4",
        "/api/%zz",
        "/api/x?%",
        "/api/%00",
        "/api/x\"",
        "/api/<x>",
        "api/x",
        "?a=1",
        "/api/..;/x",
        "/api/x\x01",
    ];
    for target in rows {
        let target_is_pending = ["/api/..;/x", "/api/%5c..%5cx", "/api/..%2fx", "/api/%2e%2e%2fx"];
        if target_is_pending.contains(&target) {
            expect_refused_or_exact(&stage, target);
        } else {
            stage.expect_cut(target, get(target, &[]), EITHER);
        }
    }
}

#[test]
fn the_contracts_own_bad_targets_are_refused_by_that_name() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    for target in ["/api/../x", "/api/%2e%2e/x", "/api/.", "/api\\x", "/api/x#y"] {
        stage.expect_cut(target, get(target, &[]), TARGET);
    }
    for (target, host) in [
        ("http://user@loyalty.example.ru/api/x", "loyalty.example.ru"),
        ("http://user:pass@loyalty.example.ru/api/x", "loyalty.example.ru"),
        ("http://evil.ru/api/x", "loyalty.example.ru"),
        ("http://loyalty.example.ru/api/../x", "loyalty.example.ru"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stage.expect_cut(target, request, TARGET);
    }
    for lines in ["", "Host:\r\n", "Host: loyalty.example.ru\r\nHost: loyalty.example.ru\r\n"] {
        stage.expect_cut(lines, format!("GET /api/x HTTP/1.1\r\n{lines}\r\n"), EITHER);
    }
}

#[test]
fn absolute_targets_that_parsers_read_differently_are_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    let host = "loyalty.example.ru";
    let rows = [
        ("http://loyalty.example.ru:0443/api/x", "loyalty.example.ru:0443"),
        ("http://loyalty.example.ru:/api/x", "loyalty.example.ru:"),
        ("http://loyalty.example.ru:99999/api/x", "loyalty.example.ru:99999"),
        ("http://loyalty.example.ru:80:80/api/x", host),
        ("http://loyalty.example.ru:8o/api/x", host),
        ("http:///api/x", host),
        ("http:/api/x", host),
        ("http:loyalty.example.ru/api/x", host),
        ("ftp://loyalty.example.ru/api/x", host),
        ("javascript:alert(1)", host),
        ("file:///etc/passwd", host),
        ("http://@loyalty.example.ru/api/x", host),
        ("http://loyalty.example.ru@evil.ru/api/x", host),
        ("http://loyalty.example.ru\\@evil.ru/api/x", host),
        ("http://loyalty.example.ru#@evil.ru/api/x", host),
        ("http://loyalty%2eexample.ru/api/x", host),
        ("http://l\u{43e}yalty.example.ru/api/x", host),
        ("http://loyalty.example.ru/api/x", "other.example.ru"),
        ("http://loyalty.example.ru/api/x", "loyalty.example.ru:8080"),
        ("*", host),
        ("loyalty.example.ru:443", host),
        ("loyalty.example.ru", host),
    ];
    for (target, host) in rows {
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stage.expect_cut(&format!("{target} at {host}"), request, EITHER);
    }
}

#[test]
fn bad_hosts_are_refused() {
    let stage = Stage::with(|world| world.allow(&[".*"]));
    let rows = [
        ("none", ""),
        ("empty", "Host:\r\n"),
        ("blank", "Host:  \r\n"),
        ("two", "Host: loyalty.example.ru\r\nHost: other.example.ru\r\n"),
        ("two alike", "Host: loyalty.example.ru\r\nhost: loyalty.example.ru\r\n"),
        ("a list", "Host: loyalty.example.ru, other.example.ru\r\n"),
        ("userinfo", "Host: user@loyalty.example.ru\r\n"),
        ("a path", "Host: loyalty.example.ru/api\r\n"),
        ("a scheme", "Host: http://loyalty.example.ru\r\n"),
        ("a blank inside", "Host: loyalty example.ru\r\n"),
        ("a backslash", "Host: loyalty.example.ru\\x\r\n"),
        ("a query", "Host: loyalty.example.ru?x\r\n"),
        ("a fragment", "Host: loyalty.example.ru#x\r\n"),
        ("a percent", "Host: loyalty%2eexample.ru\r\n"),
        ("beyond ASCII", "Host: лояльность.рф\r\n"),
        ("a port without digits", "Host: loyalty.example.ru:\r\n"),
        ("a port with letters", "Host: loyalty.example.ru:8o\r\n"),
        ("a port with a leading zero", "Host: loyalty.example.ru:080\r\n"),
        ("a port too large", "Host: loyalty.example.ru:65616\r\n"),
        ("a port with a sign", "Host: loyalty.example.ru:+80\r\n"),
        ("two ports", "Host: loyalty.example.ru:80:80\r\n"),
        ("a port alone", "Host: :80\r\n"),
        ("dots alone", "Host: ..\r\n"),
        ("an empty label", "Host: loyalty..example.ru\r\n"),
        ("half a bracket", "Host: [::1\r\n"),
        ("a NUL", "Host: loyalty.example.ru\0\r\n"),
    ];
    for (what, lines) in rows {
        stage.expect_cut(what, format!("GET /api/x HTTP/1.1\r\n{lines}\r\n{SECOND}"), EITHER);
    }
    for version in ["1.0", "1.1"] {
        let request = format!("GET /api/x HTTP/{version}\r\nHost: a.ru\r\nHost: b.ru\r\n\r\n");
        stage.expect_cut(version, request, EITHER);
    }
}

#[test]
fn an_sni_that_differs_from_the_host_is_refused() {
    let stage = Stage::start();
    let mut raw = stage.gateway.https("other.example.ru");
    raw.exchange(get("/api/x", &[])).expect_refusal("SNI ≠ Host", 400, "bad_target");
    stage.expect_nothing_since(0, "SNI ≠ Host");
}

fn expect_refused_or_exact(stage: &Stage, target: &str) {
    let before = stage.partner.requests().len();
    let answer = stage.ask(get(target, &[]));
    if answer.status == 200 {
        assert_eq!(stage.partner.wait(before + 1).pop().unwrap().target(), target);
    } else {
        answer.expect_refusal(target, 400, "bad_target");
    }
}
