//! `ca show | export | trust | untrust`: the local authority and who trusts it.
//!
//! Each function writes data to `out` and talk to `talk`, and returns the exit code: 0 done,
//! 1 there is no usable authority, 2 wrong usage, 3 the system refused.

mod plan;
mod surroundings;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::words::{said, words};
use crate::file;
use crate::text::Text;
use crate::tls::{Authority, Flaw, Place, recipes};

pub use plan::{Action, Step, plan};
pub use surroundings::{JavaStore, Surroundings, SystemStore};

/// The form of an exported certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text, what most programs take.
    Pem,
    /// Bytes, what Android and Windows take.
    Der,
}

/// Carries out one step and tells whether it went well.
pub type Runner<'a> = dyn FnMut(&Step) -> io::Result<bool> + 'a;

/// Subject, fingerprint, validity, file, and whether this machine trusts it.
///
/// # Errors
/// When `out` or `talk` cannot be written to.
pub fn show(
    place: impl Into<Place>,
    now: SystemTime,
    json: bool,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> io::Result<u8> {
    let authority = match find(place, now, talk)? {
        Ok(authority) => authority,
        Err(code) => return Ok(code),
    };
    for warning in authority.warnings() {
        writeln!(talk, "{}", words!("warning: {warning}", warning => warning.clone()))?;
    }
    let trusted = authority.is_trusted_here(now);
    match json {
        true => writeln!(out, "{:#}", as_json(&authority, trusted))?,
        false => write_text(&authority, trusted, out)?,
    }
    Ok(0)
}

/// The certificate, never the key, to `out` or into a file that must not exist with other content.
///
/// # Errors
/// When `out` or `talk` cannot be written to.
pub fn export(
    place: impl Into<Place>,
    now: SystemTime,
    form: Form,
    to: Option<&Path>,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> io::Result<u8> {
    let authority = match find(place, now, talk)? {
        Ok(authority) => authority,
        Err(code) => return Ok(code),
    };
    let bytes = match form {
        Form::Pem => authority.pem().into_bytes(),
        Form::Der => authority.certificate().to_vec(),
    };
    let Some(file) = to else {
        out.write_all(&bytes)?;
        return Ok(0);
    };
    match file::read(file, file::PEM) {
        Ok(there) if there == bytes => return Ok(0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        _ => {
            let file = file.display();
            let why = words!("{file}: exists with other content; remove it first", file);
            writeln!(talk, "{why}")?;
            return Ok(2);
        }
    }
    let made = OpenOptions::new().write(true).create_new(true).open(file);
    match made.and_then(|mut made| made.write_all(&bytes)) {
        Ok(()) => writeln!(talk, "{}", words!("wrote {file}", file = file.display())).map(|()| 0),
        Err(error) => {
            let why = words!("{file} cannot be written: {error}", file = file.display(), error);
            writeln!(talk, "{why}").map(|()| 3)
        }
    }
}

/// Makes the stores of this machine trust the authority, or no longer: the commands first, then
/// what they did.
///
/// [`run_step`] is the runner for users; without one nothing is done, and the commands are data, on
/// `out`.
///
/// # Errors
/// When `out` or `talk` cannot be written to.
pub fn trust(
    place: impl Into<Place>,
    now: SystemTime,
    action: Action,
    surroundings: &Surroundings,
    run: Option<&mut Runner<'_>>,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> io::Result<u8> {
    let authority = match find(place, now, talk)? {
        Ok(authority) => authority,
        Err(code) => return Ok(code),
    };
    let file = std::path::absolute(authority.file())?;
    let steps = plan(action, surroundings, &file, &authority.fingerprint(), &authority.serial());
    let Some(run) = run else {
        if action == Action::Trust {
            writeln!(talk, "{}", power(&authority))?;
        }
        return steps.iter().try_for_each(|step| writeln!(out, "{step}")).map(|()| 0);
    };
    if action == Action::Trust {
        writeln!(talk, "{}", power(&authority))?;
    }
    for step in &steps {
        writeln!(talk, "{step}")?;
    }
    let code = carry_out(&steps, run, talk)?;
    for hint in surroundings.hints() {
        writeln!(talk, "{}", said(&hint))?;
    }
    if action == Action::Trust {
        write_recipes(&file, talk)?;
    }
    Ok(code)
}

/// Runs the command of a step; what it prints is talk.
///
/// # Errors
/// When the program cannot be started.
pub fn run_step(step: &Step) -> io::Result<bool> {
    let Some((program, arguments)) = step.command.split_first() else { return Ok(true) };
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::from(io::stderr()));
    if step.may_fail {
        command.stdout(Stdio::null()).stderr(Stdio::null());
    }
    command.status().map(|status| status.success())
}

/// What follows from trusting it, before anything is done.
fn power(authority: &Authority) -> String {
    let key = authority.key_file().display();
    match authority.limits() {
        None => words!(
            "Whoever gets hold of {key} can read and change all HTTPS traffic of every program that trusts this authority, to any site; keep that file to yourself.",
            key
        ),
        Some(hosts) => words!(
            "Whoever gets hold of {key} can read and change the HTTPS traffic to {hosts} of every program that trusts this authority, and to no other site; keep that file to yourself.",
            key,
            hosts
        ),
    }
}

fn find(
    place: impl Into<Place>,
    now: SystemTime,
    talk: &mut dyn Write,
) -> io::Result<Result<Authority, u8>> {
    let place = place.into();
    let dir = place.dir.clone();
    let code = match Authority::find(place, now) {
        Ok(Some(authority)) => return Ok(Ok(authority)),
        Ok(None) => {
            let folder = dir.display();
            let why = words!("{folder}: no authority yet; the first start makes it", folder);
            writeln!(talk, "{why}")?;
            1
        }
        Err(error) => {
            writeln!(talk, "{}", said(&error.text()))?;
            if matches!(error.flaw, Flaw::System(..) | Flaw::Full(_)) { 3 } else { 1 }
        }
    };
    Ok(Err(code))
}

fn carry_out(steps: &[Step], run: &mut Runner<'_>, talk: &mut dyn Write) -> io::Result<u8> {
    let mut failed = steps.is_empty();
    if failed {
        writeln!(
            talk,
            "{}",
            words!("No trust store was found that this command knows; see below.")
        )?;
    }
    for step in steps {
        let store = &step.store;
        match run(step) {
            Ok(true) => writeln!(talk, "{}", words!("done: {store}", store => store.clone()))?,
            _ if step.may_fail => {}
            Ok(false) => {
                failed = true;
                let why = words!("failed: {store}; its output is above", store => store.clone());
                writeln!(talk, "{why}")?;
            }
            Err(error) => {
                failed = true;
                let why = words!("failed: {store} ({error})", store => store.clone(), error);
                writeln!(talk, "{why}")?;
            }
        }
    }
    Ok(if failed { 3 } else { 0 })
}

fn write_recipes(file: &Path, talk: &mut dyn Write) -> io::Result<()> {
    writeln!(talk, "\n{}", words!("Programs with a store of their own:"))?;
    for recipe in recipes(&file.display().to_string()) {
        writeln!(talk, "\n{}:", said(&recipe.client))?;
        for line in said(&recipe.text).lines() {
            writeln!(talk, "    {line}")?;
        }
    }
    Ok(())
}

fn as_json(authority: &Authority, trusted: Option<bool>) -> serde_json::Value {
    let (from, until) = authority.validity();
    json!({
        "file": authority.file().display().to_string(),
        "subject": authority.subject(),
        "sha256": authority.fingerprint(),
        "serial": authority.serial(),
        "not_before": stamp(from),
        "not_after": stamp(until),
        "trusted": {"system": trusted},
        "limits": authority.limits(),
        "warnings": authority.warnings().iter().map(Text::to_string).collect::<Vec<_>>(),
    })
}

fn write_text(authority: &Authority, trusted: Option<bool>, out: &mut dyn Write) -> io::Result<()> {
    let (from, until) = authority.validity();
    let trusted = match trusted {
        Some(true) => words!("by the system's store"),
        Some(false) => words!("not by the system's store; run: evotor-gateway ca trust"),
        None => words!("unknown, this system has no store that can be read"),
    };
    let rows = [
        (words!("file"), Some(authority.file().display().to_string())),
        (words!("subject"), Some(authority.subject())),
        ("sha256".to_owned(), Some(authority.fingerprint())),
        (words!("valid"), Some(words!("{from} to {until}", from = day(from), until = day(until)))),
        (words!("limits"), authority.limits().map(str::to_owned)),
        (words!("trusted"), Some(trusted)),
    ];
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default() + 2;
    let rows = rows.into_iter().filter_map(|(name, value)| Some((name, value?)));
    rows.into_iter().try_for_each(|(name, value)| writeln!(out, "{name:width$}{value}"))
}

fn stamp(at: SystemTime) -> Option<String> {
    Timestamp::try_from(at).ok().map(|at| at.to_string())
}

fn day(at: SystemTime) -> String {
    Timestamp::try_from(at)
        .map(|at| at.to_zoned(TimeZone::UTC).date().to_string())
        .unwrap_or_default()
}
