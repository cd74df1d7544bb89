//! `stub`: answers that stand in for the partner's are listed, added and taken away.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::reach::Reach;
use super::replay::{field, read};
use super::resource::{Resource, cell};
use super::scope::{ScopeArgs, which};
use super::table;
use super::trouble::Trouble;
use crate::cli::words::words;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct StubArgs {
    #[command(subcommand)]
    command: Option<StubCommand>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum StubCommand {
    /// List stubs and how many exchanges each has answered (the default).
    List,
    /// Add a stub, which lasts until the gateway restarts.
    Add(Box<AddArgs>),
    /// Remove one stub or all.
    Remove {
        /// Id of the stub, see `stub list`.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// Remove all stubs.
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// Status of the answer [default: 200].
    #[arg(long, value_name = "200")]
    status: Option<u16>,
    /// Header of the answer (may be repeated).
    #[arg(long, value_name = "Name: value", value_parser = field)]
    header: Vec<(String, String)>,
    /// Body of the answer; @FILE reads a file now, - reads stdin.
    #[arg(long, value_name = "TEXT|@FILE|-", allow_hyphen_values = true, conflicts_with = "file")]
    body: Option<String>,
    /// File that the gateway reads for each answer, relative to the folder of gateway.yaml.
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Delay before the answer.
    #[arg(long, value_name = "2s")]
    delay: Option<String>,
}

const STUBS: Resource<6> = Resource {
    address: "/api/stubs",
    member: "stubs",
    none: "no stubs",
    head: ["STUB", "PLANE", "STATUS", "BODY", "WHICH", "HITS"],
    cells,
};

pub(super) fn stub(args: &StubArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(StubCommand::List) => STUBS.list(&client, args.json, out)?,
        Some(StubCommand::Add(add)) => STUBS.add(&client, add.asked()?, args.json, out)?,
        Some(StubCommand::Remove { id, .. }) => STUBS.remove(&client, id.as_deref())?,
    }
    Ok(0)
}

impl AddArgs {
    fn asked(&self) -> Result<Map<String, Value>, Trouble> {
        let mut asked = self.scope.asked();
        let mut put = |key: &str, value: Value| asked.insert(key.to_owned(), value);
        if let Some(status) = self.status {
            put("status", json!(status));
        }
        for (key, text) in [("file", &self.file), ("delay", &self.delay)] {
            if let Some(text) = text {
                put(key, json!(text));
            }
        }
        if let Some(body) = &self.body {
            match String::from_utf8(read(body)?) {
                Ok(text) => put("body", json!(text)),
                Err(other) => put("body_base64", json!(STANDARD.encode(other.into_bytes()))),
            };
        }
        put("headers", headers(&self.header));
        Ok(asked)
    }
}

/// Headers of a command line, by their names.
pub(super) fn headers(given: &[(String, String)]) -> Value {
    let mut all: Map<String, Value> = Map::new();
    for (name, value) in given {
        let values = all.entry(name.clone()).or_insert_with(|| json!([]));
        if let Some(values) = values.as_array_mut() {
            values.push(json!(value));
        }
    }
    Value::Object(all)
}

fn cells(row: &Value) -> [String; 6] {
    let text = |key| cell(row, key);
    let body = match text("file") {
        file if !file.is_empty() => file,
        _ => words!("{bytes} bytes", bytes = text("bytes")),
    };
    [text("id"), text("plane"), text("status"), body, table::safe(&which(row)), text("hits")]
}
