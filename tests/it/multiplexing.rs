//! Many exchanges with an HTTP/2 partner at once: none waits for another, and a connection that went
//! silent costs no more than what was on it.

use std::cell::Cell;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::gateway::eventually;
use crate::support::h2::{BIG, Partner};
use crate::support::message::Framing;
use crate::support::relay::Relay;
use crate::support::{Gateway, PATIENCE, Raw, World, get, h2_raw, post, secure};

fn world(port: u16, identity: &secure::Identity) -> World {
    World::at(&format!("https://localhost:{port}"))
        .file("ca.pem", &identity.ca_pem)
        .top("partner_ca", "[ca.pem]")
        .top("workers", "1")
}

/// A client that waits longer than most.
fn patient(gateway: &Gateway) -> Raw {
    let raw = gateway.http();
    raw.wire().tcp().set_read_timeout(Some(4 * PATIENCE)).unwrap();
    raw
}

/// So many GETs at once, each on a connection of its own; whether all were answered with 200.
fn at_once(gateway: &Gateway, count: usize, path: &str) -> bool {
    thread::scope(|scope| {
        let ask = || patient(gateway).send(get(path, &[])).try_answer();
        let asking: Vec<_> = (0..count).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().all(|asked| asked.join().unwrap().is_some_and(|got| got.status == 200))
    })
}

/// An app that asks for a long answer and reads no more than its head.
fn idle_reader(gateway: &Gateway) -> (Raw, Framing) {
    let mut raw = patient(gateway);
    let (_, status, _, framing) = raw.send(get("/api/big", &[])).answer_head().unwrap();
    assert_eq!(status, 200);
    (raw, framing)
}

/// Waits until nothing more of the long answers is taken.
fn until_stuck(partner: &Partner) {
    let (taken, since) = (Cell::new(0), Cell::new(Instant::now()));
    eventually("the long answers are stuck", || {
        if taken.replace(partner.taken()) != partner.taken() {
            since.set(Instant::now());
        }
        taken.get() > 0 && since.get().elapsed() > Duration::from_millis(300)
    });
}

#[test]
fn answers_that_nobody_reads_and_a_silent_connection_hold_up_no_other() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::start(identity.server.clone());
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity)
        .limit("body_timeout: 120s")
        .limit("response_timeout: 120s")
        .start();
    gateway.expect_alive("the first");
    relay.silence(0);
    let mut unanswered = gateway.http();
    unanswered.send(post("/api/unanswered", &[], b"x"));
    let mut idle: Vec<_> = (0..3).map(|_| idle_reader(&gateway)).collect();
    until_stuck(&partner);
    let began = Instant::now();
    assert!(at_once(&gateway, 10, "/api/small"), "ten others");
    println!("ten others within {:?}", began.elapsed());
    for (raw, framing) in &mut idle {
        let body = raw.pipe.body(*framing).unwrap();
        assert!(body.whole && body.content.len() == BIG, "cut after {}", body.content.len());
    }
}

#[test]
fn a_connection_takes_no_more_streams_than_the_partner_allows() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::limited(identity.server.clone(), 2, 5);
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity).start();
    gateway.expect_alive("the first");
    assert!(at_once(&gateway, 5, "/api/meet"), "five that wait for each other");
    assert!((3..=5).contains(&relay.accepted()), "{} connections", relay.accepted());
    let before = relay.accepted();
    for _ in 0..5 {
        gateway.expect_alive("one after the other");
    }
    assert_eq!(relay.accepted(), before, "what is open is used");
}

#[test]
fn a_burst_shares_the_connections_that_are_being_opened() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::limited(identity.server.clone(), 10, 31);
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity).start();
    gateway.expect_alive("the first");
    assert!(at_once(&gateway, 31, "/api/meet"), "a burst");
    assert!((4..=8).contains(&relay.accepted()), "{} connections", relay.accepted());
}

#[test]
fn a_request_that_timed_out_unheard_costs_the_connection_and_no_other_request() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::start(identity.server.clone());
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity).limit("response_timeout: 1s").start();
    gateway.expect_alive("the first");
    relay.silence(0);
    let answer = gateway.ask(post("/api/lost", &[], b"x"));
    answer.expect_refusal("on the silent connection", 504, "partner_timeout");
    for _ in 0..3 {
        gateway.expect_alive("over another connection");
    }
    assert_eq!(relay.accepted(), 2);
    assert!(partner.seen().iter().all(|seen| seen.path != "/api/lost"), "a POST is not repeated");
}

