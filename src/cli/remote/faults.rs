//! `fault`: faults made on purpose are listed, added and taken away.

use std::io::Write;

use serde_json::{Map, Value};

use super::reach::Reach;
use super::resource::{Resource, cell};
use super::table;
use super::trouble::Trouble;
use crate::model::injection::Kind;

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

const FAULTS: Resource<7> = Resource {
    address: "/api/faults",
    member: "faults",
    none: "no faults",
    head: ["FAULT", "PLANE", "SIDE", "KIND", "WHICH", "HITS", "FROM"],
    cells,
};

pub(super) fn fault(args: &FaultArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(FaultCommand::List) => FAULTS.list(&client, args.json, out)?,
        Some(FaultCommand::Add(add)) => FAULTS.add(&client, add.asked(), args.json, out)?,
        Some(FaultCommand::Remove { id, .. }) => FAULTS.remove(&client, id.as_deref())?,
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

fn cells(row: &Value) -> [String; 7] {
    /// What has a column of its own.
    const COLUMNS: [&str; 6] = ["id", "plane", "side", "kind", "hits", "source"];
    let more = row.as_object().into_iter().flatten();
    let which: Vec<_> = more
        .filter(|(key, _)| !COLUMNS.contains(&key.as_str()))
        .map(|(key, value)| format!("{key}={}", bare(value)))
        .collect();
    let [id, plane, side, kind, hits, source] = COLUMNS.map(|key| cell(row, key));
    [id, plane, side, kind, table::safe(&which.join(" ")), hits, source]
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
