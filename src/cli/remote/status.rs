//! `status`: what matters now, as the console's page shows it.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::reach::Reach;
use super::table;
use super::talk;
use super::trouble::Trouble;
use crate::cli::doctor::{Check, State};
use crate::cli::words::words;
use crate::config;

/// Where the gateway tells it.
const PROBE: &str = "/api/status/probe";

/// Between two questions while one waits.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct StatusArgs {
    /// Wait until requests can pass: the gateway runs, its configuration is in force and the
    /// services are reachable.
    #[arg(long, value_name = "WHAT", value_parser = ["ready"])]
    wait: Option<String>,
    /// Maximum time to wait.
    #[arg(long, value_name = "30s", default_value = "30s", value_parser = config::duration, requires = "wait")]
    timeout: Duration,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

/// What the gateway says.
#[derive(Debug, Deserialize)]
struct Status {
    ready: bool,
    chips: Vec<Chip>,
    apps: Vec<App>,
}

#[derive(Debug, Deserialize)]
struct App {
    name: String,
    chips: Vec<Chip>,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Chip {
    name: String,
    state: String,
    text: String,
    remedy: Option<Remedy>,
}

#[derive(Debug, Deserialize)]
struct Remedy {
    text: String,
}

#[derive(Debug, Deserialize)]
struct Step {
    step: String,
    done: bool,
}

impl Step {
    fn said(&self) -> String {
        match self.step.as_str() {
            "service" => words!("service"),
            "request" => words!("request"),
            "token" => words!("token"),
            "webhook" => words!("webhook"),
            "contract" => words!("contract"),
            other => table::safe(other),
        }
    }
}

pub(super) fn status(args: &StatusArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let answer = match args.wait {
        None => fresh(&client)?,
        Some(_) => wait(&client, args.timeout)?,
    };
    let status = Status::deserialize(&answer).map_err(|_: serde_json::Error| client.strange())?;
    if args.json {
        writeln!(out, "{answer:#}")?;
    } else {
        write(&status, out)?;
    }
    if !status.ready && args.wait.is_some() {
        let timeout = config::duration_text(args.timeout);
        talk(&words!("not ready within {timeout}", timeout));
    }
    Ok(u8::from(!status.ready))
}

/// The status, with upstreams tried for this answer: what was found a moment ago may be over.
pub(super) fn fresh(client: &Client) -> Result<Value, Trouble> {
    client.post(PROBE, &Value::Null)
}

/// The first answer that says ready, else the last one there was.
fn wait(client: &Client, patience: Duration) -> Result<Value, Trouble> {
    let until = Instant::now() + patience;
    loop {
        let said = fresh(client);
        let is_ready = |answer: &Value| answer.get("ready").and_then(Value::as_bool) == Some(true);
        match &said {
            Ok(answer) if is_ready(answer) => return said,
            // Nobody there yet may come.
            Ok(_) | Err(Trouble::Told { exit: 3, .. }) => {}
            Err(_) => return said,
        }
        if Instant::now() + PAUSE > until {
            return said;
        }
        std::thread::sleep(PAUSE);
    }
}

fn write(status: &Status, out: &mut dyn Write) -> io::Result<()> {
    write_chips(&words!("gateway"), &status.chips, out)?;
    for app in &status.apps {
        writeln!(out)?;
        write_chips(&app.name, &app.chips, out)?;
        let left: Vec<_> = app.steps.iter().filter(|step| !step.done).map(Step::said).collect();
        if !left.is_empty() {
            let steps = left.join(", ");
            writeln!(out, "  {}", words!("first steps left: {steps}", steps))?;
        }
    }
    Ok(())
}

fn write_chips(title: &str, chips: &[Chip], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", table::safe(title))?;
    for chip in chips {
        writeln!(out, "  {:<7} {:<13} {}", chip.state, chip.name, table::safe(&chip.text))?;
        if let Some(remedy) = &chip.remedy {
            writeln!(out, "{:24}-> {}", "", table::safe(&remedy.text))?;
        }
    }
    Ok(())
}

/// The same as checks of `doctor`; those of an app name it.
pub(super) fn checks(document: &Value) -> Vec<Check> {
    let Ok(status) = Status::deserialize(document) else { return Vec::new() };
    let own = status.chips.iter().map(|chip| check(None, chip));
    let apps = status.apps.iter();
    own.chain(apps.flat_map(|app| app.chips.iter().map(|chip| check(Some(&app.name), chip))))
        .collect()
}

fn check(app: Option<&str>, chip: &Chip) -> Check {
    let state = match chip.state.as_str() {
        "fail" => State::Fail,
        "warn" => State::Warn,
        _ => State::Ok,
    };
    let text = table::safe(&chip.text);
    let remedy = chip.remedy.as_ref().filter(|_| state != State::Ok);
    Check {
        name: chip.name.clone().into(),
        state,
        detail: app.map_or_else(|| text.clone(), |app| format!("{app}: {text}")),
        remedy: remedy.map(|remedy| table::safe(&remedy.text)).unwrap_or_default(),
    }
}
