//! What the gate tells about the heads it passed, and where a connection stands.

use std::cell::Cell;

use evotor_gateway::net::gate::{
    Class, Content, End, Fields, Head, Method, RefusalKind, Requests, Responses, Upgrade, Verdict,
};

use super::stream::{Devices, MAX_HEAD, requests};

const PLAIN: &[u8] = b"GET /a HTTP/1.1\r\nHost: h.example\r\n\r\n";

fn gate() -> Requests<Devices> {
    Requests::new(Devices, MAX_HEAD)
}

/// The record of a stream that begins with a whole head.
fn head(stream: &[u8]) -> Head {
    let mut gate = gate();
    gate.feed(stream);
    *gate.take_head().unwrap()
}

fn with(fields: &str) -> Vec<u8> {
    format!("POST /a?b HTTP/1.1\r\nHost: h.example:80\r\n{fields}\r\n").into_bytes()
}

#[test]
fn a_head_tells_what_was_sent() {
    let stream = with("Content-Length: 3\r\nExpect: 100-Continue\r\nTE: deflate, trailers;q=1\r\n");
    let head = head(&stream);
    assert_eq!(head.raw(), stream);
    assert_eq!(head.method(), Method::Post);
    assert_eq!(head.target(), b"/a?b");
    assert_eq!(head.host(), b"h.example:80");
    assert_eq!(head.content(), Content::Length(3));
    assert!(head.expects_continue() && head.te_trailers() && !head.http10());
    assert_eq!(head.upgrade(), Upgrade::None);
}

#[test]
fn http10_expects_no_interim_answer() {
    let head = head(b"GET / HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\n\r\n");
    assert!(head.http10() && !head.expects_continue());
    assert_eq!(head.content(), Content::None);
}

#[test]
fn classed_fields_are_cut_and_noted_in_order() {
    let stream = with(concat!(
        "X-Device-UUID: \t one \r\nx-cut: x\r\nAuthorization: token\r\n",
        "X-DEVICE-UUID:two\r\nUpgrade: foo, WebSocket/13\r\nX: 1\r\n",
    ));
    let head = head(&stream);
    assert_eq!(head.noted(0), Some(&b"one"[..]));
    assert_eq!((head.note(0).count(), head.note(0).differs()), (2, true));
    assert_eq!(head.noted(1), Some(&b"token"[..]));
    assert_eq!((head.note(1).count(), head.note(1).differs()), (1, false));
    assert_eq!((head.noted(2), head.noted(99)), (None, None));
    assert_eq!(head.upgrade(), Upgrade::Websocket);
    let delivered = b"POST /a?b HTTP/1.1\r\nAuthorization: token\r\nX: 1\r\n\r\n";
    for pieces in [vec![], vec![1; 400], vec![50, 3, 20]] {
        assert_eq!(requests(&stream, &pieces).delivered, delivered);
    }
}

#[test]
fn neighbouring_cuts_are_one() {
    let mut gate = gate();
    let stream = with("X: 0\r\nX-Cut: 1\r\nX-Cut: 2\r\nX-Device-UUID: 3\r\nX: 4\r\n");
    assert_eq!(gate.feed(&stream), Verdict { pass: stream.len(), end: End::Open });
    let cuts: Vec<&[u8]> = gate.cuts().iter().map(|cut| &stream[cut.clone()]).collect();
    let neighbours = b"X-Cut: 1\r\nX-Cut: 2\r\nX-Device-UUID: 3\r\n";
    assert_eq!(cuts, [&b"Host: h.example:80\r\n"[..], neighbours]);
}

#[test]
fn a_lone_keep_alive_is_cut_where_it_says_nothing() {
    let delivered = |version: &str, fields: &str| {
        let stream = format!("GET /a HTTP/{version}\r\nHost: h\r\n{fields}X: 1\r\n\r\n");
        let delivered = String::from_utf8(requests(stream.as_bytes(), &[]).delivered).unwrap();
        let (line, fields) = delivered.split_once("\r\n").unwrap();
        assert_eq!(line, format!("GET /a HTTP/{version}"));
        fields.to_owned()
    };
    for lone in ["Connection: keep-alive\r\n", "connection:Keep-ALIVE \r\nX-Cut: 1\r\n"] {
        assert_eq!(delivered("1.1", lone), "X: 1\r\n\r\n");
    }
    assert_eq!(
        delivered("1.0", "Connection: keep-alive\r\n"),
        "Connection: keep-alive\r\nX: 1\r\n\r\n"
    );
    for kept in [
        "Connection: close\r\n",
        "Connection: keep-alive, X\r\n",
        "Connection: keep-alive\r\nConnection: close\r\n",
        "Connection: close\r\nConnection: keep-alive\r\n",
        "Connection: keep-alive\r\nConnection: keep-alive\r\nConnection: keep-alive\r\n",
    ] {
        assert_eq!(delivered("1.1", kept), format!("{kept}X: 1\r\n\r\n"));
    }
    let between = "X-Cut: 1\r\nConnection: keep-alive\r\nX-Cut: 2\r\nConnection: X\r\n";
    let left = "Connection: keep-alive\r\nConnection: X\r\nX: 1\r\n\r\n";
    assert_eq!(delivered("1.1", between), left);
}

