//! An entry becomes an exchange. What a file says is not to be trusted: whatever cannot be a message
//! of HTTP is refused, and nothing of it is run, followed or shown as this gateway's own.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::body::{got, sent};
use super::entry::Pair;
use super::wire::{Entry, Own, Request, Response, Timings};
use crate::fault::Code;
use crate::journal::exchange::{self, Exchange, IMPORTED, Message, Plane, Stage, Times};
use crate::text::{Text, text};

/// Why an entry, or all of a file, is no exchange.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::admin) struct Unfit(pub(in crate::admin) Text);

/// One exchange; at most `most` bytes of each body are kept.
pub(in crate::admin) fn exchange(entry: &RawValue, most: usize) -> Result<Exchange, Unfit> {
    let entry: Entry<'_> = serde_json::from_str(entry.get())
        .map_err(|error| Unfit(Text::verbatim(error.to_string())))?;
    let started: jiff::Timestamp = entry.started_date_time.parse().map_err(|_| {
        Unfit(text!(
            "startedDateTime {started_date_time} is no time",
            started_date_time = quoted(&entry.started_date_time)
        ))
    })?;
    let asked = request(&entry.request, most)?;
    let Request { method, url, .. } = entry.request;
    let mut exchange = Exchange {
        plane: Plane::Proxy,
        at: started.as_microsecond(),
        times: times(&entry.timings, entry.time),
        entrance: Some(IMPORTED),
        method: method.into(),
        url,
        comment: entry.comment.map(|text| text.chars().take(LONGEST_WORDS).collect()),
        ..Exchange::default()
    };
    *exchange.stage(Stage::Asked) = asked;
    if let Some((status, returned)) = response(&entry.response, most)? {
        exchange.status = Some(status);
        *exchange.stage(Stage::Returned) = returned;
    }
    if let Some(own) = entry.own {
        take_back(&mut exchange, own, most)?;
    }
    Ok(exchange)
}

/// What this gateway, or another one, knew of it.
fn take_back(exchange: &mut Exchange, own: Own<'_>, most: usize) -> Result<(), Unfit> {
    if let Some(passed) = &own.passed {
        *exchange.stage(Stage::Passed) = request(passed, most)?;
    }
    if let Some((_, answered)) = own.answered.as_ref().map_or(Ok(None), |a| response(a, most))? {
        *exchange.stage(Stage::Answered) = answered;
    }
    let bounded = |text: Option<String>| text.filter(|text| text.len() <= LONGEST_NAME);
    exchange.app = bounded(own.app).map(Into::into);
    exchange.user = bounded(own.user);
    exchange.store = bounded(own.store);
    exchange.device = bounded(own.device);
    exchange.device_name = bounded(own.device_name);
    exchange.rule = own.rule;
    exchange.starred = own.starred;
    exchange.faults =
        own.faults.into_iter().filter_map(|text| bounded(Some(text))).take(MOST_FAULTS).collect();
    exchange.trouble = own.fault.and_then(|said| {
        let code = Code::ALL.iter().find(|code| code.name() == said.code)?;
        let culprit = code.culprit().name();
        let short =
            |text: String| Text::verbatim(text.chars().take(LONGEST_WORDS).collect::<String>());
        let (why, hint) = (short(said.why), short(said.hint));
        Some(exchange::Trouble { code: code.name(), culprit, why, hint })
    });
    Ok(())
}

fn request(from: &Request<'_>, most: usize) -> Result<Message, Unfit> {
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(is_token);
    if !is_token(&from.method) || from.method.len() > LONGEST_METHOD {
        return Err(Unfit(text!("{method} is no method", method = quoted(&from.method))));
    }
    let target = target(&from.url)
        .ok_or_else(|| Unfit(text!("{url} is no URL of http or https", url = quoted(&from.url))))?;
    let version = version(from.http_version.as_deref());
    let body = from.post_data.as_ref().map(|data| sent(data, most)).transpose()?;
    let line = format!("{} {} {version}", from.method, target);
    Ok(Message { head: head(&line, &from.headers, body.is_some())?, body })
}

/// Path and query. What an app sent may have been refused for its URL, so any that fits into a line of
/// HTTP is taken.
fn target(url: &str) -> Option<Cow<'_, str>> {
    let (scheme, rest) = url.split_once("://")?;
    let known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let fits = url.len() <= LONGEST_URL && !url.contains(|c: char| c.is_control() || c == ' ');
    let rest = rest.split('#').next()?;
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    (known && fits && !host.is_empty()).then(|| match path.starts_with('/') {
        true => Cow::Borrowed(path),
        false => Cow::Owned(format!("/{path}")),
    })
}

