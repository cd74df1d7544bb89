//! `state`: everything that was learned or done, saved, loaded or forgotten.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use hyper::Method;

use super::handed::handed;
use super::reach::Reach;
use super::talk;
use super::trouble::Trouble;
use super::whole::WholeFile;
use crate::cli::words::{talk_note, words};
use crate::text::text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct StateArgs {
    #[command(subcommand)]
    command: StateCommand,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Subcommand)]
enum StateCommand {
    /// Save the state with its tokens to stdout or a file only its owner can read.
    Save {
        /// Output file [default: stdout].
        file: Option<PathBuf>,
    },
    /// Replace the state with a saved one.
    Load {
        /// File written by `state save`; - reads stdin.
        file: PathBuf,
    },
    /// Delete the state; what gateway.yaml defines stays.
    Reset {
        /// Do not ask for confirmation.
        #[arg(short, long)]
        yes: bool,
    },
}

const ADDRESS: &str = "/api/state";

pub(super) fn state(args: &StateArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    match &args.command {
        StateCommand::Save { file } => {
            let file = file.as_deref().filter(|file| *file != Path::new("-"));
            save(&args.reach, file, out)
        }
        StateCommand::Load { file } => load(&args.reach, file),
        StateCommand::Reset { yes } => reset(&args.reach, *yes),
    }
}

fn save(reach: &Reach, file: Option<&Path>, out: &mut dyn Write) -> Result<u8, Trouble> {
    let mut saved = reach.client()?.ask(Method::GET, ADDRESS, "".into())?.to_vec();
    saved.push(b'\n');
    if saved.len() as u64 > MOST {
        talk_note(&text!("that is more than `state load` takes"));
    }
    match file {
        None => out.write_all(&saved)?,
        Some(file) => {
            WholeFile::write(file, &saved).map_err(|error| {
                let text = text!("{file} cannot be written: {error}", file = file.display(), error);
                Trouble::surroundings(text, text!(""))
            })?;
            talk(&words!("saved to {file}; it holds tokens", file = file.display()));
        }
    }
    Ok(0)
}

fn load(reach: &Reach, file: &Path) -> Result<u8, Trouble> {
    let saved = handed(file, MOST)?;
    reach.client()?.ask(Method::PUT, ADDRESS, saved.into())?;
    talk(&words!("loaded"));
    Ok(0)
}

fn reset(reach: &Reach, yes: bool) -> Result<u8, Trouble> {
    if !yes && !confirmed()? {
        talk(&words!("nothing was changed"));
        return Ok(1);
    }
    reach.client()?.ask(Method::DELETE, ADDRESS, "".into())?;
    talk(&words!("forgotten"));
    Ok(0)
}

/// Bytes of a saved state at most, as many as the gateway takes.
const MOST: u64 = 64 << 20;

/// Asks whoever sits there.
fn confirmed() -> Result<bool, Trouble> {
    if !io::stdin().is_terminal() {
        let text = text!(
            "all tokens, installations, subscriptions, deliveries and changes of the world would be forgotten"
        );
        return Err(Trouble::usage(text, text!("say --yes if that is meant")));
    }
    talk(&words!(
        "All tokens, installations, subscriptions, deliveries and changes of the world will be forgotten. Go on? [y/N]"
    ));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "д" | "да"))
}
