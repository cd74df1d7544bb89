//! Files that people name: no pipe is waited for, none is read without end, and what is made is for
//! its owner alone.
#![cfg(unix)]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::{BINARY, command, command_of, wait_for_exit};
use crate::support::{Gateway, PATIENCE, Stage, World};

const NOWHERE: &str = "http://127.0.0.1:9";

/// Runs a command that must come to its end by itself.
#[track_caller]
fn ended(mut command: Command) -> Said {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if wait_for_exit(&mut child, PATIENCE * 3).is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("{command:?} does not end");
    }
    Said::of(&child.wait_with_output().unwrap())
}

fn said(folder: &Path, args: &[&str]) -> Said {
    let mut command = command(folder);
    command.args(args);
    ended(command)
}

fn pipe(path: &Path) {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).unwrap();
    }
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn written(yaml: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("gateway.yaml"), yaml).unwrap();
    folder
}

#[test]
fn a_configuration_is_a_file_of_16_mib_at_most() {
    let folder = TempDir::new().unwrap();
    pipe(&folder.path().join("pipe"));
    File::create(folder.path().join("large")).unwrap().set_len((16 << 20) + 1).unwrap();
    for (file, why) in [("pipe", "it is a pipe"), ("large", "more than 16 MiB"), (".", "a folder")]
    {
        for command in ["check", "run"] {
            let said = said(folder.path(), &[command, "-c", file]).expect(file, 2);
            assert!(said.err.contains(why), "{command} {file}: {}", said.err);
            assert!(said.err.contains("help: name "), "{command} {file}: {}", said.err);
        }
    }
    let mut substituted = command_of("bash", folder.path());
    substituted.args(["-c", &format!("{BINARY} check -c <(echo 'version: 1')")]);
    let said = ended(substituted).expect("a process substitution", 2);
    assert!(said.err.contains("write the content to a file"), "{}", said.err);
}

#[test]
fn a_device_without_end_is_not_read() {
    let folder = TempDir::new().unwrap();
    let mut command = command_of("sh", folder.path());
    // Were it read, the process would end here and not take the machine's memory.
    command.args(["-c", &format!("ulimit -t 20; exec {BINARY} check -c /dev/zero")]);
    let said = ended(command).expect("a device", 2);
    assert!(said.err.contains("it is a device"), "{}", said.err);
}

#[test]
fn what_a_configuration_names_is_a_file_too() {
    let yaml = |key: &str, value: &str| World::at(NOWHERE).top(key, value).yaml();
    let client = "{clients: [{id: a, secret: {file: pipe}, stores: [s]}]}";
    for (key, value) in [
        ("admin", "{token: {file: pipe}}"),
        ("asna", client),
        ("asna", "{schemas: {stocks: pipe}}"),
        ("partner_ca", "[pipe]"),
        ("certs", "{ca: {cert: pipe, key: {file: pipe}}}"),
    ] {
        let folder = written(&yaml(key, value));
        pipe(&folder.path().join("pipe"));
        let said = said(folder.path(), &["check"]).expect(value, 2);
        assert!(said.err.contains("it is a pipe"), "{value}: {}", said.err);
    }
    let folder = written(&yaml("admin", "{token: {file: large}}"));
    fs::write(folder.path().join("large"), "a".repeat((64 << 10) + 1)).unwrap();
    let said = said(folder.path(), &["check"]).expect("a large secret", 2);
    assert!(said.err.contains("more than 64 KiB"), "{}", said.err);
}

#[test]
fn certificates_are_files() {
    for (name, why) in
        [("certs/ca.pem", "is not a file"), ("certs/loyalty.example.ru.pem", "it is a pipe")]
    {
        let folder = written(&World::at(NOWHERE).yaml());
        pipe(&folder.path().join(name));
        let said = said(folder.path(), &["run"]).expect(name, 3);
        assert!(said.err.contains(why), "{name}: {}", said.err);
    }
}

