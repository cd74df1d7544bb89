//! `check`: every mistake in gateway.yaml at once, and what is probably not meant.

use std::io::{self, Write};

use serde_json::json;

use super::words::words;
use super::{ConfigArg, in_color, talk, variable};
use crate::config::{self, Loaded, finding::Finding};

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn check(args: &CheckArgs, out: &mut dyn Write) -> io::Result<u8> {
    let file = &args.config.config;
    let (findings, holds, more) = match config::load(file, &variable) {
        Ok(Loaded { warnings, more_warnings, .. }) => (warnings, true, more_warnings),
        Err(report) => (report.findings, false, report.more_warnings + usize::from(report.more)),
    };
    if args.json {
        let findings: Vec<_> = findings.iter().map(Finding::to_json).collect();
        let report = json!({"ok": holds, "findings": findings, "more": more > 0});
        writeln!(out, "{report:#}")?;
    } else {
        for finding in &findings {
            talk(&format!("{}\n", finding.render(in_color()).trim_end()));
        }
        if more > 0 {
            talk(&words!("and more, which are not shown"));
        }
        if holds {
            let warnings = match findings.len() + more {
                0 => words!("no mistakes"),
                1 => words!("no mistakes, 1 warning"),
                n => words!("no mistakes, {n} warnings", n),
            };
            writeln!(out, "{}: {warnings}", file.display())?;
        }
    }
    Ok(if holds { 0 } else { 2 })
}
