//! `apps[].upstreams`.

use std::collections::HashMap;

use crate::config::keys::UPSTREAM;
use crate::config::meant::{Origin, Upstream};
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::config::value::origin::origin;
use crate::text::{Text, text};

/// Where requests really go, one entry for an origin however it is spelt.
pub(super) fn upstreams(reader: &mut Reader<'_>, node: &Node) -> Vec<Upstream> {
    let mut first: HashMap<Origin, usize> = HashMap::new();
    let mut upstreams = Vec::new();
    for (key, _, value) in reader.entries(node).unwrap_or_default() {
        let from = reader.parsed(key, "an origin", origin);
        let to = target(reader, value);
        let (Some(from), Some(to)) = (from, to) else { continue };
        if let Some(earlier) = first.insert(from.clone(), key.span.start) {
            let (line, _) = reader.source.position(earlier);
            let help = text!("line {line} names the same origin; keep one of them", line);
            reader.error(&key.span, text!("this origin has two upstreams"), help);
        }
        if !matches!(from.port, 80 | 443) {
            let message =
                text!("no request comes here: apps may not use port {port}", port = from.port);
            reader.warn(
                &key.span,
                message,
                text!("name the origin as the app does, with port 80 or 443"),
            );
        }
        upstreams.push(Upstream { from, ..to });
    }
    upstreams
}

/// The right side: an origin, or a map of it and more. `from` is not known here.
fn target(reader: &mut Reader<'_>, node: &Node) -> Option<Upstream> {
    if node.map().is_none() {
        let to = reader.parsed(node, "an origin", origin)?;
        return Some(Upstream { from: to.clone(), to, host_of_upstream: false, insecure: false });
    }
    let fields = reader.fields(node, &UPSTREAM)?;
    let to = fields.get("url").and_then(|node| reader.parsed(node, "an origin", origin));
    let host = fields.get("host").and_then(|node| reader.word(node, HOSTS));
    let insecure = fields.get("insecure").and_then(|node| reader.flag(node));
    let to = to?;
    if insecure == Some(true) {
        let message = "the partner's certificate is not checked";
        reader.warn(
            &node.span,
            Text::fixed(message),
            text!("list its authority in `partner_ca` instead"),
        );
    }
    Some(Upstream {
        from: to.clone(),
        to,
        host_of_upstream: host.unwrap_or(false),
        insecure: insecure.unwrap_or(false),
    })
}

const HOSTS: &[(&str, bool)] = &[("app", false), ("upstream", true)];
