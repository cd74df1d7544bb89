//! The console: one page and its parts, embedded in the binary. What it shows comes from the API.
//!
//! What was captured may be hostile, so the page runs no script and applies no style but its own,
//! makes no element from text, and talks to nobody but the gateway.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::digest;
use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Surface;
use super::problem;

/// Whoever finds a way to put markup or script into the page finds that it does nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";

macro_rules! parts {
    ($($name:literal),* $(,)?) => {
        /// Name and content of every part of the page.
        const PARTS: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../../console/", $name)))),*];
    };
}

parts! {
    "index.html", "icon.svg",
    "colours.css", "base.css", "controls.css", "timeline.css", "detail.css", "views.css", "forced.css",
    "early.js", "app.js", "shell.js", "settings.js", "words.js", "words/en.js", "words/ru.js",
    "dom.js", "route.js", "api.js", "feed.js", "stream.js", "order.js", "keys.js", "announcer.js", "toast.js",
    "timeline.js", "exchanges.js", "list.js", "row.js", "filterbox.js", "lesson.js", "har.js",
    "detail.js", "sentence.js", "columns.js", "headers.js", "bodies.js", "json.js", "jsontree.js", "xml.js",
    "parts.js", "hex.js", "timing.js", "verdict.js", "replay.js",
    "menu.js", "tabs.js", "facts.js", "terms.js", "finder.js", "folding.js", "delivery.js", "tries.js", "remedies.js", "ask.js",
    "marking.js", "moments.js", "errors.js", "editor.js", "jsonfield.js", "payload.js", "payloads.js",
    "copyas.js", "findings.js", "injected.js", "result.js",
    "compare.js", "difference.js",
    "connection.js", "banner.js", "status.js", "strip.js", "strip.css", "chips.js", "chipremedies.js", "firststeps.js",
    "webhooks.js", "trigger.js", "deliveries.js", "clock.js", "scenarios.js", "terminal.js",
    "world.js", "entry.js", "appform.js", "appyaml.js", "standing.js", "faults.js", "rules.js",
    "inforce.js", "scope.js", "stubs.js", "breakpoints.js", "hold.js", "heldform.js",
    "connect.js", "steps.js",
}

/// A part as it is sent.
struct Part {
    name: &'static str,
    plain: &'static [u8],
    packed: Vec<u8>,
    /// Of the content; the packed one has a letter more.
    tag: String,
}

static ALL: LazyLock<Vec<Part>> =
    LazyLock::new(|| PARTS.iter().map(|(name, plain)| Part::of(name, plain)).collect());

pub(super) fn routes() -> Router<Surface> {
    Router::new().route("/console/{*name}", get(part))
}

/// Whether a browser asks, which wants the page and not a list of addresses.
pub(super) fn is_wanted(fields: &HeaderMap) -> bool {
    let accepted = fields.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok());
    accepted.into_iter().any(|value| value.contains("text/html"))
}

/// The page.
pub(super) fn page(fields: &HeaderMap) -> Response {
    match find("index.html") {
        Some(part) => part.answer(fields),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn part(Path(name): Path<String>, fields: HeaderMap, uri: Uri) -> Response {
    match find(&name) {
        Some(part) => part.answer(&fields),
        None => problem::no_such_address(uri).await.into_response(),
    }
}

fn find(name: &str) -> Option<&'static Part> {
    ALL.iter().find(|part| part.name == name)
}

impl Part {
    fn of(name: &'static str, plain: &'static [u8]) -> Self {
        let mut tag = String::new();
        for byte in digest::digest(&digest::SHA256, plain).as_ref().iter().take(8) {
            let _ = write!(tag, "{byte:02x}");
        }
        Self { name, plain, packed: packed(plain), tag }
    }

    fn answer(&'static self, fields: &HeaderMap) -> Response {
        let is_packed = !self.packed.is_empty() && takes_gzip(fields);
        let tag =
            if is_packed { format!("\"{}z\"", self.tag) } else { format!("\"{}\"", self.tag) };
        let is_known = fields.get(IF_NONE_MATCH).is_some_and(|known| {
            known.to_str().is_ok_and(|known| known.split(',').any(|one| one.trim() == tag))
        });
        let content: &'static [u8] = match (is_known, is_packed) {
            (true, _) => &[],
            (false, true) => &self.packed,
            (false, false) => self.plain,
        };
        let mut answer = content.into_response();
        if is_known {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let head = answer.headers_mut();
        for (name, value) in GUARDS {
            head.insert(name.clone(), HeaderValue::from_static(value));
        }
        head.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(self.name)));
        if is_packed && !is_known {
            head.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            head.insert(ETAG, tag);
        }
        answer
    }
}

/// On every part, so that none of them can be opened as something else.
static GUARDS: &[(HeaderName, &str)] = &[
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-cache"),
    (VARY, "Accept, Accept-Encoding"),
];

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    // What cannot be packed goes as it is.
    packer.write_all(plain).and_then(|()| packer.finish()).unwrap_or_default()
}

fn takes_gzip(fields: &HeaderMap) -> bool {
    let accepted = fields.get_all(ACCEPT_ENCODING).into_iter().filter_map(|one| one.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0")
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
