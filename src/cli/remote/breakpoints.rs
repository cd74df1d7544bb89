//! `breakpoint`: where exchanges are held is listed, added and taken away; `wait` watches.

use std::collections::HashSet;
use std::io::Write;
use std::time::Duration;

use hyper::Method;
use serde_json::{Map, Value, json};

use super::held::line;
use super::reach::Reach;
use super::resource::{Resource, cell, listed};
use super::scope::{ScopeArgs, which};
use super::table;
use super::trouble::Trouble;

/// Between two looks at what is held.
const LOOK: Duration = Duration::from_millis(300);

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct BreakpointArgs {
    #[command(subcommand)]
    command: Option<BreakpointCommand>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum BreakpointCommand {
    /// List breakpoints and how many exchanges each has held (the default).
    List,
    /// Add a breakpoint, which lasts until the gateway restarts.
    Add(Box<AddArgs>),
    /// Remove one breakpoint or all; the exchanges that they hold continue.
    Remove {
        /// Id of the breakpoint, see `breakpoint list`.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// Remove all breakpoints.
        #[arg(long)]
        all: bool,
    },
    /// Print exchanges as they are held; --watched breakpoints are active meanwhile.
    Wait {
        /// Exit after N exchanges.
        #[arg(long, value_name = "N")]
        count: Option<usize>,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// What to hold [default: request].
    #[arg(long, value_parser = ["request", "answer"])]
    side: Option<String>,
    /// Maximum time to hold an exchange [default: limits.response_timeout].
    #[arg(long, value_name = "5m")]
    timeout: Option<String>,
    /// Hold only while a console is open or `breakpoint wait` runs.
    #[arg(long)]
    watched: bool,
}

const BREAKPOINTS: Resource<6> = Resource {
    address: "/api/breakpoints",
    member: "breakpoints",
    none: "no breakpoints",
    head: ["BREAKPOINT", "PLANE", "SIDE", "WATCHED", "WHICH", "HITS"],
    cells,
};

pub(super) fn breakpoint(args: &BreakpointArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(BreakpointCommand::List) => BREAKPOINTS.list(&client, args.json, out)?,
        Some(BreakpointCommand::Add(add)) => {
            BREAKPOINTS.add(&client, add.asked(), args.json, out)?;
        }
        Some(BreakpointCommand::Remove { id, .. }) => BREAKPOINTS.remove(&client, id.as_deref())?,
        Some(BreakpointCommand::Wait { count }) => wait(args, *count, out)?,
    }
    Ok(0)
}

impl AddArgs {
    fn asked(&self) -> Map<String, Value> {
        let mut asked = self.scope.asked();
        for (key, text) in [("side", &self.side), ("timeout", &self.timeout)] {
            if let Some(text) = text {
                asked.insert(key.to_owned(), json!(text));
            }
        }
        asked.insert("watched".to_owned(), json!(self.watched));
        asked
    }
}

/// Says again and again that somebody watches, and tells of what is new.
fn wait(args: &BreakpointArgs, count: Option<usize>, out: &mut dyn Write) -> Result<(), Trouble> {
    let client = args.reach.client()?;
    let watcher = format!("/api/watchers/cli-{}", std::process::id());
    let mut known = HashSet::new();
    loop {
        client.ask(Method::PUT, &watcher, "".into())?;
        for row in listed(&client, "/api/held", "held")? {
            let id = row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            if !known.insert(id) {
                continue;
            }
            match args.json {
                true => writeln!(out, "{row}")?,
                false => writeln!(out, "{}", line(&row))?,
            }
            out.flush()?;
            if count.is_some_and(|count| known.len() >= count) {
                return Ok(());
            }
        }
        std::thread::sleep(LOOK);
    }
}

fn cells(row: &Value) -> [String; 6] {
    let text = |key| cell(row, key);
    let which = table::safe(&which(row));
    [text("id"), text("plane"), text("side"), text("watched"), which, text("hits")]
}
