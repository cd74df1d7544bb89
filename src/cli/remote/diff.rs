//! `diff`: what is not the same in two exchanges.

mod lines;
mod parts;

use std::io::{self, Write};

use serde_json::{Value, json};

use super::detail::detail;
use super::paint::{Paint, Tone};
use super::reach::Reach;
use super::table;
use super::trouble::Trouble;
use super::which::Which;
use crate::cli::words::said;
use lines::Sign;
use parts::{Part, parts};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DiffArgs {
    /// First exchange: its number as `tail` shows it, `last` or -1 for the newest, -2 for the one
    /// before.
    #[arg(value_name = "A", value_parser = Which::read, allow_negative_numbers = true)]
    one: Which,
    /// Second exchange, in the same form.
    #[arg(value_name = "B", value_parser = Which::read, allow_negative_numbers = true)]
    other: Which,
    /// Compare Date and Connection as well.
    #[arg(long)]
    all: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn diff(args: &DiffArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let ids = [args.one.number(&client)?, args.other.number(&client)?];
    let [one, other] = ids.map(|id| detail(&client, id, false));
    let (one, other) = (one?, other?);
    let parts = parts(&one, &other, args.all);
    match args.json {
        true => writeln!(out, "{}", as_json(ids, &parts))?,
        false => {
            let paint = Paint::of_stdout();
            if !parts.is_empty() {
                writeln!(out, "{}", paint.tone(Tone::Bad, &format!("- {}", one.row.line(paint))))?;
                writeln!(
                    out,
                    "{}",
                    paint.tone(Tone::Good, &format!("+ {}", other.row.line(paint)))
                )?;
            }
            parts.iter().try_for_each(|part| write(part, paint, out))?;
        }
    }
    Ok(u8::from(!parts.is_empty()))
}

/// Unchanged lines shown before and after changed ones.
const AROUND: usize = 3;

fn write(part: &Part, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", paint.tone(Tone::Strong, &said(&part.name)))?;
    let is_near = |at: usize| {
        let near = at.saturating_sub(AROUND)..=at + AROUND;
        let mut lines = part.lines.iter().enumerate();
        lines.any(|(other, line)| line.0 != Sign::Same && near.contains(&other))
    };
    let mut is_gap = false;
    for (at, (sign, text)) in part.lines.iter().enumerate() {
        if !is_near(at) {
            is_gap = true;
            continue;
        }
        if std::mem::take(&mut is_gap) {
            writeln!(out, "{}", paint.tone(Tone::Dim, "  …"))?;
        }
        let tone = match sign {
            Sign::Same => Tone::Plain,
            Sign::Only(false) => Tone::Bad,
            Sign::Only(true) => Tone::Good,
        };
        let line = format!("{} {}", sign.letter(), table::safe(text));
        writeln!(out, "{}", paint.tone(tone, line.trim_end()))?;
    }
    Ok(())
}

fn as_json([one, other]: [i64; 2], parts: &[Part]) -> Value {
    let line = |(sign, text): &(Sign, String)| json!([sign.letter().to_string(), text]);
    let part = |part: &Part| {
        let changed = part.lines.iter().filter(|line| line.0 != Sign::Same);
        json!({"part": part.name.to_string(), "lines": changed.map(line).collect::<Vec<_>>()})
    };
    json!({
        "a": one,
        "b": other,
        "same": parts.is_empty(),
        "differences": parts.iter().map(part).collect::<Vec<_>>(),
    })
}
