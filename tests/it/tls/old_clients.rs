//! Clients that take RSA alone, and those whose handshake fails: what they get and what is told.

use std::process::{Command, Stdio};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::{cipher_suite, default_provider};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use serde_json::Value;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use crate::support::gateway::connect;
use crate::support::{Gateway, Raw, Stage, get};

const NAME: &str = "loyalty.example.ru";

/// Takes every certificate, and signatures with RSA alone.
#[derive(Debug)]
struct RsaOnly;

impl ServerCertVerifier for RsaOnly {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, signed, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, signed, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::RSA_PKCS1_SHA256]
    }
}

/// A device of 2013: TLS 1.2 with RSA certificates only.
fn old_device() -> Arc<ClientConfig> {
    let mut provider = default_provider();
    provider.cipher_suites = vec![cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256];
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(RsaOnly))
        .with_no_client_auth();
    Arc::new(config)
}

fn has_rsa_key(raw: &Raw) -> bool {
    let chain = raw.wire().certificates();
    let (_, leaf) = X509Certificate::from_der(&chain[0]).unwrap();
    matches!(leaf.public_key().parsed().unwrap(), PublicKey::RSA(_))
}

#[test]
fn a_device_that_takes_rsa_alone_gets_an_rsa_certificate_and_others_do_not() {
    let stage = Stage::start();
    for round in 0..2 {
        let mut raw = Raw::dial(stage.gateway.https).secure(NAME, &old_device());
        assert!(has_rsa_key(&raw), "round {round}");
        raw.exchange(get("/api/x", &[])).expect_ok("an old device");
    }
    let mut raw = stage.gateway.http();
    assert_eq!(connect(&mut raw, "loyalty.example.ru:443", &[]).status, 200);
    let mut raw = raw.secure(NAME, &old_device());
    assert!(has_rsa_key(&raw), "in a tunnel");
    raw.exchange(get("/api/x", &[])).expect_ok("an old device in a tunnel");
    let mut raw = stage.gateway.http();
    assert_eq!(connect(&mut raw, "203.0.113.7:443", &[]).status, 200);
    assert!(has_rsa_key(&raw.secure(NAME, &old_device())), "in a tunnel to an address");
    let raw = stage.gateway.https(NAME);
    assert!(!has_rsa_key(&raw), "a client of today");
}

