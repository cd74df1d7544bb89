//! The server over real sockets, with bounds short enough to be waited for.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream as Client;
use std::thread;

use http_body_util::BodyExt;
use hyper::StatusCode;

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

fn limits() -> Limits {
    let short = Duration::from_millis(400);
    Limits {
        head_timeout: short,
        idle_timeout: short,
        body_timeout: short,
        write_timeout: short,
        max_connections: 100,
    }
}

fn refuse(why: Refused) -> Response<Full<Bytes>> {
    let status = match why {
        Refused::Head | Refused::Body => StatusCode::REQUEST_TIMEOUT,
        Refused::Full => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = Response::new(Full::new(Bytes::from(format!("{why:?}"))));
    *response.status_mut() = status;
    response
}

/// `/wait` is never answered, `/much` with 64 MiB, everything else with the body that came.
async fn answer(
    _: SocketAddr,
    request: Request<Received>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if request.uri().path() == "/wait" {
        std::future::pending::<()>().await;
    }
    if request.uri().path() == "/much" {
        return Ok(Response::new(Full::new(Bytes::from(vec![b'x'; 64 << 20]))));
    }
    let body = request.into_body().collect().await;
    let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Ok(Response::new(Full::new(body)))
}

/// A server that lives as long as the test's process.
fn start(limits: Limits) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            serve(listener, limits, refuse, answer).await
        })
    });
    address
}

fn dial(address: SocketAddr) -> Client {
    let client = Client::connect(address).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client
}

fn sent(address: SocketAddr, bytes: &str) -> Client {
    let mut client = dial(address);
    client.write_all(bytes.as_bytes()).unwrap();
    client
}

/// All that comes until the server closes.
fn rest(client: &mut Client) -> String {
    let mut text = Vec::new();
    match client.read_to_end(&mut text) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("it was not closed"),
        // A reset is an end as well.
        Ok(_) | Err(_) => String::from_utf8_lossy(&text).into_owned(),
    }
}

/// Whether one more request is answered.
fn is_served(client: &mut Client) -> bool {
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").unwrap();
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if client.read_exact(&mut byte).is_err() {
            return false;
        }
        head.push(byte[0]);
    }
    head.starts_with(b"HTTP/1.1 200 ")
}

#[test]
fn whoever_says_nothing_is_closed_without_a_word() {
    let address = start(limits());
    assert_eq!(rest(&mut dial(address)), "");
    let mut idle = dial(address);
    assert!(is_served(&mut idle));
    let left = rest(&mut idle);
    assert!(!left.contains("HTTP/1.1"), "{left}");
}

#[test]
fn half_a_head_and_half_a_body_are_answered_with_408() {
    let address = start(limits());
    let head = rest(&mut sent(address, "GET / HTTP/1.1\r\nHost: a\r\nX-Half:"));
    assert!(head.starts_with("HTTP/1.1 408 ") && head.ends_with("Head"), "{head}");
    let half = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf";
    let body = rest(&mut sent(address, half));
    assert!(body.starts_with("HTTP/1.1 408 ") && body.ends_with("Body"), "{body}");
}

#[test]
fn an_answer_that_is_not_read_does_not_hold_its_place() {
    let address = start(Limits { max_connections: 1, ..limits() });
    let mut deaf = sent(address, "GET /much HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut first = [0; 12];
    deaf.read_exact(&mut first).unwrap();
    let until = Instant::now() + PATIENCE;
    while !is_served_once(address) {
        assert!(Instant::now() < until, "the place is still taken");
    }
}

fn is_served_once(address: SocketAddr) -> bool {
    let text = rest(&mut sent(address, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    text.starts_with("HTTP/1.1 200 ")
}

#[test]
fn a_slow_body_that_goes_on_is_taken() {
    let body_timeout = Duration::from_secs(3);
    let address = start(Limits { body_timeout, ..limits() });
    let mut client = sent(address, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n");
    // Together they take longer than the bound on one pause.
    for piece in "abcdefgh".bytes() {
        thread::sleep(body_timeout / 6);
        client.write_all(&[piece]).unwrap();
    }
    let mut start = [0; 12];
    client.read_exact(&mut start).unwrap();
    assert!(start.ends_with(b"200"));
}

#[test]
fn the_connection_that_has_rested_longest_makes_room() {
    let long = PATIENCE * 10;
    let patient = Limits { head_timeout: long, idle_timeout: long, ..limits() };
    let address = start(Limits { max_connections: 3, ..patient });
    let mut all: Vec<Client> = (0..3).map(|_| dial(address)).collect();
    assert!(all.iter_mut().all(is_served), "three places");
    assert!(is_served(&mut dial(address)), "a fourth is served");
    let ended = rest(&mut all[0]);
    assert!(!ended.contains("HTTP/1.1"), "{ended}");
    assert!(is_served(&mut all[1]) && is_served(&mut all[2]), "the others stay");
}

#[test]
fn where_nobody_can_make_room_the_reason_is_said_at_once() {
    let address = start(Limits { max_connections: 2, ..limits() });
    let wait = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";
    let busy = [sent(address, wait), sent(address, wait)];
    let until = Instant::now() + PATIENCE;
    loop {
        let text = rest(&mut dial(address));
        if text.starts_with("HTTP/1.1 503 ") && text.ends_with("Full") {
            break;
        }
        // Until the two are being answered they are as idle as this one.
        assert!(Instant::now() < until, "{text}");
    }
    drop(busy);
}

#[test]
fn a_flood_of_silent_connections_shuts_nobody_out() {
    let long = PATIENCE * 10;
    let address = start(Limits { head_timeout: long, max_connections: 20, ..limits() });
    let flood: Vec<Client> = (0..150).map(|_| sent(address, "GET / HT")).collect();
    let until = Instant::now() + PATIENCE;
    while !is_served_once(address) {
        assert!(Instant::now() < until, "nobody is served");
    }
    drop(flood);
}
