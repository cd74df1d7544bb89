//! The file as a whole.

use std::path::PathBuf;

use crate::config::keys::FILE;
use crate::config::meant::{Config, Fidelity, State};
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader};
use crate::config::value::quantity;
use crate::file;
use crate::model::token::Token;
use crate::text::{Text, text};

use super::{
    admin, app, asna, certs, cors, faults, journal, limits, listen, retry, terminal, world,
};

/// Reads everything. Where something was wrong it has been noted and the result is not to be used.
pub(in crate::config) fn file(reader: &mut Reader<'_>, root: &Node) -> Option<Config> {
    if is_newer(root) {
        refuse_newer(reader, root);
        return None;
    }
    let fields = reader.fields(root, &FILE)?;
    if let Some(node) = fields.get("version") {
        reader.parsed(node, "a version of this format", version);
    }
    let admin = admin::admin(reader, fields.get("admin"));
    let listen = listen::listen(reader, fields.get("listen"), &admin);
    let certs = certs::certs(reader, fields.get("certs"));
    let state = fields.get("state").and_then(|node| state(reader, node));
    let fidelity = fields.get("fidelity").and_then(|node| reader.word(node, FIDELITIES));
    let (world, users) = world::world(reader, fields.get("users"));
    let apps = app::apps(reader, &fields, &users);
    certs::note_unlimited(reader, &certs, &fields, &apps);
    let callers = terminal::callers(reader, fields.get("terminal"), &apps, &world);
    let workers = fields.get("workers").and_then(|node| workers(reader, node));
    let limits = limits::limits(reader, fields.get("limits"));
    let retry = retry::retry(reader, fields.get("retry"));
    let asna = asna::asna(reader, fields.get("asna"));
    // A file may be for ASNA's clients alone.
    if apps.is_empty() && asna.clients.is_empty() {
        let at = fields.get("apps").map_or_else(|| reader.head(root), |node| node.span.clone());
        let help = "list one under `apps`; `evotor-gateway init` writes a file with an example";
        let message = "there is no app: every request is refused";
        reader.doubt(&at, Text::fixed(message), Text::fixed(help));
    }
    let faults = faults::faults(reader, fields.get("faults"), &apps, &asna.clients);
    let journal = journal::journal(reader, fields.get("journal"));
    let partner_ca = authorities(reader, &fields);
    let cors = cors::cors(reader, fields.get("cors"));
    let diagnostic = fields.get("diagnostic_headers").and_then(|node| reader.flag(node));
    Some(Config {
        listen,
        admin,
        certs,
        state: state.unwrap_or_else(|| State::Sqlite(reader.dir.join("./data/gateway.db"))),
        fidelity: fidelity.unwrap_or(Fidelity::Loose),
        world,
        apps,
        removed: Vec::new(),
        removed_tokens: Vec::new(),
        default_app: callers.app,
        default_device: callers.device,
        workers,
        limits,
        retry,
        asna,
        faults,
        journal,
        diagnostic_headers: diagnostic.unwrap_or(false),
        file: reader.source.name.to_string(),
        cors,
        partner_ca,
        secret_files: std::mem::take(&mut reader.secret_files),
        settings: Vec::new(),
    })
}

/// Whether the file says that it is of a format that is not known yet; its keys then mean nothing.
fn is_newer(root: &Node) -> bool {
    version_of(root)
        .and_then(|node| node.scalar()?.value.parse::<u64>().ok())
        .is_some_and(|version| version > VERSION)
}

fn refuse_newer(reader: &mut Reader<'_>, root: &Node) {
    if let Some(node) = version_of(root) {
        let message = "this file is of a newer format than this gateway reads";
        reader.error(
            &node.span,
            Text::fixed(message),
            text!("update evotor-gateway, or write `version: 1`"),
        );
    }
}

fn version_of(root: &Node) -> Option<&Node> {
    let is_version = |key: &Node| key.scalar().is_some_and(|key| key.value == "version");
    root.map()?.iter().find(|(key, _)| is_version(key)).map(|(_, value)| value)
}

fn version(text: &str) -> Result<(), Text> {
    match text.parse() {
        Ok(VERSION) => Ok(()),
        _ => Err(text!("write `version: 1`")),
    }
}

fn state(reader: &mut Reader<'_>, node: &Node) -> Option<State> {
    let text = reader.text(node)?.text.into_owned();
    if text == "memory:" {
        return Some(State::Memory);
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Some(State::Postgres(Token::new(text)));
    }
    match text.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Some(State::Sqlite(reader.dir.join(path))),
        _ => {
            let help = "write sqlite:PATH, memory: or postgres://…";
            reader.error(&node.span, text!("this is no place to keep state"), Text::fixed(help));
            None
        }
    }
}

fn workers(reader: &mut Reader<'_>, node: &Node) -> Option<usize> {
    reader
        .parsed(node, "a number of workers", |text| match text {
            "auto" => Ok(None),
            _ => quantity::count(text, 1, MOST_WORKERS)
                .map(Some)
                .map_err(|help| text!("{help}, or auto", help => help)),
        })
        .flatten()
}

/// Certificates are read where TLS is set up; here only whether the files are there.
fn authorities(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<PathBuf> {
    let nodes = fields.get("partner_ca").map_or(&[][..], |node| reader.list(node));
    let mut paths = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some(path) = reader.path(node) else { continue };
        if let Err(error) = file::open(&path) {
            reader.unreadable(node, &error);
        }
        reader.files.push(path.clone());
        paths.push(path);
    }
    paths
}

const VERSION: u64 = 1;
const MOST_WORKERS: usize = 1024;
const FIDELITIES: &[(&str, Fidelity)] = &[("loose", Fidelity::Loose), ("strict", Fidelity::Strict)];
