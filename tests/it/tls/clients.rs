//! Other people's TLS: curl, openssl, Java and Node against a listener of ours.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use evotor_gateway::tls::{Certificates, HTTP1, server_config};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::support::certificates;

const NAME: &str = "loyalty.example.ru";

/// The folder of an authority and an address where every HTTPS request is answered with `hello`.
async fn site() -> (tempfile::TempDir, SocketAddr) {
    let dir = tempfile::tempdir().unwrap();
    let certificates: Arc<Certificates> = certificates(dir.path());
    let acceptor = TlsAcceptor::from(server_config(certificates, HTTP1).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(socket).await else { continue };
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
                line.clear();
            }
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
            stream.write_all(answer).await.ok();
            stream.shutdown().await.ok();
        }
    });
    (dir, address)
}

/// What a program said, or `None` where it is not installed.
async fn run(dir: &Path, program: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(dir).stdin(std::process::Stdio::null());
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    if done.is_err() {
        println!("skipped: no {program} on this machine");
    }
    done.ok()
}

fn assert_hello(output: &Output) {
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert!(out.contains("hello"), "{out}\n{err}");
}

#[tokio::test]
async fn curl_is_content() {
    let (dir, address) = site().await;
    let port = address.port();
    let resolve = format!("{NAME}:{port}:127.0.0.1");
    for (url, version) in [
        (format!("https://{NAME}:{port}/"), "--tls-max=1.3"),
        (format!("https://{NAME}:{port}/"), "--tls-max=1.2"),
        (format!("https://127.0.0.1:{port}/"), "--tls-max=1.3"),
    ] {
        let version: Vec<_> = version.split('=').collect();
        let arguments =
            ["-sS", "--noproxy", "*", "--cacert", "ca.pem", "--resolve", &resolve, &url];
        let Some(output) = run(dir.path(), "curl", &[&version, &arguments[..]].concat()).await
        else {
            return;
        };
        assert_hello(&output);
    }
}

#[tokio::test]
async fn openssl_finds_nothing_to_object_to_by_its_strictest_rules() {
    let (dir, address) = site().await;
    let address = address.to_string();
    let shown = run(
        dir.path(),
        "openssl",
        &["s_client", "-connect", &address, "-servername", NAME, "-CAfile", "ca.pem"],
    )
    .await;
    let Some(shown) = shown else { return };
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("Verify return code: 0 (ok)"), "{shown}");
    let from = shown.find("-----BEGIN CERTIFICATE-----").unwrap();
    fs::write(dir.path().join("leaf.pem"), &shown[from..]).unwrap();
    let strict = "verify -x509_strict -purpose sslserver -CAfile ca.pem -verify_hostname";
    let arguments: Vec<_> = strict.split(' ').chain([NAME, "leaf.pem"]).collect();
    let verified = run(dir.path(), "openssl", &arguments).await.unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[tokio::test]
async fn node_is_content() {
    let (dir, address) = site().await;
    let script = format!(
        "const options = {{host: '127.0.0.1', port: {}, servername: '{NAME}'}};\n\
         require('https').get(options, r => r.pipe(process.stdout))\n\
           .on('error', e => {{ console.error(e); process.exit(1); }});",
        address.port()
    );
    fs::write(dir.path().join("client.js"), script).unwrap();
    let Some(output) = run(dir.path(), "env", &["NODE_EXTRA_CA_CERTS=ca.pem", "node", "client.js"])
        .await
        .filter(|output| output.status.code() != Some(127))
    else {
        return println!("skipped: no node on this machine");
    };
    assert_hello(&output);
}

const JAVA: &str = r#"
import java.net.URI;
import java.net.http.*;
class Client {
    public static void main(String[] args) throws Exception {
        for (String host : new String[] {"localhost", "127.0.0.1"}) {
            var request = HttpRequest.newBuilder(URI.create("https://" + host + ":" + args[0] + "/")).build();
            System.out.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }
}
"#;

#[tokio::test]
async fn java_is_content() {
    let (dir, address) = site().await;
    fs::write(dir.path().join("Client.java"), JAVA).unwrap();
    let import = "-importcert -noprompt -alias gateway -file ca.pem -keystore trust.p12 \
                  -storetype PKCS12 -storepass changeit";
    let import: Vec<_> = import.split(' ').filter(|word| !word.is_empty()).collect();
    if run(dir.path(), "keytool", &import).await.is_none() {
        return;
    }
    let port = address.port().to_string();
    let store = "-Djavax.net.ssl.trustStore=trust.p12";
    let password = "-Djavax.net.ssl.trustStorePassword=changeit";
    if let Some(output) = run(dir.path(), "java", &[store, password, "Client.java", &port]).await {
        assert_hello(&output);
    }
}
