//! `doctor`: what stands between this machine and a working gateway.
//!
//! Each check looks at one thing and ends in ok, warn or fail; what is not ok names its remedy. The
//! exit code is 0 unless something fails.

mod certificates;
mod exposure;
mod machine;
mod names;
mod ports;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::SystemTime;

use serde::Serialize;

use crate::cli::words::words;
use crate::file;
use crate::gateway::exposure::Readable;
use crate::net::descriptors::Shares;
use crate::tls::Place;

pub use ports::privilege_remedies;

/// What is known before the checks begin.
pub struct Facts<'a> {
    /// One line about gateway.yaml, or what is wrong with it.
    pub config: Result<String, String>,
    /// Where certificates are, and who signs them.
    pub certs: &'a Place,
    /// Files with secrets that others on this machine may read.
    pub readable: &'a [Readable],
    /// The gateway that answers at the admin address, if one does.
    pub running: Option<&'a Running>,
    /// What will be listened on: `http`, `https`, `admin`.
    pub listen: &'a [(&'a str, SocketAddr)],
    /// The hosts that apps may call and that are written out in the allowlists.
    pub hosts: &'a [Host],
    /// The text of the machine's hosts file; [`hosts_file`] reads it.
    pub hosts_file: &'a str,
    /// A variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The time of the checks.
    pub now: SystemTime,
    /// Whether the console asks for a token.
    pub is_guarded: bool,
    /// The machine's accounts, as passwd(5); [`passwd`] reads them.
    pub passwd: &'a str,
    /// How the descriptors of the gateway are shared out.
    pub shares: Shares,
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("certs", &self.certs).finish_non_exhaustive()
    }
}

/// A gateway that runs already.
#[derive(Debug, Clone, Default)]
pub struct Running {
    /// Its process, where that can be found out.
    pub pid: Option<u32>,
    /// What was removed from its world although gateway.yaml has it, and what brings that back.
    pub removed: Vec<(String, String)>,
    /// What it says of itself and of each app.
    pub checks: Vec<Check>,
}

/// A host of an allowlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name, in lower case.
    pub name: String,
    /// Whether an entry of `upstreams` says where its requests really go.
    pub has_upstream: bool,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing to do.
    Ok,
    /// Works, though not in every case.
    Warn,
    /// Does not work.
    Fail,
}

/// One check and its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at, a word or two.
    pub name: Cow<'static, str>,
    /// How it ended.
    pub state: State,
    /// What was found.
    pub detail: String,
    /// What to do; empty where there is nothing to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// Runs every check and prints them; 0 if none failed, else 1.
///
/// # Errors
/// When `out` cannot be written to.
pub fn run(facts: &Facts<'_>, json: bool, out: &mut dyn Write) -> io::Result<u8> {
    let checks = examine(facts);
    let holds = checks.iter().all(|check| check.state != State::Fail);
    if json {
        let report = serde_json::json!({"ok": holds, "checks": checks});
        writeln!(out, "{report:#}")?;
    } else {
        checks.iter().try_for_each(|check| write_text(check, out))?;
    }
    Ok(u8::from(!holds))
}

/// Every check, in the order of what depends on what.
pub fn examine(facts: &Facts<'_>) -> Vec<Check> {
    let mut checks = vec![config(&facts.config)];
    checks.extend(certificates::check(facts.certs, facts.now));
    let gateway = facts.running.and_then(|running| running.pid);
    checks.extend(facts.listen.iter().map(|(name, address)| ports::check(name, *address, gateway)));
    checks.extend(facts.running.map(removed));
    checks.extend(facts.running.into_iter().flat_map(|running| running.checks.clone()));
    checks.push(exposure::network(facts.listen));
    checks.push(exposure::files(facts.readable));
    checks.push(names::hosts(facts));
    checks.push(names::proxies(facts.variable));
    checks.push(machine::accounts(facts));
    checks.push(machine::descriptors(&facts.shares));
    checks
}

/// The text of this machine's hosts file; empty where it cannot be read.
pub fn hosts_file() -> String {
    let path = if cfg!(windows) { r"C:\Windows\System32\drivers\etc\hosts" } else { "/etc/hosts" };
    file::read_text(Path::new(path), file::DATA).unwrap_or_default()
}

/// The text of this machine's file of accounts; empty where it cannot be read.
pub fn passwd() -> String {
    file::read_text(Path::new("/etc/passwd"), file::DATA).unwrap_or_default()
}

fn config(config: &Result<String, String>) -> Check {
    match config {
        Ok(summary) => Check::ok("gateway.yaml", summary.clone()),
        Err(error) => Check::fail(
            "gateway.yaml",
            error.clone(),
            words!("run: evotor-gateway check, or: evotor-gateway init to have one made"),
        ),
    }
}

/// What gateway.yaml has and the running gateway does not.
fn removed(running: &Running) -> Check {
    let (said, remedies): (Vec<_>, Vec<_>) =
        running.removed.iter().map(|(said, remedy)| (said.as_str(), remedy.as_str())).unzip();
    match said.as_slice() {
        [] => {
            Check::ok("world", words!("the running gateway has everything that gateway.yaml has"))
        }
        said => Check::warn("world", said.join("\n"), remedies.join("\n")),
    }
}

fn write_text(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    let state = match check.state {
        State::Ok => "ok",
        State::Warn => "warn",
        State::Fail => "fail",
    };
    let mut detail = check.detail.lines();
    let first = detail.next().unwrap_or_default();
    writeln!(out, "{state:<5} {:<14} {first}", check.name)?;
    for line in detail {
        writeln!(out, "{:21}{line}", "")?;
    }
    for line in check.remedy.lines() {
        writeln!(out, "{:18}-> {line}", "")?;
    }
    Ok(())
}

impl Check {
    fn ok(name: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { name: name.into(), state: State::Ok, detail: detail.into(), remedy: String::new() }
    }

    fn warn(
        name: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { remedy: remedy.into(), state: State::Warn, ..Self::ok(name, detail) }
    }

    fn fail(
        name: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { remedy: remedy.into(), state: State::Fail, ..Self::ok(name, detail) }
    }
}
