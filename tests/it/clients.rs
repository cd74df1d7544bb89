//! Other people's HTTP clients as terminal apps. A tool that is absent is skipped, except in CI.

mod below_exec;
mod by_name;
pub mod kit;

use std::fs;
use std::process::{Command, Output};

use crate::support::world::{DEVICE, STORE, TOKEN, USER};
use crate::support::{Partner, Stage, ok};

/// Runs a tool, or says that it was skipped.
fn tool(command: &mut Command) -> Option<Output> {
    match command.output() {
        Ok(output) => Some(output),
        Err(error) => {
            let name = command.get_program().to_string_lossy().into_owned();
            assert!(std::env::var_os("CI").is_none(), "{name}: {error}");
            eprintln!("skipped: no {name}");
            None
        }
    }
}

#[track_caller]
fn expect_said(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stdout);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains(words), "{said}\n{talk}");
}

#[track_caller]
fn expect_documented(partner: &Partner, count: usize) {
    let requests = partner.wait(count);
    assert_eq!(requests.len(), count, "{:?}", partner.lines());
    for seen in requests {
        assert_eq!(seen.all("host"), ["loyalty.example.ru"], "{}", seen.describe());
        assert_eq!(seen.all("x-evotor-store-uuid"), [STORE], "{}", seen.describe());
        assert_eq!(seen.all("x-evotor-device-uuid"), [DEVICE]);
        assert_eq!(seen.all("x-evotor-user-id"), [USER]);
        assert_eq!(seen.all("authorization"), [format!("Bearer {TOKEN}")]);
        let hop = ["connection", "upgrade", "http2-settings", "proxy-connection", "expect", "te"];
        assert!(!seen.names().iter().any(|n| hop.contains(&n.as_str())), "{}", seen.describe());
    }
}

/// Answers `ok`, and to git as a repository of one reference.
fn repository() -> Partner {
    const OBJECT: &str = "0123456789abcdef0123456789abcdef01234567";
    Partner::scripted(|call| {
        call.body();
        let path = call.request.target().split('?').next().unwrap_or_default().to_owned();
        match path
            .rsplit_once("/git/")
            .map(|(_, path)| path.trim_start_matches("https").trim_start_matches("http"))
        {
            Some("/info/refs") => call.send(&ok(&format!("{OBJECT}\trefs/heads/main\n"))),
            Some("/HEAD") => call.send(&ok("ref: refs/heads/main\n")),
            _ => call.send(&ok("ok")),
        };
    })
}

fn curl(stage: &Stage, args: &[&str]) -> Option<Output> {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--max-time", "20", "--noproxy", "", "--cacert"]).arg(stage.gateway.ca());
    tool(curl.args(args))
}

#[test]
fn curl_through_the_proxy_over_http_and_https() {
    let stage = Stage::start();
    let proxy = format!("http://{}", stage.gateway.http);
    for (number, url) in
        ["https://loyalty.example.ru/api/x?a=1", "http://loyalty.example.ru/api/x?a=1"]
            .iter()
            .enumerate()
    {
        let Some(output) = curl(&stage, &["--proxy", &proxy, url]) else { return };
        expect_said(&output, "ok");
        expect_documented(&stage.partner, number + 1);
        assert_eq!(stage.partner.last().target(), "/api/x?a=1");
    }
}

#[test]
fn curl_names_its_device_as_the_proxys_user() {
    let stage = Stage::start();
    let proxy = format!("http://{}", stage.gateway.http);
    let user = format!("loyalty:{DEVICE}");
    let args = ["--proxy", &proxy, "--proxy-user", &user, "https://loyalty.example.ru/api/x"];
    let Some(output) = curl(&stage, &args) else { return };
    expect_said(&output, "ok");
    expect_documented(&stage.partner, 1);
}

#[test]
fn curl_by_a_changed_name_service() {
    let stage = Stage::start();
    let https = format!("loyalty.example.ru:443:{}", stage.gateway.https);
    let to = format!("::{}", stage.gateway.https);
    drop(https);
    let Some(output) = curl(&stage, &["--connect-to", &to, "https://loyalty.example.ru/api/x"])
    else {
        return;
    };
    expect_said(&output, "ok");
    let to = format!("::{}", stage.gateway.http);
    let args = ["--http1.0", "--connect-to", &to, "http://loyalty.example.ru/api/x"];
    expect_said(&curl(&stage, &args).unwrap(), "ok");
    expect_documented(&stage.partner, 2);
}