#[test]
fn a_head_like_the_last_one_tells_its_own_values() {
    let mut gate = gate();
    for (path, host, uuid, token) in [
        ("/a", "h.example", "one", "x"),
        ("/a", "h.example", "one", "x"),
        ("/longer", "h.example", "two", "x"),
        ("/a", "i.example", "three", "longer"),
        ("/a", "i.example", "three", "x"),
    ] {
        let stream = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Device-UUID: {uuid}\r\nX: 1\r\nAuthorization: {token}\r\n\r\n"
        );
        assert_eq!(gate.feed(stream.as_bytes()), Verdict { pass: stream.len(), end: End::Open });
        let (from, to) = (stream.find("Host").unwrap(), stream.find("X: 1").unwrap());
        assert_eq!((gate.cuts().len(), gate.cuts()[0].clone()), (1, from..to));
        let head = gate.take_head().unwrap();
        assert_eq!(head.raw(), stream.as_bytes());
        assert_eq!((head.target(), head.host()), (path.as_bytes(), host.as_bytes()));
        assert_eq!(head.noted(0), Some(uuid.as_bytes()));
        assert_eq!(head.noted(1), Some(token.as_bytes()));
        gate.recycle(head);
    }
}

#[test]
fn a_head_that_came_in_parts_takes_no_line_for_another() {
    let first = b"GET /a HTTP/1.1\r\nHost: h\r\nX-Aaa: 1\r\nX-Cut: 1\r\nX-Buy: 1\r\n\r\n";
    let next = "GET /a HTTP/1.1\r\nHost: h\r\nX-As-Long-As-Two:1\r\nX-Buy: 1\r\n\r\n";
    // Had the lines of the first part stayed, the long one would stand for two of the old ones.
    let long = "GET /a HTTP/1.1\r\nHost: h\r\nX-As-Long-As-Two:1\r\n".len();
    let outcome = requests(&[first, next.as_bytes()].concat(), &[first.len(), long + 4]);
    assert!(outcome.delivered.ends_with(b"X-As-Long-As-Two:1\r\nX-Buy: 1\r\n\r\n"));
}

#[test]
fn what_was_fine_in_the_last_head_is_refused_where_it_is_not() {
    let first =
        b"GET /a HTTP/1.1\r\nHost: h.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for next in [
        "GET http://other/ HTTP/1.1\r\nHost: h.example\r\n\r\n",
        "GET /a HTTP/1.0\r\nHost: h.example\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: h.example\r\nHost: h.example\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: h.example\r\n Transfer-Encoding: chunked\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: h.example\n\r\n",
    ] {
        let outcome = requests(&[first, next.as_bytes()].concat(), &[first.len()]);
        assert_eq!((outcome.pass, outcome.end), (first.len(), End::Refuse), "{next}");
    }
}

#[test]
fn the_same_value_twice_does_not_differ() {
    let head = head(&with("X-Device-UUID: a\r\nX-Device-UUID:  a\r\n"));
    assert_eq!((head.note(0).count(), head.note(0).differs()), (2, false));
}

#[test]
fn request_trailers_never_reach_hyper() {
    let line = "POST /a HTTP/1.1\r\n";
    let start = "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
    let stream = format!("{line}Host: h\r\n{start}X-Device-UUID: 1\r\nY: 2\r\n\r\n");
    let delivered = format!("{line}{start}\r\n");
    assert_eq!(requests(stream.as_bytes(), &[]).delivered, delivered.as_bytes());
}

#[test]
fn pipelined_heads_are_queued_in_order() {
    let mut gate = gate();
    let stream = [PLAIN, &with("Content-Length: 1\r\n"), b"x", PLAIN].concat();
    gate.feed(&stream);
    let mut methods = Vec::new();
    while let Some(head) = gate.take_head() {
        methods.push(head.method());
        gate.recycle(head);
    }
    assert_eq!(methods, [Method::Get, Method::Post, Method::Get]);
}

