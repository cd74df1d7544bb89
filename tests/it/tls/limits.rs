//! What an authority may sign for, judged by OpenSSL.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::cli::Said;
use crate::support::gateway::{command, wait_for_exit};
use crate::support::{PATIENCE, Partner, Stage, World};

const NOWHERE: &str = "http://127.0.0.1:9";
const CONSTRAINED: &str = "{dir: ./certs, constrain: true}";

fn openssl(folder: &Path, args: &str) -> Output {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(args.split_whitespace()).stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// What OpenSSL says of the certificate that the gateway shows for a name.
fn handshake(stage: &Stage, ca: &Path, name: &str) -> String {
    let (ca, https) = (ca.display(), stage.gateway.https);
    let args = format!(
        "s_client -connect {https} -servername {name} -verify_hostname {name} -CAfile {ca} -verify_return_error"
    );
    said(&openssl(stage.gateway.path(), &args))
}

/// What OpenSSL says of a certificate that whoever has the key signs for a name.
fn forged(folder: &Path, alternative: &str, purpose: &str) -> String {
    let extension = format!("subjectAltName={alternative}\n");
    fs::write(folder.join("leaf.ext"), extension).unwrap();
    let steps = [
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /O=thief",
        "x509 -req -in leaf.csr -CA certs/ca.pem -CAkey certs/ca.key.pem -days 10 -extfile leaf.ext -out leaf.pem",
    ];
    for step in steps {
        let output = openssl(folder, step);
        assert!(output.status.success(), "{}", said(&output));
    }
    said(&openssl(folder, &format!("verify -purpose {purpose} -CAfile certs/ca.pem leaf.pem")))
}

fn start_fails(yaml: &str, folder: &Path) -> String {
    fs::write(folder.join("gateway.yaml"), yaml).unwrap();
    let mut run = command(folder);
    let mut child = run.args(["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    assert!(wait_for_exit(&mut child, PATIENCE * 3).is_some(), "it has to end");
    Said::of(&child.wait_with_output().unwrap()).expect("a start", 3).err
}

#[test]
fn an_authority_is_good_for_servers_and_two_years() {
    let stage = Stage::start();
    let folder = stage.gateway.path();
    let text = said(&openssl(folder, "x509 -in certs/ca.pem -noout -text"));
    assert!(text.contains("TLS Web Server Authentication"), "{text}");
    assert!(!text.contains("TLS Web Client Authentication"), "{text}");
    let two_years = 730 * 86_400;
    let later = openssl(folder, &format!("x509 -in certs/ca.pem -noout -checkend {two_years}"));
    assert!(!later.status.success(), "it ends within two years");
    assert!(forged(folder, "DNS:any.example.com", "sslserver").contains("leaf.pem: OK"));
    let client = forged(folder, "DNS:any.example.com", "sslclient");
    assert!(client.contains("error 26") || client.contains("purpose"), "{client}");
}

#[test]
fn a_constrained_authority_is_good_for_the_hosts_of_the_file_alone() {
    let stage = Stage::with(|world| world.top("certs", CONSTRAINED));
    let ca = stage.gateway.ca();
    for name in ["loyalty.example.ru", "localhost"] {
        let told = handshake(&stage, &ca, name);
        assert!(told.contains("Verify return code: 0 (ok)"), "{name}: {told}");
    }
    let told = handshake(&stage, &ca, "other.example.com");
    assert!(told.contains("permitted subtree violation"), "{told}");
    let folder = stage.gateway.path();
    let text = said(&openssl(folder, "x509 -in certs/ca.pem -noout -text"));
    assert!(text.contains("X509v3 Name Constraints: critical"), "{text}");
    for good in ["DNS:loyalty.example.ru", "DNS:a.loyalty.example.ru", "IP:127.0.0.1"] {
        let told = forged(folder, good, "sslserver");
        assert!(told.contains("leaf.pem: OK"), "{good}: {told}");
    }
    for bad in [
        "DNS:example.ru",
        "DNS:myloyalty.example.ru",
        "DNS:bank.example.com",
        "IP:8.8.8.8",
        "IP:2001:db8::1",
    ] {
        let told = forged(folder, bad, "sslserver");
        assert!(told.contains("permitted subtree violation"), "{bad}: {told}");
    }
    stage.gateway.expect_alive("it serves");
    let told = Said::of(&command(folder).args(["ca", "trust", "--dry-run"]).output().unwrap());
    assert!(
        told.err.contains("loyalty.example.ru") && told.err.contains("no other site"),
        "{}",
        told.err
    );
}

#[test]
fn a_host_that_the_authority_does_not_cover_is_told_with_the_way_to_another_one() {
    let partner = Partner::start();
    let world = World::of(&partner).top("certs", CONSTRAINED);
    let mut gateway = world.start();
    let more = world.allow(&[
        r"https?://loyalty\.example\.ru/api/.*",
        r"https://[a-z]+\.shop\.example\.com/.*",
    ]);
    gateway.rewrite(&more.yaml());
    gateway.signal("HUP");
    let told = gateway.wait_for_log(&["clients refuse it for shop.example.com"]);
    assert!(told.contains("ca untrust") && told.contains("move ca.pem"), "{told}");
    gateway.expect_alive("the other host");
    gateway.restart();
    gateway.wait_for_log(&["clients refuse it for shop.example.com"]);
    let doctor = Said::of(&command(gateway.path()).arg("doctor").output().unwrap());
    assert!(doctor.out.contains("shop.example.com"), "{}", doctor.out);
    // Made anew, it covers both.
    gateway.signal("TERM");
    gateway.wait();
    for file in ["certs/ca.pem", "certs/ca.key.pem"] {
        fs::rename(gateway.path().join(file), gateway.path().join("old")).unwrap();
    }
    gateway.restart();
    assert!(!gateway.log().contains("clients refuse"), "{}", gateway.log());
}

#[test]
fn an_authority_without_limits_is_not_taken_for_one_with() {
    let folder = TempDir::new().unwrap();
    let world = World::at(NOWHERE);
    let mut gateway = world.start();
    gateway.signal("TERM");
    gateway.wait();
    let certs = folder.path().join("certs");
    fs::create_dir(&certs).unwrap();
    for file in ["ca.pem", "ca.key.pem"] {
        fs::copy(gateway.path().join("certs").join(file), certs.join(file)).unwrap();
    }
    let before = fs::read(certs.join("ca.pem")).unwrap();
    let told = start_fails(&world.top("certs", CONSTRAINED).yaml(), folder.path());
    assert!(told.contains("certs.constrain") && told.contains("ca untrust"), "{told}");
    assert_eq!(fs::read(certs.join("ca.pem")).unwrap(), before, "it is left as it was");
}

#[test]
fn a_rule_that_spells_out_no_host_is_an_error_of_check() {
    let folder = TempDir::new().unwrap();
    let world = World::at(NOWHERE).top("certs", CONSTRAINED);
    let yaml = world.allow(&[r"https://shop\.example\.ru/.*", "https://.*/api/.*"]).yaml();
    fs::write(folder.path().join("gateway.yaml"), &yaml).unwrap();
    let check = command(folder.path()).arg("check").output().unwrap();
    let told = Said::of(&check).expect("a vague rule", 2).err;
    let line = yaml.lines().position(|line| line.contains("https://.*/api")).unwrap() + 1;
    assert!(told.contains(&format!("gateway.yaml:{line}:")), "{told}");
    assert!(
        told.contains("certs.constrain") && told.contains("1 error") || told.contains("spell"),
        "{told}"
    );
}

#[test]
fn an_authority_of_ones_own_signs_and_none_is_made() {
    let partner = Partner::start();
    let folder = TempDir::new().unwrap();
    let made = openssl(
        folder.path(),
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout key.pem -out cert.pem -subj /CN=Own",
    );
    assert!(made.status.success(), "{}", said(&made));
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let own = "{ca: {cert: own/cert.pem, key: {file: own/key.pem}}}";
    let world = World::of(&partner).top("certs", own);
    let world = world.file("own/cert.pem", &text("cert.pem")).file("own/key.pem", &text("key.pem"));
    let stage = Stage { gateway: world.start(), partner };
    let ca: PathBuf = folder.path().join("cert.pem");
    let told = handshake(&stage, &ca, "loyalty.example.ru");
    assert!(told.contains("Verify return code: 0 (ok)"), "{told}");
    assert!(!stage.gateway.path().join("certs/ca.pem").exists());
    stage.gateway.wait_for_log(&["chmod 600", "own/key.pem"]);
    let show = Said::of(&command(stage.gateway.path()).args(["ca", "show"]).output().unwrap());
    assert!(show.expect("ca show", 0).out.contains("CN=Own"));
}

#[test]
fn listening_beyond_loopback_is_warned_of_with_who_can_do_what() {
    let world = World::at(NOWHERE);
    let world = world.arg("--http").arg("0.0.0.0:0").arg("--admin").arg("0.0.0.0:0");
    let world = world.top("admin", "{token: 0123456789abcdefg}");
    let gateway = world.start();
    let told = gateway.wait_for_log(&["WARN", "listen.http 0.0.0.0"]);
    assert!(told.contains("users' tokens") && told.contains("write 127.0.0.1"), "{told}");
    let told = gateway.wait_for_log(&["WARN", "listen.admin 0.0.0.0"]);
    assert!(told.contains("whoever has the token") && told.contains("ssh -L"), "{told}");
    assert!(!gateway.log().contains("listen.https"), "{}", gateway.log());
}
