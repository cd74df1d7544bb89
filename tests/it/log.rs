//! The log: nobody waits for whoever reads it, and nobody can fill a disk with it.

use std::sync::Arc;
use std::thread;

use crate::support::pipe::find;
use crate::support::{Gateway, Partner, Raw, World, get, secure};

/// A client on the TLS listener that speaks something else.
fn fail_handshake(gateway: &Gateway) {
    let mut raw = Raw::dial(gateway.https);
    raw.send("GET / HTTP/1.1\r\n\r\n");
    // The end tells that the gateway is done with it, whatever it sends before.
    let _ = raw.pipe.rest();
}

/// So many requests with long URLs, each answered.
fn ask(gateway: &Gateway, count: usize) {
    let request = get(&format!("/api/x?pad={}", "x".repeat(6000)), &[]);
    let mut raw = gateway.http();
    for n in 0..count {
        let answer = raw.exchange(&request);
        assert_eq!(answer.status, 200, "request {n}: {}", answer.describe());
    }
}

fn quiet(partner: &Partner) -> World {
    World::of(partner).top("journal", "{enabled: false}")
}

fn counted(gateway: &Gateway, name: &str) -> u64 {
    let text = gateway.api("GET", "/metrics", None).text();
    let value = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    value.unwrap_or_else(|| panic!("no {name} in {text}")).parse().unwrap()
}

const LOST: &str = "evotor_gateway_records_lost_total";
const LEFT_OUT: &str = "evotor_gateway_records_left_out_total";

#[test]
fn a_log_that_nobody_reads_stops_nobody_and_what_is_lost_is_told() {
    let partner = Partner::start();
    let (mut gateway, stderr) = Gateway::start_unread(&quiet(&partner));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..500).for_each(|_| fail_handshake(&gateway)));
        }
    });
    ask(&gateway, 2000);
    gateway.eventually("lost lines are counted", || counted(&gateway, LOST) > 0);
    assert!(counted(&gateway, LEFT_OUT) > 0);
    gateway.read(stderr);
    gateway.wait_for_log(&["log lines were lost"]);
    gateway.wait_for_log(&["more like this in", "TLS handshake"]);
}

#[test]
fn a_process_whose_log_nobody_reads_ends_all_the_same() {
    let partner = Partner::start();
    let (mut gateway, _unread) = Gateway::start_unread(&quiet(&partner));
    ask(&gateway, 200);
    gateway.signal("TERM");
    assert!(gateway.wait().success());
}

#[test]
fn all_that_waits_is_written_at_the_end_if_somebody_reads() {
    for format in ["text", "json"] {
        let partner = Partner::start();
        let world = quiet(&partner).arg("--log").arg(format);
        let (mut gateway, stderr) = Gateway::start_unread(&world);
        ask(&gateway, 200);
        gateway.read(stderr);
        gateway.signal("TERM");
        assert!(gateway.wait().success());
        gateway.eventually("a line for each request", || {
            let log = gateway.log();
            log.lines().filter(|line| line.contains("/api/x")).count() == 200
        });
    }
}

#[test]
fn lines_of_a_kind_are_limited_and_those_of_requests_are_not() {
    let partner = Partner::start();
    let gateway = quiet(&partner).start();
    (0..100).for_each(|_| fail_handshake(&gateway));
    let mut raw = gateway.http();
    for n in 0..100 {
        raw.exchange(get(&format!("/api/{n}"), &[])).expect_ok("a request");
    }
    gateway.wait_for_log(&["/api/99"]);
    gateway.wait_for_log(&["more like this in", "TLS handshake"]);
    let log = gateway.log();
    let lines = |word: &str| log.lines().filter(|line| line.contains(word)).count();
    assert_eq!(lines("GET http://loyalty.example.ru/api/"), 100);
    assert!(lines("A TLS handshake") < 100, "{log}");
    assert!(counted(&gateway, LEFT_OUT) > 0);
}

/// A frame of HTTP/2 on the connection itself.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, 0], payload].concat()
}

#[test]
fn a_flood_of_answers_to_pings_that_nobody_sent_is_no_flood_of_lines() {
    const PING: u8 = 6;
    const ACK: u8 = 1;
    let partner = Partner::start();
    for variables in [&[][..], &[("RUST_LOG", "warn")]] {
        let gateway = Gateway::start_with(&quiet(&partner), variables);
        let config = secure::trusting(&gateway.ca(), &[b"h2"]);
        let mut raw = Raw::dial(gateway.https).secure("loyalty.example.ru", &Arc::clone(&config));
        raw.send([&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, b"")].concat());
        let flood = frame(PING, ACK, b"unasked!").repeat(1000);
        (0..50).for_each(|_| {
            raw.send(&flood);
        });
        // The gateway may give the connection up; else it answers this once it has read all.
        raw.send(frame(PING, 0, b"the last"));
        let answer = frame(PING, ACK, b"the last");
        let mut seen = Vec::new();
        while find(&seen, &answer).is_none() && matches!(raw.pipe.fill(), Ok(1..)) {
            seen.extend(raw.pipe.take());
        }
        gateway.expect_alive("after the flood");
        let log = gateway.log();
        assert!(log.len() < 100 << 10, "{} bytes of log: {}", log.len(), &log[..1000]);
    }
}
