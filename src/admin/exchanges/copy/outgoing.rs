//! A recorded request, made ready to be sent by another tool.

use crate::admin::exchanges::body::content;
use crate::admin::exchanges::message::{Message, message};
use crate::journal::Recorded;
use crate::journal::exchange::{Plane, Stage};
use crate::mask::Masker;

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
    /// Whether it goes through the gateway.
    pub(super) is_proxied: bool,
    /// Whether something in it is masked.
    pub(super) masked: bool,
    pub(super) amount: Amount,
}

/// How much there is of a body.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Amount {
    /// Bytes of it that are kept.
    pub(super) kept: u64,
    /// All of its bytes.
    pub(super) bytes: u64,
    /// Whether what is written of it, without its coding, is only the beginning.
    pub(super) text_cut: bool,
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

/// The request as it was at a stage.
pub(super) fn outgoing(
    recorded: &Recorded,
    stage: Stage,
    mask: Option<&Masker>,
) -> Option<Outgoing> {
    let mut request = head(recorded, stage, mask)?;
    let message = message(recorded, stage, mask)?;
    let Some(body) = message.body.filter(|body| body.kept > 0) else { return Some(request) };
    let is_decoded = mask.is_some() && body.text.is_some() && body.encoding.is_some();
    if is_decoded {
        request.fields.retain(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
    }
    let bytes = content(recorded.body(stage)?, is_decoded, mask);
    request.content = match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Content::Text(text),
        Ok(text) => Content::Bytes(text.into_bytes()),
        Err(other) => Content::Bytes(other.into_bytes()),
    };
    request.href = body.href;
    let text_cut = body.text_cut && mask.is_some();
    request.amount = Amount { kept: body.kept as u64, bytes: body.bytes, text_cut };
    Some(request)
}

/// The same without its body.
pub(super) fn head(recorded: &Recorded, stage: Stage, mask: Option<&Masker>) -> Option<Outgoing> {
    let message = message(recorded, stage, mask)?;
    let row = &recorded.summary;
    let is_proxied = stage == Stage::Asked && row.plane == Plane::Proxy;
    let whole = || mask.map_or_else(|| row.url.clone(), |mask| mask.url(&row.url).into_owned());
    let url = match stage {
        Stage::Asked => whole(),
        _ => delivered_to(recorded, &message).unwrap_or_else(whole),
    };
    let mut fields = fields(&message, &url);
    if is_proxied && recorded.particulars.entrance.as_deref() == Some("tunnel") {
        fields.extend(told_by_connect(recorded, &fields));
    }
    Some(Outgoing {
        id: row.id,
        method: row.method.clone(),
        url,
        fields,
        content: Content::None,
        href: String::new(),
        is_proxied,
        masked: message.fields.iter().any(|field| field.masked),
        amount: Amount::default(),
    })
}

/// What was connected to, and the path as it was written there.
fn delivered_to(recorded: &Recorded, message: &Message) -> Option<String> {
    let target = message.line.split(' ').nth(1).unwrap_or("/");
    let to = recorded.particulars.to.as_deref().filter(|_| target.starts_with('/'))?;
    Some(format!("{}{target}", to.trim_end_matches('/')))
}

fn fields(message: &Message, url: &str) -> Vec<(String, String)> {
    let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
    let is_left_out = |name: &str, value: &str| {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        MADE_ANEW.iter().any(|other| is(other)) || (is("host") && Some(value) == authority)
    };
    let kept = message.fields.iter().filter(|field| !is_left_out(&field.name, &field.value));
    kept.map(|field| (field.name.clone(), field.value.clone())).collect()
}

/// Inside a tunnel it was CONNECT that said which terminal calls.
fn told_by_connect(recorded: &Recorded, fields: &[(String, String)]) -> Option<(String, String)> {
    const NAME: &str = "X-Device-UUID";
    let is_said = fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(NAME));
    let device = recorded.summary.device.clone().filter(|_| !is_said)?;
    Some((NAME.to_owned(), device))
}

impl Outgoing {
    /// Whether it says this field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    /// Whether its connection is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"))
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
        is_proxied: false,
        masked: false,
        amount: Amount::default(),
    }
}
