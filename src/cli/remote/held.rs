//! `held`: what waits at breakpoints is listed, let go on, edited or dropped.

use std::io::{IsTerminal, Write};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use serde_json::{Map, Value, json};

use super::client::{Client, segment};
use super::reach::Reach;
use super::replay::{field, read};
use super::resource::listed;
use super::row::took;
use super::stubs::headers;
use super::trouble::Trouble;
use super::{table, talk, variable};
use crate::cli::words::words;
use crate::file;
use crate::text::text;

const ADDRESS: &str = "/api/held";

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct HeldArgs {
    #[command(subcommand)]
    command: Option<HeldCommand>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum HeldCommand {
    /// List the held exchanges (the default).
    List,
    /// Show a held exchange with its headers and body.
    Show {
        /// Id of the held exchange, see `held list`.
        id: String,
        /// Show secrets, which are masked by default.
        #[arg(long)]
        reveal: bool,
    },
    /// Continue an exchange unchanged.
    Go {
        /// Id of the held exchange, see `held list`.
        id: String,
    },
    /// Drop an exchange; the app gets a refusal.
    Drop {
        /// Id of the held exchange, see `held list`.
        id: String,
    },
    /// Edit an exchange and continue it; without options, $EDITOR opens the body.
    Edit(EditArgs),
}

#[derive(Debug, clap::Args)]
struct EditArgs {
    /// Id of the held exchange, see `held list`.
    id: String,
    /// New method, for a request.
    #[arg(long)]
    method: Option<String>,
    /// New path and query, for a request.
    #[arg(long, value_name = "/api/x?y")]
    path: Option<String>,
    /// New status, for an answer.
    #[arg(long, value_name = "503")]
    status: Option<u16>,
    /// Set a header (may be repeated).
    #[arg(long, value_name = "Name: value", value_parser = field)]
    set: Vec<(String, String)>,
    /// Remove a header (may be repeated).
    #[arg(long, value_name = "Name")]
    unset: Vec<String>,
    /// New body; @FILE reads a file, - reads stdin.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true)]
    body: Option<String>,
}

pub(super) fn held(args: &HeldArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(HeldCommand::List) => {
            let rows = listed(&client, ADDRESS, "held")?;
            if args.json {
                writeln!(out, "{}", Value::Array(rows))?;
            } else if rows.is_empty() {
                talk(&words!("nothing is held"));
            } else {
                for row in &rows {
                    writeln!(out, "{}", line(row))?;
                }
            }
        }
        Some(HeldCommand::Show { id, reveal }) => {
            let query = if *reveal { "?reveal=true" } else { "" };
            let shown = client.get(&format!("{ADDRESS}/{}{query}", segment(id)))?;
            match args.json {
                true => writeln!(out, "{shown}")?,
                false => show(&shown, out)?,
            }
        }
        Some(HeldCommand::Go { id }) => decide(&client, id, &json!({"do": "go", "by": "cli"}))?,
        Some(HeldCommand::Drop { id }) => decide(&client, id, &json!({"do": "drop", "by": "cli"}))?,
        Some(HeldCommand::Edit(edit)) => decide(&client, &edit.id, &edit.asked(&client)?)?,
    }
    Ok(0)
}

fn decide(client: &Client, id: &str, word: &Value) -> Result<(), Trouble> {
    let path = format!("{ADDRESS}/{}", segment(id));
    let is_drop = word.get("do").and_then(Value::as_str) == Some("drop");
    client.ask(Method::POST, &path, word.to_string().into())?;
    talk(&if is_drop { words!("dropped") } else { words!("goes on") });
    Ok(())
}

