//! What nobody hears: a closed, an abandoned and a full stderr or stdout end nothing, block nothing
//! and change no exit code.
#![cfg(unix)]

use std::cell::Cell;
use std::fs;
use std::io::{PipeReader, Read as _, Write as _, pipe};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::gateway::{BINARY, command, command_of, eventually, wait_for_exit};
use crate::support::{Gateway, PATIENCE, Partner, World, get};

/// What a pipe in Linux holds.
const PIPE: usize = 64 << 10;
const CRM: &str = r"http://loyalty\.example\.ru/crm/.*";
const BAD: &str = "version: 1\nlimitz: {}\n";

/// What stderr is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stderr {
    Closed,
    Abandoned,
    Full,
}

/// A command whose stderr nobody takes, and what has to live as long as it does.
fn unheard(stderr: Stderr, folder: &TempDir, args: &str) -> (Command, Option<PipeReader>) {
    let mut shell = command_of("sh", folder.path());
    if stderr == Stderr::Closed {
        shell.args(["-c", &format!("exec {BINARY} {args} 2>&-")]);
        return (shell, None);
    }
    let (reader, mut writer) = pipe().unwrap();
    if stderr == Stderr::Full {
        writer.write_all(&vec![b'.'; PIPE]).unwrap();
    }
    shell.args(["-c", &format!("exec {BINARY} {args} 2>&0 </dev/null")]).stdin(writer);
    (shell, (stderr == Stderr::Full).then_some(reader))
}

fn folder(yaml: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    folder
}

#[test]
fn a_bad_file_is_refused_and_the_service_goes_on() {
    let partner = Partner::start();
    for stderr in [Stderr::Closed, Stderr::Abandoned, Stderr::Full] {
        let folder = folder(&World::of(&partner).yaml());
        let (command, _reader) = unheard(stderr, &folder, "run --quiet");
        let mut gateway = Gateway::launch(command, folder.path());
        gateway.rewrite(BAD);
        gateway.signal("HUP");
        gateway.expect_alive("after a bad file");
        if stderr != Stderr::Full {
            gateway.rewrite(&World::of(&partner).allow(&[CRM]).yaml());
            gateway.signal("HUP");
            gateway
                .eventually("the file after it", || gateway.ask(get("/crm/x", &[])).status == 200);
        }
        assert!(gateway.is_running(), "{stderr:?}");
    }
}

#[test]
fn a_start_that_fails_ends_with_its_code() {
    for stderr in [Stderr::Closed, Stderr::Abandoned, Stderr::Full] {
        let folder = folder(BAD);
        let (mut command, _reader) = unheard(stderr, &folder, "run --quiet");
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let ended = wait_for_exit(&mut child, PATIENCE * 3);
        let _ = child.kill();
        assert_eq!(ended.and_then(|status| status.code()), Some(2), "{stderr:?}");
    }
}

#[test]
fn a_start_whose_stdout_is_abandoned_serves_and_reloads() {
    let partner = Partner::start();
    let folder = folder(&World::of(&partner).yaml());
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    // Nobody is told the port, so it is chosen here.
    let address = Partner::nowhere();
    let mut run = command(folder.path());
    run.args(["run", "--http", &address.to_string()]).stdout(writer).stderr(Stdio::null());
    let mut child = run.spawn().unwrap();
    let answers = |path: &str| {
        let Ok(mut socket) = TcpStream::connect(address) else { return false };
        let mut answer = String::new();
        let asked = socket.write_all(&get(path, &["Connection: close"]));
        asked
            .and_then(|()| socket.read_to_string(&mut answer))
            .is_ok_and(|_| answer.contains(" 200 "))
    };
    eventually("it serves", || answers("/api/x"));
    let yaml = World::of(&partner).allow(&[CRM]).yaml();
    let attempts = Cell::new(0);
    eventually("it reads a file that has changed", || {
        // It may begin to watch only now.
        let text = format!("{yaml}# {}\n", attempts.replace(attempts.get() + 1));
        fs::write(folder.path().join("gateway.yaml"), text).unwrap();
        thread::sleep(Duration::from_millis(500));
        answers("/crm/x")
    });
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_exit_code_says_what_was_found_whoever_reads() {
    let folder = folder(BAD);
    for (args, code) in [
        ("check", 2),
        ("check --json", 2),
        ("doctor", 1),
        ("doctor --json", 1),
        ("match a b", 1),
        ("ca show", 1),
        ("ca trust", 1),
        ("completions bash", 0),
        ("man", 0),
        ("schema", 0),
        ("deliveries --admin 127.0.0.1:9", 3),
    ] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut child = command(folder.path());
        child.args(args.split(' ')).stdout(writer.try_clone().unwrap()).stderr(writer);
        let mut child = child.spawn().unwrap();
        let ended = wait_for_exit(&mut child, PATIENCE * 3).expect("an end in time");
        assert_eq!(ended.code(), Some(code), "{args}");
    }
}
