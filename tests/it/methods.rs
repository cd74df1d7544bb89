//! Methods that no app may use: refused as HTTP has it, on a connection that serves on.

use std::process::Command;

use hyper::header::CONTENT_LENGTH;

use crate::support::message::Framing;
use crate::support::reader::{self, Reader};
use crate::support::{Gateway, Partner, Raw, Stage, World, get, head_of, ok};

/// Reads a refusal of a HEAD: its head alone, with the length its content would have.
#[track_caller]
fn refused_head(raw: &mut Raw, status: u16, code: &str) {
    let (head, seen, fields, framing) = raw.answer_head().expect("an answer");
    let text = String::from_utf8_lossy(&head);
    assert_eq!(seen, status, "{text}");
    assert!(matches!(framing, Framing::Length(length) if length > 0), "{text}");
    let named = |(name, value): &(String, String)| name == "X-Gateway-Error" && value == code;
    assert!(fields.iter().any(named), "{text}");
}

#[test]
fn a_refused_method_leaves_the_connection_usable() {
    let stage = Stage::start();
    let (mut plain, mut tls) =
        (stage.gateway.http(), stage.gateway.tunnel("loyalty.example.ru:443"));
    for raw in [&mut plain, &mut tls] {
        for method in ["OPTIONS", "TRACE", "PATCH", "PROPFIND", "M-SEARCH", "BREW"] {
            let answer = raw.exchange(head_of(method, "/api/x", &[]));
            answer.expect_refusal(method, 405, "method_not_allowed");
            raw.expect_alive(method);
        }
        raw.send(head_of("HEAD", "/api/x", &[]));
        refused_head(raw, 405, "method_not_allowed");
        raw.expect_alive("HEAD");
    }
    let odd = |seen: &crate::support::Received| !seen.line.starts_with("GET ");
    assert!(!stage.partner.requests().iter().any(odd), "{:?}", stage.partner.lines());
}

#[test]
fn pipelined_behind_a_refused_method_others_are_answered_in_order() {
    let stage = Stage::start();
    let mut raw = stage.gateway.http();
    raw.send([head_of("HEAD", "/api/x", &[]), get("/api/a", &[])].concat());
    refused_head(&mut raw, 405, "method_not_allowed");
    raw.answer().expect_ok("behind HEAD");
    raw.expect_alive("after both");
}

#[test]
fn whatever_refuses_a_head_sends_no_content() {
    let stage = Stage::with(|world| world.limit("head_timeout: 500ms"));
    let host = "Host: loyalty.example.ru\r\n";
    let rows = [
        ("dot segments", format!("HEAD /a/../b HTTP/1.1\r\n{host}\r\n"), 405),
        (
            "two lengths",
            format!("HEAD /a HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 1\r\n\r\n"),
            405,
        ),
        ("no Host", "HEAD /api/x HTTP/1.1\r\n\r\n".to_owned(), 405),
        (
            "content that is not read",
            format!("HEAD /api/x HTTP/1.1\r\n{host}Content-Length: 9\r\n\r\n"),
            405,
        ),
        ("half a head", format!("HEAD /api/x HTTP/1.1\r\n{host}"), 408),
    ];
    for (what, request, status) in rows {
        let mut raw = stage.gateway.http();
        raw.send(request);
        let code = if status == 408 { "request_timeout" } else { "method_not_allowed" };
        refused_head(&mut raw, status, code);
        raw.expect_end(what);
    }
}

#[test]
fn a_head_over_the_limit_of_connections_gets_no_content() {
    let stage = Stage::with(|world| world.limit("max_connections: 1"));
    let mut first = stage.gateway.http();
    first.expect_alive("the first");
    let mut second = stage.gateway.http();
    second.send(head_of("HEAD", "/api/x", &[]));
    refused_head(&mut second, 503, "overloaded");
    second.expect_end("the second");
    stage.gateway.http().exchange(get("/api/x", &[])).expect_refusal("a GET", 503, "overloaded");
    first.expect_alive("the first again");
}

#[test]
fn over_http_2_a_head_is_answered_without_content() {
    let stage = Stage::start();
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 65_535, 65_535).await;
        for (method, path) in [("HEAD", "/api/x"), ("HEAD", "/api/../x"), ("OPTIONS", "/api/x")] {
            let answer = reader.send(reader::ask(method, path), true).await.0.await.unwrap();
            let (head, mut body) = answer.into_parts();
            let status = if path.contains("..") { 400 } else { 405 };
            assert_eq!(head.status, status, "{method} {path}");
            let length: usize = head.headers[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
            assert!(length > 0);
            assert_eq!(body.is_end_stream(), method == "HEAD", "{method} {path}");
            let content = reader::content(&mut body).await.unwrap();
            assert_eq!(content.len(), if method == "HEAD" { 0 } else { length });
        }
        let mut body = reader.get("/api/x").await.into_body();
        assert_eq!(reader::content(&mut body).await.unwrap(), b"ok");
    });
}

#[test]
fn the_admin_address_answers_a_head_without_content() {
    let stage = Stage::start();
    let admin = stage.gateway.admin;
    let mut raw = Raw::dial(admin);
    let ask =
        |method: &str, path: &str| format!("{method} {path} HTTP/1.1\r\nHost: {admin}\r\n\r\n");
    for (path, status) in [("/livez", 200), ("/api/nothing", 404), ("/api/deliveries/1/again", 404)]
    {
        raw.send(ask("HEAD", path));
        let (head, seen, ..) = raw.answer_head().expect("an answer");
        assert_eq!(seen, status, "{}", String::from_utf8_lossy(&head));
    }
    assert_eq!(raw.exchange(ask("GET", "/livez")).status, 200, "GET on the same connection");
}

