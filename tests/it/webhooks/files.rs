//! A state file that cannot be used is named, explained and left as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

use super::stage::{Cloud, on_disk};
use crate::support::gateway::{command, wait_for_exit};
use crate::support::{PATIENCE, World};

const FILE: &str = "data/gateway.db";

/// Starts a gateway in a folder where it cannot start.
fn run(folder: &Path, state: &str) -> Output {
    let yaml = World::at("http://127.0.0.1:9").top("state", state).yaml();
    // Of its own: another gateway may watch gateway.yaml.
    fs::write(folder.join("second.yaml"), yaml).unwrap();
    let mut command = command(folder);
    command.args(["run", "-c", "second.yaml"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    if wait_for_exit(&mut child, PATIENCE).is_none() {
        child.kill().unwrap();
    }
    child.wait_with_output().unwrap()
}

/// Asserts exit 3 with these words, and that the file was not touched.
#[track_caller]
fn refused(folder: &Path, words: &[&str]) {
    let path = folder.join(FILE);
    let before = fs::read(&path).unwrap();
    for _ in 0..2 {
        let output = run(folder, "\"sqlite:./data/gateway.db\"");
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{talk}");
        assert!(output.stdout.is_empty(), "stdout is for data");
        for word in words.iter().chain(&[FILE]) {
            assert!(talk.contains(word), "{word} is not in: {talk}");
        }
        assert!(fs::read(&path).unwrap() == before, "the file was changed");
    }
    let beside = |end: &str| PathBuf::from(format!("{}{end}", path.display())).exists();
    assert!(!beside("-journal") && !beside("-wal"), "SQLite left something behind");
}

fn folder_with(bytes: &[u8]) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join(FILE), bytes).unwrap();
    folder
}

/// The database of a gateway that has delivered something.
fn used() -> Vec<u8> {
    let mut cloud = Cloud::with(on_disk);
    cloud.gateway.trigger(&serde_json::json!({"event": "stores", "count": 50, "wait": true}));
    cloud.gateway.signal("TERM");
    cloud.gateway.wait();
    fs::read(cloud.gateway.path().join(FILE)).unwrap()
}

#[test]
fn what_is_no_database_is_left_alone() {
    for bytes in [&b"version: 1\n"[..], &[0x5a; 8192], b"SQLite format 2\0 and more of it"] {
        refused(folder_with(bytes).path(), &["not a usable database", "left as it is"]);
    }
}

#[test]
fn a_damaged_database_is_left_alone() {
    let whole = used();
    assert!(whole.len() > 16_384, "{} bytes", whole.len());
    let mut torn = whole.clone();
    torn.truncate(whole.len() / 2 + 100);
    let mut scratched = whole.clone();
    let half = whole.len() / 2;
    scratched[4096..half].fill(0x5a);
    for bytes in [torn, scratched] {
        refused(folder_with(&bytes).path(), &["not a usable database", "restore a copy"]);
    }
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = folder_with(b"");
    let foreign = Connection::open(folder.path().join(FILE)).unwrap();
    foreign.execute_batch("CREATE TABLE photo (id INTEGER); INSERT INTO photo VALUES (1)").unwrap();
    foreign.close().unwrap();
    refused(folder.path(), &["another program"]);
}

#[test]
fn the_database_of_a_later_version_is_left_alone() {
    let folder = folder_with(&used());
    let newer = Connection::open(folder.path().join(FILE)).unwrap();
    newer.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99").unwrap();
    newer.close().unwrap();
    refused(folder.path(), &["version 99", "Update evotor-gateway"]);
}

#[test]
fn what_a_later_version_had_not_put_away_yet_is_left_alone() {
    let folder = folder_with(b"");
    let path = folder.path().join(FILE);
    let newer = Connection::open(&path).unwrap();
    newer
        .execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TABLE later (id INTEGER);
             PRAGMA application_id = 1165379447; PRAGMA user_version = 99;",
        )
        .unwrap();
    let wal = PathBuf::from(format!("{}-wal", path.display()));
    let before = [&path, &wal].map(|path| fs::read(path).unwrap());
    let taken = folder_with(&before[0]);
    let path = taken.path().join(FILE);
    let wal = PathBuf::from(format!("{}-wal", path.display()));
    fs::write(&wal, &before[1]).unwrap();
    let output = run(taken.path(), "\"sqlite:./data/gateway.db\"");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{talk}");
    assert!(talk.contains("version 99"), "{talk}");
    assert!([&path, &wal].map(|path| fs::read(path).unwrap_or_default()) == before, "changed");
}

#[test]
fn a_database_is_opened_as_it_was_left() {
    let folder = folder_with(&used());
    let mut cloud = Cloud::with(on_disk);
    cloud.gateway.signal("TERM");
    cloud.gateway.wait();
    fs::copy(folder.path().join(FILE), cloud.gateway.path().join(FILE)).unwrap();
    cloud.gateway.restart();
    assert_eq!(cloud.gateway.deliveries(Some("delivered")).len(), 50);
}

#[test]
fn an_empty_file_becomes_a_database() {
    let cloud = Cloud::with(|world| on_disk(world).file(FILE, ""));
    assert_eq!(cloud.gateway.happen("stores")["state"], "delivered");
}

#[test]
fn a_second_gateway_on_the_same_file_is_refused() {
    let cloud = Cloud::with(on_disk);
    let output = run(cloud.gateway.path(), "\"sqlite:./data/gateway.db\"");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{talk}");
    assert!(talk.contains("another evotor-gateway") && talk.contains("state"), "{talk}");
    assert_eq!(cloud.gateway.happen("stores")["state"], "delivered", "the first one goes on");
}

#[test]
fn a_path_that_cannot_be_opened_is_named() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    for path in ["./file/gateway.db", "./folder", "/proc/gateway.db"] {
        let output = run(folder.path(), &format!("\"sqlite:{path}\""));
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{talk}");
        let name = path.trim_start_matches("./");
        assert!(talk.contains(name) && talk.contains("cannot be opened"), "{talk}");
    }
}

#[test]
fn postgresql_is_refused_with_what_to_write_instead() {
    let folder = TempDir::new().unwrap();
    let output = run(folder.path(), "postgres://gateway:hunter2@db/gateway");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{talk}");
    assert!(talk.contains("PostgreSQL") && talk.contains("sqlite:"), "{talk}");
    assert!(!talk.contains("hunter2"), "{talk}");
}

#[test]
#[cfg(unix)]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let cloud = Cloud::with(on_disk);
    cloud.gateway.happen("user.create");
    let data = fs::read_dir(cloud.gateway.path().join("data")).unwrap();
    for entry in data.map(Result::unwrap) {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}
