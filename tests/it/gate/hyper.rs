//! What the gate passes, hyper has to read the same way.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use evotor_gateway::net::gate::{Content, End};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};

use super::corpus::request_cases;
use super::differential::run;
use super::stream::{Outcome, Seen, requests};

/// A request as hyper served it.
#[derive(Debug)]
struct Served {
    method: String,
    path: String,
    /// The length of the content, if it came to its end.
    length: Option<u64>,
}

#[test]
fn hyper_reads_what_passes_as_the_gate_did() {
    let runtime = runtime();
    let compared: usize =
        request_cases().iter().map(|case| agree(&runtime, case.name, &case.bytes)).sum();
    assert!(compared > 150, "only {compared} requests were compared");
}

#[test]
fn hyper_reads_mutated_streams_as_the_gate_did() {
    let runtime = runtime();
    run(&request_cases(), 1500, |_, stream, _| {
        agree(&runtime, &stream.escape_ascii().to_string(), stream);
    });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Lets hyper serve what the gate passes of a stream; how many requests both of them saw.
fn agree(runtime: &Runtime, name: &str, stream: &[u8]) -> usize {
    let outcome = requests(stream, &[]);
    let (served, answers) = runtime.block_on(serve(outcome.delivered.clone()));
    assert!(!answers.contains("HTTP/1.1 4"), "{name}: {answers}");
    for (seen, served) in outcome.heads.iter().zip(&served) {
        compare(name, seen, served);
    }
    check_count(name, &outcome, &served);
    served.len()
}

/// Serves a client's bytes; what was served and what was answered.
async fn serve(bytes: Vec<u8>) -> (Vec<Served>, String) {
    let (mut client, server) = tokio::io::duplex(256 * 1024);
    let served = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&served);
    let service = service_fn(move |request: Request<Incoming>| {
        let record = Arc::clone(&record);
        async move {
            let method = request.method().to_string();
            let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let whole = request.into_body().collect().await;
            let length = whole.ok().map(|content| content.to_bytes().len() as u64);
            record.lock().unwrap().push(Served { method, path, length });
            Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
        }
    });
    let connection =
        http1::Builder::new().half_close(true).serve_connection(TokioIo::new(server), service);
    let (_, answers) = tokio::join!(connection, async {
        client.write_all(&bytes).await.unwrap();
        client.shutdown().await.unwrap();
        let mut answers = Vec::new();
        client.read_to_end(&mut answers).await.unwrap();
        String::from_utf8_lossy(&answers).into_owned()
    });
    let served = std::mem::take(&mut *served.lock().unwrap());
    (served, answers)
}

fn compare(name: &str, seen: &Seen, served: &Served) {
    assert_eq!(served.method, seen.method, "{name}");
    let target = String::from_utf8(seen.target.clone()).unwrap();
    let path = match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => {
            rest.find('/').map_or("/", |slash| &rest[slash..])
        }
        _ => &target,
    };
    // hyper cannot hold a backtick in a path; the head that the gate keeps has it.
    let (before, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    assert_eq!(served.path, before.replace('`', "") + query, "{name}");
    match (seen.content, served.length) {
        (Content::None, length) => assert_eq!(length, Some(0), "{name}"),
        (Content::Length(length), Some(served)) => assert_eq!(served, length, "{name}"),
        (Content::Length(_) | Content::Chunked, _) => {}
    }
}

/// hyper may stop early only behind a request that closes the connection.
fn check_count(name: &str, outcome: &Outcome, served: &[Served]) {
    let tunnels = usize::from(outcome.end == End::Connect);
    let sent = String::from_utf8_lossy(&outcome.delivered).to_lowercase();
    let closes = sent.contains("close") || sent.contains("http/1.0");
    if !closes {
        assert_eq!(served.len(), outcome.heads.len() - tunnels, "{name}");
    }
    if outcome.at_boundary {
        assert!(served.iter().all(|served| served.length.is_some()), "{name}");
    }
}
