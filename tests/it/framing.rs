//! Requests that two parsers could read differently: 400, the connection closed, the partner spared.

use crate::support::gateway::connect;
use crate::support::{Stage, get, head_of, post};

const BAD: &[&str] = &["bad_request"];
const EITHER: &[&str] = &["bad_request", "bad_target"];
const SECOND: &str = "GET /api/smuggled HTTP/1.1\r\nHost: loyalty.example.ru\r\n\r\n";

/// One allowed POST with these field lines and this body, and a second request behind it.
fn with(fields: &str, body: &str) -> String {
    format!("POST /api/x HTTP/1.1\r\nHost: loyalty.example.ru\r\n{fields}\r\n{body}{SECOND}")
}

#[test]
fn lengths_that_contradict_are_refused() {
    let stage = Stage::start();
    let rows = [
        ("CL then TE", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("TE then CL", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"),
        ("CL 0 and TE", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        ("TE identity and CL", "Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "abc"),
        ("two differing CLs", "Content-Length: 3\r\nContent-Length: 4\r\n", "abc"),
        ("two equal CLs", "Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
        ("a list of CLs", "Content-Length: 3, 3\r\n", "abc"),
        ("a list of differing CLs", "Content-Length: 3, 0\r\n", "abc"),
        ("a plus sign", "Content-Length: +5\r\n", "abcde"),
        ("a minus sign", "Content-Length: -1\r\n", ""),
        ("hex", "Content-Length: 0x3\r\n", "abc"),
        ("letters", "Content-Length: three\r\n", "abc"),
        ("an empty CL", "Content-Length:\r\n", ""),
        ("a space inside", "Content-Length: 1 2\r\n", "abc"),
        ("a comma behind", "Content-Length: 3,\r\n", "abc"),
        ("a point", "Content-Length: 3.0\r\n", "abc"),
        ("an underscore", "Content-Length: 1_0\r\n", "abc"),
        ("a quoted number", "Content-Length: \"3\"\r\n", "abc"),
        ("2^64", "Content-Length: 18446744073709551616\r\n", "abc"),
        ("2^64 and 3", "Content-Length: 18446744073709551619\r\n", "abc"),
        ("forty digits", "Content-Length: 9999999999999999999999999999999999999999\r\n", "abc"),
        ("a NUL in CL", "Content-Length: 3\0\r\n", "abc"),
        ("a vertical tab in CL", "Content-Length: \x0b3\r\n", "abc"),
    ];
    for (what, fields, body) in rows {
        stage.expect_cut(what, with(fields, body), BAD);
    }
}

#[test]
fn any_transfer_encoding_but_one_chunked_is_refused() {
    let stage = Stage::start();
    let rows = [
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding:",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding: chunked\x00",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding:\r\n chunked",
        "X: y\nTransfer-Encoding: chunked",
        "X: y\rTransfer-Encoding: chunked",
    ];
    for field in rows {
        stage.expect_cut(field, with(&format!("{field}\r\n"), "0\r\n\r\n"), BAD);
    }
}

#[test]
fn chunked_in_http_1_0_is_refused() {
    let stage = Stage::start();
    let request =
        with("Transfer-Encoding: chunked\r\n", "0\r\n\r\n").replacen("HTTP/1.1", "HTTP/1.0", 1);
    stage.expect_cut("TE in 1.0", request, BAD);
}

#[test]
fn chunked_is_known_in_any_casing() {
    let stage = Stage::start();
    for word in ["Chunked", "CHUNKED", "cHuNkEd"] {
        let mut raw = stage.gateway.http();
        let head = head_of("POST", "/api/x", &[&format!("transfer-ENCODING: {word}")]);
        let request = [head, b"3\r\nabc\r\n0\r\n\r\n".to_vec()].concat();
        let answer = raw.exchange(request);
        match answer.status {
            200 => assert_eq!(stage.partner.last().body.content, b"abc", "{word}"),
            _ => drop(answer.expect_refusal(word, 400, "bad_request")),
        }
    }
}

#[test]
fn a_broken_chunked_body_is_refused() {
    let stage = Stage::start();
    let rows: &[(&str, &str)] = &[
        ("a size that overflows", "ffffffffffffffff1\r\nabc\r\n0\r\n\r\n"),
        ("a size of 2^64 and 3", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
        ("a plus sign", "+3\r\nabc\r\n0\r\n\r\n"),
        ("a minus sign", "-3\r\nabc\r\n0\r\n\r\n"),
        ("0x", "0x3\r\nabc\r\n0\r\n\r\n"),
        ("no hex", "g\r\nabc\r\n0\r\n\r\n"),
        ("no size", "\r\nabc\r\n0\r\n\r\n"),
        ("a blank before the size", " 3\r\nabc\r\n0\r\n\r\n"),
        ("a blank behind the size", "3 \r\nabc\r\n0\r\n\r\n"),
        ("a tab behind the size", "3\t\r\nabc\r\n0\r\n\r\n"),
        ("two CRs", "3\r\r\nabc\r\n0\r\n\r\n"),
        ("a bare CR", "3\rabc\r\n0\r\n\r\n"),
        ("a bare LF", "3\nabc\r\n0\r\n\r\n"),
        ("a bare LF behind data", "3\r\nabc\n0\r\n\r\n"),
        ("a bare CR behind data", "3\r\nabc\r0\r\n\r\n"),
        ("data longer than its size", "3\r\nabcd\r\n0\r\n\r\n"),
        ("data shorter than its size", "5\r\nabc\r\n0\r\n\r\n"),
        ("a NUL in the size line", "3\0\r\nabc\r\n0\r\n\r\n"),
        ("a NUL in an extension", "3;a=\0\r\nabc\r\n0\r\n\r\n"),
        ("a bare LF in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
        ("a bare CR in an extension", "3;a\rb\r\nabc\r\n0\r\n\r\n"),
        ("an extension without a name", "3;=x\r\nabc\r\n0\r\n\r\n"),
        ("a comma for a semicolon", "3,a\r\nabc\r\n0\r\n\r\n"),
        ("a bare LF at the end", "3\r\nabc\r\n0\n\n"),
        ("a bare LF as the last line", "3\r\nabc\r\n0\r\n\n"),
        ("a trailer with a space before the colon", "3\r\nabc\r\n0\r\nX : y\r\n\r\n"),
        ("a trailer without a colon", "3\r\nabc\r\n0\r\nX\r\n\r\n"),
        ("a folded trailer", "3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n"),
        ("a bare LF in a trailer", "3\r\nabc\r\n0\r\nX: y\nZ: z\r\n\r\n"),
        ("a NUL in a trailer", "3\r\nabc\r\n0\r\nX: \0\r\n\r\n"),
    ];
    for (what, body) in rows {
        let mut raw = stage.gateway.http();
        let answer = raw.exchange(with("Transfer-Encoding: chunked\r\n", body));
        answer.expect_refusal(what, 400, "bad_request");
        raw.expect_end(what);
        expect_no_second(&stage, what);
        let whole =
            stage.partner.requests().iter().any(|r| r.line.starts_with("POST") && r.body.whole);
        assert!(!whole, "{what}: the partner took it for whole");
    }
}

#[test]
fn an_endless_chunk_line_or_trailer_is_refused() {
    let stage = Stage::start();
    let long = "a".repeat(200_000);
    let rows = [
        ("an extension", format!("3;{long}=b\r\nabc\r\n0\r\n\r\n")),
        ("a trailer", format!("3\r\nabc\r\n0\r\nX: {long}\r\n\r\n")),
        ("many trailers", format!("0\r\n{}\r\n", "X-Trailer: y\r\n".repeat(20_000))),
    ];
    for (what, body) in rows {
        let mut raw = stage.gateway.http();
        let answer = raw.exchange(with("Transfer-Encoding: chunked\r\n", &body));
        answer.expect_one_of(what, &["bad_request", "headers_too_large"]);
        raw.expect_end(what);
        expect_no_second(&stage, what);
    }
}

#[test]
fn well_formed_chunks_pass() {
    let stage = Stage::start();
    for body in [
        "3\r\nabc\r\n0\r\n\r\n",
        "0003\r\nabc\r\n000\r\n\r\n",
        "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
        "3;ext\r\nabc\r\n0\r\n\r\n",
        "3;a=b;c=\"d e\"\r\nabc\r\n0;z\r\n\r\n",
        "3\r\nabc\r\n0\r\nX-Trailer: y\r\n\r\n",
    ] {
        let head = head_of("POST", "/api/x", &["Transfer-Encoding: chunked"]);
        let mut raw = stage.gateway.http();
        raw.exchange([&head, body.as_bytes()].concat()).expect_ok(body);
        assert_eq!(stage.partner.last().body.content, b"abc", "{body:?}");
        raw.expect_alive(body);
    }
}

#[test]
fn a_head_with_odd_bytes_is_refused() {
    let stage = Stage::start();
    let host = "Host: loyalty.example.ru\r\n";
    let rows: Vec<(&str, String)> = vec![
        ("bare LF everywhere", "GET /api/x HTTP/1.1\nHost: loyalty.example.ru\n\n".into()),
        ("bare LF behind the request line", format!("GET /api/x HTTP/1.1\n{host}\r\n")),
        ("bare LF behind a field", format!("GET /api/x HTTP/1.1\r\n{host}X: y\nZ: z\r\n\r\n")),
        ("bare LF as the last line", format!("GET /api/x HTTP/1.1\r\n{host}\n{SECOND}")),
        ("bare CR in a value", format!("GET /api/x HTTP/1.1\r\n{host}X: a\rb\r\n\r\n")),
        ("bare CR as a line end", format!("GET /api/x HTTP/1.1\r\n{host}X: a\rY: b\r\n\r\n")),
        ("CR CR LF", format!("GET /api/x HTTP/1.1\r\r\n{host}\r\n")),
        ("CR CR LF behind a field", format!("GET /api/x HTTP/1.1\r\n{host}X: y\r\r\n\r\n")),
        ("a fold by a space", format!("GET /api/x HTTP/1.1\r\n{host}X: a\r\n b\r\n\r\n")),
        ("a fold by a tab", format!("GET /api/x HTTP/1.1\r\n{host}X: a\r\n\tb\r\n\r\n")),
        ("a fold before the first field", format!("GET /api/x HTTP/1.1\r\n X: a\r\n{host}\r\n")),
        ("a space before the colon", format!("GET /api/x HTTP/1.1\r\n{host}X : a\r\n\r\n")),
        (
            "a space before Host's colon",
            "GET /api/x HTTP/1.1\r\nHost : loyalty.example.ru\r\n\r\n".into(),
        ),
        ("a NUL in a value", format!("GET /api/x HTTP/1.1\r\n{host}X: a\0b\r\n\r\n")),
        ("a NUL in a name", format!("GET /api/x HTTP/1.1\r\n{host}X\0: a\r\n\r\n")),
        ("a DEL in a value", format!("GET /api/x HTTP/1.1\r\n{host}X: a\x7f\r\n\r\n")),
        ("an escape in a value", format!("GET /api/x HTTP/1.1\r\n{host}X: a\x1b\r\n\r\n")),
        ("no colon", format!("GET /api/x HTTP/1.1\r\n{host}X\r\n\r\n")),
        ("no name", format!("GET /api/x HTTP/1.1\r\n{host}: a\r\n\r\n")),
        ("a name with a slash", format!("GET /api/x HTTP/1.1\r\n{host}X/Y: a\r\n\r\n")),
        ("a name beyond ASCII", format!("GET /api/x HTTP/1.1\r\n{host}Ж: a\r\n\r\n")),
        ("HTTP/0.9", "GET /api/x\r\n\r\n".into()),
        ("HTTP/0.9 with fields", format!("GET /api/x\r\n{host}\r\n")),
        ("HTTP/0.9 by name", format!("GET /api/x HTTP/0.9\r\n{host}\r\n")),
        ("HTTP/1.2", format!("GET /api/x HTTP/1.2\r\n{host}\r\n")),
        ("HTTP/2.0", format!("GET /api/x HTTP/2.0\r\n{host}\r\n")),
        ("http in lower case", format!("GET /api/x http/1.1\r\n{host}\r\n")),
        ("HTTP/1.10", format!("GET /api/x HTTP/1.10\r\n{host}\r\n")),
        ("HTTP/01.1", format!("GET /api/x HTTP/01.1\r\n{host}\r\n")),
        ("two spaces before the version", format!("GET /api/x  HTTP/1.1\r\n{host}\r\n")),
        ("two spaces before the target", format!("GET  /api/x HTTP/1.1\r\n{host}\r\n")),
        ("a tab for a space", format!("GET\t/api/x HTTP/1.1\r\n{host}\r\n")),
        ("a space behind the version", format!("GET /api/x HTTP/1.1 \r\n{host}\r\n")),
        ("a space before the method", format!(" GET /api/x HTTP/1.1\r\n{host}\r\n")),
        ("a method with a NUL", format!("GE\0T /api/x HTTP/1.1\r\n{host}\r\n")),
        ("a method with an at sign", format!("G@T /api/x HTTP/1.1\r\n{host}\r\n")),
        ("a method with a colon", format!("GET: /api/x HTTP/1.1\r\n{host}\r\n")),
        ("a method with a quote", format!("\"GET\" /api/x HTTP/1.1\r\n{host}\r\n")),
        ("no method", format!(" /api/x HTTP/1.1\r\n{host}\r\n")),
        ("many empty lines before", format!("\r\n\r\n\r\nGET /api/x HTTP/1.1\r\n{host}\r\n")),
        ("a bare LF before", format!("\nGET /api/x HTTP/1.1\r\n{host}\r\n")),
    ];
    for (what, request) in &rows {
        stage.expect_cut(what, request, EITHER);
    }
}

#[test]
fn binary_noise_and_tls_on_the_plain_port_are_refused_or_cut() {
    let stage = Stage::start();
    for noise in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
        b"\xff\xfe\x00\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut raw = stage.gateway.http();
        if let Some(answer) = raw.send(noise).try_answer() {
            answer.expect_one_of("noise", &["bad_request", "method_not_allowed"]);
            raw.expect_end("noise");
        }
    }
    stage.gateway.expect_alive("after noise");
}

#[test]
fn one_empty_line_before_a_request_is_forgiven() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    for _ in 0..2 {
        let answer = raw.exchange([b"\r\n".to_vec(), get("/api/x", &[])].concat());
        answer.expect_ok("an empty line before");
    }
}

#[test]
fn a_second_request_in_an_unread_body_is_never_answered() {
    let stage = Stage::start();
    let length = SECOND.len();
    let counted = format!("Content-Length: {length}\r\n");
    let inside = format!("{length:x}\r\n{SECOND}\r\n0\r\n\r\n");
    let host = "Host: loyalty.example.ru\r\n";
    let rows: Vec<(&str, String, &[&str])> = vec![
        (
            "a refused POST",
            format!("POST /forbidden HTTP/1.1\r\n{host}{counted}\r\n{SECOND}"),
            &["url_not_allowed"],
        ),
        (
            "a refused GET with a body",
            format!("GET /forbidden HTTP/1.1\r\n{host}{counted}\r\n{SECOND}"),
            &["url_not_allowed"],
        ),
        (
            "a refused chunked POST",
            format!("POST /forbidden HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n{inside}"),
            &["url_not_allowed"],
        ),
        (
            "an unknown device",
            format!("POST /api/x HTTP/1.1\r\n{host}X-Device-ID: 1\r\n{counted}\r\n{SECOND}"),
            &["device_unknown"],
        ),
        (
            "PATCH",
            format!("PATCH /api/x HTTP/1.1\r\n{host}{counted}\r\n{SECOND}"),
            &["method_not_allowed"],
        ),
        (
            "OPTIONS",
            format!("OPTIONS * HTTP/1.1\r\n{host}{counted}\r\n{SECOND}"),
            &["method_not_allowed"],
        ),
        (
            "Expect on a refused POST",
            format!(
                "POST /forbidden HTTP/1.1\r\n{host}Expect: 100-continue\r\n{counted}\r\n{SECOND}"
            ),
            &["url_not_allowed"],
        ),
        (
            "WebSocket with a body",
            format!(
                "GET /api/x HTTP/1.1\r\n{host}Connection: Upgrade\r\nUpgrade: websocket\r\n{counted}\r\n{SECOND}"
            ),
            &["websocket_not_supported"],
        ),
        (
            "a long unread body",
            format!(
                "POST /forbidden HTTP/1.1\r\n{host}Content-Length: 300000\r\n\r\n{}{SECOND}",
                "x".repeat(200_000)
            ),
            &["url_not_allowed"],
        ),
    ];
    for (what, request, codes) in &rows {
        let mut raw = stage.gateway.http();
        raw.exchange(request).expect_one_of(what, codes);
        let rest = raw.pipe.rest();
        let rest = rest.unwrap_or_else(|error| panic!("{what}: not closed: {error}"));
        assert!(rest.is_empty(), "{what}: {}", String::from_utf8_lossy(&rest));
        expect_no_second(&stage, what);
    }
}

#[test]
fn a_request_behind_a_refused_connect_is_never_answered() {
    let stage = Stage::start();
    for authority in [
        "evil.example.ru:22",
        "loyalty.example.ru",
        "loyalty.example.ru:0443",
        "user@loyalty.example.ru:443",
        "[::1]:99999",
    ] {
        let mut raw = stage.gateway.http();
        raw.send(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nContent-Length: {}\r\n\r\n{SECOND}", SECOND.len()));
        let answer = raw.answer();
        assert!(matches!(answer.status, 400 | 403), "{authority}: {}", answer.describe());
        raw.expect_end(authority);
        expect_no_second(&stage, authority);
    }
}

#[test]
fn plaintext_inside_a_tunnel_for_tls_never_reaches_a_partner() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let answer = connect(&mut raw, "loyalty.example.ru:443", &[]);
    assert_eq!(answer.status, 200, "{}", answer.describe());
    raw.send(SECOND);
    raw.answer().expect_refusal("plaintext in a tunnel", 400, "bad_request");
    expect_no_second(&stage, "plaintext in a tunnel");
}

#[test]
fn an_upgrade_with_a_pipelined_request_keeps_both_apart() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let first = get("/api/x", &["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"]);
    raw.send([first, get("/api/y", &[])].concat());
    raw.answer().expect_ok("the upgrade is ignored");
    raw.answer().expect_ok("the pipelined one");
    let seen = stage.partner.wait(2);
    assert!(seen.iter().all(|r| r.field("upgrade").is_none()));
}

#[test]
fn good_requests_before_a_bad_one_are_answered_first() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let bad = b"GET /api/x HTTP/1.1\r\nHost : loyalty.example.ru\r\n\r\n".to_vec();
    raw.send([get("/api/1", &[]), get("/api/2", &[]), bad, get("/api/smuggled", &[])].concat());
    raw.answer().expect_ok("the first");
    raw.answer().expect_ok("the second");
    raw.answer().expect_one_of("the third", EITHER);
    raw.expect_end("the fourth");
    assert_eq!(stage.partner.lines(), ["GET /api/1 HTTP/1.1", "GET /api/2 HTTP/1.1"]);
}

#[test]
fn a_body_cut_short_is_never_taken_for_whole() {
    let stage = Stage::start();
    let head = head_of("POST", "/api/cut", &["Content-Length: 100"]);
    let chunked = head_of("POST", "/api/cut", &["Transfer-Encoding: chunked"]);
    for request in [[&head[..], b"half"].concat(), [&chunked[..], b"64\r\nhalf"].concat()] {
        let mut raw = stage.gateway.http();
        raw.send(request).half_close();
        let _ = raw.pipe.rest();
    }
    stage.gateway.expect_alive("after bodies cut short");
    let whole = |r: &crate::support::Received| r.line.contains("cut") && r.body.whole;
    assert!(!stage.partner.requests().iter().any(whole), "{:?}", stage.partner.lines());
}

#[test]
fn leading_zeros_of_a_length_change_nothing() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    let request = with("Content-Length: 0003\r\n", "abc");
    raw.send(&request[..request.len() - SECOND.len()]);
    let answer = raw.answer();
    match answer.status {
        200 => assert_eq!(stage.partner.only().body.content, b"abc"),
        _ => drop(answer.expect_refusal("leading zeros", 400, "bad_request")),
    }
}

#[test]
fn a_field_whose_value_is_like_a_head_stays_a_value() {
    let stage = Stage::start();
    let seen = stage.pass(post(
        "/api/x",
        &["X-A: GET / HTTP/1.1", "X-B:\t  padded \t"],
        b"GET / HTTP/1.1\r\n\r\n",
    ));
    assert_eq!(seen.all("x-b"), ["padded"]);
    assert_eq!(seen.body.content, b"GET / HTTP/1.1\r\n\r\n");
}

/// Asserts, after a probe through the same pool, that the smuggled request was not seen.
#[track_caller]
fn expect_no_second(stage: &Stage, what: &str) {
    stage.gateway.expect_alive(what);
    let lines = stage.partner.lines();
    assert!(!lines.iter().any(|line| line.contains("smuggled")), "{what}: {lines:?}");
}