impl EditArgs {
    fn asked(&self, client: &Client) -> Result<Value, Trouble> {
        let mut asked = Map::new();
        let mut put = |key: &str, value: Value| asked.insert(key.to_owned(), value);
        put("do", json!("go"));
        put("by", json!("cli"));
        for (key, text) in [("method", &self.method), ("target", &self.path)] {
            if let Some(text) = text {
                put(key, json!(text));
            }
        }
        if let Some(status) = self.status {
            put("status", json!(status));
        }
        put("set", headers(&self.set));
        put("unset", json!(self.unset));
        let is_bare = self.method.is_none()
            && self.path.is_none()
            && self.status.is_none()
            && self.set.is_empty()
            && self.unset.is_empty();
        let body = match &self.body {
            Some(body) => Some(read(body)?),
            None if is_bare => Some(in_editor(client, &self.id)?),
            None => None,
        };
        if let Some(body) = body {
            match String::from_utf8(body) {
                Ok(text) => put("body", json!(text)),
                Err(other) => put("body_base64", json!(STANDARD.encode(other.into_bytes()))),
            };
        }
        Ok(Value::Object(asked))
    }
}

/// The body as somebody leaves it in an editor.
fn in_editor(client: &Client, id: &str) -> Result<Vec<u8>, Trouble> {
    let hint = text!("write --set, --body or another option; `held edit --help` has them");
    let editor =
        variable("VISUAL").or_else(|| variable("EDITOR")).filter(|editor| !editor.is_empty());
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let Some(editor) = editor.filter(|_| is_terminal) else {
        return Err(Trouble::usage(text!("nothing is said of what is to be edited"), hint));
    };
    let shown = client.get(&format!("{ADDRESS}/{}?reveal=true", segment(id)))?;
    let Some(text) = shown.get("body").and_then(Value::as_str) else {
        return Err(Trouble::usage(text!("its body is no text"), text!("write --body @FILE")));
    };
    let folder = tempfile_of(id, text)?;
    let edited = edit(&editor, &folder.path);
    let read = edited.and_then(|()| {
        file::read(&folder.path, file::DATA).map_err(|error| unreadable(&folder.path, &error))
    });
    drop(folder);
    read
}

/// A file that goes when it is no longer needed.
struct Draft {
    path: std::path::PathBuf,
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It may have been moved by the editor.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn tempfile_of(id: &str, text: &str) -> Result<Draft, Trouble> {
    let name = format!("evotor-gateway-{}-{}.txt", std::process::id(), segment(id));
    let path = std::env::temp_dir().join(name);
    super::whole::WholeFile::write(&path, text.as_bytes())
        .map_err(|error| unreadable(&path, &error))?;
    Ok(Draft { path })
}

fn edit(editor: &str, path: &std::path::Path) -> Result<(), Trouble> {
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let status = Command::new(program).args(words).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Trouble::usage(
            text!("{editor} ended with {status}", editor, status),
            text!("it is still held"),
        )),
        Err(error) => Err(Trouble::usage(
            text!("{editor} cannot be started: {error}", editor, error),
            text!("set EDITOR to one that is there"),
        )),
    }
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Trouble {
    Trouble::surroundings(
        text!("{path} cannot be used: {error}", path = path.display(), error),
        text!(""),
    )
}

/// One that is held, on a line.
pub(super) fn line(row: &Value) -> String {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let ms = |key: &str| took(row.get(key).and_then(Value::as_f64).unwrap_or_default());
    let exchange = row.get("exchange").and_then(Value::as_i64);
    let exchange = exchange.map(|id| format!("  {}", words!("exchange {id}", id)));
    let (held, left) = (ms("held_ms"), ms("left_ms"));
    let status = row.get("status").and_then(Value::as_u64).map(|status| format!("  {status}"));
    let line = format!(
        "{:<4} {:<7} {} {}{}  {}  {}{}",
        text("id"),
        text("side"),
        text("method"),
        text("url"),
        status.unwrap_or_default(),
        words!("held {held}, goes on in {left}", held, left),
        text("breakpoint"),
        exchange.unwrap_or_default(),
    );
    table::safe(&line)
}

fn show(shown: &Value, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", line(shown))?;
    for (name, value) in shown.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for value in values.iter().filter_map(Value::as_str) {
            writeln!(out, "{}: {}", table::safe(name), table::safe(value))?;
        }
    }
    match shown.get("body").and_then(Value::as_str) {
        Some(body) => writeln!(out, "\n{body}"),
        None => {
            let bytes = shown.get("bytes").cloned().unwrap_or_else(|| json!(0));
            writeln!(out, "\n{}", words!("({bytes} bytes that are not text)", bytes))
        }
    }
}
