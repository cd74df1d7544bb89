//! The pair of files: made once, found again, never overwritten.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use evotor_gateway::tls::{Authority, CERTIFICATE_FILE, KEY_FILE};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::support::DAY;

fn open(dir: &Path) -> Result<Authority, String> {
    Authority::open(dir, SystemTime::now()).map_err(|error| error.to_string())
}

#[test]
fn it_is_made_once_and_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let certs = dir.path().join("a/certs");
    let first = open(&certs).unwrap();
    let key = fs::read(certs.join(KEY_FILE)).unwrap();
    let second = open(&certs).unwrap();
    assert_eq!(first.certificate(), second.certificate());
    assert_eq!(key, fs::read(certs.join(KEY_FILE)).unwrap());
    assert!(second.warnings().is_empty(), "{:?}", second.warnings());
}

#[test]
fn it_may_sign_leaves_only_and_can_be_found_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let made = open(dir.path()).unwrap();
    let (_, parsed) = X509Certificate::from_der(made.certificate()).unwrap();
    let basic = parsed.basic_constraints().unwrap().unwrap();
    assert!(basic.critical && basic.value.ca);
    assert_eq!(basic.value.path_len_constraint, Some(0));
    assert!(parsed.key_usage().unwrap().unwrap().value.key_cert_sign());
    assert!(parsed.subject().to_string().contains("CN=evotor-gateway CA"));
    let (from, until) = made.validity();
    assert!(from < SystemTime::now());
    assert_eq!(until.duration_since(from).unwrap(), DAY * 730);
    let usage = parsed.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.server_auth && !usage.client_auth && !usage.any && !usage.code_signing);
}

#[cfg(unix)]
#[test]
fn the_key_is_the_owners_alone_and_an_open_key_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).unwrap();
    let key = dir.path().join(KEY_FILE);
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let warnings = open(dir.path()).unwrap().warnings().to_vec();
    assert!(warnings[0].to_string().contains("chmod 600"), "{warnings:?}");
}

#[test]
fn what_is_not_a_pair_is_an_error_and_stays_as_it_is() {
    let whole = tempfile::tempdir().unwrap();
    open(whole.path()).unwrap();
    let certificate = fs::read(whole.path().join(CERTIFICATE_FILE)).unwrap();
    let key = fs::read(whole.path().join(KEY_FILE)).unwrap();
    let other = tempfile::tempdir().unwrap();
    open(other.path()).unwrap();
    let foreign = fs::read(other.path().join(KEY_FILE)).unwrap();
    let (half, half_key) = (&certificate[..certificate.len() / 2], &key[..key.len() / 2]);

    type Bytes<'a> = Option<&'a [u8]>;
    let cases: &[(&str, Bytes<'_>, Bytes<'_>, &str)] = &[
        ("certificate alone", Some(&certificate), None, "stands without ca.key.pem"),
        ("key alone", None, Some(&key), "stands without ca.pem"),
        ("half a certificate", Some(half), Some(&key), "no certificate"),
        ("half a key", Some(&certificate), Some(half_key), "no private key"),
        ("empty certificate", Some(b""), Some(&key), "no certificate"),
        ("empty key", Some(&certificate), Some(b""), "no private key"),
        ("garbage", Some(b"\0\xff"), Some(b"\0\xff"), "no certificate"),
        ("another key", Some(&certificate), Some(&foreign), "does not belong"),
        ("both swapped", Some(&key), Some(&certificate), "no certificate"),
    ];
    for (what, certificate, key, complaint) in cases {
        let dir = tempfile::tempdir().unwrap();
        let files = [(CERTIFICATE_FILE, certificate), (KEY_FILE, key)];
        for (file, bytes) in files {
            if let Some(bytes) = bytes {
                fs::write(dir.path().join(file), bytes).unwrap();
            }
        }
        let error = open(dir.path()).unwrap_err();
        assert!(error.contains(complaint), "{what}: {error}");
        assert!(error.contains("ca."), "{what}: {error}");
        for (file, bytes) in files {
            let after = fs::read(dir.path().join(file)).ok();
            assert_eq!(after.as_deref(), *bytes, "{what}: {file}");
        }
    }
}

#[test]
fn a_folder_and_a_dangling_link_are_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(CERTIFICATE_FILE)).unwrap();
    assert!(open(dir.path()).unwrap_err().contains("is not a file"));
    assert!(dir.path().join(CERTIFICATE_FILE).is_dir());

    #[cfg(unix)]
    {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join(KEY_FILE);
        std::os::unix::fs::symlink("/nowhere/at/all", &link).unwrap();
        assert!(open(dir.path()).unwrap_err().contains("cannot be read"));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}

#[test]
fn an_expired_one_and_a_wrong_clock_are_told_apart_from_a_broken_one() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).unwrap();
    let at = |when| Authority::open(dir.path(), when).unwrap_err().to_string();
    assert!(at(SystemTime::now() + DAY * 4000).contains("has expired on"));
    assert!(at(SystemTime::now() - DAY * 30).contains("check the clock"));

    let empty = tempfile::tempdir().unwrap();
    let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(60);
    let error = Authority::open(empty.path(), epoch).unwrap_err().to_string();
    assert!(error.contains("clock says 1970-01-01"), "{error}");
    assert!(!empty.path().join(CERTIFICATE_FILE).exists());
}

#[test]
fn many_starts_at_once_end_with_one_pair() {
    let dir = tempfile::tempdir().unwrap();
    let barrier = std::sync::Barrier::new(8);
    let made: HashSet<Vec<u8>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    open(dir.path()).unwrap().certificate().to_vec()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(made.len(), 1);
    assert!(open(dir.path()).is_ok());
}

#[test]
fn a_start_that_died_between_its_two_renames_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let made = open(dir.path()).unwrap().certificate().clone();
    let certificate = dir.path().join(CERTIFICATE_FILE);
    fs::rename(&certificate, dir.path().join(".ca.pem.new")).unwrap();
    assert_eq!(open(dir.path()).unwrap().certificate(), &made);
    assert!(certificate.exists());
}

#[test]
fn a_staged_certificate_of_another_key_is_not_taken() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    open(dir.path()).unwrap();
    open(other.path()).unwrap();
    fs::remove_file(dir.path().join(CERTIFICATE_FILE)).unwrap();
    fs::copy(other.path().join(CERTIFICATE_FILE), dir.path().join(".ca.pem.new")).unwrap();
    assert!(open(dir.path()).unwrap_err().contains("stands without ca.pem"));
}
