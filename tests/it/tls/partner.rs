//! The gateway as a client: whom it trusts, and what it says when it does not.

use std::fs;
use std::io;
use std::sync::Arc;

use evotor_gateway::tls::{
    HandshakeFault, client_config, client_fault_text, partner_ca, server_config,
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, HandshakeKind, ServerConfig};
use tokio::io::AsyncWriteExt;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::support::{certificates, shake};

/// A partner with one certificate of its own making.
fn partner(
    change: impl FnOnce(&mut CertificateParams),
) -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let mut params = CertificateParams::new(vec!["partner.ru".to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "partner");
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().clone();
    let server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    (der, Arc::new(server))
}

/// The handshake as the gateway makes it, and what it says about its failure.
async fn said(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
    name: &str,
) -> HandshakeFault {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let acceptor = TlsAcceptor::from(server.clone());
    let partner = tokio::spawn(async move { acceptor.accept(far).await.map(drop) });
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let error = TlsConnector::from(client.clone()).connect(name, near).await.unwrap_err();
    partner.await.unwrap().unwrap_err();
    client_fault_text(&error)
}

fn secure(extra: &[CertificateDer<'static>]) -> Arc<ClientConfig> {
    client_config(extra, false, true).unwrap()
}

#[test]
fn a_partner_under_a_listed_authority_is_trusted_and_sessions_resume() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let server = server_config(certificates, &[b"h2"]).unwrap();
    let client = secure(&partner_ca(&[dir.path().join("ca.pem")]).unwrap());
    let (first, _) = shake(&client, &server, "partner.ru").unwrap();
    assert_eq!(first.alpn_protocol(), Some(b"h2".as_slice()));
    assert_eq!(first.handshake_kind(), Some(HandshakeKind::Full));
    let (second, _) = shake(&client, &server, "partner.ru").unwrap();
    assert_eq!(second.handshake_kind(), Some(HandshakeKind::Resumed));
}

