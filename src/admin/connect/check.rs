//! The self-test: a request on each way an app can come, over the gateway's own listeners, as a client
//! that trusts its authority and nothing else. No partner is asked: the gateway's own refusal of a
//! name that nobody has is the proof that it was reached. The journal keeps none of it.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use rustls::pki_types::ServerName;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::near;
use crate::admin::Surface;
use crate::proxy::self_test::NOBODY;
use crate::text::{Text, text};
use crate::tls;

/// How long each way may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What works.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tested {
    /// Whether all of it does.
    works: bool,
    ways: Vec<Way>,
}

/// One way to come through the gateway.
#[derive(Debug, Serialize, JsonSchema)]
struct Way {
    /// `http`, `https` or `tunnel`.
    entrance: &'static str,
    /// What was connected to.
    address: String,
    works: bool,
    took_ms: f64,
    /// What was seen, or what stands in the way.
    detail: Text,
}

pub(super) async fn test(State(surface): State<Surface>) -> Json<Tested> {
    let certificate = surface.certificates.authority().certificate();
    let client = tls::client_config_of(certificate).map(TlsConnector::from);
    let (http, https) = (near(surface.addresses.http), near(surface.addresses.https));
    let ways = match client {
        Ok(client) => vec![
            way("http", http, plain(http)).await,
            way("https", https, Box::pin(secure(https, client.clone()))).await,
            way("tunnel", http, Box::pin(tunnel(http, client))).await,
        ],
        Err(error) => vec![way("https", https, async { Err(io::Error::other(error)) }).await],
    };
    Json(Tested { works: ways.iter().all(|way| way.works), ways })
}

async fn way(
    entrance: &'static str,
    address: SocketAddr,
    went: impl Future<Output = io::Result<Text>>,
) -> Way {
    let begun = Instant::now();
    let went = tokio::time::timeout(PATIENCE, went).await;
    let (works, detail) = match went {
        Ok(Ok(seen)) => (true, seen),
        Ok(Err(error)) => (false, of_error(&error)),
        Err(_) => (false, text!("nothing came within {seconds} s", seconds = PATIENCE.as_secs())),
    };
    let took_ms = begun.elapsed().as_micros() as f64 / 1e3;
    Way { entrance, address: address.to_string(), works, took_ms, detail }
}

/// The words of our own errors, or of the system's.
fn of_error(error: &io::Error) -> Text {
    let own = error.get_ref().and_then(|own| own.downcast_ref::<Text>()).cloned();
    own.unwrap_or_else(|| Text::verbatim(error.to_string()))
}

async fn plain(http: SocketAddr) -> io::Result<Text> {
    answer(TcpStream::connect(http).await?).await
}

async fn secure(https: SocketAddr, client: TlsConnector) -> io::Result<Text> {
    let stream = client.connect(name()?, TcpStream::connect(https).await?).await?;
    answer(stream)
        .await
        .map(|seen| text!("the gateway trusts its own certificate, and {seen}", seen => seen))
}

async fn tunnel(http: SocketAddr, client: TlsConnector) -> io::Result<Text> {
    let mut stream = TcpStream::connect(http).await?;
    let head = format!("CONNECT {NOBODY}:443 HTTP/1.1\r\nHost: {NOBODY}:443\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let said = until(&mut stream, b"\r\n\r\n").await?;
    if status(&said) != Some(200) {
        return Err(io::Error::other(text!(
            "CONNECT was answered {line}",
            line = first_line(&said)
        )));
    }
    let stream = client.connect(name()?, stream).await?;
    answer(stream)
        .await
        .map(|seen| text!("the certificate inside is trusted, and {seen}", seen => seen))
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<Text> {
    let head = format!("GET / HTTP/1.1\r\nHost: {NOBODY}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let said = until(&mut stream, b"\r\n\r\n").await?;
    let ours = said.to_ascii_lowercase().contains("x-gateway-error:");
    match ours {
        true => Ok(text!("the gateway answers")),
        false => {
            let line = first_line(&said);
            Err(io::Error::other(text!("somebody else answers there: {line}", line)))
        }
    }
}

/// Reads up to a mark, and no more than a head may hold.
async fn until(stream: &mut (impl AsyncRead + Unpin), mark: &[u8]) -> io::Result<String> {
    let mut said = Vec::new();
    while !said.ends_with(mark) {
        if said.len() > MOST {
            return Err(io::Error::other(text!("the answer's head does not end")));
        }
        said.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

const MOST: usize = 16 << 10;

fn status(head: &str) -> Option<u16> {
    head.split(' ').nth(1)?.parse().ok()
}

fn first_line(head: &str) -> &str {
    head.lines().next().unwrap_or_default()
}

fn name() -> io::Result<ServerName<'static>> {
    ServerName::try_from(NOBODY).map_err(io::Error::other)
}
