//! Start and end of the process: drain, signals, ports, exit codes.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::gateway::{BINARY, Gateway, command};
use crate::support::{Latch, Partner, Stage, World, get, head_of, ok};

fn slow_partner(latch: &Latch) -> Partner {
    let latch = latch.clone();
    Partner::scripted(move |call| {
        if call.request.target() == "/api/slow" {
            latch.wait();
        }
        call.body();
        call.send(&ok("ok"));
    })
}

#[test]
fn sigterm_lets_an_exchange_under_way_finish() {
    for signal in ["TERM", "INT"] {
        let latch = Latch::default();
        let mut stage = Stage::before(slow_partner(&latch));
        let mut raw = stage.gateway.http();
        raw.send(get("/api/slow", &[]));
        stage.partner.wait_for_heads(1);
        stage.gateway.signal(signal);
        let addr = stage.gateway.http;
        stage.gateway.eventually("the port is free", || TcpStream::connect(addr).is_err());
        assert!(stage.gateway.is_running(), "{signal}: it did not wait");
        latch.open();
        raw.answer().expect_ok(signal);
        assert_eq!(stage.gateway.wait().code(), Some(0), "{signal}");
    }
}

#[test]
fn an_upload_under_way_is_let_through() {
    let mut stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.send(head_of("POST", "/api/x", &["Content-Length: 10"])).send("first");
    stage.partner.wait_for_heads(1);
    stage.gateway.signal("TERM");
    raw.exchange("last.").expect_ok("an upload under way");
    assert_eq!(stage.gateway.wait().code(), Some(0));
}

#[test]
fn idle_connections_do_not_hold_up_the_end() {
    let mut stage = Stage::start();
    let mut plain = stage.gateway.http();
    plain.expect_alive("plain");
    let mut tls = stage.gateway.https("loyalty.example.ru");
    tls.expect_alive("TLS");
    let _silent = stage.gateway.http();
    let _tunnel = stage.gateway.tunnel("loyalty.example.ru:443");
    let begun = Instant::now();
    stage.gateway.signal("TERM");
    assert_eq!(stage.gateway.wait().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());
    plain.expect_end("an idle connection");
}

#[test]
fn the_ports_are_free_afterwards() {
    let mut stage = Stage::start();
    stage.gateway.expect_alive("before");
    stage.gateway.signal("TERM");
    stage.gateway.wait();
    for addr in [stage.gateway.http, stage.gateway.https, stage.gateway.admin] {
        assert!(TcpStream::connect(addr).is_err(), "{addr}");
    }
}

#[test]
fn a_second_sigterm_stops_at_once() {
    let latch = Latch::default();
    let mut stage = Stage::of(slow_partner(&latch), |world| world.limit("drain: 60s"));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/slow", &[]));
    stage.partner.wait_for_heads(1);
    stage.gateway.signal("TERM");
    let addr = stage.gateway.http;
    stage.gateway.eventually("the drain has begun", || TcpStream::connect(addr).is_err());
    let begun = Instant::now();
    stage.gateway.signal("TERM");
    stage.gateway.wait();
    assert!(begun.elapsed() < Duration::from_secs(5), "took {:?}", begun.elapsed());
    latch.open();
}

#[test]
fn a_drain_is_bounded() {
    let latch = Latch::default();
    let mut stage = Stage::of(slow_partner(&latch), |world| world.limit("drain: 300ms"));
    let mut raw = stage.gateway.http();
    raw.send(get("/api/slow", &[]));
    stage.partner.wait_for_heads(1);
    let begun = Instant::now();
    stage.gateway.signal("TERM");
    stage.gateway.wait();
    assert!(begun.elapsed() < Duration::from_secs(6), "took {:?}", begun.elapsed());
    latch.open();
}

#[test]
fn one_line_on_stdout_says_where_it_listens() {
    let mut stage = Stage::start();
    stage.gateway.expect_alive("started");
    stage.gateway.signal("TERM");
    stage.gateway.wait();
    let (http, https, admin) = (stage.gateway.http, stage.gateway.https, stage.gateway.admin);
    assert_eq!(
        stage.gateway.output(),
        format!("listening http={http} https={https} admin={admin}\n")
    );
}

fn run(yaml: &str, args: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    let output = command(folder.path()).args(["run", "-c", "gateway.yaml"]).args(args).output();
    output.unwrap()
}

#[test]
fn a_port_in_use_is_exit_3_with_a_remedy() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = holder.local_addr().unwrap().to_string();
    for option in ["--http", "--https", "--admin"] {
        let output = run(&World::at("http://127.0.0.1:9").yaml(), &[option, &addr]);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{option}: {talk}");
        assert!(talk.contains(&addr) && talk.contains(option), "{option}: no remedy: {talk}");
        assert!(output.stdout.is_empty(), "{option}: stdout is for data");
    }
}

#[test]
fn a_bad_file_is_exit_2_with_its_place() {
    let output = run("version: 1\nlimits: {drian: 10s}\n", &[]);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{talk}");
    assert!(talk.contains("gateway.yaml:2:") && talk.contains("drain"), "{talk}");
}

#[test]
fn a_missing_file_is_exit_2_and_names_init() {
    let folder = TempDir::new().unwrap();
    let output = command(folder.path()).args(["run", "-c", "nowhere.yaml"]).output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{talk}");
    assert!(talk.contains("nowhere.yaml") && talk.contains("init"), "{talk}");
}

#[test]
fn addresses_on_the_command_line_go_before_the_file() {
    let world = World::at("http://127.0.0.1:9");
    let yaml = world.yaml().replace("http: 127.0.0.1:0", "http: 127.0.0.1:1");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    let mut run = command(folder.path());
    run.args(["run", "-c", "gateway.yaml", "--http", "127.0.0.1:0"]);
    let gateway = Gateway::launch(run, folder.path());
    assert_ne!(gateway.http.port(), 1);
}

#[test]
fn run_is_what_happens_without_a_command() {
    let partner = Partner::start();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), World::of(&partner).yaml()).unwrap();
    let gateway = Gateway::launch(command(folder.path()), folder.path());
    gateway.expect_alive("without a command");
}

#[test]
fn every_number_of_workers_serves() {
    for workers in ["1", "2", "4", "auto"] {
        let stage = Stage::with(|world| world.top("workers", workers));
        for _ in 0..8 {
            stage.gateway.expect_alive(workers);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_socket_handed_over_by_the_system_is_used() {
    let partner = Partner::start();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), World::of(&partner).yaml()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let mut sh = Command::new("sh");
    sh.current_dir(folder.path());
    sh.args(["-c", "exec 3<&0 0</dev/null; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=http; exec \"$0\" run -c gateway.yaml", BINARY]);
    sh.stdin(Stdio::from(std::os::fd::OwnedFd::from(listener)));
    let gateway = Gateway::launch(sh, folder.path());
    assert_eq!(gateway.http, addr);
    for _ in 0..8 {
        gateway.expect_alive("a socket handed over");
    }
}