#[test]
fn commands_read_files_and_name_the_way_for_a_pipe() {
    let stage = Stage::start();
    let folder = TempDir::new().unwrap();
    pipe(&folder.path().join("pipe"));
    let admin = stage.gateway.admin.to_string();
    for words in [
        "trigger documents --file pipe",
        "import har pipe",
        "state load pipe",
        "replay 1 --body @pipe",
    ] {
        let args: Vec<_> = words.split(' ').chain(["--admin", &admin]).collect();
        let said = said(folder.path(), &args).expect(words, 2);
        assert!(said.err.contains("it is a pipe"), "{words}: {}", said.err);
        assert!(said.err.contains("hint: what comes through a pipe is read from `-`"), "{words}");
    }
}

#[test]
fn a_pipe_in_place_of_the_file_keeps_the_old_configuration() {
    let stage = Stage::start();
    let file = stage.gateway.path().join("gateway.yaml");
    let good = fs::read_to_string(&file).unwrap();
    let aside = stage.gateway.path().join("pipe");
    pipe(&aside);
    fs::rename(aside, &file).unwrap();
    stage.gateway.signal("HUP");
    stage.gateway.wait_for_log(&["it is a pipe"]);
    stage.gateway.expect_alive("a pipe in its place");
    stage.gateway.rewrite(&good);
    stage.gateway.signal("HUP");
    stage.gateway.wait_for_log(&["was read again"]);
}

#[test]
fn what_is_made_is_its_owners_whatever_the_umask() {
    let folder = written(&World::at(NOWHERE).top("state", "sqlite:./data/gateway.db").yaml());
    let mut shell = command_of("sh", folder.path());
    shell.args(["-c", &format!("umask 0; exec {BINARY} run")]);
    let _gateway = Gateway::launch(shell, folder.path());
    for made in ["data", "certs", "data/gateway.db", "data/gateway.journal", "certs/ca.key.pem"] {
        let mode = fs::metadata(folder.path().join(made)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{made}: {mode:o}");
    }
}

#[test]
fn files_that_others_can_read_are_told_of_at_the_start_and_by_doctor() {
    let world = World::at(NOWHERE).top("state", "sqlite:./data/gateway.db");
    let world = world.top("admin", "{token: {file: token}}").file("token", "0123456789abcdefg\n");
    let mut gateway = world.start();
    let files = ["data/gateway.db", "data/gateway.journal", "certs/ca.key.pem", "token"];
    for file in files {
        let mode = Permissions::from_mode(0o666);
        fs::set_permissions(gateway.path().join(file), mode).unwrap();
    }
    gateway.restart();
    for file in files {
        gateway.wait_for_log(&["WARN", "chmod 600", file]);
    }
    let told = gateway.log().lines().filter(|line| line.contains("chmod 600")).count();
    assert_eq!(told, files.len(), "{}", gateway.log());
    let said = said(gateway.path(), &["doctor", "--json"]);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let warned: Vec<_> = checks.iter().filter(|check| check["state"] == "warn").collect();
    let told = |file: &str| warned.iter().any(|check| check.to_string().contains(file));
    for file in files {
        assert!(told(file), "{file}: {}", said.out);
    }
}

#[test]
fn a_lock_follows_no_link() {
    for (lock, why) in [("data/gateway.db.lock", "is a link"), ("certs/.ca.lock", "is a link")] {
        let folder = written(&World::at(NOWHERE).top("state", "sqlite:./data/gateway.db").yaml());
        let outside = folder.path().join("outside");
        let link = folder.path().join(lock);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&outside, &link).unwrap();
        let said = said(folder.path(), &["run"]).expect(lock, 3);
        assert!(said.err.contains(why) && said.err.contains(lock), "{lock}: {}", said.err);
        assert!(!outside.exists(), "{lock}");
    }
}

#[test]
fn a_database_is_not_made_through_a_link_that_leads_nowhere() {
    for name in ["data/gateway.db", "data/gateway.journal"] {
        let folder = written(&World::at(NOWHERE).top("state", "sqlite:./data/gateway.db").yaml());
        let outside = folder.path().join("outside");
        fs::create_dir(folder.path().join("data")).unwrap();
        symlink(&outside, folder.path().join(name)).unwrap();
        let said = said(folder.path(), &["run"]).expect(name, 3);
        assert!(said.err.contains("leads nowhere"), "{name}: {}", said.err);
        assert!(!outside.exists(), "{name}");
    }
}
