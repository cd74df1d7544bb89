//! `ca` and `doctor`, as the command line calls them.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use evotor_gateway::cli::ca::{self, Action, Form, Runner, Step, Surroundings, SystemStore};
use evotor_gateway::cli::doctor::{self, Check, Facts, State};
use evotor_gateway::net::descriptors::Shares;
use evotor_gateway::text::Text;
use evotor_gateway::tls::{Authority, CERTIFICATE_FILE, KEY_FILE, Place};

use super::support::DAY;

fn made() -> (tempfile::TempDir, Authority) {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::open(dir.path(), SystemTime::now()).unwrap();
    (dir, authority)
}

/// What a command returned, wrote to stdout and to stderr.
fn told(
    command: impl FnOnce(&mut Vec<u8>, &mut Vec<u8>) -> io::Result<u8>,
) -> (u8, String, String) {
    let (mut out, mut talk) = (Vec::new(), Vec::new());
    let code = command(&mut out, &mut talk).unwrap();
    (code, String::from_utf8(out).unwrap(), String::from_utf8(talk).unwrap())
}

#[test]
fn show_prints_what_openssl_would() {
    let (dir, authority) = made();
    let (code, out, talk) =
        told(|out, talk| ca::show(dir.path(), SystemTime::now(), true, out, talk));
    assert_eq!((code, talk.as_str()), (0, ""));
    let shown: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(shown["trusted"]["system"], false);
    assert_eq!(shown["subject"], authority.subject());
    let arguments =
        ["x509", "-noout", "-fingerprint", "-sha256", "-serial", "-in", CERTIFICATE_FILE];
    let Ok(openssl) = Command::new("openssl").args(arguments).current_dir(dir.path()).output()
    else {
        return println!("skipped: no openssl on this machine");
    };
    let openssl = String::from_utf8(openssl.stdout).unwrap();
    for key in ["sha256", "serial"] {
        assert!(openssl.contains(shown[key].as_str().unwrap()), "{openssl}\n{shown}");
    }
    let (_, text, _) = told(|out, talk| ca::show(dir.path(), SystemTime::now(), false, out, talk));
    assert!(text.contains("ca trust"), "{text}");
}

#[test]
fn without_an_authority_there_is_nothing_to_show_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let (code, out, talk) =
        told(|out, talk| ca::show(dir.path(), SystemTime::now(), false, out, talk));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(talk.contains("no authority yet"), "{talk}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    fs::write(dir.path().join(KEY_FILE), "x").unwrap();
    let (code, _, talk) =
        told(|out, talk| ca::show(dir.path(), SystemTime::now(), false, out, talk));
    assert_eq!(code, 1);
    assert!(talk.contains("stands without ca.pem"), "{talk}");
}

#[test]
fn export_gives_the_file_byte_for_byte_and_never_writes_over_another() {
    let (dir, authority) = made();
    let now = SystemTime::now();
    let pem = fs::read_to_string(dir.path().join(CERTIFICATE_FILE)).unwrap().replace('\r', "");
    let (code, out, talk) =
        told(|out, talk| ca::export(dir.path(), now, Form::Pem, None, out, talk));
    assert_eq!((code, out, talk), (0, pem, String::new()));

    let target = dir.path().join("out.der");
    for _ in 0..2 {
        let to = Some(target.as_path());
        let (code, ..) = told(|out, talk| ca::export(dir.path(), now, Form::Der, to, out, talk));
        assert_eq!(code, 0);
    }
    assert_eq!(fs::read(&target).unwrap(), authority.certificate().as_ref());

    let key = dir.path().join(KEY_FILE);
    let before = fs::read(&key).unwrap();
    let (code, _, talk) =
        told(|out, talk| ca::export(dir.path(), now, Form::Pem, Some(&key), out, talk));
    assert_eq!((code, fs::read(&key).unwrap()), (2, before), "{talk}");
    let nowhere = Path::new("/nowhere/at/all/ca.pem");
    let (code, ..) =
        told(|out, talk| ca::export(dir.path(), now, Form::Pem, Some(nowhere), out, talk));
    assert_eq!(code, 3);
}

fn debian() -> Surroundings {
    Surroundings {
        root: true,
        system: Some(SystemStore::Anchors {
            folder: "/usr/local/share/ca-certificates".into(),
            refresh: &["update-ca-certificates"],
        }),
        nss: vec!["/home/a/.pki/nssdb".into()],
        certutil: true,
        java: None,
    }
}

fn trusting(action: Action, run: Option<&mut Runner<'_>>) -> (u8, String, String) {
    let (dir, _) = made();
    let now = SystemTime::now();
    told(|out, talk| ca::trust(dir.path(), now, action, &debian(), run, out, talk))
}

#[test]
fn a_dry_run_prints_the_commands_as_data_and_does_nothing() {
    let (code, out, talk) = trusting(Action::Trust, None);
    assert_eq!((code, talk.lines().count()), (0, 1), "{talk}");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    assert!(lines[0].starts_with("install -m 644 /"), "{out}");
}

#[test]
fn every_command_is_printed_before_the_first_one_runs() {
    let mut ran = Vec::new();
    let (code, out, talk) = trusting(
        Action::Trust,
        Some(&mut |step| {
            ran.push(step.to_string());
            Ok(true)
        }),
    );
    assert_eq!((code, out.as_str()), (0, ""));
    let (power, rest) = talk.split_once('\n').unwrap();
    assert!(power.contains("ca.key.pem can read and change all HTTPS traffic"), "{power}");
    assert!(rest.starts_with(&ran.join("\n")), "{talk}");
    assert!(talk.contains("NODE_EXTRA_CA_CERTS='/"), "{talk}");
}

