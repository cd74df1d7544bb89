//! The admin address among clients that take their time, and the descriptors it shares with the proxy.

use std::fs;
use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::admin::expect_problem;
use crate::support::gateway::{BINARY, command, command_of};
use crate::support::{Answer, Gateway, Partner, Raw, World, get};

/// A gateway that may open so many descriptors and no more.
struct Narrow {
    gateway: Gateway,
    folder: TempDir,
}

impl Narrow {
    #[track_caller]
    fn start(partner: &Partner, descriptors: u32) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("gateway.yaml"), World::of(partner).yaml()).unwrap();
        let gateway = Gateway::launch(limited(folder.path(), descriptors, "run"), folder.path());
        Self { gateway, folder }
    }
}

fn limited(folder: &Path, descriptors: u32, arguments: &str) -> std::process::Command {
    let mut command = command_of("sh", folder);
    let line = format!("ulimit -n {descriptors} && exec \"$0\" {arguments}");
    command.args(["-c", &line, BINARY]);
    command
}

fn head(gateway: &Gateway, line: &str, fields: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n", gateway.admin)
}

#[track_caller]
fn nothing_is_sniffed(answer: &Answer) {
    assert_eq!(answer.all("x-content-type-options"), ["nosniff"], "{}", answer.describe());
}

#[test]
fn silent_connections_to_the_admin_address_leave_the_proxy_serving() {
    let partner = Partner::start();
    let narrow = Narrow::start(&partner, 256);
    let gateway = &narrow.gateway;
    let crowd: Vec<Raw> = (0..300)
        .map(|number| {
            let mut raw = Raw::dial(gateway.admin);
            if number % 2 == 0 {
                raw.send("GET /api/exch");
            }
            raw
        })
        .collect();
    for _ in 0..5 {
        gateway.expect_alive("beside 300 silent connections to the admin address");
    }
    assert_eq!(gateway.api("GET", "/livez", None).text(), "ok\n");
    drop(crowd);
}

#[test]
fn silent_connections_to_the_proxy_leave_the_admin_address_serving() {
    let partner = Partner::start();
    let narrow = Narrow::start(&partner, 256);
    let gateway = &narrow.gateway;
    let crowd: Vec<Raw> = (0..300).map(|_| Raw::dial(gateway.http)).collect();
    for _ in 0..5 {
        assert_eq!(gateway.api("GET", "/livez", None).text(), "ok\n");
    }
    gateway.wait_for_log(&["limits.max_connections is 10000", "256 descriptors"]);
    assert!(!gateway.log().contains("could not be accepted"), "{}", gateway.log());
    drop(crowd);
    gateway.eventually("the proxy serves again", || {
        Raw::dial(gateway.http)
            .send(get("/api/x", &[]))
            .try_answer()
            .is_some_and(|a| a.status == 200)
    });
}

#[test]
fn too_few_descriptors_are_told_by_readyz_and_the_doctor() {
    let partner = Partner::start();
    let narrow = Narrow::start(&partner, 256);
    let ready = narrow.gateway.api("GET", "/readyz", None);
    let text = ready.text();
    assert_eq!(ready.status, 200);
    assert!(
        text.starts_with("ready\nlimits.max_connections is 10000, but 256 descriptors"),
        "{text}"
    );
    assert!(text.contains("LimitNOFILE"), "{text}");
    let said = limited(narrow.folder.path(), 256, "doctor").output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let line = said.lines().find(|line| line.contains(" descriptors ")).unwrap_or_default();
    assert!(line.starts_with("warn") && line.contains("leave room for"), "{said}");
}

#[test]
fn the_limit_of_descriptors_is_raised_for_the_gateway_and_not_for_its_command() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), World::of(&Partner::start()).yaml()).unwrap();
    let mut command = command_of("sh", folder.path());
    let line = "ulimit -Sn 300 && ulimit -Hn 2000 && exec \"$0\" exec -c gateway.yaml -- \
                sh -c 'ulimit -Sn; grep \"open files\" /proc/$PPID/limits'";
    let said = Said::of(&command.args(["-c", line, BINARY]).output().unwrap());
    let said = said.expect("the command's own code", 0);
    let mut lines = said.out.lines();
    assert_eq!(lines.next(), Some("300"), "{}", said.out);
    let own = lines.next().unwrap();
    assert_eq!(own.split_whitespace().nth(3), Some("2000"), "{own}");
}