#[test]
fn a_refusal_names_what_could_be_read() {
    let mut gate = gate();
    gate.feed(b"brew /pot?x HTTP/1.1\r\n");
    let refusal = gate.refusal().unwrap();
    assert_eq!(refusal.kind, RefusalKind::MethodNotAllowed);
    assert_eq!((refusal.method, refusal.target), (&b"brew"[..], &b"/pot?x"[..]));
}

#[test]
fn a_connect_keeps_its_bytes_and_tells_their_number() {
    let mut gate = gate();
    let connect = b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\nX-Device-UUID: 7\r\n\r\n";
    let stream = [PLAIN, connect, b"\x16\x03\x01"].concat();
    assert_eq!(gate.feed(&stream), Verdict { pass: PLAIN.len(), end: End::Connect });
    assert_eq!(gate.connect_head_len(), Some(connect.len()));
    assert!(gate.cuts().iter().all(|cut| cut.end <= PLAIN.len()));
    assert_eq!(gate.take_head().unwrap().method(), Method::Get);
    let head = gate.take_head().unwrap();
    assert_eq!((head.method(), head.target()), (Method::Connect, &b"h:443"[..]));
    assert_eq!(head.noted(0), Some(&b"7"[..]));
}

#[test]
fn a_connection_knows_where_it_stands() {
    let mut gate = gate();
    let stands = |gate: &Requests<_>| (gate.at_boundary(), gate.in_head(), gate.in_body());
    assert_eq!(stands(&gate), (true, false, false));
    gate.feed(b"P");
    assert_eq!(stands(&gate), (false, true, false));
    let stream = with("Content-Length: 2\r\n");
    gate.feed(&stream);
    assert_eq!(stands(&gate), (false, false, true));
    gate.feed(b"ab");
    assert_eq!(stands(&gate), (true, false, false));
    gate.rest();
    gate.feed(b"\r\n");
    assert_eq!(stands(&gate), (true, false, false));
    gate.feed(b"\r\n\r\n");
    assert_eq!(stands(&gate), (false, false, false));
}

#[test]
fn the_debug_form_holds_no_token() {
    let mut gate = gate();
    gate.feed(&with("Authorization: secret\r\n"));
    gate.feed(b"BREW /secret HTTP/1.1\r\n");
    let head = gate.take_head();
    let shown = format!("{gate:?} {:?} {head:?}", gate.refusal());
    assert!(!shown.contains("secret") && !shown.contains("115, 101"), "{shown}");
}

/// Counts how often it is asked.
struct Counting(Cell<usize>);

impl Fields for &Counting {
    fn class(&self, _: &[u8]) -> Class {
        self.0.set(self.0.get() + 1);
        Class::Pass
    }
}

#[test]
fn a_head_that_drips_in_is_not_read_again_for_every_byte() {
    let asked = Counting(Cell::new(0));
    let mut gate = Requests::new(&asked, MAX_HEAD);
    let mut stream = b"GET /a HTTP/1.1\r\nHost: h\r\nA: 1\r\nX: ".to_vec();
    stream.resize(MAX_HEAD - 1, b'v');
    for len in 1..stream.len() {
        assert_eq!(gate.feed(&stream[..len]), Verdict { pass: 0, end: End::Open });
        assert!(gate.in_head());
    }
    assert!(asked.0.get() <= 2, "field A was read {} times", asked.0.get());
}

#[test]
fn lines_of_the_last_head_are_not_asked_about_again() {
    let asked = Counting(Cell::new(0));
    let mut gate = Requests::new(&asked, MAX_HEAD);
    for (value, times) in [("1", 2), ("1", 2), ("2", 3), ("2", 3)] {
        gate.feed(&with(&format!("A: {value}\r\nB: 1\r\n")));
        assert_eq!(asked.0.get(), times);
        let head = gate.take_head().unwrap();
        gate.recycle(head);
    }
}

#[test]
fn an_answer_nobody_asked_for_breaks_the_connection() {
    let mut gate = Responses::new();
    assert!(gate.reusable());
    assert_eq!(gate.feed(b"HTTP/1.1 408 \r\n"), Verdict { pass: 0, end: End::Broken });
    assert!(!gate.reusable() && gate.broken_why().is_some());
}

#[test]
fn one_connection_answers_many_requests() {
    let mut gate = Responses::new();
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    for _ in 0..40 {
        gate.expect(false);
        assert!(!gate.reusable());
        assert_eq!(gate.feed(b"HTTP/1.1 100 \r\n\r\n").pass, 17);
        assert_eq!(gate.feed(answer), Verdict { pass: answer.len(), end: End::Open });
        assert!(gate.reusable());
    }
    gate.expect(false);
    gate.expect(false);
    assert!(gate.broken_why().is_some(), "a second request before the answer");
}
