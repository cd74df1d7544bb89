//! A recorded request, made ready to be sent by another tool.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;

use super::super::client::Client;
use super::super::detail::{Body, Detail, Message, detail, wait_for};
use super::super::talk;
use super::super::trouble::Trouble;
use super::warn;

/// Which request, and how.
pub(super) struct Choice<'a> {
    pub(super) id: i64,
    pub(super) stage: Option<&'a str>,
    pub(super) reveal: bool,
}

/// A request with everything that a tool would not say by itself.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) id: i64,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) content: Content,
    /// Where the body is kept, below the admin address.
    pub(super) href: String,
    /// The proxy it goes through, and where its certificate is.
    pub(super) through: Option<(String, String)>,
}

/// A body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    None,
    Text(String),
    Bytes(Vec<u8>),
}

/// Fields that every tool writes by itself, and this connection's own.
const MADE_ANEW: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-gateway-replay",
];

pub(super) fn outgoing(client: &Client, choice: &Choice<'_>) -> Result<Outgoing, Trouble> {
    wait_for(client, choice.id)?;
    let detail = detail(client, choice.id, choice.reveal)?;
    let stages = &detail.stages;
    let stage = match (choice.stage, &stages.asked) {
        (Some(stage), _) => stage,
        (None, Some(_)) if detail.row.plane != "webhook" => "asked",
        (None, _) => "passed",
    };
    let message = stages.by_name(stage).ok_or_else(|| {
        let text = format!("the exchange {} never got to the stage {stage}", choice.id);
        Trouble::usage(text, "--stage asked is what the app sent")
    })?;
    let is_app = stage == "asked" && detail.row.plane == "proxy";
    let url = match stage {
        "asked" => detail.row.url.clone(),
        _ => delivered_to(&detail, message),
    };
    let (content, is_decoded) = content(client, message.body.as_ref(), choice.reveal)?;
    let mut fields = fields(message, &url, is_decoded);
    if is_app && detail.entrance.as_deref() == Some("tunnel") {
        fields.extend(told_by_connect(&detail, &fields));
    }
    let cut = message.body.as_ref().filter(|body| body.kept < body.bytes);
    if message.body.as_ref().is_some_and(|body| body.text_cut && !choice.reveal) {
        talk("note: only the beginning of the body without its coding is written");
    }
    warn(message.fields.iter().any(|field| field.masked), cut.map(|body| (body.kept, body.bytes)));
    Ok(Outgoing {
        id: choice.id,
        method: detail.row.method.clone(),
        url,
        fields,
        content,
        href: message.body.as_ref().map(|body| body.href.clone()).unwrap_or_default(),
        through: if is_app { through(client) } else { None },
    })
}

/// What was connected to, and the path as it was written there.
fn delivered_to(detail: &Detail, message: &Message) -> String {
    let target = message.line.split(' ').nth(1).unwrap_or("/");
    match detail.to.as_deref().filter(|_| target.starts_with('/')) {
        Some(to) => format!("{}{target}", to.trim_end_matches('/')),
        None => detail.row.url.clone(),
    }
}

fn fields(message: &Message, url: &str, is_decoded: bool) -> Vec<(String, String)> {
    let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    let is_left_out = |name: &str, value: &str| {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        MADE_ANEW.iter().any(|other| is(other))
            || (is_decoded && is("content-encoding"))
            || (is("host") && Some(value) == authority)
    };
    let kept = message.fields.iter().filter(|field| !is_left_out(&field.name, &field.value));
    kept.map(|field| (field.name.clone(), field.value.clone())).collect()
}

/// Inside a tunnel it was CONNECT that said which terminal calls.
fn told_by_connect(detail: &Detail, fields: &[(String, String)]) -> Option<(String, String)> {
    const NAME: &str = "X-Device-UUID";
    let is_said = fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(NAME));
    let device = detail.row.device.clone().filter(|_| !is_said)?;
    Some((NAME.to_owned(), device))
}

/// The body, and whether it is no longer encoded as it was sent.
///
/// Text is asked for once more as bytes: what is shown of it is in UTF-8, whatever it was written in.
fn content(client: &Client, body: Option<&Body>, reveal: bool) -> Result<(Content, bool), Trouble> {
    let Some(body) = body.filter(|body| body.kept > 0) else { return Ok((Content::None, false)) };
    let is_decoded = !reveal && body.text.is_some() && body.encoding.is_some();
    let bytes = match &body.base64 {
        Some(bytes) if body.text.is_none() => {
            STANDARD.decode(bytes).map_err(|_| client.strange())?
        }
        _ => {
            let (name, value) = if reveal { ("reveal", true) } else { ("decoded", is_decoded) };
            let path = format!("{}?{name}={value}", body.href);
            client.ask(Method::GET, &path, bytes::Bytes::new())?.to_vec()
        }
    };
    let content = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Content::Text(text),
        Ok(text) => Content::Bytes(text.into_bytes()),
        Err(other) => Content::Bytes(other.into_bytes()),
    };
    Ok((content, is_decoded))
}

/// The gateway's own entrance.
fn through(client: &Client) -> Option<(String, String)> {
    let proxy = client.get("/api/connect").ok();
    let proxy = proxy.as_ref().and_then(|connect| connect.get("proxy")?.as_str());
    if proxy.is_none() {
        talk("note: add the gateway's own address with --proxy");
    }
    proxy.map(|proxy| (proxy.to_owned(), client.url("/connect/ca.pem")))
}

impl Outgoing {
    /// Whether it says this field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }
}

/// A request that goes nowhere.
#[cfg(test)]
pub(super) fn sample(fields: &[(&str, &str)], content: Content) -> Outgoing {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Outgoing {
        id: 1,
        method: "POST".to_owned(),
        url: "http://127.0.0.1:9/a".to_owned(),
        fields: fields.collect(),
        content,
        href: String::new(),
        through: None,
    }
}