#[test]
fn curl_uploads_a_megabyte_with_expect() {
    let stage = Stage::start();
    let file = stage.gateway.path().join("upload");
    fs::write(&file, vec![b'u'; 1 << 20]).unwrap();
    let proxy = format!("http://{}", stage.gateway.http);
    let data = format!("@{}", file.display());
    let args = [
        "--proxy",
        &proxy,
        "--data-binary",
        &data,
        "-H",
        "Expect: 100-continue",
        "https://loyalty.example.ru/api/x",
    ];
    let Some(output) = curl(&stage, &args) else { return };
    expect_said(&output, "ok");
    expect_documented(&stage.partner, 1);
    assert_eq!(stage.partner.last().body.content.len(), 1 << 20);
}

#[test]
fn a_java_http_client_through_the_proxy() {
    let stage = Stage::start();
    let source = stage.gateway.path().join("Terminal.java");
    fs::write(&source, JAVA).unwrap();
    let mut java = Command::new("java");
    java.arg(&source).arg(stage.gateway.http.port().to_string()).arg(stage.gateway.ca());
    let Some(output) = tool(&mut java) else { return };
    expect_said(&output, "200 ok\n200 ok\n200 ok\n403\n");
    expect_documented(&stage.partner, 3);
}

#[test]
fn nodes_http_through_the_proxy_and_through_connect() {
    node(NODE_HTTP, "200 ok\n200 ok\n");
}

#[test]
fn nodes_fetch_by_a_changed_name_service() {
    node(NODE_FETCH, "200 ok\n200 ok\n");
}

fn node(script: &str, said: &str) {
    let stage = Stage::start();
    let mut node = Command::new("node");
    node.args(["-e", script, "--"])
        .arg(stage.gateway.http.port().to_string())
        .arg(stage.gateway.https.port().to_string())
        .env("NODE_EXTRA_CA_CERTS", stage.gateway.ca());
    let Some(output) = tool(&mut node) else { return };
    expect_said(&output, said);
    expect_documented(&stage.partner, 2);
}

const JAVA: &str = r#"
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import javax.net.ssl.*;

public class Terminal {
    public static void main(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(args[1]))) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        java.time.Duration wait = java.time.Duration.ofSeconds(20);
        HttpClient client = HttpClient.newBuilder().sslContext(context)
            .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))).build();
        for (String url : new String[] {"http://loyalty.example.ru/api/a", "https://loyalty.example.ru/api/b"}) {
            HttpResponse<String> got = client.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(wait).build(), HttpResponse.BodyHandlers.ofString());
            System.out.println(got.statusCode() + " " + got.body());
        }
        HttpResponse<String> posted = client.send(
            HttpRequest.newBuilder(URI.create("https://loyalty.example.ru/api/c")).timeout(wait).expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofString("body")).build(), HttpResponse.BodyHandlers.ofString());
        System.out.println(posted.statusCode() + " " + posted.body());
        System.out.println(client.send(
            HttpRequest.newBuilder(URI.create("https://loyalty.example.ru/forbidden")).timeout(wait).build(),
            HttpResponse.BodyHandlers.ofString()).statusCode());
    }
}
"#;

const NODE_HTTP: &str = r"
const http = require('http'), https = require('https'), tls = require('tls');
const port = Number(process.argv[1]);
setTimeout(() => process.exit(1), 20000);
const show = (response, then) => {
    let text = '';
    response.on('data', part => text += part);
    response.on('end', () => { console.log(response.statusCode, text); then(); });
};
const viaConnect = () => {
    http.request({host: '127.0.0.1', port, method: 'CONNECT', path: 'loyalty.example.ru:443',
                  headers: {host: 'loyalty.example.ru:443'}})
        .on('connect', (_, socket) => {
            const createConnection = () => tls.connect({socket, servername: 'loyalty.example.ru'});
            https.get({host: 'loyalty.example.ru', path: '/api/y', defaultPort: 443, createConnection},
                      response => show(response, () => process.exit(0)));
        }).end();
};
http.get({host: '127.0.0.1', port, path: 'http://loyalty.example.ru/api/x',
          headers: {host: 'loyalty.example.ru'}}, response => show(response, viaConnect));
";

const NODE_FETCH: &str = r"
const net = require('net'), tls = require('tls');
setTimeout(() => process.exit(1), 20000);
const [plain, secure] = process.argv.slice(1, 3).map(Number);
const [connect, connectTls] = [net.connect, tls.connect];
net.connect = options => connect({...options, host: '127.0.0.1', port: plain});
tls.connect = options => connectTls({...options, host: '127.0.0.1', port: secure});
(async () => {
    for (const scheme of ['http', 'https']) {
        const got = await fetch(scheme + '://loyalty.example.ru/api/x', {method: 'POST', body: 'body'});
        console.log(got.status, await got.text());
    }
    process.exit(0);
})();
";
