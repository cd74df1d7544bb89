//! Making a recorded exchange happen again, as it was or edited. The record itself stays.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::broadcast::Receiver;

use super::{Problem, Surface, journal, recorded};
use crate::admin::object::Object;
use crate::journal::exchange::{Plane, ReplayAs, Stage};
use crate::journal::{Kept, News, Recorded, Replay, Summary};
use crate::net::transcript::parts;
use crate::proxy::asked::Asked as Target;
use crate::proxy::fields::REPLAY;
use crate::text::{Text, text};
use std::sync::Arc;

/// How long the answer and its record are waited for.
const PATIENCE: Duration = Duration::from_secs(90);

/// Fields that are made anew with the message.
const MADE_ANEW: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    REPLAY,
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Replay")]
pub(super) struct Asked {
    /// `app`: the whole way again. `delivered`: straight to the partner.
    #[serde(rename = "as")]
    #[schemars(extend("enum" = ["app", "delivered", null]))]
    how: Option<String>,
    method: Option<String>,
    url: Option<String>,
    /// Headers that have this value instead.
    set: Map<String, Value>,
    /// Headers that are left out.
    unset: Vec<String>,
    /// Another body, as text.
    body: Option<String>,
    /// Another body, whatever it is.
    body_base64: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Replayed {
    /// The number of the new record.
    exchange: i64,
    /// That of the old one.
    replay_of: i64,
}

/// Sends it, waits for its end, and gives the number of the new record.
pub(super) async fn replay(
    State(surface): State<Surface>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Replayed>, Problem> {
    let (Path(id), Json(Object(asked))) = (id?, asked?);
    let journal = journal(&surface)?;
    let recorded = recorded(journal, id).await?;
    if recorded.summary.running.is_some() {
        let detail = text!("It has not ended yet: not all of it is known.");
        let hint = text!("Replay it when it has ended.");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_replayable", detail, hint));
    }
    let how = how(&asked, &recorded)?;
    let kept = recorded.stage(match how {
        ReplayAs::App => Stage::Asked,
        ReplayAs::Delivered => Stage::Passed,
    });
    let kept = kept
        .ok_or_else(|| unfit(text!("It never got that far, so it cannot be sent as delivered.")))?;
    let ticket = ticket();
    let wire = wire(&asked, &recorded, kept, how, ticket)?;
    let to = wire.to.clone().or(recorded.particulars.to.clone());
    let like = Box::new(Summary { url: wire.url.clone(), ..recorded.summary.clone() });
    let mut heard = journal.listen();
    journal.announce(ticket, Replay { like, how, to });
    let made = async {
        send(reachable(surface.addresses.http), &wire.bytes).await.map_err(|error| {
            let detail = text!("The gateway's own listener could not be asked: {error}.", error);
            Problem::new(StatusCode::BAD_GATEWAY, "replay_failed", detail, text!(""))
        })?;
        Ok(hear(&mut heard, ticket).await)
    };
    let made = tokio::time::timeout(PATIENCE, made).await;
    // A request that was refused before it was looked at leaves its ticket behind.
    drop(journal.redeem(ticket));
    match made {
        Ok(Ok(Some(exchange))) => Ok(Json(Replayed { exchange, replay_of: id })),
        Ok(Err(problem)) => Err(problem),
        Ok(Ok(None)) | Err(_) => Err(Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "replay_failed",
            text!("The request was sent; its record did not come."),
            text!("Look at the timeline."),
        )),
    }
}

fn how(asked: &Asked, recorded: &Recorded) -> Result<ReplayAs, Problem> {
    let how = match (asked.how.as_deref(), recorded.summary.plane) {
        (_, Plane::Cloud) => {
            let detail = "A call of a cloud's API is not repeated: it was your service's.";
            return Err(unfit(Text::fixed(detail)));
        }
        (Some("app") | None, Plane::Proxy) => ReplayAs::App,
        (Some("delivered"), _) | (None, Plane::Webhook) => ReplayAs::Delivered,
        (Some("app"), Plane::Webhook) => {
            return Err(unfit(text!("No app has sent a webhook; replay it as delivered.")));
        }
        (Some(other), _) => {
            let hint = "There are app and delivered.";
            return Err(Problem::bad(
                text!("Nothing is replayed as {other}.", other),
                Text::fixed(hint),
            ));
        }
    };
    Ok(how)
}

/// A request that can be written to the gateway's own listener.
struct Wire {
    url: String,
    to: Option<String>,
    bytes: Vec<u8>,
}

fn wire(
    asked: &Asked,
    recorded: &Recorded,
    kept: &Kept,
    how: ReplayAs,
    ticket: u64,
) -> Result<Wire, Problem> {
    let url = asked.url.as_ref().unwrap_or(&recorded.summary.url);
    let target = Target::of_url(url).map_err(|fault| Problem::bad(fault.detail, fault.hint))?;
    let method = asked.method.as_deref().unwrap_or(&recorded.summary.method);
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Problem::bad(
            text!("`{method}` is no method.", method),
            text!("Write GET or POST."),
        ));
    }
    let (line, to) = match how {
        ReplayAs::App => (target.url.as_str(), None),
        ReplayAs::Delivered => {
            let moved = asked.url.is_some() && *url != recorded.summary.url;
            (target.path(), moved.then(|| target.origin().to_owned()))
        }
    };
    let body = body(asked, recorded, kept, how)?;
    let mut bytes =
        format!("{method} {line} HTTP/1.1\r\nHost: {}\r\n", target.authority()).into_bytes();
    for (name, value) in fields(asked, recorded, kept)? {
        bytes.extend_from_slice(&[name.as_slice(), b": ", &value, b"\r\n"].concat());
    }
    let length = match body.is_empty() && matches!(method, "GET" | "DELETE") {
        true => String::new(),
        false => format!("Content-Length: {}\r\n", body.len()),
    };
    let end = format!("{length}{REPLAY}: {ticket}\r\nConnection: close\r\n\r\n");
    bytes.extend_from_slice(end.as_bytes());
    bytes.extend_from_slice(&body);
    Ok(Wire { url: target.url.clone(), to, bytes })
}

