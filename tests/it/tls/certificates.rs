//! Which certificate a name gets, and for how long.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use evotor_gateway::tls::{Certificates, LEAF_DAYS, MAX_MINTED, system_clock};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::support::{DAY, HandClock, certificates};

/// A pair for these names under this stem, signed by itself.
fn put_own(dir: &Path, stem: &str, names: &[&str]) -> Vec<u8> {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    fs::write(dir.join(format!("{stem}.pem")), made.cert.pem()).unwrap();
    fs::write(dir.join(format!("{stem}.key.pem")), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().to_vec()
}

fn served(certificates: &Certificates, name: &str) -> Vec<u8> {
    certificates.for_name(name).unwrap().cert[0].to_vec()
}

#[test]
fn a_minted_leaf_is_what_strict_clients_ask_for() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let der = served(&certificates, "loyalty.example.ru");
    let (_, leaf) = X509Certificate::from_der(&der).unwrap();
    let (_, authority) = X509Certificate::from_der(certificates.authority().certificate()).unwrap();

    let validity = leaf.validity();
    let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
    assert!(days <= 199 && days >= i64::from(LEAF_DAYS), "{days}");
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    assert!(validity.not_before.timestamp() <= now - 3590);

    let names = &leaf.subject_alternative_name().unwrap().unwrap().value.general_names;
    assert_eq!(names.as_slice(), [GeneralName::DNSName("loyalty.example.ru")]);
    let usage = leaf.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.server_auth && !usage.client_auth && !usage.any);
    assert!(!leaf.is_ca());
    assert!(leaf.key_usage().unwrap().unwrap().value.digital_signature());
    leaf.verify_signature(Some(authority.public_key())).unwrap();
    assert_eq!(leaf.issuer(), authority.subject());
    assert_ne!(leaf.raw_serial(), authority.raw_serial());
    assert!(leaf.raw_serial().len() <= 20);
}

#[test]
fn an_address_stands_in_the_certificate_as_an_address() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    for host in ["127.0.0.1", "[::1]"] {
        let der = served(&certificates, host);
        let (_, leaf) = X509Certificate::from_der(&der).unwrap();
        let names = &leaf.subject_alternative_name().unwrap().unwrap().value.general_names;
        let ip: IpAddr = host.trim_matches(['[', ']']).parse().unwrap();
        let octets = match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        assert_eq!(names.as_slice(), [GeneralName::IPAddress(&octets)]);
    }
}

#[test]
fn a_name_of_253_characters_is_served_and_a_hostile_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let longest = format!("{}.{}", ["a".repeat(62).as_str(); 4].join("."), "b");
    assert_eq!(longest.len(), 253);
    assert!(certificates.for_name(&longest).is_some());
    for name in ["", "a b", "*", "a\r\nb", "../../etc/passwd", &"x".repeat(255), "\u{0}"] {
        assert!(certificates.for_name(name).is_none(), "{name:?}");
    }
    assert_eq!(certificates.minted(), 1);
}

#[test]
fn one_name_has_one_certificate_however_it_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    assert_eq!(served(&certificates, "Example.RU."), served(&certificates, "example.ru"));
    assert_eq!(certificates.minted(), 1);
}

#[test]
fn a_name_that_many_ask_for_at_once_is_minted_once() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let names: Vec<_> = (0..100).map(|n| format!("n{n}.ru")).collect();
    let barrier = std::sync::Barrier::new(4);
    let ask_for_all = || {
        let ask = |name: &String| {
            barrier.wait();
            served(&certificates, name)
        };
        names.iter().map(ask).collect::<Vec<_>>()
    };
    let all = std::thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(ask_for_all));
        threads.map(|thread| thread.join().unwrap())
    });
    assert!(all.iter().all(|one| one == &all[0]));
}

#[test]
fn the_cache_is_bounded_and_drops_the_least_recently_used() {
    let dir = tempfile::tempdir().unwrap();
    let hand = HandClock::now();
    let certificates = Certificates::open(dir.path(), hand.clock()).unwrap();
    let kept = served(&certificates, "kept.ru");
    let idle = served(&certificates, "idle.ru");
    hand.advance(Duration::from_secs(1));
    for n in 0..MAX_MINTED - 2 {
        served(&certificates, &format!("n{n}.ru"));
    }
    hand.advance(Duration::from_secs(1));
    served(&certificates, "kept.ru");
    served(&certificates, "one-more.ru");
    assert_eq!(certificates.minted(), MAX_MINTED);
    assert_eq!(served(&certificates, "kept.ru"), kept);
    assert_ne!(served(&certificates, "idle.ru"), idle);
    assert_eq!(certificates.minted(), MAX_MINTED);
}

