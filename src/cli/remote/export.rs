//! `export` and `import`: exchanges in forms that other tools read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use http_body_util::BodyExt;
use hyper::Method;
use serde::Deserialize;

use super::client::{Client, runtime};
use super::detail::wait_for_any;
use super::handed::handed;
use super::reach::Reach;
use super::table;
use super::talk;
use super::trouble::Trouble;
use super::wanted::Wanted;
use super::which::Which;
use super::whole::WholeFile;
use crate::cli::words::{talk_note, words};
use crate::file;
use crate::text::text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ExportArgs {
    #[command(subcommand)]
    form: Form,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum Form {
    /// Export a HAR 1.2 file, which browsers and proxies can open.
    Har(HarArgs),
    /// Print a request as a curl command for bash.
    Curl(RequestArgs),
    /// Print a request as an HTTPie command for bash.
    Httpie(RequestArgs),
    /// Print a request for an editor's `.http` file.
    Http(RequestArgs),
}

#[derive(Debug, clap::Args)]
struct HarArgs {
    /// Filter of exchanges [default: all].
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Output file [default: stdout].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Include secrets, which are masked by default.
    #[arg(long)]
    reveal: bool,
}

#[derive(Debug, clap::Args)]
struct RequestArgs {
    /// Exchange: its number as `tail` shows it, `last` or -1 for the newest, -2 for the one before.
    #[arg(value_name = "ID", value_parser = Which::read, allow_negative_numbers = true)]
    id: Which,
    /// `asked`: as the app sent it, through the gateway; `passed`: as the receiver got it, directly
    /// to the receiver.
    #[arg(long, value_parser = ["asked", "passed"])]
    stage: Option<String>,
    /// Include secrets, which are masked by default.
    #[arg(long)]
    reveal: bool,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ImportArgs {
    #[command(subcommand)]
    form: Brought,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum Brought {
    /// Import the exchanges of a HAR file (exit code 1 if some cannot be read).
    Har {
        /// HAR file; - reads stdin.
        file: PathBuf,
    },
}

const ADDRESS: &str = "/api/exchanges.har";

pub(super) fn export(args: &ExportArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.form {
        Form::Har(args) => har(&client, args, out)?,
        Form::Curl(args) => request(&client, "curl", args, out)?,
        Form::Httpie(args) => request(&client, "httpie", args, out)?,
        Form::Http(args) => request(&client, "http", args, out)?,
    }
    Ok(0)
}

pub(super) fn import(args: &ImportArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let Brought::Har { file } = &args.form;
    let bytes = handed(file, file::DATA)?;
    let client = args.reach.client()?;
    let answer = client.ask(Method::POST, ADDRESS, bytes.into())?;
    let done: Imported = serde_json::from_slice(&answer).map_err(|_| client.strange())?;
    writeln!(out, "{}", words!("imported {count}", count = done.imported))?;
    for Refusal { index, why } in &done.refusals {
        let why = table::safe(why);
        talk(&words!("entry {index} was left out: {why}", index, why));
    }
    if let Some(more) = done.refused.checked_sub(done.refusals.len()).filter(|more| *more > 0) {
        talk(&words!("and {more} more were left out", more));
    }
    Ok(u8::from(done.refused > 0))
}

/// What came of bringing a file in.
#[derive(Debug, Deserialize)]
struct Imported {
    imported: usize,
    #[serde(default)]
    refused: usize,
    #[serde(default)]
    refusals: Vec<Refusal>,
}

/// An entry that was not brought in, from 0.
#[derive(Debug, Deserialize)]
struct Refusal {
    index: usize,
    why: String,
}

/// A request in the words of another tool.
#[derive(Debug, Deserialize)]
struct Copied {
    text: String,
    masked: bool,
    kept: Option<u64>,
    bytes: u64,
    text_cut: bool,
}

fn request(
    client: &Client,
    form: &str,
    args: &RequestArgs,
    out: &mut dyn Write,
) -> Result<(), Trouble> {
    let id = args.id.number(client)?;
    let stage = args.stage.as_ref().map(|stage| format!("&stage={stage}")).unwrap_or_default();
    let reveal = args.reveal;
    let path = format!("/api/exchanges/{id}/copy?form={form}&reveal={reveal}{stage}");
    let copied = Copied::deserialize(client.get(&path)?).map_err(|_| client.strange())?;
    if copied.text_cut {
        talk_note(&text!("only the beginning of the decoded body is written"));
    }
    if copied.masked {
        talk_note(&text!("secrets are masked; --reveal shows them"));
    }
    if let Some(kept) = copied.kept {
        let bytes = copied.bytes;
        talk_note(&text!("only {kept} of the body's {bytes} bytes are kept", kept, bytes));
    }
    match copied.text.ends_with('\n') {
        true => write!(out, "{}", copied.text)?,
        false => writeln!(out, "{}", copied.text)?,
    }
    Ok(())
}

fn har(client: &Client, args: &HarArgs, out: &mut dyn Write) -> Result<(), Trouble> {
    let wanted = Wanted::of(&args.filter, None)?;
    wait_for_any(client, &wanted)?;
    let Some(file) = args.output.as_deref().filter(|file| *file != Path::new("-")) else {
        return write_har(client, &wanted, args.reveal, out, Trouble::from);
    };
    let unwritten = |error: io::Error| {
        Trouble::surroundings(
            text!("{file} cannot be written: {error}", file = file.display(), error),
            text!(""),
        )
    };
    let mut whole = WholeFile::create(file).map_err(unwritten)?;
    write_har(client, &wanted, args.reveal, &mut whole, unwritten)?;
    whole.finish().map_err(unwritten)
}

/// Streams one to a writer; the gateway may have kept more than fits into memory.
pub(super) fn write_har(
    client: &Client,
    wanted: &Wanted,
    reveal: bool,
    out: &mut dyn Write,
    unwritten: impl Fn(io::Error) -> Trouble,
) -> Result<(), Trouble> {
    let path = format!("{ADDRESS}?{}{}", wanted.query(), if reveal { "&reveal=true" } else { "" });
    runtime()?.block_on(async {
        let mut body = client.open(Method::GET, &path, &[], bytes::Bytes::new()).await?;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| client.broken(&error))?;
            if let Some(data) = frame.data_ref() {
                out.write_all(data).map_err(&unwritten)?;
            }
        }
        out.flush().map_err(&unwritten)
    })
}