#[test]
fn a_connection_that_answers_no_ping_is_replaced_and_what_may_be_repeated_is() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::start(identity.server.clone());
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity).limit("response_timeout: 120s").start();
    gateway.expect_alive("the first");
    relay.silence(0);
    assert!(at_once(&gateway, 3, "/api/repeated"), "asked on the silent connection");
    assert_eq!(partner.seen().len(), 4);
}

#[test]
fn a_partner_that_was_stopped_and_goes_on_is_asked_once() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::start(identity.server.clone());
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity).limit("response_timeout: 120s").start();
    gateway.expect_alive("the first");
    relay.silence_all();
    let mut waiting = patient(&gateway);
    waiting.send(get("/api/held", &[]));
    relay.wait_for_connections(2);
    relay.speak();
    waiting.answer().expect_ok("after a while");
    let held = partner.seen().iter().filter(|seen| seen.path == "/api/held").count();
    assert!((1..=2).contains(&held), "asked {held} times");
}

#[test]
fn a_partner_that_restarts_loses_nothing() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let partner = Partner::start(identity.server.clone());
    let gateway = world(partner.addr.port(), &identity).start();
    thread::scope(|scope| {
        for app in 0..4 {
            let (gateway, partner) = (&gateway, &partner);
            scope.spawn(move || {
                let mut raw = patient(gateway);
                for number in 0..40 {
                    let path = format!("/api/{app}/{number}");
                    if number % 10 == 5 {
                        partner.restart();
                    }
                    let request = match number % 2 {
                        0 => get(&path, &[]),
                        _ => post(&path, &[], path.as_bytes()),
                    };
                    raw.exchange(request).expect_ok(&path);
                }
            });
        }
    });
    let seen = partner.seen();
    let posts = seen.iter().filter(|seen| seen.method == "POST");
    assert!(posts.clone().all(|seen| seen.body == seen.path), "a body was lost");
    assert_eq!(posts.count(), 80, "a POST arrives once");
    assert!(seen.iter().all(|seen| seen.authority.as_deref() == Some("loyalty.example.ru")));
}

#[test]
fn a_request_that_the_partner_has_not_worked_on_is_sent_again_with_its_body() {
    let refusals: [fn(&mut h2_raw::Connection, u32); 2] = [
        |connection, stream| connection.reset(stream, 7),
        |connection, _| connection.go_away(1, 0),
    ];
    for refuse in refusals {
        let identity = secure::Identity::of("localhost", &[b"h2"]);
        let addr = h2_raw::partner(identity.server.clone(), move |connection| {
            while let Some((stream, body)) = connection.request() {
                if connection.number == 0 && stream == 3 {
                    refuse(connection, stream);
                } else {
                    connection.answer(stream, &body);
                }
            }
        });
        let gateway = world(addr.port(), &identity).start();
        let mut raw = patient(&gateway);
        for body in ["the first", "the second", "the third"] {
            let answer = raw.exchange(post("/api/x", &[], body.as_bytes()));
            assert_eq!(answer.expect_ok(body).text(), body);
        }
    }
}

#[test]
fn a_flood_of_pings_costs_the_connection_and_not_the_worker() {
    let identity = secure::Identity::of("localhost", &[b"h2"]);
    let addr = h2_raw::partner(identity.server.clone(), |connection| {
        while let Some((stream, _)) = connection.request() {
            if connection.number == 0 && stream == 3 {
                connection.flood();
                thread::sleep(6 * PATIENCE);
                return;
            }
            connection.answer(stream, b"ok");
        }
    });
    let gateway = world(addr.port(), &identity).limit("response_timeout: 3s").start();
    gateway.expect_alive("the first");
    let answer = patient(&gateway).exchange(post("/api/flooded", &[], b"x"));
    answer.expect_refusal("flooded", 504, "partner_timeout");
    eventually("the partner is served again", || gateway.ask(get("/api/x", &[])).status == 200);
}

#[test]
fn connections_that_rested_beside_a_dead_one_are_not_trusted() {
    let identity = secure::Identity::of("localhost", &[]);
    let meeting = Barrier::new(3);
    let partner = crate::support::Partner::secure(identity.server.clone(), move |call| {
        call.body();
        if call.request.target() == "/api/meet" {
            meeting.wait();
        }
        call.send(&crate::support::ok("ok"));
    });
    let relay = Relay::before(partner.addr);
    let gateway = world(relay.addr.port(), &identity).limit("response_timeout: 2s").start();
    assert!(at_once(&gateway, 3, "/api/meet"), "three connections");
    (0..3).for_each(|number| relay.silence(number));
    gateway.ask(get("/api/lost", &[])).expect_refusal("dead", 504, "partner_timeout");
    gateway.expect_alive("over a new connection");
}
