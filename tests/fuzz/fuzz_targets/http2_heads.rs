//! Heads over HTTP/2, brought to a gateway in the same process.
#![no_main]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use evotor_gateway::config;
use evotor_gateway::gateway::{Gateway, Inherited};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

#[path = "../../it/http2_heads/property.rs"]
mod property;

/// Nothing listens where the requests would go.
const WORLD: &str = r#"
version: 1
listen: {http: "127.0.0.1:0", https: "127.0.0.1:0", admin: "127.0.0.1:0"}
certs: ./certs
state: "memory:"
journal: {enabled: false}
workers: 1
users:
  - id: 01-000000000000001
    stores:
      - uuid: 20240105-1A2B-40C3-80D4-E5F60718293A
        devices: [{uuid: 20240105-9F8E-407D-80C6-B5A493827160}]
apps:
  - id: 5c0d1a35-8c5e-4f2b-9a52-0d6f3f0f7a11
    name: loyalty
    allow: ['https?://loyalty\.example\.ru/api/.*']
    upstreams: {"https://loyalty.example.ru": "http://127.0.0.1:9"}
"#;

static TARGET: LazyLock<(Gateway, SocketAddr, Arc<ClientConfig>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let gateway = start(&folder);
    let mut roots = RootCertStore::empty();
    for ca in CertificateDer::pem_file_iter(folder.join("certs/ca.pem")).expect("a CA") {
        roots.add(ca.expect("a certificate")).expect("a root");
    }
    let mut tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec()];
    let https = gateway.addresses().https;
    (gateway, https, Arc::new(tls))
});

fn start(folder: &Path) -> Gateway {
    let file = folder.join("gateway.yaml");
    std::fs::write(&file, WORLD).expect("a file");
    let loaded = config::load(&file, &|_| None).expect("a good configuration");
    Gateway::start(loaded.config, Inherited::default(), false).expect("a gateway")
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (_, https, tls) = &*TARGET;
    property::bring(*https, tls, data);
});
