//! What kind of body an answer has, and the JSON of those that need one.

use std::str;

use serde_json::{Map, Value};

use super::finding::Sheet;
use super::rule::Rule;
use super::{Answer, hint};
use crate::text::{Text, text};

/// A body, sorted.
#[derive(Debug)]
pub(super) enum Content {
    /// More came than was kept.
    Cut,
    /// Nothing, or white space.
    Empty,
    Json(Value),
    /// A page for a browser.
    Page,
    /// The words of the parser, and where it stopped, counted from 1.
    Other {
        why: Text,
        line: usize,
        column: usize,
    },
}

impl Content {
    pub(super) fn of(answer: &Answer<'_>) -> Self {
        let bytes = unmarked(answer.body);
        if answer.truncated {
            return Self::Cut;
        }
        if bytes.trim_ascii().is_empty() {
            return Self::Empty;
        }
        match serde_json::from_slice(bytes) {
            Ok(value) => Self::Json(value),
            Err(_) if is_page(answer) => Self::Page,
            Err(error) => Self::Other {
                why: words(&error, bytes),
                line: error.line(),
                column: error.column(),
            },
        }
    }
}

/// Whether the body is a page of HTML. JSON or a word like `OK` sent as `text/html` is none.
pub(super) fn is_page(answer: &Answer<'_>) -> bool {
    const STARTS: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];
    let bytes = unmarked(answer.body).trim_ascii_start();
    let begins = |start: &&[u8]| {
        bytes.get(..start.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(start))
    };
    STARTS.iter().any(begins) || (bytes.first() == Some(&b'<') && is_kind(answer, "text/html"))
}

/// The object that this webhook's answer has to be, with everything noted that is not as it should.
pub(super) fn object(answer: &Answer<'_>, sheet: &mut Sheet) -> Option<Map<String, Value>> {
    let value = match Content::of(answer) {
        Content::Json(value) => value,
        other => {
            unreadable(&other, sheet);
            return None;
        }
    };
    form(answer, sheet);
    let Value::Object(object) = value else {
        let what = hint::kind(&value);
        sheet.body(
            Rule::BodyNotObject,
            "",
            text!("Answer with a JSON object, not {what}.", what => what),
        );
        return None;
    };
    Some(object)
}

/// Notes how JSON is wrapped: its announced type, a byte order mark.
pub(super) fn form(answer: &Answer<'_>, sheet: &mut Sheet) {
    if !is_kind(answer, "json") {
        let text = match answer.content_type {
            Some(kind) => text!(
                "The body is JSON, but Content-Type is `{kind}`. Send `application/json`.",
                kind = hint::shown(kind)
            ),
            None => {
                text!("The body is JSON, but Content-Type is missing. Send `application/json`.")
            }
        };
        sheet.content_type(Rule::ContentType, text);
    }
    if unmarked(answer.body).len() < answer.body.len() {
        sheet.body(
            Rule::ByteOrderMark,
            "",
            text!("The body begins with a byte order mark (EF BB BF), which many JSON readers refuse. \
             Save the source files of the service as UTF-8 without it."),
        );
    }
}

fn unreadable(content: &Content, sheet: &mut Sheet) {
    match content {
        Content::Cut => {
            let text = "More came than any answer the cloud needs, and the rest was not read.";
            sheet.body(Rule::BodyTooLarge, "", Text::fixed(text));
        }
        Content::Empty => sheet.body(
            Rule::BodyEmpty,
            "",
            text!("200 says that all is done, and this webhook's answer has to say what: \
             send the JSON object."),
        ),
        Content::Page => sheet.body(
            Rule::BodyHtml,
            "",
            text!("A page of HTML came in place of JSON: an error or login page, or a catch-all of the \
             web server. Check the path and the method."),
        ),
        Content::Other { why, line, column } if why.to_string().starts_with("recursion") => sheet.body(
            Rule::BodyDepth,
            "",
            text!(
                "The JSON is nested more than 127 deep (line {line}, column {column}).",
                line,
                column
            ),
        ),
        Content::Other { why, line, column } => sheet.body(
            Rule::BodyJson,
            "",
            text!(
                "The body is not JSON: {why} at line {line}, column {column}.",
                why => why.clone(),
                line,
                column
            ),
        ),
        Content::Json(_) => {}
    }
}

/// The parser's words without the place, which is told apart.
fn words(error: &serde_json::Error, bytes: &[u8]) -> Text {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return text!("it is compressed with gzip and the header Content-Encoding does not say so");
    }
    if str::from_utf8(bytes).is_err() {
        return text!("it is not UTF-8");
    }
    let text = error.to_string();
    Text::verbatim(text.split(" at line ").next().unwrap_or(&text))
}

fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn is_kind(answer: &Answer<'_>, part: &str) -> bool {
    answer.content_type.is_some_and(|kind| {
        let essence = kind.split(';').next().unwrap_or("");
        essence.to_ascii_lowercase().contains(part)
    })
}
