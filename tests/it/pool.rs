//! Pooled connections to the partner: what may be sent once more, and what never.

use crate::support::{Call, Partner, Stage, get, ok, post};

const RESET: &[&str] = &["partner_reset", "partner_protocol"];

/// Answers the first request of each connection; closes on the second without a byte.
fn once_per_connection(call: &mut Call) {
    call.body();
    if call.nth == 0 {
        call.send(&ok("ok"));
    } else {
        call.close();
    }
}

#[test]
fn a_get_on_a_reused_connection_that_closed_unanswered_is_sent_once_more() {
    let stage =
        Stage::of(Partner::scripted(once_per_connection), |world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/1", &[])).expect_ok("the first");
    raw.exchange(get("/api/2", &[])).expect_ok("the second, repeated");
    assert_eq!(
        stage.partner.lines(),
        ["GET /api/1 HTTP/1.1", "GET /api/2 HTTP/1.1", "GET /api/2 HTTP/1.1"]
    );
}

#[test]
fn a_post_on_a_reused_connection_that_closed_unanswered_is_never_repeated() {
    let stage =
        Stage::of(Partner::scripted(once_per_connection), |world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/1", &[])).expect_ok("the first");
    raw.exchange(post("/api/2", &[], b"x")).expect_refusal("a POST", 502, "partner_reset");
    assert_eq!(stage.partner.lines(), ["GET /api/1 HTTP/1.1", "POST /api/2 HTTP/1.1"]);
}

#[test]
fn a_get_is_repeated_at_most_once_and_never_on_a_fresh_connection() {
    let partner = Partner::scripted(|call| {
        if call.number == 0 {
            call.send(&ok("ok"));
        } else {
            call.close();
        }
    });
    let stage = Stage::of(partner, |world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/1", &[])).expect_ok("the first");
    raw.exchange(get("/api/2", &[])).expect_refusal("twice", 502, "partner_reset");
    assert_eq!(stage.partner.requests().len(), 3, "{:?}", stage.partner.lines());
    raw.exchange(get("/api/3", &[])).expect_refusal("fresh", 502, "partner_reset");
    assert_eq!(stage.partner.requests().len(), 4, "{:?}", stage.partner.lines());
}

#[test]
fn a_get_whose_answer_had_begun_is_never_repeated() {
    let partner = Partner::scripted(|call| {
        if call.nth == 0 {
            call.send(&ok("ok"));
        } else {
            call.send(b"H");
            call.close();
        }
    });
    let stage = Stage::of(partner, |world| world.top("workers", "1"));
    let mut raw = stage.gateway.http();
    raw.exchange(get("/api/1", &[])).expect_ok("the first");
    raw.exchange(get("/api/2", &[])).expect_one_of("one byte", RESET);
    assert_eq!(stage.partner.requests().len(), 2, "{:?}", stage.partner.lines());
}

#[test]
fn a_partner_that_closes_after_each_answer_costs_nothing() {
    let partner = Partner::scripted(|call| {
        call.body();
        call.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        call.close();
    });
    let stage = Stage::before(partner);
    let mut raw = stage.gateway.http();
    for _ in 0..10 {
        raw.exchange(post("/api/x", &[], b"x")).expect_ok("a closing partner");
    }
}
