//! One exchange on the screen: what the app sent beside what the partner received.

use std::io::{self, Write};

use super::partner::Received;
use super::terminal::{Ask, Exchange};
use crate::cli::words::{fixed, words};

const LEFT: usize = 58;

pub(super) fn exchange(
    ask: &Ask,
    sent: &Exchange,
    received: Option<&Received>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n== {}", fixed(ask.title))?;
    row(out, &format!("   {}", words!("the app sent")), &words!("the partner received"))?;
    let arrived = received.map_or_else(|| words!("(nothing)"), |received| received.line.clone());
    row(out, &format!("   {}", sent.line), &arrived)?;
    let mut injected: Vec<&(String, String)> =
        received.iter().flat_map(|received| &received.fields).collect();
    for (name, value) in &sent.fields {
        let at = injected.iter().position(|(n, v)| n.eq_ignore_ascii_case(name) && v == value);
        let arrived = at.map(|at| injected.remove(at)).map(field).unwrap_or_default();
        let mark = if arrived.is_empty() { '-' } else { ' ' };
        row(out, &format!(" {mark} {}", field(&(name.clone(), value.clone()))), &arrived)?;
    }
    for own in injected {
        row(out, "", &format!("+ {}", field(own)))?;
    }
    if let Some(body) = received.map(|received| &received.body).filter(|body| !body.is_empty()) {
        row(out, &format!("   {}", ask.body), body)?;
    }
    let error =
        sent.error.as_ref().map(|name| format!(" X-Gateway-Error: {name}")).unwrap_or_default();
    let answer = format!("{}{error}", sent.status);
    writeln!(out, "   {}", words!("the app was answered {answer}", answer))?;
    writeln!(out, "   {}", sent.answer)
}

/// The same in one line.
pub(super) fn line(ask: &Ask, sent: &Exchange, out: &mut dyn Write) -> io::Result<()> {
    let url = ask.url.split('?').next().unwrap_or_default();
    let what = format!("{} {url}", ask.method);
    let (request, note) = (format!("{what:44} {}", sent.status), fixed(ask.note));
    writeln!(out, "{}", words!("request  {request} {note}", request, note))
}

fn field((name, value): &(String, String)) -> String {
    format!("{name}: {value}")
}

fn row(out: &mut dyn Write, left: &str, right: &str) -> io::Result<()> {
    let left: String = left.chars().take(LEFT).collect();
    writeln!(out, "{}", format!("{left:<LEFT$} {right}").trim_end())
}
