//! Handshakes with a client that checks everything.

use std::io::{Read, Write};
use std::sync::Arc;

use evotor_gateway::tls::{HTTP1, HTTP2_AND_1, server_config, server_config_at, server_config_for};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, HandshakeKind, ProtocolVersion, ServerConfig};

use super::support::{certificates, shake, trusting};

fn both(alpn: &[&[u8]]) -> (tempfile::TempDir, ClientConfig, Arc<ServerConfig>) {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let client = trusting(certificates.authority());
    (dir, client, server_config(certificates, alpn).unwrap())
}

#[test]
fn every_name_is_served_and_bytes_pass() {
    let (_dir, client, server) = both(&[]);
    let client = Arc::new(client);
    for name in ["loyalty.example.ru", "crm.example.com", "localhost"] {
        let (mut client, mut server) = shake(&client, &server, name).unwrap();
        client.writer().write_all(b"ping").unwrap();
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets().unwrap();
        let mut read = [0; 4];
        server.reader().read_exact(&mut read).unwrap();
        assert_eq!(&read, b"ping");
        assert_eq!(client.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    }
}

#[test]
fn the_protocol_is_agreed_on_and_a_stranger_is_turned_away() {
    let (_dir, mut client, server) = both(HTTP2_AND_1);
    client.alpn_protocols = vec![b"http/1.1".to_vec(), b"h2".to_vec()];
    let (ended, _) = shake(&Arc::new(client.clone()), &server, "a.ru").unwrap();
    assert_eq!(ended.alpn_protocol(), Some(b"h2".as_slice()));
    client.alpn_protocols = vec![];
    let (ended, _) = shake(&Arc::new(client.clone()), &server, "a.ru").unwrap();
    assert_eq!(ended.alpn_protocol(), None);
    client.alpn_protocols = vec![b"gopher".to_vec()];
    assert!(shake(&Arc::new(client), &server, "a.ru").is_err());

    let (_dir, mut client, server) = both(HTTP1);
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let (ended, _) = shake(&Arc::new(client), &server, "a.ru").unwrap();
    assert_eq!(ended.alpn_protocol(), Some(b"http/1.1".as_slice()));
}

#[test]
fn a_session_is_resumed_in_both_versions() {
    for version in [&rustls::version::TLS13, &rustls::version::TLS12] {
        let dir = tempfile::tempdir().unwrap();
        let certificates = certificates(dir.path());
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificates.authority().certificate().clone()).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Arc::new(client);
        let server = server_config(certificates.clone(), HTTP2_AND_1).unwrap();
        let kind = |server| {
            let (client, _) = shake(&client, server, "a.ru").unwrap();
            assert_eq!(client.protocol_version(), Some(version.version));
            client.handshake_kind().unwrap()
        };
        assert_eq!(kind(&server), HandshakeKind::Full, "{version:?}");
        assert_eq!(kind(&server), HandshakeKind::Resumed, "{version:?}");
        let tunnel = server_config_for(&server, &certificates, "a.ru").unwrap();
        assert_eq!(kind(&tunnel), HandshakeKind::Resumed, "a tunnel knows the tickets too");
        let restarted = server_config(certificates.clone(), HTTP2_AND_1).unwrap();
        assert_eq!(kind(&restarted), HandshakeKind::Full, "{version:?}");
    }
}

#[test]
fn a_client_that_sends_no_name_gets_this_machines_certificate() {
    let (_dir, mut client, server) = both(&[]);
    client.enable_sni = false;
    let client = Arc::new(client);
    for name in ["localhost", "127.0.0.1", "::1", "10.0.2.2"] {
        shake(&client, &server, name).unwrap();
    }
    assert!(shake(&client, &server, "a.ru").is_err());
}

#[test]
fn a_client_that_sends_no_name_is_known_by_the_address_it_called() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let mut client = trusting(certificates.authority());
    client.enable_sni = false;
    let base = server_config(certificates.clone(), &[]).unwrap();
    let at = |ip: &str| server_config_at(&base, certificates.clone(), ip.parse().unwrap());
    let client = Arc::new(client);
    shake(&client, &at("192.168.1.5"), "192.168.1.5").unwrap();
    shake(&client, &at("::ffff:192.168.1.5"), "192.168.1.5").unwrap();
    shake(&client, &at("127.0.0.1"), "localhost").unwrap();
    let named = Arc::new(trusting(certificates.authority()));
    shake(&named, &at("192.168.1.5"), "a.ru").unwrap();
}

#[test]
fn a_tunnel_shows_the_certificate_of_its_name_whatever_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let certificates = certificates(dir.path());
    let mut client = trusting(certificates.authority());
    let base = server_config(certificates.clone(), &[]).unwrap();
    let tunnel = server_config_for(&base, &certificates, "shop.example.ru").unwrap();
    client.enable_sni = false;
    shake(&Arc::new(client.clone()), &tunnel, "shop.example.ru").unwrap();
    client.enable_sni = true;
    shake(&Arc::new(client.clone()), &tunnel, "shop.example.ru").unwrap();
    assert!(shake(&Arc::new(client), &tunnel, "other.example.ru").is_err());
    assert!(server_config_for(&base, &certificates, "a b").is_none());
}

#[test]
fn a_client_that_does_not_know_the_authority_refuses() {
    let (_dir, _, server) = both(&[]);
    let (_other, stranger, _) = both(&[]);
    let error = shake(&Arc::new(stranger), &server, "a.ru").unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
}
