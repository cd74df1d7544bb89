//! A full disk: nothing is lost, and nothing is said to be done that is not.
//!
//! The disk is a small one in memory that only the gateway's process sees, where the system lets
//! this be made.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::{BINARY, command_of, wait_for_exit};
use crate::support::service::{LEARNED, Service, json_of};
use crate::support::world::USER;
use crate::support::{Gateway, Latch, PATIENCE, World, get};

const MOUNT: &str = "mount -t tmpfs -o size=2m none data";

/// Whether a disk can be made; else the reason is printed.
fn possible() -> bool {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let mut command = Command::new("unshare");
    command.current_dir(folder.path()).args(["-rm", "sh", "-c", MOUNT]).stderr(Stdio::null());
    let possible = command.status().is_ok_and(|status| status.success());
    if !possible {
        println!("skipped: this system lets nobody mount a small disk (unshare -rm, mount)");
    }
    possible
}

struct Small {
    gateway: Gateway,
    _folder: TempDir,
}

impl Small {
    fn start(world: &World) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join("gateway.yaml"), world.yaml()).unwrap();
        let mut unshare = command_of("unshare", folder.path());
        let script = format!("{MOUNT} && exec {BINARY} run -c gateway.yaml");
        unshare.args(["-rm", "sh", "-c", &script]);
        Self { gateway: Gateway::launch(unshare, folder.path()), _folder: folder }
    }

    /// A file on the disk, as this process reaches it.
    fn ballast(&self) -> PathBuf {
        let data = self.gateway.path().join("data/ballast");
        PathBuf::from(format!("/proc/{}/root{}", self.gateway.pid(), data.display()))
    }

    /// Takes all room that is left.
    fn fill(&self) {
        let mut size = 4 << 20;
        let mut bytes = Vec::new();
        while size >= 1 {
            let more = vec![0; size];
            let whole = [&bytes[..], &more].concat();
            match fs::write(self.ballast(), &whole) {
                Ok(()) => bytes = whole,
                Err(_) => size /= 2,
            }
        }
        fs::write(self.ballast(), &bytes).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

#[test]
fn a_full_disk_refuses_events_and_loses_none() {
    if !possible() {
        return;
    }
    let service = Service::start();
    let world = super::stage::without_token(World::of(&service.partner));
    let world = world.webhooks(&service.url(), &[]);
    let small = Small::start(&super::stage::on_disk(world));
    let latch = Latch::default();
    let theirs = latch.clone();
    service.script("/user/create", move |call| {
        call.body();
        theirs.wait();
        call.send(&json_of(200, &json!({"userId": USER, "token": LEARNED})));
    });
    let id = small.gateway.trigger(&json!({"event": "user.create"})).remove(0)["delivery"].clone();
    service.partner.wait_for_heads(1);
    small.fill();
    let wish = json!({"event": "user.token", "count": 200});
    let problem = small.gateway.refused(&wish, 503, "state_unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("disk"), "{problem}");
    latch.open();
    small.gateway.wait_for_log(&["could not be recorded"]);
    let nothing = small.gateway.ask(get("/api/x", &[])).expect_ok("the proxy goes on");
    assert_eq!(nothing.status, 200);
    assert_eq!(service.partner.last().all("authorization"), [""; 0], "nothing is learned yet");
    assert_eq!(small.gateway.delivery(&id)["attempts"], 0, "nothing is said to be done");
    small.make_room();
    small.gateway.until(&id, "its answer is recorded", |row| row["state"] == "delivered");
    small.gateway.eventually("its token is used", || {
        small.gateway.ask(get("/api/x", &[])).expect_ok("after");
        service.partner.last().all("authorization") == [format!("Bearer {LEARNED}")]
    });
    assert_eq!(small.gateway.happen("user.token")["state"], "delivered", "sending goes on");
    let lines: Vec<_> = service.hooks().into_iter().map(|hook| hook.line).collect();
    assert_eq!(lines.len(), 2, "nothing was sent twice, nothing that was refused: {lines:?}");
}

/// Starts on a disk of 1 MiB of which so much is left, and gives what is said on stderr.
fn start_with(room: &str, yaml: &str) -> Said {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=1m none data && head -c {room} /dev/zero >data/room && \
         {{ cat /dev/zero >data/ballast 2>/dev/null; rm data/room; exec {BINARY} run -c gateway.yaml; }}"
    );
    let mut unshare = command_of("unshare", folder.path());
    unshare.args(["-rm", "sh", "-c", &script]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = unshare.spawn().unwrap();
    let end = wait_for_exit(&mut child, PATIENCE * 3);
    if end.is_none() {
        let _ = child.kill();
    }
    Said::of(&child.wait_with_output().unwrap())
}

#[test]
fn a_start_on_a_full_disk_names_the_disk() {
    if !possible() {
        return;
    }
    let on_disk = |certs: &str| {
        let world = World::at("http://127.0.0.1:9").top("certs", certs);
        world.top("state", "sqlite:./data/gateway.db").yaml()
    };
    for room in ["0", "4096", "20480", "40960", "65536"] {
        let said = start_with(room, &on_disk("./certs")).expect(room, 3);
        assert!(said.err.contains("is full") && said.err.contains("data/gateway"), "{}", said.err);
        assert!(said.err.contains("ree some room"), "{room}: {}", said.err);
    }
    let said = start_with("0", &on_disk("./data/certs")).expect("certs", 3);
    assert!(said.err.contains("the disk is full; free some room"), "{}", said.err);
}