#[tokio::test]
async fn a_stranger_is_refused_and_the_remedies_are_named() {
    let (_, server) = partner(|_| {});
    let said = said(&secure(&[]), &server, "partner.ru").await;
    assert!(said.reason.to_string().contains("not signed by an authority"), "{said:?}");
    assert!(
        said.hint.to_string().contains("partner_ca") && said.hint.to_string().contains("insecure"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_is_told_with_its_names() {
    let (der, server) = partner(|_| {});
    let said = said(&secure(&[der]), &server, "shop.ru").await;
    assert_eq!(
        said.reason.to_string(),
        "The partner's certificate is issued for partner.ru, not for shop.ru"
    );
}

#[tokio::test]
async fn an_expired_certificate_is_told_with_its_day() {
    let (der, server) = partner(|params| params.not_after = rcgen::date_time_ymd(2020, 2, 29));
    let mut root = CertificateParams::default();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let listed = said(&secure(&[der]), &server, "partner.ru").await;
    assert!(listed.reason.to_string().contains("has expired"), "{listed:?}");

    let (authority, server) = expired_under_an_authority(root);
    let signed = said(&secure(&[authority]), &server, "partner.ru").await;
    assert_eq!(signed.reason.to_string(), "The partner's certificate has expired on 2020-02-29");
}

fn expired_under_an_authority(
    root: CertificateParams,
) -> (CertificateDer<'static>, Arc<ServerConfig>) {
    let root_key = KeyPair::generate().unwrap();
    let root_der = root.self_signed(&root_key).unwrap().der().clone();
    let issuer = rcgen::Issuer::new(root, root_key);
    let mut params = CertificateParams::new(vec!["partner.ru".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 2, 29);
    let key = KeyPair::generate().unwrap();
    let der = params.signed_by(&key, &issuer).unwrap().der().clone();
    let server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    (root_der, Arc::new(server))
}

#[test]
fn a_self_signed_server_certificate_can_be_listed_itself() {
    let ca_mark = |params: &mut CertificateParams| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    };
    let (der, server) = partner(ca_mark);
    shake(&secure(&[der]), &server, "partner.ru").unwrap();
    let (_, other) = partner(ca_mark);
    let (der, _) = partner(ca_mark);
    assert!(shake(&secure(&[der]), &other, "partner.ru").is_err());
}

#[test]
fn insecure_takes_any_certificate() {
    let (_, server) = partner(|params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let client = client_config(&[], true, false).unwrap();
    let (client, _) = shake(&client, &server, "whoever.ru").unwrap();
    assert_eq!(client.alpn_protocol(), None);
}

#[tokio::test]
async fn insecure_still_wants_the_key_of_the_certificate() {
    let (shown, _) = partner(|_| {});
    let held = KeyPair::generate().unwrap();
    let der = PrivateKeyDer::Pkcs8(held.serialize_der().into());
    let key = rustls::crypto::aws_lc_rs::sign::any_ecdsa_type(&der).unwrap();
    let certified = rustls::sign::CertifiedKey::new(vec![shown], key);
    let server = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
    let client = client_config(&[], true, false).unwrap();
    let said = said(&client, &Arc::new(server), "partner.ru").await;
    assert!(
        said.reason.to_string().contains("BadSignature")
            || said.reason.to_string().contains("signature"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_partner_that_speaks_plain_http_is_recognised() {
    let (near, mut far) = tokio::io::duplex(64 * 1024);
    far.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    let name = ServerName::try_from("partner.ru").unwrap();
    let error = TlsConnector::from(secure(&[])).connect(name, near).await.unwrap_err();
    let said = client_fault_text(&error);
    assert!(said.reason.to_string().contains("does not speak TLS"), "{said:?}");
    assert!(said.hint.to_string().contains("http://"), "{said:?}");
}

#[tokio::test]
async fn a_partner_that_hangs_up_is_told_as_such() {
    let (near, far) = tokio::io::duplex(64 * 1024);
    drop(far);
    let name = ServerName::try_from("partner.ru").unwrap();
    let error = TlsConnector::from(secure(&[])).connect(name, near).await.unwrap_err();
    assert!(
        client_fault_text(&error).reason.to_string().contains("closed the connection"),
        "{error}"
    );
}

#[test]
fn every_error_has_words() {
    use rustls::{AlertDescription, CertificateError, Error};
    let errors = [
        Error::AlertReceived(AlertDescription::HandshakeFailure),
        Error::AlertReceived(AlertDescription::UnrecognisedName),
        Error::AlertReceived(AlertDescription::CertificateRequired),
        Error::AlertReceived(AlertDescription::NoApplicationProtocol),
        Error::AlertReceived(AlertDescription::InternalError),
        Error::InvalidCertificate(CertificateError::Revoked),
        Error::InvalidCertificate(CertificateError::BadSignature),
        Error::PeerIncompatible(rustls::PeerIncompatible::NoCipherSuitesInCommon),
        Error::General("No CA certificates were loaded from the system".to_owned()),
        Error::DecryptError,
    ];
    for error in errors {
        let shown = error.to_string();
        let said = client_fault_text(&io::Error::other(error));
        assert!(
            said.reason.to_string().len() > 20 && !said.reason.to_string().ends_with('.'),
            "{shown}: {said:?}"
        );
    }
}

#[test]
fn a_broken_authority_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("root.pem");
    let complaint = || partner_ca(std::slice::from_ref(&file)).unwrap_err().to_string();
    assert!(complaint().contains("root.pem: cannot be read"));
    fs::write(&file, "").unwrap();
    assert!(complaint().contains("holds no certificate"));
    fs::write(&file, "-----BEGIN CERTIFICATE-----\nMIIB\n").unwrap();
    assert!(complaint().contains("is not whole PEM"));
    fs::write(&file, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").unwrap();
    assert!(complaint().contains("cannot be read ("));
}