#[test]
fn openssl_with_rsa_alone_verifies_the_certificate() {
    let stage = Stage::start();
    let mut openssl = Command::new("openssl");
    openssl
        .args(["s_client", "-tls1_2", "-sigalgs", "RSA+SHA256"])
        .args(["-cipher", "ECDHE-RSA-AES128-GCM-SHA256", "-verify_return_error", "-connect"])
        .arg(stage.gateway.https.to_string())
        .args(["-servername", NAME, "-verify_hostname", NAME, "-CAfile"])
        .arg(stage.gateway.ca())
        .stdin(Stdio::null());
    let output = match openssl.output() {
        Ok(output) => output,
        Err(error) => return assert!(std::env::var_os("CI").is_none(), "openssl: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    for words in ["Verify return code: 0 (ok)", "ECDHE-RSA-AES128-GCM-SHA256", "RSA"] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
}

/// A ClientHello of this version, with these cipher suites and a name.
fn hello(version: [u8; 2], suites: &[u8]) -> Vec<u8> {
    let name = NAME.as_bytes();
    let length = |len: usize| u8::try_from(len).unwrap();
    let mut extensions = vec![0, 0, 0, length(name.len() + 5), 0, length(name.len() + 3)];
    extensions.extend([0, 0, length(name.len())]);
    extensions.extend(name);
    extensions.extend([0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 4, 0, 2, 4, 1]);
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.extend([0, 0, length(suites.len())]);
    body.extend(suites);
    body.extend([1, 0, 0, length(extensions.len())]);
    body.extend(extensions);
    let mut record = vec![22, 3, 1, 0, length(body.len() + 4), 1, 0, 0, length(body.len())];
    record.extend(body);
    record
}

/// The exchange of a failed handshake: its row, and what is told in one text.
fn told(gateway: &Gateway, index: usize) -> (Value, String) {
    let row = gateway.recorded(index + 1).pop().unwrap();
    let detail = gateway.exchange(&row["id"]);
    assert_eq!((&row["method"], &row["culprit"]), (&"TLS".into(), &"app".into()), "{row}");
    assert!(row["status"].is_null(), "{row}");
    let text = format!("{} {}", row["why"].as_str().unwrap(), detail["hint"].as_str().unwrap());
    (row, text)
}

/// Sends bytes and reads until the gateway closes.
fn sent(mut raw: Raw, bytes: &[u8]) -> Vec<u8> {
    raw.send(bytes);
    raw.pipe.rest().unwrap()
}

const CBC: &[u8] = &[0xc0, 0x13];
const GCM: &[u8] = &[0xc0, 0x2f];
const PROTOCOL_VERSION: &[u8] = &[2, 70];
const HANDSHAKE_FAILURE: &[u8] = &[2, 40];

#[test]
fn what_is_not_spoken_is_told_on_the_timeline_with_what_the_client_offered() {
    let stage = Stage::start();
    let rows: [(&[u8; 2], &[u8], &[u8], &[&str]); 3] = [
        (&[3, 1], GCM, PROTOCOL_VERSION, &["TLS 1.0 and older", "TLS 1.2 and 1.3"]),
        (&[3, 2], CBC, PROTOCOL_VERSION, &["TLS 1.1 and older", "TLS 1.2 and 1.3"]),
        (&[3, 3], CBC, HANDSHAKE_FAILURE, &["cipher suite", "TLS 1.2 and older", "nor CBC"]),
    ];
    for (index, (version, suites, alert, words)) in rows.into_iter().enumerate() {
        let raw = Raw::dial(stage.gateway.https);
        let answer = sent(raw, &hello(*version, suites));
        assert!(answer.ends_with(alert), "{version:?}: {answer:?}");
        let (row, text) = told(&stage.gateway, index);
        assert_eq!(row["host"], NAME, "{row}");
        assert!(words.iter().all(|words| text.contains(words)), "{words:?}: {text}");
        assert!(text.contains(NAME) && !text.contains("trust"), "{text}");
    }
}

/// Begins a handshake, refuses the certificate and says so.
fn distrust(raw: Raw) {
    let config = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let name = ServerName::try_from(NAME).unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut wire = raw.pipe.into_wire();
    let refused = loop {
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        client.read_tls(&mut wire).unwrap();
        if let Err(error) = client.process_new_packets() {
            break error;
        }
    };
    assert!(matches!(refused, Error::InvalidCertificate(_)), "{refused}");
    while client.wants_write() {
        client.write_tls(&mut wire).unwrap();
    }
}

#[test]
fn a_client_that_does_not_trust_the_ca_is_told_so_and_no_other_is() {
    let stage = Stage::start();
    distrust(Raw::dial(stage.gateway.https));
    let (row, text) = told(&stage.gateway, 0);
    assert!(text.contains("unknown_ca") && text.contains("trust the gateway's CA"), "{text}");
    assert_eq!(stage.gateway.exchange(&row["id"])["entrance"], "https");

    let mut raw = stage.gateway.http();
    assert_eq!(connect(&mut raw, "loyalty.example.ru:443", &[]).status, 200);
    distrust(raw);
    let (row, text) = told(&stage.gateway, 1);
    assert!(text.contains("unknown_ca"), "{text}");
    assert_eq!(row["url"], "https://loyalty.example.ru/");
    assert_eq!(stage.gateway.exchange(&row["id"])["entrance"], "tunnel");

    let mut gone = Raw::dial(stage.gateway.https);
    gone.send(hello([3, 3], GCM)).half_close();
    gone.pipe.rest().unwrap();
    let (_, text) = told(&stage.gateway, 2);
    assert!(text.contains("without saying why") && !text.contains("trust"), "{text}");

    sent(Raw::dial(stage.gateway.https), b"\x80\x2e\x01\x03\x01\0\x15\0\0\0\x10");
    let (_, text) = told(&stage.gateway, 3);
    assert!(text.contains("SSL 2") && !text.contains("trust"), "{text}");
}

#[test]
fn who_only_looks_whether_somebody_is_there_is_not_told_of() {
    let stage = Stage::start();
    for addr in [stage.gateway.https, stage.gateway.http] {
        let mut raw = Raw::dial(addr);
        raw.half_close();
        raw.expect_end("nothing was said");
    }
    stage.ask(get("/api/x", &[])).expect_ok("a request");
    assert_eq!(stage.gateway.recorded(1)[0]["status"], 200);
    assert_eq!(stage.gateway.exchanges("is:error").len(), 0);
}

#[test]
fn a_handshake_that_is_not_finished_in_time_is_told_of() {
    let stage = Stage::with(|world| world.limit("head_timeout: 300ms"));
    sent(Raw::dial(stage.gateway.https), &hello([3, 3], GCM));
    let (_, text) = told(&stage.gateway, 0);
    assert!(text.contains("in time") && !text.contains("trust"), "{text}");
}