type Lines = Vec<(Vec<u8>, Vec<u8>)>;

fn fields(asked: &Asked, recorded: &Recorded, kept: &Kept) -> Result<Lines, Problem> {
    let edited = |name: &[u8]| {
        let same = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        MADE_ANEW.iter().any(|other| same(other))
            || asked.unset.iter().any(|other| same(other))
            || asked.set.keys().any(|other| same(other))
    };
    let (_, sent) = parts(&kept.head);
    let mut lines: Lines = sent
        .into_iter()
        .filter(|(name, _)| !edited(name))
        .map(|(name, value)| (name.to_vec(), value.to_vec()))
        .collect();
    for (name, value) in &asked.set {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty()
            || !name.bytes().all(token)
            || value.bytes().any(|byte| byte < b' ' && byte != b'\t')
        {
            return Err(Problem::bad(
                text!("`{name}` cannot be set so.", name),
                text!("Write a header's name and a value of one line."),
            ));
        }
        lines.push((name.clone().into_bytes(), value.into_bytes()));
    }
    // Inside a tunnel it was CONNECT that said who calls.
    let says = |wanted: &[u8]| lines.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if recorded.particulars.entrance.as_deref() == Some("tunnel") && !says(b"x-device-uuid") {
        let device = recorded.summary.device.as_ref().map(|device| device.clone().into_bytes());
        lines.extend(device.map(|device| (b"X-Device-UUID".to_vec(), device)));
    }
    Ok(lines)
}

fn body(
    asked: &Asked,
    recorded: &Recorded,
    kept: &Kept,
    how: ReplayAs,
) -> Result<Vec<u8>, Problem> {
    if let Some(text) = &asked.body {
        return Ok(text.clone().into_bytes());
    }
    if let Some(text) = &asked.body_base64 {
        return STANDARD.decode(text).map_err(|error| {
            Problem::bad(
                text!("body_base64 is not base64: {error}.", error),
                text!("Or write `body`."),
            )
        });
    }
    let stage = match how {
        ReplayAs::App => Stage::Asked,
        ReplayAs::Delivered => Stage::Passed,
    };
    let holder = recorded.body(stage).unwrap_or(kept);
    let bytes = holder.body.clone().unwrap_or_default();
    if holder.bytes != bytes.len() as u64 || holder.broken {
        let (kept, all) = (bytes.len(), holder.bytes);
        let detail = text!("Only {kept} of the {all} bytes of the body are kept.", kept, all);
        return Err(unfit(detail).with("kept", bytes.len()).with("bytes", holder.bytes));
    }
    Ok(bytes)
}

async fn send(to: SocketAddr, bytes: &[u8]) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(bytes).await?;
    let mut space = vec![0; 16 << 10];
    while stream.read(&mut space).await.is_ok_and(|read| read > 0) {}
    Ok(())
}

async fn hear(heard: &mut Receiver<Arc<News>>, ticket: u64) -> Option<i64> {
    use tokio::sync::broadcast::error::RecvError;
    loop {
        match heard.recv().await {
            Ok(news) => match news.as_ref() {
                News::Ended(row) if row.ticket == Some(ticket) => return Some(row.id),
                _ => {}
            },
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

/// A listener on every address is reached over loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => (IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()).into(),
        false => address,
    }
}

fn ticket() -> u64 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    high ^ low
}

fn unfit(detail: impl Into<Text>) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "not_replayable",
        detail,
        text!("Edit it, or send it with `Copy as cURL`."),
    )
}
