//! `world`: users, stores, devices, employees, apps, tokens and installations: shown and changed.

mod entry;
mod form;
mod list;

use std::io::Write;

use hyper::Method;
use serde_json::{Map, Value};

use super::client::Client;
use super::paint::Paint;
use super::reach::Reach;
use super::talk;
use super::trigger::{Shape, tell};
use super::trouble::Trouble;
use crate::cli::words::{talk_note, words};
use crate::text::Text;
use entry::Entry;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct WorldArgs {
    #[command(subcommand)]
    command: Option<WorldCommand>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Wait for the partner's answers; exit code 1 if a delivery fails or an answer violates the
    /// contract.
    #[arg(long, global = true)]
    wait: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum WorldCommand {
    /// List all entries with their source, and the removed ones (the default).
    List,
    /// Show an entry as JSON.
    Show(Entry),
    /// Add an entry and print its id.
    Add {
        /// Kind of entry.
        #[arg(value_name = "KIND", value_parser = KINDS)]
        kind: String,
        /// Keys, such as name=Киоск, store=UUID, allow=PATTERN, webhooks.url=URL, or the whole
        /// entry as JSON; - reads it from stdin, so that other users cannot see secrets.
        #[arg(value_name = "KEY=VALUE")]
        form: Vec<String>,
    },
    /// Change keys of an entry; KEY=null removes a key.
    Set {
        #[command(flatten)]
        entry: Entry,
        /// Keys and their new values, as in `world add`.
        #[arg(value_name = "KEY=VALUE", required = true)]
        form: Vec<String>,
    },
    /// Remove an entry and print it.
    Remove {
        #[command(flatten)]
        entry: Entry,
        /// Remove everything that depends on it as well.
        #[arg(long)]
        cascade: bool,
    },
    /// Restore a removed entry and what was removed with it, and print them.
    Restore(Entry),
}

const KINDS: [&str; 7] = ["user", "store", "device", "employee", "app", "token", "installation"];

pub(super) fn world(args: &WorldArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    match &args.command {
        None | Some(WorldCommand::List) => list(&client, args.json, out),
        Some(WorldCommand::Show(entry)) => {
            writeln!(out, "{:#}", client.get(&entry.address(&client)?)?)?;
            Ok(0)
        }
        Some(WorldCommand::Add { kind, form }) => {
            let address = format!("/api/world/{kind}s");
            let form = form::read(form)?;
            done(args, &client, &ask(args, &client, Method::POST, &address, Some(&form))?, out)
        }
        Some(WorldCommand::Set { entry, form }) => {
            let (address, patch) = (entry.address(&client)?, form::read(form)?);
            done(args, &client, &ask(args, &client, Method::PATCH, &address, Some(&patch))?, out)
        }
        Some(WorldCommand::Remove { entry, cascade }) => {
            let mut address = entry.address(&client)?;
            if *cascade {
                address.push_str("?cascade=true");
            }
            done(args, &client, &ask(args, &client, Method::DELETE, &address, None)?, out)
        }
        Some(WorldCommand::Restore(entry)) => {
            let address = format!("{}/restore", entry.of_removed(&client)?);
            done(args, &client, &ask(args, &client, Method::POST, &address, None)?, out)
        }
    }
}

impl WorldArgs {
    fn kind(&self) -> &str {
        match &self.command {
            Some(WorldCommand::Remove { entry, .. }) => &entry.kind,
            _ => "",
        }
    }
}

fn list(client: &Client, json: bool, out: &mut dyn Write) -> Result<u8, Trouble> {
    let world = client.get("/api/world")?;
    if json {
        writeln!(out, "{world}")?;
        return Ok(0);
    }
    list::write(&world, Paint::of_stdout().width, out)?;
    if world.get("removed").and_then(Value::as_array).is_some_and(|removed| !removed.is_empty()) {
        talk(&words!("`evotor-gateway world restore KIND ID` brings back what was removed"));
    }
    for waiting in world.get("waiting").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| waiting.get(key).and_then(Value::as_str).unwrap_or_default();
        let (kind, id, why) = (text("kind"), text("id"), text("why"));
        talk(&words!("not in force: {kind} {id}: {why}", kind, id, why));
    }
    Ok(0)
}

fn ask(
    args: &WorldArgs,
    client: &Client,
    method: Method,
    address: &str,
    form: Option<&Value>,
) -> Result<Map<String, Value>, Trouble> {
    let mut address = address.to_owned();
    if args.wait && !address.starts_with("/api/world/tokens") {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str("wait=true");
    }
    let body = form.map(Value::to_string).unwrap_or_default();
    let answer = client.ask(method, &address, body.into())?;
    serde_json::from_slice(&answer).map_err(|_| client.strange())
}

/// Prints what came of a change: ids on stdout, webhooks and notes beside.
fn done(
    args: &WorldArgs,
    client: &Client,
    answer: &Map<String, Value>,
    out: &mut dyn Write,
) -> Result<u8, Trouble> {
    let list = |key: &str| answer.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    for note in list("notes").iter().filter_map(Value::as_str) {
        talk_note(&Text::verbatim(note));
    }
    let (mut told, shape) = (Vec::new(), args.json.then_some(Shape::List));
    let code = tell(client, list("deliveries"), args.wait, shape, &mut told)?;
    if args.json {
        writeln!(out, "{}", Value::Object(answer.clone()))?;
        return Ok(code);
    }
    let told = String::from_utf8_lossy(&told);
    if !told.trim().is_empty() {
        talk(told.trim_end());
    }
    let (removed, restored) = (list("removed"), list("restored"));
    let made = answer.get("entry").filter(|_| restored.is_empty());
    for entry in made.into_iter().chain(&removed).chain(&restored) {
        writeln!(out, "{}", list::name(entry))?;
    }
    if let Some(entry) = removed.last().filter(|_| args.kind() != "installation") {
        let name = list::name(entry);
        talk(&words!("`evotor-gateway world restore {name}` brings it back", name));
    }
    Ok(code)
}
