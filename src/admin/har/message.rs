//! Messages of a stage in the words of the format.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::parse;
use serde_json::Value;

use super::entry::{Content, Cookie, Pair, PostData, Request, Response};
use crate::journal::exchange::Stage;
use crate::journal::{Kept, Recorded, text};
use crate::mask::Masker;
use crate::net::transcript::{field, parts};

pub(super) fn request(recorded: &Recorded, stage: Stage, mask: Option<&Masker>) -> Option<Request> {
    let kept = recorded.stage(stage)?;
    let (line, fields) = parts(&kept.head);
    let line = lossy(line);
    let url = masked_url(mask, &recorded.summary.url);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let method = line.split(' ').next().filter(|method| !method.is_empty());
    let headers = headers(fields, mask);
    let body = Body::of(recorded, stage);
    let cookies = named(&headers, "cookie").flat_map(sent_cookies).collect();
    Some(Request {
        method: method.unwrap_or(&recorded.summary.method).to_owned(),
        http_version: version(line.rsplit(' ').next()),
        cookies,
        query_string: pairs(query),
        body_size: body.as_ref().map_or(0, |body| body.bytes),
        post_data: body.map(|body| body.post_data(mask)),
        headers_size: -1,
        headers,
        url,
    })
}

pub(super) fn response(
    recorded: &Recorded,
    stage: Stage,
    mask: Option<&Masker>,
) -> Option<Response> {
    let kept = recorded.stage(stage)?;
    let (line, fields) = parts(&kept.head);
    let line = lossy(line);
    let mut words = line.splitn(3, ' ');
    let version = version(words.next());
    let status = words.next().and_then(|status| status.parse().ok()).unwrap_or_default();
    let headers = headers(fields, mask);
    let body = Body::of(recorded, stage);
    let kind = named(&headers, "content-type").next().map(str::to_owned);
    let redirect_url = named(&headers, "location").next().unwrap_or_default().to_owned();
    let cookies = named(&headers, "set-cookie").filter_map(given_cookie).collect();
    Some(Response {
        status,
        status_text: words.next().unwrap_or_default().to_owned(),
        http_version: version,
        cookies,
        redirect_url,
        body_size: body.as_ref().map_or(0, |body| body.bytes),
        content: match body {
            Some(body) => body.content(kind, mask),
            None => Content {
                mime_type: kind.unwrap_or_else(|| Content::default().mime_type),
                ..Content::default()
            },
        },
        headers_size: -1,
        headers,
    })
}

/// A body as it can be read.
struct Body {
    kind: String,
    /// As sent; -1 where nobody knows.
    bytes: i64,
    /// How many bytes are kept of a longer one.
    cut: Option<usize>,
    encoded: usize,
    shown: Shown,
    /// Whether more was hidden by its codings than is written.
    goes_on: bool,
}

/// Bytes of a body without its codings.
const LIMIT: usize = 256 << 10;

enum Shown {
    Text(String),
    Binary(Vec<u8>),
}

impl Shown {
    /// A text, unless it would lack the last bytes of a body that is `whole`.
    fn of(content: Cow<'_, [u8]>, kind: &[u8], whole: bool) -> Self {
        let lacks = whole && text::ends_in_half_a_letter(&content, kind);
        match text::text(&content, kind).filter(|_| !lacks) {
            Some(text) => Self::Text(text.into_owned()),
            None => Self::Binary(content.into_owned()),
        }
    }
}

impl Body {
    fn of(recorded: &Recorded, stage: Stage) -> Option<Self> {
        let holder = recorded.body(stage)?;
        let kept = holder.body.as_deref()?;
        if holder.bytes == 0 {
            return None;
        }
        let own = recorded.stage(stage).unwrap_or(holder);
        let value = |name| value(own, holder, name);
        let (encoding, kind) = (value("content-encoding"), value("content-type"));
        let whole = !holder.broken && holder.bytes == kept.len() as u64;
        let plain = text::decoded_within(kept, encoding, LIMIT);
        let goes_on = plain.as_ref().is_some_and(|plain| plain.is_cut);
        let shown = plain.map_or_else(
            || Shown::Binary(kept.to_vec()),
            |plain| Shown::of(plain.content, kind, whole && !goes_on),
        );
        Some(Self {
            kind: lossy(kind),
            bytes: match holder.broken {
                true => -1,
                false => i64::try_from(holder.bytes).unwrap_or(i64::MAX),
            },
            cut: (!whole).then_some(kept.len()),
            encoded: encoding.len(),
            shown,
            goes_on,
        })
    }

    fn post_data(self, mask: Option<&Masker>) -> PostData {
        let comment = self.comment();
        let (text, encoding) = shown(self.shown, mask);
        let is_form = self.kind.starts_with("application/x-www-form-urlencoded");
        let params = if is_form && encoding.is_none() { pairs(&text) } else { Vec::new() };
        PostData { mime_type: self.kind, params, text, encoding, comment }
    }