#[test]
fn an_envelope_of_a_status_without_content_is_opened_to_none() {
    let partner = Partner::scripted(|call| {
        let status = call.request.target().rsplit('/').next().unwrap_or_default().to_owned();
        call.send(&ok(&format!("{{\"status\": {status}, \"body\": {{\"a\": 1}}}}")));
    });
    let stage =
        Stage::of(partner, |world: World| world.app("proxy", "v1").app("envelope", "unwrap"));
    let mut raw = stage.gateway.http();
    for status in [204, 304] {
        let answer = raw.exchange(get(&format!("/api/{status}"), &[]));
        assert_eq!((answer.status, answer.field("content-length")), (status, None));
    }
    let answer = raw.exchange(get("/api/101", &[]));
    answer.expect_refusal("an interim status", 502, "v1_envelope_invalid");
    assert_eq!(raw.exchange(get("/api/200", &[])).text(), "{\"a\": 1}");
    reader::run(async {
        let mut reader = Reader::dial(&stage.gateway, 65_535, 65_535).await;
        for status in [204, 304, 200] {
            let answer = reader.get(&format!("/api/{status}")).await;
            assert_eq!(
                (answer.status().as_u16(), answer.body().is_end_stream()),
                (status, status != 200)
            );
        }
    });
}

/// What a client said, or nothing where the machine has none.
fn said(command: &mut Command) -> Option<String> {
    match command.output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let talk = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{text}\n{talk}");
            Some(text)
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{:?}: {error}", command.get_program());
            None
        }
    }
}

fn file(gateway: &Gateway, name: &str, text: &str) -> std::path::PathBuf {
    let path = gateway.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn curl_asks_for_a_head_and_goes_on_over_both_versions() {
    let stage = Stage::start();
    for (version, to) in [
        ("--http1.1", stage.gateway.http),
        ("--http1.1", stage.gateway.https),
        ("--http2", stage.gateway.https),
    ] {
        let scheme = if to == stage.gateway.http { "http" } else { "https" };
        let url = format!("{scheme}://loyalty.example.ru/api/x");
        let connect = format!("::{to}");
        let common = ["--max-time", "20", "--noproxy", "*", version, "--connect-to", &connect];
        let shown = ["-o", "/dev/null", "-w", "%{http_code} %{num_connects} %{size_download}\n"];
        let mut curl = Command::new("curl");
        curl.arg("-sS").args(common).arg("--cacert").arg(stage.gateway.ca());
        curl.arg("-I").args(shown).arg(&url).arg("--next").arg("-sS").args(common);
        curl.arg("--cacert").arg(stage.gateway.ca()).args(shown).arg(&url);
        let Some(said) = said(&mut curl) else { return };
        assert_eq!(said, "405 1 0\n200 0 2\n", "{version} {url}");
    }
}

#[test]
fn java_asks_for_a_head_and_goes_on() {
    let stage = Stage::start();
    let source = file(&stage.gateway, "Heads.java", JAVA);
    let mut java = Command::new("java");
    java.arg(source).arg(stage.gateway.http.port().to_string()).arg(stage.gateway.ca());
    let Some(said) = said(&mut java) else { return };
    assert_eq!(said, "HTTP_1_1 405 0\nHTTP_1_1 200 2\nHTTP_2 405 0\nHTTP_2 200 2\n");
}

#[test]
fn node_asks_for_a_head_and_goes_on() {
    let stage = Stage::start();
    let mut node = Command::new("node");
    node.args(["-e", NODE, "--"]).arg(stage.gateway.http.port().to_string());
    let Some(said) = said(&mut node) else { return };
    assert_eq!(said, "405 0\n200 2\n405 0\n200 2\n");
}

#[test]
fn python_asks_for_a_head_and_goes_on() {
    let stage = Stage::start();
    let mut python = Command::new("python3");
    python.args(["-c", PYTHON]).arg(stage.gateway.http.port().to_string());
    let Some(said) = said(&mut python) else { return };
    assert_eq!(said, "405 0\n200 2\n405 0\n200 2\n");
}

const PYTHON: &str = r"
import http.client, sys
connection = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=20)
connection.connect()
connection.auto_open = 0
for method in ['HEAD', 'GET', 'HEAD', 'GET']:
    connection.request(method, '/api/x', headers={'Host': 'loyalty.example.ru'})
    answer = connection.getresponse()
    print(answer.status, len(answer.read()))
";

const NODE: &str = r"
const net = require('net');
setTimeout(() => process.exit(1), 20000);
const connect = net.connect;
net.connect = options => connect({...options, host: '127.0.0.1', port: Number(process.argv[1])});
(async () => {
    for (const method of ['HEAD', 'GET', 'HEAD', 'GET']) {
        const got = await fetch('http://loyalty.example.ru/api/x', {method});
        console.log(got.status, (await got.text()).length);
    }
    process.exit(0);
})();
";

const JAVA: &str = r#"
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import javax.net.ssl.*;

public class Heads {
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
        HttpClient client = HttpClient.newBuilder().sslContext(context)
            .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))).build();
        for (String url : new String[] {"http://loyalty.example.ru/api/x", "https://loyalty.example.ru/api/x"}) {
            for (String method : new String[] {"HEAD", "GET"}) {
                HttpResponse<byte[]> got = client.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(java.time.Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
                System.out.println(got.version() + " " + got.statusCode() + " " + got.body().length);
            }
        }
    }
}
"#;
