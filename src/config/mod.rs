//! `gateway.yaml`: what is written, what it means, and what is wrong with it.
//!
//! The text becomes a tree of nodes that know their places, the tree is read by sections, and each
//! mistake is noted on the way, so that one pass finds all of them. Only `tree` knows the YAML
//! crate; `keys` is the one table of what may be written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use drafts::{Draft, Drafts};
use finding::{Finding, Place, Severity};
use meant::Config;
use reader::Reader;
use report::Report;
use source::Source;

use crate::file;
use crate::text::{Text, text};

mod drafts;
pub mod finding;
mod hidden;
mod hosts;
pub mod injection;
mod keys;
pub mod laid;
pub mod meant;
pub(crate) mod nearest;
mod node;
mod read;
mod reader;
mod reference;
pub mod report;
mod schema;
mod secrecy;
pub mod settings;
mod source;
pub mod starter;
mod tree;
mod value;
pub mod watch;
pub mod written;

pub use hosts::hosts;
pub use schema::schema;

/// A duration as gateway.yaml writes it: `1500ms`, `10s`, `2m`, `1h`, `3d`.
///
/// # Errors
///
/// What to write instead.
pub fn duration(text: &str) -> Result<std::time::Duration, Text> {
    value::quantity::days(text)
}

/// A duration as gateway.yaml would write it.
pub fn duration_text(duration: std::time::Duration) -> String {
    value::quantity::duration_text(duration)
}

/// A size as gateway.yaml would write it.
pub fn size_text(bytes: u64) -> String {
    value::quantity::size_text(bytes)
}

/// A configuration that can be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the file means.
    pub config: Config,
    /// What is probably not meant.
    pub warnings: Vec<Finding>,
    /// How many further warnings there are.
    pub more_warnings: usize,
    /// Every file the configuration was made from, `gateway.yaml` first: what to watch.
    pub files: Vec<PathBuf>,
}

/// Reads a file. `env` answers for `${NAME}`.
///
/// # Errors
/// A report of every mistake, each with its place.
pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Report> {
    let name = path.display().to_string();
    let bytes = file::read(path, file::CONFIG).map_err(|error| {
        let (message, help) = match error.kind() {
            ErrorKind::IsADirectory => (text!("this is a folder"), "name the file inside of it"),
            ErrorKind::NotFound => {
                (text!("there is no such file"), "`evotor-gateway init` writes one")
            }
            ErrorKind::InvalidInput | ErrorKind::FileTooLarge => {
                (text!("the file cannot be read: {error}", error), "name a regular file")
            }
            _ => (text!("the file cannot be read: {error}", error), "check its permissions"),
        };
        whole(&name, message, help)
    })?;
    let text = String::from_utf8(bytes).map_err(|error| not_text(&name, &error))?;
    let dir = path.parent().unwrap_or(Path::new(""));
    let mut loaded = parse(&text, &name, dir, env)?;
    loaded.files.insert(0, path.to_owned());
    Ok(loaded)
}

/// Reads a text that was at `name` in the folder `dir`. Only files that it refers to are opened.
///
/// # Errors
/// A report of every mistake, each with its place.
pub fn parse(
    text: &str,
    name: &str,
    dir: &Path,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Loaded, Report> {
    let source = Source::new(name, text);
    let root = match tree::tree(text) {
        Ok(Some(root)) => root,
        Ok(None) => {
            let help = "`evotor-gateway init` writes an example";
            return Err(whole(name, text!("nothing is written here"), help));
        }
        Err(broken) => {
            let secrets = secrecy::guessed(&source, broken.at.start);
            let help = Some(Text::fixed(broken.help));
            let (severity, message) = (Severity::Error, broken.message);
            let mut drafts = Drafts::default();
            drafts.note(severity, || Draft { severity, at: broken.at, message, help });
            return Err(Report::of(source.findings(drafts, secrets.as_slice())));
        }
    };
    let mut reader = Reader::new(&source, dir, env);
    let config = read::file(&mut reader, &root);
    reader.finish();
    let Reader { drafts, files, secrets, .. } = reader;
    let secrets = match drafts.is_empty() {
        true => secrets,
        false => secrecy::secrets(&root, source.text, secrets),
    };
    let (is_refused, more) = (drafts.has_errors(), drafts.is_full());
    let more_warnings = drafts.more_warnings();
    let findings = source.findings(drafts, &secrets);
    match config {
        Some(mut config) if !is_refused => {
            config.settings = settings::settings(&source, &root, env);
            Ok(Loaded { config, warnings: findings, more_warnings, files })
        }
        _ => Err(Report { findings, more, more_warnings }),
    }
}

/// The commented example that `init` writes, for a folder that also has `gateway.schema.json`.
pub fn template() -> &'static str {
    static TEMPLATE: LazyLock<String> =
        LazyLock::new(|| include_str!("../../gateway.yaml").replacen("./docs/", "./", 1));
    &TEMPLATE
}

/// A report about the file as a whole.
fn whole(name: &str, message: Text, help: &'static str) -> Report {
    let (severity, help) = (Severity::Error, Some(Text::fixed(help)));
    Report::of(vec![Finding { severity, file: name.into(), place: None, message, help }])
}

/// A report about the first byte that is not UTF-8. The line stays unseen, for it may be a secret.
fn not_text(name: &str, error: &std::string::FromUtf8Error) -> Report {
    let good = error.utf8_error().valid_up_to();
    let before = String::from_utf8_lossy(error.as_bytes().get(..good).unwrap_or_default());
    let (line, column) = Source::new(name, &before).position(good);
    let message = text!("the file is not UTF-8 text");
    let mut report = whole(name, message, "save it as UTF-8");
    for finding in &mut report.findings {
        finding.place = Some(Place { line, column, width: 0, text: None, skipped: 0 });
    }
    report
}
