//! CONNECT as clients speak it: whatever Host says, to names and addresses, TLS and plain HTTP inside.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use rustls::ClientConfig;

use crate::support::world::{DEVICE_2, STORE_2};
use crate::support::{Answer, Gateway, PATIENCE, Raw, Stage, World, secure};

const NAME: &str = "loyalty.example.ru";
const V4: &str = "203.0.113.7";
const V6: &str = "2001:db8::7";

/// What Host a CONNECT brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    Absent,
    Equal,
    Proxys,
    Other,
}

/// What name the handshake inside brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sni {
    Absent,
    /// The target's text: of an address, against RFC 6066, section 3.
    Equal,
    /// Of a name's tunnel another one, of an address's the name.
    Other,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    host: Host,
    to: &'static str,
    sni: Sni,
    tls: bool,
    port: u16,
}

/// What becomes of it.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The partner gets it, with this Host.
    Served(String),
    /// It is refused, in readable HTTP inside.
    Refused(&'static str),
}

impl Row {
    fn all() -> Vec<Self> {
        let mut rows = Vec::new();
        for host in [Host::Absent, Host::Equal, Host::Proxys, Host::Other] {
            for to in [NAME, V4, V6] {
                for sni in [Sni::Absent, Sni::Equal, Sni::Other] {
                    for tls in [true, false] {
                        rows.extend([443, 80].map(|port| Self { host, to, sni, tls, port }));
                    }
                }
            }
        }
        rows
    }

    /// The rule, in as few words as it has.
    fn end(self) -> End {
        match (self.tls, self.port) {
            (false, 443) => End::Refused("bad_request"),
            (true, _) if self.to == NAME && self.sni == Sni::Other => End::Refused("bad_target"),
            (true, 80) => End::Served(format!("{}:80", bracketed(self.called()))),
            (_, _) => End::Served(bracketed(self.called())),
        }
    }

    /// Whom the client calls inside the tunnel.
    fn called(self) -> &'static str {
        if self.tls && self.sni == Sni::Other { NAME } else { self.to }
    }

    fn head(self, proxy: SocketAddr) -> String {
        let authority = format!("{}:{}", bracketed(self.to), self.port);
        let host = match self.host {
            Host::Absent => String::new(),
            Host::Equal => format!("Host: {authority}\r\n"),
            Host::Proxys => format!("Host: {proxy}\r\n"),
            Host::Other => "Host: other.example.ru:443\r\n".to_owned(),
        };
        format!("CONNECT {authority} HTTP/1.1\r\n{host}\r\n")
    }

    fn request(self) -> String {
        let port = if self.tls && self.port == 80 { ":80" } else { "" };
        let host = bracketed(self.called());
        format!("GET /api/x HTTP/1.1\r\nHost: {host}{port}\r\nConnection: close\r\n\r\n")
    }

    /// Sends the request in a tunnel; `None` is a client whose tool is missing.
    fn ask(self, gateway: &Gateway) -> Option<Answer> {
        let mut raw = opened(gateway.http, &self.head(gateway.http));
        if !self.tls {
            return Some(raw.exchange(self.request()));
        }
        let address = self.to != NAME;
        match self.sni {
            Sni::Equal if address => self.ask_with_openssl(gateway),
            Sni::Other if !address => {
                let mut raw = raw.secure("other.example.ru", &secure::careless());
                Some(raw.exchange(self.request()))
            }
            sni => {
                let mut config = ClientConfig::clone(&gateway.trust());
                config.enable_sni = sni != Sni::Absent;
                let mut raw = raw.secure(self.called(), &Arc::new(config));
                Some(raw.exchange(self.request()))
            }
        }
    }

    /// OpenSSL names an address in its handshake, as some clients do.
    fn ask_with_openssl(self, gateway: &Gateway) -> Option<Answer> {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut openssl = Command::new("openssl");
        openssl
            .args(["s_client", "-quiet", "-ign_eof", "-verify_return_error", "-connect"])
            .arg(door.local_addr().unwrap().to_string())
            .args(["-servername", self.to, "-verify_ip", self.to, "-CAfile"])
            .arg(gateway.ca())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut openssl = match openssl.spawn() {
            Ok(running) => running,
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "openssl: {error}");
                return None;
            }
        };
        let (near, _) = door.accept().unwrap();
        let far = opened(gateway.http, &self.head(gateway.http));
        carried(near, far.pipe.wire().tcp().try_clone().unwrap());
        openssl.stdin.take().unwrap().write_all(self.request().as_bytes()).unwrap();
        let output = openssl.wait_with_output().unwrap();
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with("HTTP/1.1 "), "{self:?}: {text}\n{talk}");
        let code = text.lines().find_map(|line| line.strip_prefix("x-gateway-error: "));
        Some(Answer {
            status: text[9..12].parse().unwrap(),
            head: text.clone().into_bytes(),
            fields: code
                .map(|code| ("x-gateway-error".to_owned(), code.to_owned()))
                .into_iter()
                .collect(),
            body: Vec::new(),
            trailers: Vec::new(),
            whole: true,
        })
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// A tunnel that is open.
#[track_caller]
fn opened(proxy: SocketAddr, head: &str) -> Raw {
    let mut raw = Raw::dial(proxy);
    raw.send(head);
    let (answer, status, ..) = raw.answer_head().expect("an answer to CONNECT");
    assert_eq!(status, 200, "{head}{}", String::from_utf8_lossy(&answer));
    raw
}

