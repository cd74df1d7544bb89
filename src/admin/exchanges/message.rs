//! A message of one stage, as the API shows it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::exchange::Stage;
use crate::journal::{Kept, Recorded, text};
use crate::mask::Masker;
use crate::net::transcript::{field, parts};

/// Start line, fields and body.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Message {
    pub(super) line: String,
    status: Option<u16>,
    pub(super) fields: Vec<Field>,
    pub(super) body: Option<Body>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) masked: bool,
}

/// What is kept of a body.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Body {
    pub(super) bytes: u64,
    pub(super) kept: usize,
    whole: bool,
    sha256: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) text: Option<String>,
    /// Whether what the coding hid is longer than `text`.
    pub(super) text_cut: bool,
    base64: Option<String>,
    pub(super) href: String,
}

/// The message of a stage, where there was one.
pub(super) fn message(recorded: &Recorded, stage: Stage, mask: Option<&Masker>) -> Option<Message> {
    let kept = recorded.stage(stage)?;
    let (line, fields) = parts(&kept.head);
    let line = lossy(line);
    let status = line.strip_prefix("HTTP/").and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
    let line = match mask {
        Some(mask) => mask.url(&line).into_owned(),
        None => line,
    };
    let fields = fields.into_iter().map(|(name, value)| shown(name, value, mask)).collect();
    Some(Message { line, status, fields, body: body(recorded, stage, mask) })
}

fn shown(name: &[u8], value: &[u8], mask: Option<&Masker>) -> Field {
    let (name, value) = (lossy(name), lossy(value));
    let (value, masked) = match mask {
        Some(mask) => {
            let (value, masked) = mask.field(&name, &value);
            (value.into_owned(), masked)
        }
        None => (value, false),
    };
    Field { name, value, masked }
}

fn body(recorded: &Recorded, stage: Stage, mask: Option<&Masker>) -> Option<Body> {
    let holder = recorded.body(stage)?;
    let bytes = holder.body.as_deref()?;
    let own = recorded.stage(stage).map_or(holder, |own: &Kept| own);
    let value = |name: &str| field(&own.head, name).or_else(|| field(&holder.head, name));
    let (encoding, kind) = (value("content-encoding"), value("content-type"));
    let (coding, media) = (encoding.unwrap_or_default(), kind.unwrap_or_default());
    let text = text::read_within(bytes, coding, media, text::LIMIT);
    let base64 = text.is_none().then(|| match mask {
        Some(mask) => STANDARD.encode(mask.bytes(bytes)),
        None => STANDARD.encode(bytes),
    });
    Some(Body {
        bytes: holder.bytes,
        kept: bytes.len(),
        whole: !holder.broken && holder.bytes == bytes.len() as u64,
        sha256: holder.sha256.as_deref().map(hex),
        kind: kind.map(lossy),
        encoding: encoding.map(lossy),
        text_cut: text.as_ref().is_some_and(|text| text.is_cut),
        text: text.map(|text| match mask {
            Some(mask) => mask.text(&text.content).into_owned(),
            None => text.content.into_owned(),
        }),
        base64,
        href: format!("/api/exchanges/{}/body/{}", recorded.summary.id, stage.name()),
    })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