#[test]
fn whoever_does_not_finish_a_request_is_told_and_closed() {
    let world = World::of(&Partner::start()).limit("head_timeout: 500ms");
    let gateway = world.limit("body_timeout: 500ms").start();
    Raw::dial(gateway.admin).expect_end("a connection that says nothing");
    let half = Raw::dial(gateway.admin).exchange("GET /api/exchanges HTTP/1.1\r\nHost: local");
    expect_problem(&half, 408, "request_timeout");
    nothing_is_sniffed(&half);
    let fields = "Content-Type: application/json\r\nContent-Length: 100\r\n";
    for path in ["/api/webhooks", "/api/state", "/evotor/api/v1/x", "/asna/connect/token"] {
        let line = format!("{} {path}", if path == "/api/state" { "PUT" } else { "POST" });
        let mut raw = Raw::dial(gateway.admin);
        let late = raw.exchange(head(&gateway, &line, fields) + "{\"half\":");
        // Where nobody wants the body, the answer does not wait for it.
        if late.status == 408 {
            expect_problem(&late, 408, "request_timeout");
            nothing_is_sniffed(&late);
        } else {
            assert!(!path.starts_with("/api/"), "{path}: {}", late.describe());
        }
        raw.expect_end(path);
    }
}

#[test]
fn consoles_that_listen_leave_room_for_commands() {
    let gateway = World::of(&Partner::start()).start();
    let events = head(&gateway, "GET /api/events", "");
    let listen = || {
        let mut raw = Raw::dial(gateway.admin);
        let status = raw.send(&events).answer_head().map(|(_, status, _, _)| status);
        (raw, status)
    };
    let mut consoles = Vec::new();
    let refused = loop {
        let (raw, status) = listen();
        match status {
            Some(200) => consoles.push(raw),
            other => break other,
        }
        assert!(consoles.len() <= 100, "the places for consoles have no end");
    };
    assert_eq!(refused, Some(503), "after {} consoles", consoles.len());
    assert!(consoles.len() >= 16, "{} consoles", consoles.len());
    let mut command = command(gateway.path());
    command.env("EVOTOR_GATEWAY_ADMIN", gateway.admin.to_string()).arg("clock");
    Said::of(&command.output().unwrap()).expect("a command beside them", 0);
    consoles.pop();
    gateway.eventually("a place is free again", || listen().1 == Some(200));
}

#[test]
fn no_answer_of_the_admin_address_is_sniffed() {
    let gateway = World::of(&Partner::start()).start();
    for path in [
        "/",
        "/livez",
        "/readyz",
        "/metrics",
        "/connect",
        "/connect/ca.pem",
        "/console/app.js",
        "/console/none",
        "/api/exchanges",
        "/api/exchanges/7",
        "/api/openapi.json",
        "/api/none",
        "/none",
        "/signin",
        "/evotor/stores",
        "/evotor/none",
        "/asna/v5/none",
        "/asna/connect/token",
    ] {
        nothing_is_sniffed(&gateway.api("GET", path, None));
    }
    nothing_is_sniffed(&gateway.api("PATCH", "/api/clock", None));
    nothing_is_sniffed(&gateway.api("POST", "/api/webhooks", Some(&json!({"event": 1}))));
    nothing_is_sniffed(&gateway.api("POST", "/asna/connect/token", Some(&json!({}))));
    let foreign = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    nothing_is_sniffed(&Raw::dial(gateway.admin).exchange(foreign));
    let mut raw = Raw::dial(gateway.admin);
    let stream = raw.send(head(&gateway, "GET /api/events", "")).answer_head();
    let (head, status, fields, _) = stream.unwrap();
    let stream =
        Answer { status, head, fields, body: Vec::new(), trailers: Vec::new(), whole: true };
    nothing_is_sniffed(&stream);
}