fn response(from: &Response<'_>, most: usize) -> Result<Option<(u16, Message)>, Unfit> {
    let status = from.status as u16;
    if from.status == 0.0 {
        return Ok(None);
    }
    if !(100..1000).contains(&status) {
        return Err(Unfit(text!("{status} is no status", status = from.status)));
    }
    let version = version(from.http_version.as_deref());
    let text = from.status_text.as_deref().unwrap_or_default();
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let body = from.content.as_ref().map(|content| got(content, most)).transpose()?.flatten();
    let line = format!("{version} {status} {text}");
    Ok(Some((status, Message { head: head(&line, &from.headers, body.is_some())?, body })))
}

/// A head. With a body it no longer says how that was packed: a file holds it unpacked and as UTF-8.
fn head(line: &str, headers: &[Pair], has_body: bool) -> Result<Vec<u8>, Unfit> {
    let mut head = format!("{line}\r\n").into_bytes();
    for Pair { name, value } in headers {
        // What begins with a colon was no field but HTTP/2's way to write the line.
        if name.starts_with(':') || has_body && name.eq_ignore_ascii_case("content-encoding") {
            continue;
        }
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Unfit(text!("{quoted} is no name of a header", quoted = quoted(name))));
        }
        let value = match name.eq_ignore_ascii_case("content-type") && has_body {
            true => in_utf8(value),
            false => Cow::Borrowed(value.as_str()),
        };
        // Browsers write several of a name as lines of one.
        for value in value.split('\n') {
            let value = value.trim();
            if value.chars().any(|c| c.is_control() && c != '\t') {
                return Err(Unfit(text!(
                    "the header {quoted} holds control characters",
                    quoted = quoted(name)
                )));
            }
            // Before it grows: the name stands on every line.
            if head.len() + name.len() + value.len() > LONGEST_HEAD {
                return Err(Unfit(text!(
                    "its headers are longer than {LONGEST_HEAD} bytes",
                    LONGEST_HEAD
                )));
            }
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    }
    Ok(head)
}

/// A media type with the charset that the text has now.
fn in_utf8(kind: &str) -> Cow<'_, str> {
    let lower = kind.to_ascii_lowercase();
    match lower.find("charset=") {
        Some(at) if !lower[at + 8..].trim_start_matches('"').starts_with("utf-8") => {
            let end = kind[at..].find(';').map_or(kind.len(), |end| at + end);
            Cow::Owned(format!("{}charset=utf-8{}", &kind[..at], &kind[end..]))
        }
        _ => Cow::Borrowed(kind),
    }
}

fn times(from: &Timings, whole: Option<f64>) -> Times {
    let known = |ms: Option<f64>| ms.filter(|ms| ms.is_finite() && *ms >= 0.0);
    let us = |ms: f64| (ms * 1e3).round() as u64;
    let reaching = [from.blocked, from.dns, from.connect].map(known);
    let connected = reaching.iter().flatten().next().is_some();
    let connected = connected.then(|| us(reaching.iter().flatten().sum()));
    let begun = connected.unwrap_or(0);
    let waited = known(from.send).unwrap_or(0.0) + known(from.wait).unwrap_or(0.0);
    let first = begun.saturating_add(us(waited));
    let parts = first.saturating_add(us(known(from.receive).unwrap_or(0.0)));
    Times {
        connected,
        reused: connected.map(|_| known(from.connect).is_none()),
        first_byte: Some(first),
        done: known(whole).map_or(parts, us).max(parts),
    }
}

/// Other tools write `h2`, `http/2.0`, or nothing.
fn version(said: Option<&str>) -> &'static str {
    match said.unwrap_or_default().to_ascii_lowercase().as_str() {
        "http/1.0" => "HTTP/1.0",
        "h2" | "http/2" | "http/2.0" => "HTTP/2.0",
        "h3" | "http/3" | "http/3.0" => "HTTP/3.0",
        _ => "HTTP/1.1",
    }
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_QUOTE).collect();
    format!("`{}`", short.escape_debug())
}

const LONGEST_METHOD: usize = 40;
const LONGEST_URL: usize = 64 << 10;
const LONGEST_NAME: usize = 200;
const LONGEST_QUOTE: usize = 60;
const LONGEST_WORDS: usize = 4 << 10;
const LONGEST_HEAD: usize = 256 << 10;
const MOST_FAULTS: usize = 20;
