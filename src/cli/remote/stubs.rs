//! `stub`: answers that stand in for the partner's are listed, added and taken away.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use serde_json::{Map, Value, json};

use super::client::{Client, segment};
use super::reach::Reach;
use super::replay::{field, read};
use super::scope::{ScopeArgs, which};
use super::trouble::Trouble;
use super::{table, talk};

const ADDRESS: &str = "/api/stubs";

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

pub(super) fn stub(args: &StubArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(StubCommand::List) => {
            let rows = listed(&client, ADDRESS, "stubs")?;
            if args.json {
                writeln!(out, "{}", Value::Array(rows))?;
            } else if rows.is_empty() {
                talk("no stubs");
            } else {
                write_table(&rows, out)?;
            }
        }
        Some(StubCommand::Add(add)) => {
            let made = client.post(ADDRESS, &Value::Object(add.asked()?))?;
            match args.json {
                true => writeln!(out, "{made}")?,
                false => write_table(&[made], out)?,
            }
        }
        Some(StubCommand::Remove { id, .. }) => remove(&client, ADDRESS, id.as_deref())?,
    }
    Ok(0)
}

/// The rows under a name of what an address lists.
pub(super) fn listed(client: &Client, address: &str, name: &str) -> Result<Vec<Value>, Trouble> {
    match client.get(address)?.get_mut(name).map(Value::take) {
        Some(Value::Array(rows)) => Ok(rows),
        _ => Err(client.strange()),
    }
}

/// Takes one away, or all.
pub(super) fn remove(client: &Client, address: &str, id: Option<&str>) -> Result<(), Trouble> {
    let path = match id {
        Some(id) => format!("{address}/{}", segment(id)),
        None => address.to_owned(),
    };
    client.ask(Method::DELETE, &path, "".into())?;
    talk("removed");
    Ok(())
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

fn write_table(rows: &[Value], out: &mut dyn Write) -> std::io::Result<()> {
    const HEAD: [&str; 6] = ["STUB", "PLANE", "STATUS", "BODY", "WHICH", "HITS"];
    let cells = |row: &Value| {
        let text = |key: &str| match row.get(key) {
            Some(Value::String(text)) => table::safe(text),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let body = match text("file") {
            file if !file.is_empty() => file,
            _ => format!("{} bytes", text("bytes")),
        };
        [text("id"), text("plane"), text("status"), body, table::safe(&which(row)), text("hits")]
    };
    let head = std::iter::once(HEAD.map(str::to_owned));
    table::write(&head.chain(rows.iter().map(cells)).collect::<Vec<_>>(), out)
}
