//! `certs`.

use std::path::PathBuf;

use crate::config::hosts;
use crate::config::keys::{CERTS, CERTS_CA, SECRET_FILE};
use crate::config::meant::{App, Certs};
use crate::config::node::Node;
use crate::config::reader::{Fields, Reader};
use crate::file;
use crate::text::Text;

/// A folder, or a map with the folder in it.
pub(super) fn certs(reader: &mut Reader<'_>, node: Option<&Node>) -> Certs {
    let mut certs = Certs { dir: reader.dir.join("./certs"), constrain: false, ca: None };
    let Some(node) = node else { return certs };
    if node.map().is_none() {
        certs.dir = reader.path(node).unwrap_or(certs.dir);
        return certs;
    }
    let Some(fields) = reader.fields(node, &CERTS) else { return certs };
    if let Some(node) = fields.get("dir") {
        certs.dir = reader.path(node).unwrap_or(certs.dir);
    }
    certs.constrain = fields.get("constrain").and_then(|node| reader.flag(node)).unwrap_or(false);
    certs.ca = fields.get("ca").and_then(|node| own(reader, node));
    certs
}

/// Notes each rule of which it cannot be told what hosts an authority with limits has to cover.
pub(super) fn note_unlimited(
    reader: &mut Reader<'_>,
    certs: &Certs,
    file: &Fields<'_>,
    apps: &[App],
) {
    if !certs.constrain || reader.drafts.has_errors() {
        return;
    }
    let nodes = file.get("apps").map_or(&[][..], |node| reader.list(node));
    for (node, app) in nodes.iter().zip(apps) {
        let is_allow = |key: &Node| key.scalar().is_some_and(|key| key.value == "allow");
        let allow = node.map().unwrap_or_default().iter().find(|(key, _)| is_allow(key));
        let rules = allow.map_or(&[][..], |(_, allow)| reader.list(allow));
        for (node, rule) in rules.iter().zip(&app.allow) {
            if hosts::spelled(rule.pattern.source()).is_none() {
                let message = "`certs.constrain` needs hosts, and this rule does not spell one out";
                reader.error(&node.span, Text::fixed(message), Text::fixed(REMEDY));
            }
        }
    }
}

fn own(reader: &mut Reader<'_>, node: &Node) -> Option<(PathBuf, PathBuf)> {
    let fields = reader.fields(node, &CERTS_CA)?;
    let certificate = fields.get("cert").and_then(|node| there(reader, node));
    let key = fields.get("key").and_then(|node| {
        let fields = reader.fields(node, &SECRET_FILE)?;
        let path = there(reader, fields.get("file")?)?;
        reader.secret_files.push(path.clone());
        Some(path)
    });
    certificate.zip(key)
}

/// A file that can be opened; what is in it is read where TLS is set up.
fn there(reader: &mut Reader<'_>, node: &Node) -> Option<PathBuf> {
    let path = reader.path(node)?;
    if let Err(error) = file::open(&path) {
        reader.unreadable(node, &error);
    }
    Some(path)
}

const REMEDY: &str = r"write the host or its end out, as in 'https://[a-z]+\.example\.ru/.*', or leave out `constrain`";