    fn content(self, kind: Option<String>, mask: Option<&Masker>) -> Content {
        let comment = self.comment();
        let plain = i64::try_from(self.written()).unwrap_or(i64::MAX);
        let size = match self.cut {
            _ if self.goes_on => -1,
            Some(_) if self.encoded > 0 => -1,
            Some(_) => self.bytes,
            None => plain,
        };
        let packed = self.encoded > 0 && self.cut.is_none() && !self.goes_on;
        let (text, encoding) = shown(self.shown, mask);
        Content {
            size,
            compression: packed.then_some(plain - self.bytes),
            mime_type: kind.unwrap_or_else(|| Content::default().mime_type),
            text: Some(text),
            encoding,
            comment,
        }
    }

    fn comment(&self) -> Option<String> {
        let kept = match (self.cut, self.bytes) {
            (None, _) => None,
            (Some(kept), -1) => Some(format!("It broke off; the first {kept} bytes are kept.")),
            (Some(kept), bytes) => Some(format!("The first {kept} of {bytes} bytes are kept.")),
        };
        let written = self.goes_on.then(|| {
            format!(
                "Without its coding it is longer; the first {} bytes are written.",
                self.written()
            )
        });
        let told: Vec<_> = kept.into_iter().chain(written).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }

    fn written(&self) -> usize {
        match &self.shown {
            Shown::Text(text) => text.len(),
            Shown::Binary(bytes) => bytes.len(),
        }
    }
}

fn value<'k>(own: &'k Kept, holder: &'k Kept, name: &str) -> &'k [u8] {
    field(&own.head, name).or_else(|| field(&holder.head, name)).unwrap_or_default()
}

fn shown(shown: Shown, mask: Option<&Masker>) -> (String, Option<&'static str>) {
    match (shown, mask) {
        (Shown::Text(text), Some(mask)) => (mask.text(&text).into_owned(), None),
        (Shown::Text(text), None) => (text, None),
        (Shown::Binary(bytes), Some(mask)) => (STANDARD.encode(mask.bytes(&bytes)), Some("base64")),
        (Shown::Binary(bytes), None) => (STANDARD.encode(bytes), Some("base64")),
    }
}

fn headers(fields: Vec<(&[u8], &[u8])>, mask: Option<&Masker>) -> Vec<Pair> {
    let pair = |(name, value): (&[u8], &[u8])| {
        let (name, value) = (lossy(name), lossy(value));
        let value = match mask {
            Some(mask) => mask.field(&name, &value).0.into_owned(),
            None => value,
        };
        Pair { name, value }
    };
    fields.into_iter().map(pair).collect()
}

fn named<'p>(headers: &'p [Pair], name: &str) -> impl Iterator<Item = &'p str> {
    let own = headers.iter().filter(move |pair| pair.name.eq_ignore_ascii_case(name));
    own.map(|pair| pair.value.as_str())
}

/// RFC 6265, section 4.2.
fn sent_cookies(value: &str) -> Vec<Cookie> {
    let pairs = value.split(';').filter_map(|pair| pair.trim().split_once('='));
    let cookie = |(name, value): (&str, &str)| Cookie {
        name: name.to_owned(),
        value: value.to_owned(),
        ..Cookie::default()
    };
    pairs.map(cookie).collect()
}

/// RFC 6265, section 4.1.
fn given_cookie(value: &str) -> Option<Cookie> {
    let mut parts = value.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let mut cookie = Cookie { name: name.to_owned(), value: value.to_owned(), ..Cookie::default() };
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key.to_ascii_lowercase().as_str() {
            "path" => cookie.path = Some(value.to_owned()),
            "domain" => cookie.domain = Some(value.to_owned()),
            "httponly" => cookie.http_only = true,
            "secure" => cookie.secure = true,
            _ => {}
        }
    }
    Some(cookie)
}

fn pairs(text: &str) -> Vec<Pair> {
    let pair = |(name, value): (Cow<'_, str>, Cow<'_, str>)| Pair {
        name: name.into_owned(),
        value: value.into_owned(),
    };
    parse(text.as_bytes()).map(pair).collect()
}

fn version(word: Option<&str>) -> String {
    word.filter(|word| word.starts_with("HTTP/")).unwrap_or("HTTP/1.1").to_owned()
}

pub(super) fn masked_url(mask: Option<&Masker>, url: &str) -> String {
    match mask {
        Some(mask) => mask.url(url).into_owned(),
        None => url.to_owned(),
    }
}

pub(super) fn masked_json(mask: Option<&Masker>, value: &Value) -> Value {
    let mut shown = value.clone();
    if let Some(mask) = mask {
        mask.json(&mut shown);
    }
    shown
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