/// Carries bytes between two connections until one ends.
fn carried(near: TcpStream, far: TcpStream) {
    let ways = [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)];
    for (mut from, mut to) in ways {
        from.set_read_timeout(Some(PATIENCE)).unwrap();
        thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Write);
        });
    }
}

/// All that the table asks for is allowed and leads to the partner.
fn world(world: World) -> World {
    let partner = world.yaml();
    let partner = partner.lines().find_map(|line| line.split_once("https://loyalty.example.ru: "));
    let partner = partner.unwrap().1.trim().to_owned();
    let mut world = world.allow(&[
        r"https?://loyalty\.example\.ru(:80)?/api/.*",
        r"https?://203\.0\.113\.7(:80)?/api/.*",
        r"https?://\[2001:db8::7\](:80)?/api/.*",
    ]);
    for host in [NAME, V4, V6] {
        let host = bracketed(host);
        for origin in
            [format!("http://{host}"), format!("https://{host}"), format!("https://{host}:80")]
        {
            world = world.upstream(&origin, &partner);
        }
    }
    world
}

#[test]
fn whatever_host_says_a_tunnel_carries_what_its_target_and_its_handshake_name() {
    let stage = Stage::with(world);
    let mut wrong = Vec::new();
    for row in Row::all() {
        let before = stage.partner.requests().len();
        let Some(answer) = row.ask(&stage.gateway) else { continue };
        let end = match answer.code() {
            "" if answer.status == 200 => {
                let seen = stage.partner.wait(before + 1).pop().unwrap();
                End::Served(seen.field("host").unwrap_or_default().to_owned())
            }
            code => {
                assert_eq!(stage.partner.requests().len(), before, "{row:?}: {code}");
                End::Refused(
                    crate::support::codes::TABLE.iter().find(|row| row.0 == code).unwrap().0,
                )
            }
        };
        if end != row.end() {
            wrong.push(format!("{row:?}: {end:?}, not {:?}\n{}", row.end(), answer.describe()));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_tunnel_to_an_address_counts_as_one_to_the_name_its_handshake_brings() {
    let stage = Stage::start();
    let row = Row { host: Host::Absent, to: V4, sni: Sni::Other, tls: true, port: 443 };
    row.ask(&stage.gateway).unwrap().expect_ok("the name is allowed, the address is not");
    assert_eq!(stage.gateway.recorded(1)[0]["url"], "https://loyalty.example.ru/api/x");
    let row = Row { sni: Sni::Absent, ..row };
    row.ask(&stage.gateway).unwrap().expect_refusal("the address alone", 403, "url_not_allowed");
    let mut raw = opened(stage.gateway.http, &row.head(stage.gateway.http));
    let plain = format!("GET /api/x HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
    raw.exchange(&plain).expect_refusal("plain HTTP to :443", 400, "bad_request");
    let row = Row { port: 80, ..row };
    let mut raw = opened(stage.gateway.http, &row.head(stage.gateway.http));
    raw.exchange(&plain).expect_ok("plain HTTP names its host in Host alone");
}

#[test]
fn host_may_be_empty_or_repeated_in_connect_and_has_to_be_one() {
    let stage = Stage::start();
    let host = |value: &str| format!("Host: {value}\r\n");
    for fields in [host(""), host("a.ru") + &host("a.ru"), host("a.ru") + &host("A.RU")] {
        let mut raw =
            opened(stage.gateway.http, &format!("CONNECT {NAME}:80 HTTP/1.1\r\n{fields}\r\n"));
        raw.exchange(format!("GET /api/x HTTP/1.1\r\nHost: {NAME}\r\n\r\n")).expect_ok(&fields);
    }
    for fields in [host("a.ru") + &host("b.ru"), host("user@a.ru"), host("a.ru/")] {
        let head = format!("CONNECT {NAME}:443 HTTP/1.1\r\n{fields}\r\n");
        stage.expect_cut(&fields, head, &["bad_target"]);
    }
}

#[test]
fn plain_http_in_a_tunnel_is_served_as_on_any_connection() {
    let stage = Stage::with(World::crowd);
    let basic =
        "Proxy-Authorization: Basic bG95YWx0eToyMDI0MDIwNS05RjhFLTQwN0QtODBDNi1CNUE0OTM4MjcxNjE=";
    assert!(DEVICE_2.ends_with("7161"));
    let head = format!(
        "CONNECT {NAME}:80 HTTP/1.1\r\n{basic}\r\n\r\nGET /api/early HTTP/1.1\r\nHost: {NAME}\r\n\r\n"
    );
    let mut raw = opened(stage.gateway.http, &head);
    raw.answer().expect_ok("in the same write as CONNECT");
    raw.exchange(format!("GET http://{NAME}/api/x HTTP/1.1\r\nHost: {NAME}\r\n\r\n"))
        .expect_ok("absolute");
    assert_eq!(stage.partner.last().all("x-evotor-store-uuid"), [STORE_2]);
    let other = "GET http://other.example.ru/api/x HTTP/1.1\r\nHost: other.example.ru\r\n\r\n";
    raw.exchange(other).expect_refusal("another host", 421, "misdirected_request");
    let secure = format!("GET https://{NAME}/api/x HTTP/1.1\r\nHost: {NAME}\r\n\r\n");
    raw.exchange(secure).expect_refusal("https over plain HTTP", 421, "misdirected_request");
    raw.send("GET\r\n\r\n");
    raw.answer().expect_refusal("no HTTP", 400, "bad_request");
}

#[test]
fn plain_http_to_the_listener_for_tls_is_told_so() {
    let stage = Stage::start();
    let mut raw = Raw::dial(stage.gateway.https);
    raw.send(format!("GET /api/x HTTP/1.1\r\nHost: {NAME}\r\n\r\n"));
    let answer = raw.answer().expect_refusal("plain HTTP to TLS", 400, "bad_request");
    assert!(answer.text().contains("TLS"), "{}", answer.describe());
    raw.expect_end("plain HTTP to TLS");
    let recorded = stage.gateway.recorded(1);
    assert_eq!(recorded[0]["code"], "bad_request", "{recorded:?}");
}

#[test]
fn a_tunnel_waits_for_its_first_byte_no_longer_than_for_a_head() {
    let stage = Stage::with(|world| world.limit("head_timeout: 300ms"));
    let raw = opened(stage.gateway.http, &format!("CONNECT {NAME}:443 HTTP/1.1\r\n\r\n"));
    let mut rest = Vec::new();
    raw.pipe.into_wire().read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
}
