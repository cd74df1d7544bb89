//! Commands that print one thing: `ca`, `schema`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::ca::{Action, Form, Surroundings, export, run_step, show, trust};
use super::talk::Talk;
use super::{ConfigArg, variable};
use crate::config;
use crate::gateway::certificates;
use crate::tls::Place;

#[derive(Debug, clap::Subcommand)]
pub(super) enum CaCommand {
    /// Show the subject, fingerprint, validity and file of the certificate.
    Show {
        #[command(flatten)]
        folder: Folder,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Export the certificate, never its key.
    Export {
        #[command(flatten)]
        folder: Folder,
        /// Write DER instead of PEM.
        #[arg(long)]
        der: bool,
        /// Output file [default: stdout].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make the programs of this machine trust the certificate authority.
    Trust {
        #[command(flatten)]
        folder: Folder,
        /// Print the commands without running them.
        #[arg(long)]
        dry_run: bool,
    },
    /// Undo `ca trust`.
    Untrust {
        #[command(flatten)]
        folder: Folder,
        /// Print the commands without running them.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Folder {
    #[command(flatten)]
    config: ConfigArg,
    /// Folder of the certificates, overrides `certs` in the configuration.
    #[arg(long, value_name = "DIR")]
    certs: Option<PathBuf>,
}

impl Folder {
    /// `certs` of the configuration, or `./certs` where there is none that can be read.
    fn place(&self) -> Place {
        match &self.certs {
            Some(dir) => dir.as_path().into(),
            None => config::load(&self.config.config, &variable)
                .map_or_else(|_| Path::new("certs").into(), |loaded| certificates(&loaded.config)),
        }
    }
}

pub(super) fn ca(command: CaCommand, out: &mut dyn Write) -> io::Result<u8> {
    let now = SystemTime::now();
    let talk = &mut Talk;
    match command {
        CaCommand::Show { folder, json } => show(folder.place(), now, json, out, talk),
        CaCommand::Export { folder, der, out: to } => {
            let form = if der { Form::Der } else { Form::Pem };
            export(folder.place(), now, form, to.as_deref(), out, talk)
        }
        CaCommand::Trust { folder, dry_run } => change(&folder, Action::Trust, dry_run, out, talk),
        CaCommand::Untrust { folder, dry_run } => {
            change(&folder, Action::Untrust, dry_run, out, talk)
        }
    }
}

fn change(
    folder: &Folder,
    action: Action,
    dry_run: bool,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> io::Result<u8> {
    let mut run = run_step;
    let run: Option<&mut dyn FnMut(&_) -> io::Result<bool>> =
        if dry_run { None } else { Some(&mut run) };
    trust(folder.place(), SystemTime::now(), action, &Surroundings::look(), run, out, talk)
}

pub(super) fn schema(out: &mut dyn Write) -> io::Result<u8> {
    writeln!(out, "{:#}", config::schema()).map(|()| 0)
}
