//! `doctor`: gathers the facts that the checks look at.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use super::doctor::{self, Facts, Host};
use super::{ConfigArg, variable};
use crate::config;
use crate::config::meant::Config;

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// The checks as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn examine(args: &DoctorArgs, out: &mut dyn Write) -> io::Result<u8> {
    let file = &args.config.config;
    let loaded = config::load(file, &variable);
    let (outcome, config) = match loaded {
        Ok(loaded) => {
            let apps = loaded.config.apps.len();
            (Ok(format!("{}: {apps} apps", file.display())), Some(loaded.config))
        }
        Err(report) => (Err(report.summary()), None),
    };
    let listen = config.as_ref().map_or_else(Vec::new, |config| {
        let listen = &config.listen;
        vec![("http", listen.http), ("https", listen.https), ("admin", listen.admin)]
    });
    let hosts = config.as_ref().map_or_else(Vec::new, hosts);
    let certs = config.map_or_else(|| PathBuf::from("certs"), |config| config.certs);
    let facts = Facts {
        config: outcome,
        certs: &certs,
        listen: &listen,
        hosts: &hosts,
        hosts_file: &doctor::hosts_file(),
        variable: &variable,
        now: SystemTime::now(),
    };
    doctor::run(&facts, args.json, out)
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
    let (_, rest) = pattern.split_once("://")?;
    let host = rest.split(['/', ':']).next()?.replace("\\.", ".");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    (!host.is_empty() && host.bytes().all(plain)).then(|| host.to_ascii_lowercase())
}
