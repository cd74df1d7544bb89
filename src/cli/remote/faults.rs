//! `fault`: faults made on purpose are listed, added and taken away.

use std::io::{self, Write};

use hyper::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::{Client, segment};
use super::reach::Reach;
use super::table;
use super::talk;
use super::trouble::Trouble;
use crate::model::injection::Kind;

const ADDRESS: &str = "/api/faults";

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct FaultArgs {
    #[command(subcommand)]
    command: Option<FaultCommand>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum FaultCommand {
    /// List faults and how many exchanges each has affected (the default).
    List,
    /// Add a fault, which lasts until the gateway restarts.
    Add(Box<AddArgs>),
    /// Remove one fault or all.
    Remove {
        /// Id of the fault, see `fault list`.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// Remove all faults; those of gateway.yaml return when it is reloaded.
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Kind of fault.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(Kind::WORDS.iter().copied()))]
    kind: String,
    /// Which exchanges [default: proxy].
    #[arg(long, value_parser = ["proxy", "webhook", "cloud"])]
    plane: Option<String>,
    /// Spoil the request to the receiver or the answer to the caller [default: answer].
    #[arg(long, value_parser = ["request", "answer"])]
    side: Option<String>,
    /// Only this app, by name or id.
    #[arg(long)]
    app: Option<String>,
    /// Only matching paths; * stands for any characters.
    #[arg(long, value_name = "/api/*")]
    path: Option<String>,
    /// Only webhooks with a matching event; * stands for any characters.
    #[arg(long)]
    event: Option<String>,
    /// For status: HTTP status.
    #[arg(long, value_name = "503")]
    status: Option<String>,
    /// For delay: duration.
    #[arg(long, value_name = "2s")]
    delay: Option<String>,
    /// For drip: bytes per second [default: 1KiB].
    #[arg(long, value_name = "1KiB")]
    rate: Option<String>,
    /// For content_type: media type.
    #[arg(long = "type", value_name = "text/html")]
    content_type: Option<String>,
    /// For reset: how much of the body the caller gets first.
    #[arg(long, value_name = "1KiB")]
    after: Option<String>,
    /// For empty and garbage toward apps: replace the whole answer, not only its body.
    #[arg(long)]
    raw: bool,
    /// Only the first N matches.
    #[arg(long, value_name = "N")]
    first: Option<String>,
    /// Probability of the fault, from 0 to 1.
    #[arg(long, value_name = "0.5")]
    p: Option<String>,
    /// Seed of the probability; the same seed gives the same sequence.
    #[arg(long, value_name = "N")]
    seed: Option<String>,
}

pub(super) fn fault(args: &FaultArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(FaultCommand::List) => list(&client, args.json, out)?,
        Some(FaultCommand::Add(add)) => {
            let made = client.post(ADDRESS, &Value::Object(add.asked()))?;
            if args.json {
                writeln!(out, "{made}")?;
            } else {
                write_table(&[read(&client, made)?], out)?;
            }
        }
        Some(FaultCommand::Remove { id, .. }) => {
            let path = match id {
                Some(id) => format!("{ADDRESS}/{}", segment(id)),
                None => ADDRESS.to_owned(),
            };
            client.ask(Method::DELETE, &path, "".into())?;
            talk("removed");
        }
    }
    Ok(0)
}

impl AddArgs {
    fn asked(&self) -> Map<String, Value> {
        let pairs = [
            ("kind", Some(&self.kind)),
            ("plane", self.plane.as_ref()),
            ("side", self.side.as_ref()),
            ("app", self.app.as_ref()),
            ("path", self.path.as_ref()),
            ("event", self.event.as_ref()),
            ("status", self.status.as_ref()),
            ("delay", self.delay.as_ref()),
            ("rate", self.rate.as_ref()),
            ("type", self.content_type.as_ref()),
            ("after", self.after.as_ref()),
            ("first", self.first.as_ref()),
            ("p", self.p.as_ref()),
            ("seed", self.seed.as_ref()),
        ];
        let texts = pairs.into_iter().filter_map(|(key, text)| Some((key, text?.as_str().into())));
        let raw = self.raw.then_some(("raw", Value::from(true)));
        texts.chain(raw).map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// One as the API shows it.
#[derive(Debug, Deserialize)]
struct Fault {
    id: String,
    plane: String,
    side: String,
    kind: String,
    hits: u64,
    source: String,
    #[serde(flatten)]
    more: Map<String, Value>,
}

fn list(client: &Client, json: bool, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut answer = client.get(ADDRESS)?;
    let Some(Value::Array(rows)) = answer.get_mut("faults").map(Value::take) else {
        return Err(client.strange());
    };
    if json {
        writeln!(out, "{}", Value::Array(rows))?;
        return Ok(());
    }
    if rows.is_empty() {
        talk("no faults");
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| read(client, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(write_table(&rows, out)?)
}

fn read(client: &Client, row: Value) -> Result<Fault, Trouble> {
    serde_json::from_value(row).map_err(|_| client.strange())
}

fn write_table(rows: &[Fault], out: &mut dyn Write) -> io::Result<()> {
    const HEAD: [&str; 7] = ["FAULT", "PLANE", "SIDE", "KIND", "WHICH", "HITS", "FROM"];
    let cells = |row: &Fault| {
        let Fault { id, plane, side, kind, hits, source, more } = row;
        let which: Vec<_> =
            more.iter().map(|(key, value)| format!("{key}={}", bare(value))).collect();
        let (which, hits) = (table::safe(&which.join(" ")), hits.to_string());
        [id, plane, side, kind, &which, &hits, source].map(Clone::clone)
    };
    let head = std::iter::once(HEAD.map(str::to_owned));
    table::write(&head.chain(rows.iter().map(cells)).collect::<Vec<_>>(), out)
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
