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
    /// As JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum BreakpointCommand {
    /// Those in force, and how many exchanges each stopped (the default).
    List,
    /// Add one until the gateway's next start.
    Add(Box<AddArgs>),
    /// Take one away, or all; what they hold goes on.
    Remove {
        /// Which one; `breakpoint list` shows them.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All of them.
        #[arg(long)]
        all: bool,
    },
    /// Watch: tell of each exchange that is held, until Ctrl-C. Those added with --watched hold meanwhile.
    Wait {
        /// End after so many.
        #[arg(long, value_name = "N")]
        count: Option<usize>,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    #[command(flatten)]
    scope: ScopeArgs,
    /// What is held: the request, unless told, or the answer.
    #[arg(long, value_parser = ["request", "answer"])]
    side: Option<String>,
    /// How long an exchange is held at most; limits.response_timeout unless told.
    #[arg(long, value_name = "5m")]
    timeout: Option<String>,
    /// Hold only while a console or `breakpoint wait` watches.
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
