//! `doctor`: gathers the facts that the checks look at.

use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;
use std::time::SystemTime;

use regex::Regex;

use super::doctor::{self, Facts, Host};
use super::words::{said, words};
use super::{ConfigArg, remote, variable};
use crate::config;
use crate::config::meant::Config;
use crate::gateway::certificates;
use crate::gateway::exposure::readable_files;
use crate::net::descriptors::{self, Shares};
use crate::text::Language;

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Print the checks as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn examine(args: &DoctorArgs, out: &mut dyn Write) -> io::Result<u8> {
    // JSON is for programs, which know one language.
    let language = if args.json { Language::English } else { Language::of_scope() };
    language.scope_sync(|| look(args, out))
}

fn look(args: &DoctorArgs, out: &mut dyn Write) -> io::Result<u8> {
    let file = &args.config.config;
    let loaded = config::load(file, &variable);
    let (outcome, config) = match loaded {
        Ok(loaded) => {
            let apps = loaded.config.apps.len();
            let found = words!("{file}: {apps} apps", file = file.display(), apps);
            (Ok(found), Some(loaded.config))
        }
        Err(report) => (Err(said(&report.summary()).into_owned()), None),
    };
    let listen = config.as_ref().map_or_else(Vec::new, |config| {
        let listen = &config.listen;
        vec![("http", listen.http), ("https", listen.https), ("admin", listen.admin)]
    });
    let hosts = config.as_ref().map_or_else(Vec::new, hosts);
    let place = config.as_ref().map_or_else(|| Path::new("certs").into(), certificates);
    let readable = config.as_ref().map_or_else(Vec::new, readable_files);
    let is_guarded = config.as_ref().is_none_or(|config| config.admin.is_guarded());
    let shares = shares(config.as_ref());
    let running = config.as_ref().and_then(|config| remote::running(file, config.listen.admin));
    let facts = Facts {
        running: running.as_ref(),
        config: outcome,
        certs: &place,
        readable: &readable,
        listen: &listen,
        hosts: &hosts,
        hosts_file: &doctor::hosts_file(),
        variable: &variable,
        now: SystemTime::now(),
        is_guarded,
        passwd: &doctor::passwd(),
        shares,
    };
    doctor::run(&facts, args.json, out)
}

/// What the gateway would have, started now.
fn shares(config: Option<&Config>) -> Shares {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = config.and_then(|config| config.workers).unwrap_or(cores);
    let wanted = config.map_or(0, |config| config.limits.max_connections);
    Shares::of(descriptors::hard(), wanted, workers)
}

/// The hosts that are written out in the allowlists.
fn hosts(config: &Config) -> Vec<Host> {
    let mut all: Vec<Host> = Vec::new();
    for app in &config.apps {
        for rule in &app.allow {
            let Some(name) = literal_host(rule.pattern.source()) else { continue };
            let has_upstream = app.upstreams.iter().any(|upstream| upstream.from.host == name);
            match all.iter_mut().find(|host| host.name == name) {
                Some(host) => host.has_upstream &= has_upstream,
                None => all.push(Host { name, has_upstream }),
            }
        }
    }
    all
}

/// `https://loyalty\.example\.ru/…` spells out its host.
fn literal_host(pattern: &str) -> Option<String> {
    static HOST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^https?\??://([A-Za-z0-9-]+(?:\\\.[A-Za-z0-9-]+)*)(?:[/:]|$)").ok()
    });
    let found = HOST.as_ref()?.captures(pattern)?;
    Some(found.get(1)?.as_str().replace("\\.", ".").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_where_the_rule_spells_it_out() {
        let host = |pattern| literal_host(pattern).unwrap_or_default();
        assert_eq!(host(r"https://Loyalty\.example\.ru/api/.*"), "loyalty.example.ru");
        assert_eq!(host(r"https?://a-b\.ru:443/"), "a-b.ru");
        for vague in [r"https://.*\.ru/", r"https://a.ru/", r"https://(a|b)\.ru/", r".*"] {
            assert_eq!(host(vague), "", "{vague}");
        }
    }
}