#[test]
fn a_leaf_is_renewed_a_month_before_it_lapses() {
    let dir = tempfile::tempdir().unwrap();
    let hand = HandClock::now();
    let certificates = Certificates::open(dir.path(), hand.clock()).unwrap();
    let first = served(&certificates, "a.ru");
    hand.advance(DAY * (LEAF_DAYS - 31));
    assert_eq!(served(&certificates, "a.ru"), first);
    hand.advance(DAY * 2);
    let second = served(&certificates, "a.ru");
    assert_ne!(second, first);
    assert_eq!(served(&certificates, "a.ru"), second);
}

#[test]
fn a_leaf_never_outlives_its_authority() {
    let dir = tempfile::tempdir().unwrap();
    let hand = HandClock::now();
    let certificates = Certificates::open(dir.path(), hand.clock()).unwrap();
    let (_, until) = certificates.authority().validity();
    hand.advance(DAY * 728);
    let der = served(&certificates, "a.ru");
    let (_, leaf) = X509Certificate::from_der(&der).unwrap();
    assert!(std::time::SystemTime::from(leaf.validity().not_after.to_datetime()) <= until);
    assert_eq!(served(&certificates, "a.ru"), der, "not minted anew each time");
    hand.advance(DAY * 3);
    assert_eq!(served(&certificates, "a.ru"), der, "better a lapsed one than none");
    assert!(certificates.for_name("b.ru").is_none());
}

#[test]
fn the_users_own_certificate_goes_first() {
    let dir = tempfile::tempdir().unwrap();
    let exact = put_own(dir.path(), "loyalty.example.ru", &["loyalty.example.ru"]);
    let wild = put_own(dir.path(), "_wildcard.example.ru", &["*.example.ru"]);
    let certificates = certificates(dir.path());
    assert_eq!(served(&certificates, "Loyalty.example.ru"), exact);
    assert_eq!(served(&certificates, "other.example.ru"), wild);
    assert_ne!(served(&certificates, "two.below.example.ru"), wild);
    assert_ne!(served(&certificates, "example.ru"), wild);
    assert!(certificates.warnings().is_empty(), "{:?}", certificates.warnings());
}

#[test]
fn own_certificates_are_read_again_and_a_broken_one_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let minted = served(&certificates, "a.ru");
    let own = put_own(dir.path(), "a.ru", &["a.ru"]);
    assert_eq!(served(&certificates, "a.ru"), minted);
    certificates.reload().unwrap();
    assert_eq!(served(&certificates, "a.ru"), own);

    fs::write(dir.path().join("a.ru.key.pem"), "half").unwrap();
    let error = certificates.reload().unwrap_err().to_string();
    assert!(error.contains("a.ru.key.pem"), "{error}");
    assert_eq!(served(&certificates, "a.ru"), own);
}

#[test]
fn a_broken_pair_is_named_at_the_start() {
    type Spoil = fn(&Path);
    let cases: [(&str, Spoil); 5] = [
        ("stands without a.ru.key.pem", |dir| fs::remove_file(dir.join("a.ru.key.pem")).unwrap()),
        ("a.ru.key.pem: stands without", |dir| fs::remove_file(dir.join("a.ru.pem")).unwrap()),
        ("holds no certificate", |dir| fs::write(dir.join("a.ru.pem"), "").unwrap()),
        ("a.ru.key.pem: cannot be used with a.ru.pem", |dir| {
            put_own(dir, "b.ru", &["b.ru"]);
            fs::copy(dir.join("b.ru.key.pem"), dir.join("a.ru.key.pem")).unwrap();
        }),
        ("is not named after a host", |dir| {
            put_own(dir, "my cert", &["a.ru"]);
        }),
    ];
    for (complaint, spoil) in cases {
        let dir = tempfile::tempdir().unwrap();
        put_own(dir.path(), "a.ru", &["a.ru"]);
        spoil(dir.path());
        let error = Certificates::open(dir.path(), system_clock()).unwrap_err().to_string();
        assert!(error.contains(complaint), "{complaint}: {error}");
    }
}

#[test]
fn another_authority_in_the_folder_is_passed_over() {
    let (dir, partner) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    certificates(partner.path());
    fs::copy(partner.path().join("ca.pem"), dir.path().join("partner-root.pem")).unwrap();
    certificates(dir.path());
}

#[test]
fn a_pair_for_another_name_is_served_with_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    put_own(dir.path(), "a.ru", &["b.ru"]);
    let warnings = certificates(dir.path()).warnings();
    assert!(warnings[0].to_string().contains("not issued for a.ru"), "{warnings:?}");
}

#[test]
fn nothing_secret_is_printed() {
    let dir = tempfile::tempdir().unwrap();
    let certificates: Arc<Certificates> = certificates(dir.path());
    let key = fs::read_to_string(dir.path().join("ca.key.pem")).unwrap();
    let line = key.lines().nth(1).unwrap();
    let printed = format!("{certificates:?} {:?}", certificates.authority());
    assert!(!printed.contains(line));
    assert!(printed.contains("elided"));
}
