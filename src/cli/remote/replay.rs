//! `replay`: an exchange happens again, as it was or edited.

use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::handed::handed;
use super::paint::Paint;
use super::reach::Reach;
use super::talk;
use super::timeline;
use super::trouble::Trouble;
use super::which::Which;
use crate::cli::words::words;
use crate::file;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ReplayArgs {
    /// Exchange: its number as `tail` shows it, `last` or -1 for the newest, -2 for the one before.
    #[arg(value_name = "ID", value_parser = Which::read, allow_negative_numbers = true)]
    id: Which,
    /// `app`: through the gateway again; `delivered`: directly to the receiver, as it was
    /// delivered.
    #[arg(long = "as", value_name = "HOW", value_parser = ["app", "delivered"])]
    how: Option<String>,
    /// New method.
    #[arg(long)]
    method: Option<String>,
    /// New URL.
    #[arg(long)]
    url: Option<String>,
    /// Set a header (may be repeated).
    #[arg(long, value_name = "Name: value", value_parser = field)]
    set: Vec<(String, String)>,
    /// Remove a header (may be repeated).
    #[arg(long, value_name = "Name")]
    unset: Vec<String>,
    /// New body; @FILE reads a file, - reads stdin.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    body: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn replay(args: &ReplayArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let asked = asked(args)?;
    let client = args.reach.client()?;
    let id = args.id.number(&client)?;
    let made = client.post(&format!("/api/exchanges/{id}/replay"), &asked)?;
    let id = made.get("exchange").and_then(Value::as_i64).ok_or_else(|| client.strange())?;
    let (value, row) = timeline::row(&client, id)?;
    match args.json {
        true => writeln!(out, "{value}")?,
        false => writeln!(out, "{}", row.line(Paint::of_stdout()))?,
    }
    if row.is_good() {
        return Ok(0);
    }
    let why = row.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let code = row.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
    match row.status {
        Some(status) => talk(&words!(
            "the replay was answered with {outcome}",
            outcome = format!("{status}{code}{why}")
        )),
        None => {
            talk(&words!("the replay was not answered{why}", why = format!("{code}{why}")));
        }
    }
    Ok(1)
}

fn asked(args: &ReplayArgs) -> Result<Value, Trouble> {
    let mut asked = Map::new();
    for (key, text) in [("as", &args.how), ("method", &args.method), ("url", &args.url)] {
        if let Some(text) = text {
            asked.insert(key.to_owned(), json!(text));
        }
    }
    let set = args.set.iter().map(|(name, value)| (name.clone(), json!(value)));
    asked.insert("set".to_owned(), Value::Object(set.collect()));
    asked.insert("unset".to_owned(), json!(args.unset));
    if let Some(body) = &args.body {
        let (key, value) = match String::from_utf8(read(body)?) {
            Ok(text) => ("body", text),
            Err(other) => ("body_base64", STANDARD.encode(other.into_bytes())),
        };
        asked.insert(key.to_owned(), json!(value));
    }
    Ok(Value::Object(asked))
}

/// What an argument stands for: itself, a file behind `@`, or stdin.
pub(super) fn read(body: &str) -> Result<Vec<u8>, Trouble> {
    match (body, body.strip_prefix('@')) {
        ("-", _) => handed(Path::new("-"), file::DATA),
        (_, Some(path)) => handed(Path::new(path), file::DATA),
        (text, None) => Ok(text.as_bytes().to_vec()),
    }
}

/// A header as it is written on a command line.
pub(super) fn field(text: &str) -> Result<(String, String), String> {
    let form = || words!("write a header as in 'X-Name: value'");
    let (name, value) = text.split_once(':').ok_or_else(form)?;
    match name.trim() {
        "" => Err(form()),
        name => Ok((name.to_owned(), value.trim().to_owned())),
    }
}
