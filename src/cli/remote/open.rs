//! `open`: the console in the browser.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use super::reach::Reach;
use super::talk;
use super::trouble::Trouble;
use super::variable;
use super::which::Which;
use crate::cli::words::words;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct OpenArgs {
    /// Exchange to open: its number, `last` or -1 for the newest, -2 for the one before.
    #[arg(value_name = "ID", value_parser = Which::read, allow_negative_numbers = true)]
    id: Option<Which>,
    /// Print the link without opening a browser.
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn open(args: &OpenArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    // Nobody wants a page that cannot be reached.
    client.get("/api/status")?;
    let link = match args.id {
        Some(which) => format!("{}#/exchange/{}", client.console(), which.number(&client)?),
        None => client.console(),
    };
    writeln!(out, "{link}")?;
    if !args.print && browse(variable("BROWSER").as_deref(), &link).is_err() {
        talk(&words!("no browser was found: open the link in one, or name one in BROWSER"));
    }
    Ok(0)
}

/// Starts the browser that somebody chose, or the system's.
fn browse(chosen: Option<&str>, link: &str) -> io::Result<()> {
    let chosen = chosen.and_then(|all| all.split(':').find(|one| !one.is_empty()));
    let usual = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(chosen.unwrap_or(usual));
    command.arg(link).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}
