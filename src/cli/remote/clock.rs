//! `clock`: reads it, winds it forward, sets it back.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::json;

use super::reach::Reach;
use super::table;
use super::trouble::Trouble;
use crate::cli::words::words;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ClockArgs {
    #[command(subcommand)]
    step: Option<ClockStep>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum ClockStep {
    /// Move the clock forward; whatever becomes due is sent at once, in order.
    Advance {
        /// Duration, such as 90s, 2h or 3d.
        #[arg(value_name = "DURATION")]
        by: String,
    },
    /// Set the clock to this machine's time; scheduled deliveries move with it.
    Reset,
}

#[derive(Debug, Deserialize)]
struct Reading {
    now: String,
    ahead_ms: i64,
    attempts: Option<usize>,
}

pub(super) fn clock(args: &ClockArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let path = "/api/clock";
    let answer = match &args.step {
        None => client.get(path)?,
        Some(ClockStep::Advance { by }) => client.post(path, &json!({"advance": by}))?,
        Some(ClockStep::Reset) => client.post(path, &json!({"reset": true}))?,
    };
    let reading = Reading::deserialize(&answer).map_err(|_: serde_json::Error| client.strange())?;
    if args.json {
        writeln!(out, "{answer}")?;
        return Ok(0);
    }
    Ok(reading.write(out).map(|()| 0)?)
}

impl Reading {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        // What the machine's clock went on while this one was wound is not missed.
        let ahead = u64::try_from(self.ahead_ms).unwrap_or(0).saturating_add(500) / 1000;
        let ahead = match ahead {
            0 => words!("real time"),
            seconds => words!("{span} ahead", span = table::span(seconds)),
        };
        let attempts = self.attempts.map(|attempts| match attempts {
            1 => words!("1 attempt made"),
            attempts => words!("{attempts} attempts made", attempts),
        });
        let facts = [Some(table::moment(&self.now)), Some(ahead), attempts];
        writeln!(out, "{}", facts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}
