//! `scenario`: a documented sequence of events, walked through.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::client::segment;
use super::delivery::Delivery;
use super::reach::Reach;
use super::table;
use super::trouble::Trouble;
use crate::admin;
use crate::cli::words::{fixed, words};
use crate::webhook::scenario::ALL;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ScenarioArgs {
    #[command(subcommand)]
    command: ScenarioCommand,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum ScenarioCommand {
    /// List the scenarios.
    List {
        /// Print JSON, with every step.
        #[arg(long)]
        json: bool,
    },
    /// Run a scenario (exit code 1 if the partner violates the contract).
    Run(RunArgs),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// Name of the scenario, see `scenario list`.
    #[arg(value_parser = names(), hide_possible_values = true)]
    name: String,
    /// Name or id of the app.
    #[arg(long)]
    app: Option<String>,
    /// Id of the user.
    #[arg(long)]
    user: Option<String>,
    /// Start after user.create or user.verify: the user already has an account at the partner.
    #[arg(long)]
    registered: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Deserialize)]
struct Report {
    scenario: String,
    steps: Vec<Step>,
    passed: bool,
}

#[derive(Debug, Deserialize)]
struct Step {
    part: String,
    because: String,
    advanced: Option<u64>,
    note: Option<String>,
    delivery: Option<Delivery>,
    stopped: Option<String>,
}

pub(super) fn scenario(args: &ScenarioArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    match &args.command {
        ScenarioCommand::List { json: true } => writeln!(out, "{}", json!(admin::scenarios()))?,
        ScenarioCommand::List { json: false } => {
            let rows = ALL.iter().map(|row| [row.name.to_owned(), fixed(row.title)]);
            table::write(&rows.collect::<Vec<_>>(), out)?;
        }
        ScenarioCommand::Run(run) => return walk(&args.reach, run, out),
    }
    Ok(0)
}

fn walk(reach: &Reach, args: &RunArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = reach.client()?;
    let mut asked = Map::new();
    for (key, value) in [("app", &args.app), ("user", &args.user)] {
        asked.extend(value.as_ref().map(|value| (key.to_owned(), json!(value))));
    }
    asked.insert("registered".to_owned(), json!(args.registered));
    let path = format!("/api/scenarios/{}", segment(&args.name));
    let answer = client.post(&path, &Value::Object(asked))?;
    let report = Report::deserialize(&answer).map_err(|_: serde_json::Error| client.strange())?;
    if args.json {
        writeln!(out, "{answer}")?;
    } else {
        report.write(out)?;
    }
    Ok(u8::from(!report.passed))
}

impl Report {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for (at, step) in self.steps.iter().enumerate() {
            step.write(at + 1, out)?;
        }
        let (name, count) = (&self.scenario, self.steps.len());
        let stopped = self.steps.last().and_then(|step| step.stopped.as_deref());
        match stopped {
            Some(why) => {
                let why = table::safe(why);
                let end = words!("{name} stopped at step {count}: {why}", name, count, why);
                writeln!(out, "{end}")
            }
            None if count == 1 => writeln!(out, "{}", words!("{name} passed, 1 step", name)),
            None => writeln!(out, "{}", words!("{name} passed, {count} steps", name, count)),
        }
    }
}

impl Step {
    fn write(&self, number: usize, out: &mut dyn Write) -> io::Result<()> {
        let before = if self.part == "before" { words!(" (before)") } else { String::new() };
        writeln!(out, "{number:>2}. {}{before}", self.because)?;
        if let Some(seconds) = self.advanced {
            writeln!(out, "    {}", words!("clock +{span}", span = table::span(seconds)))?;
        }
        if let Some(note) = &self.note {
            writeln!(out, "    {}", table::safe(note))?;
        }
        let Some(delivery) = &self.delivery else { return Ok(()) };
        let outcome = &delivery.outcome;
        let (answered, verdict) = (outcome.answered(), outcome.verdict());
        let what = match outcome.status {
            Some(status) => words!("answer {status}, verdict {verdict}", status, verdict),
            None => format!("{verdict}, {answered}"),
        };
        writeln!(out, "    {}: {what}", delivery.event)?;
        if !outcome.answer.is_null() {
            writeln!(out, "    {}", table::line(&outcome.answer))?;
        }
        Ok(())
    }
}

fn names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(ALL.iter().map(|scenario| scenario.name))
}
