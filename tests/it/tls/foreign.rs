//! Authorities that this gateway has not made: openssl's, mkcert's, a company's.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::SystemTime;

use evotor_gateway::tls::{Authority, CERTIFICATE_FILE, KEY_FILE, server_config};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};

use super::support::{certificates, shake, trusting};

fn open(dir: &Path) -> Result<Authority, String> {
    Authority::open(dir, SystemTime::now()).map_err(|error| error.to_string())
}

/// Runs openssl in the folder; false where there is none.
fn openssl(dir: &Path, arguments: &str) -> bool {
    let Ok(done) = Command::new("openssl").args(arguments.split(' ')).current_dir(dir).output()
    else {
        println!("skipped: no openssl on this machine");
        return false;
    };
    assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
    true
}

#[test]
fn an_authority_made_by_openssl_signs_too() {
    let kinds = [
        "-newkey rsa:2048",
        "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
        "-newkey ec -pkeyopt ec_paramgen_curve:P-384",
    ];
    for kind in kinds {
        let dir = tempfile::tempdir().unwrap();
        let request = format!(
            "req -x509 {kind} -nodes -days 30 -subj /O=Ромашка/CN=my-own-ca -utf8 \
             -keyout ca.key.pem -out ca.pem"
        );
        if !openssl(dir.path(), &request) {
            return;
        }
        let certificates = certificates(dir.path());
        let server = server_config(certificates.clone(), &[]).unwrap();
        let client = trusting(certificates.authority()).into();
        shake(&client, &server, "loyalty.example.ru").unwrap();
    }
}

#[test]
fn a_key_in_the_older_form_with_its_curve_before_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    if !openssl(dir.path(), "ecparam -name prime256v1 -genkey -out ca.key.pem") {
        return;
    }
    openssl(dir.path(), "req -x509 -new -key ca.key.pem -days 30 -subj /CN=older -out ca.pem");
    open(dir.path()).unwrap();
}

#[test]
fn a_certificate_that_is_no_authority_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let request = "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=leaf \
                   -addext basicConstraints=critical,CA:FALSE -keyout ca.key.pem -out ca.pem";
    if openssl(dir.path(), request) {
        assert!(open(dir.path()).unwrap_err().contains("not an authority"));
    }
}

#[test]
fn one_that_may_not_sign_certificates_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let request = "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=odd \
                   -addext keyUsage=critical,digitalSignature -keyout ca.key.pem -out ca.pem";
    if openssl(dir.path(), request) {
        assert!(open(dir.path()).unwrap_err().contains("key usage"));
    }
}

#[test]
fn a_subject_that_leaves_cannot_repeat_is_refused() {
    for subject in ["/O=mine+CN=own", "/DC=ru/DC=example/CN=own"] {
        let dir = tempfile::tempdir().unwrap();
        let request = format!(
            "req -x509 -newkey rsa:2048 -nodes -days 30 -subj {subject} -multivalue-rdn \
             -keyout ca.key.pem -out ca.pem"
        );
        if !openssl(dir.path(), &request) {
            return;
        }
        let error = open(dir.path()).unwrap_err();
        assert!(error.contains("leaves cannot repeat"), "{error}");
    }
}

#[test]
fn a_key_behind_a_passphrase_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let request = "req -x509 -newkey rsa:2048 -passout pass:secret -days 30 -subj /CN=locked \
                   -keyout ca.key.pem -out ca.pem";
    if openssl(dir.path(), request) {
        let error = open(dir.path()).unwrap_err();
        assert!(error.contains("behind a passphrase"), "{error}");
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

#[test]
fn below_a_companys_root_the_chain_is_sent_along() {
    let dir = tempfile::tempdir().unwrap();
    let (root, root_key) = (authority_params("root"), KeyPair::generate().unwrap());
    let root_made = root.self_signed(&root_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let made = authority_params("below").signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let chain = [made.pem(), root_made.pem()].concat();
    fs::write(dir.path().join(CERTIFICATE_FILE), chain).unwrap();
    fs::write(dir.path().join(KEY_FILE), key.serialize_pem()).unwrap();

    let mut roots = RootCertStore::empty();
    roots.add(root_made.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let certificates = certificates(dir.path());
    assert_eq!(certificates.for_name("a.ru").unwrap().cert.len(), 2, "the root itself is not sent");
    let server = server_config(certificates, &[]).unwrap();
    shake(&Arc::new(client), &server, "a.ru").unwrap();
}