#[test]
fn a_refused_command_is_told_and_the_others_still_run() {
    let mut ran = 0;
    let (code, _, talk) = trusting(
        Action::Trust,
        Some(&mut |step| {
            ran += 1;
            Ok(step.command[0] != "install")
        }),
    );
    assert_eq!((code, ran), (3, 3));
    assert!(talk.contains("failed: the system's store"), "{talk}");
    assert!(talk.contains("done: the browser's store"), "{talk}");
}

#[test]
fn what_is_not_there_to_be_removed_is_no_failure() {
    let (code, _, talk) =
        trusting(Action::Untrust, Some(&mut |step| Ok(step.command[0] != "certutil")));
    assert_eq!(code, 0, "{talk}");
}

#[cfg(unix)]
#[test]
fn a_program_that_cannot_be_started_is_a_failure() {
    let step = |program: &str| Step {
        store: Text::verbatim("nobody's store"),
        command: vec![program.to_owned()],
        may_fail: true,
    };
    assert!(ca::run_step(&step("no-such-program-at-all")).is_err());
    assert!(ca::run_step(&step("true")).unwrap());
    assert!(!ca::run_step(&step("false")).unwrap());
}

/// Runs in a process of its own, whose system store is the file in `SSL_CERT_FILE`.
#[cfg(target_os = "linux")]
#[test]
fn the_systems_store_is_asked() {
    const FOLDER: &str = "GATEWAY_TEST_CERTS";
    if let Ok(dir) = std::env::var(FOLDER) {
        let now = SystemTime::now();
        let authority = Authority::find(Path::new(&dir), now).unwrap().unwrap();
        assert_eq!(authority.is_trusted_here(now), Some(true));
        return;
    }
    let (dir, _) = made();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::commands::the_systems_store_is_asked"])
        .env(FOLDER, dir.path())
        .env("SSL_CERT_FILE", dir.path().join(CERTIFICATE_FILE))
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
}

fn examined(certs: &Path, listen: &[(&str, SocketAddr)], now: SystemTime) -> Vec<Check> {
    doctor::examine(&facts(&certs.into(), listen, now))
}

fn facts<'a>(certs: &'a Place, listen: &'a [(&'a str, SocketAddr)], now: SystemTime) -> Facts<'a> {
    Facts {
        config: Ok("gateway.yaml: 1 app".to_owned()),
        certs,
        readable: &[],
        running: None,
        listen,
        hosts: &[],
        hosts_file: "",
        variable: &|_| None,
        now,
        is_guarded: true,
        passwd: "",
        shares: Shares::of(None, 1, 1),
    }
}

fn named<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks.iter().find(|check| check.name == name).unwrap()
}

#[test]
fn doctor_passes_a_fresh_folder_and_makes_nothing_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let listen = [("http", "127.0.0.1:0".parse().unwrap())];
    let place = dir.path().into();
    let facts = facts(&place, &listen, SystemTime::now());
    let (code, out, _) = told(|out, _| doctor::run(&facts, false, out));
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("ok    authority"), "{out}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn doctor_fails_on_a_broken_configuration_and_shows_all_of_its_report() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().into();
    let mut facts = facts(&place, &[], SystemTime::now());
    facts.config = Err("gateway.yaml:3:1: unknown key\ngateway.yaml:9:5: bad value".to_owned());
    let (code, out, _) = told(|out, _| doctor::run(&facts, false, out));
    assert_eq!(code, 1);
    assert!(out.contains("unknown key") && out.contains("bad value"), "{out}");
    let (code, out, _) = told(|out, _| doctor::run(&facts, true, out));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["ok"]), (1, &serde_json::json!(false)));
    assert_eq!(report["checks"][0]["state"], "fail");
}

#[test]
fn doctor_tells_what_is_wrong_with_the_certificates() {
    let (dir, authority) = made();
    let now = SystemTime::now();
    let checks = examined(dir.path(), &[], now);
    assert_eq!(named(&checks, "authority").state, State::Ok);
    assert_eq!(named(&checks, "trust").remedy, "run: evotor-gateway ca trust");
    assert_eq!(named(&checks, "certificates").state, State::Ok);

    let (_, until) = authority.validity();
    assert_eq!(named(&examined(dir.path(), &[], until - DAY), "authority").state, State::Warn);
    let after = examined(dir.path(), &[], until + DAY);
    assert!(named(&after, "authority").detail.contains("has expired"), "{after:?}");
    let epoch = examined(dir.path(), &[], SystemTime::UNIX_EPOCH);
    assert_eq!(named(&epoch, "clock").state, State::Fail);

    fs::write(dir.path().join("a.ru.pem"), "half").unwrap();
    assert_eq!(named(&examined(dir.path(), &[], now), "certificates").state, State::Fail);
}

#[test]
fn doctor_names_the_process_that_holds_a_port() {
    let dir = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = [("https", listener.local_addr().unwrap())];
    let checks = examined(dir.path(), &listen, SystemTime::now());
    let check = named(&checks, "listen.https");
    assert_eq!(check.state, State::Fail);
    if cfg!(target_os = "linux") {
        let own = format!("process {}", std::process::id());
        assert!(check.detail.contains(&own), "{check:?}");
    }
}
