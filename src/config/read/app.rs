//! `apps`.

use std::collections::HashMap;

use crate::config::keys::APP;
use crate::config::meant::{AllowOrigins, App, Authorization, Envelope, InstalledBy, Proxy};
use crate::config::nearest::nearest;
use crate::config::node::{Kind, Node};
use crate::config::reader::{Fields, Reader, shown};
use crate::config::value::{header, origin};
use crate::model::token::Token;
use crate::model::world::UserIndex;
use crate::text::{Text, text};

use super::world::Users;
use super::{allow, credential, upstream, webhooks};

/// Reads all apps and notes ids and names that two of them share.
pub(super) fn apps(reader: &mut Reader<'_>, file: &Fields<'_>, users: &Users) -> Vec<App> {
    let nodes = file.get("apps").map_or(&[][..], |node| reader.list(node));
    let mut first = HashMap::new();
    let mut apps = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Some(fields) = reader.fields(node, &APP) else { continue };
        let app = app(reader, node, &fields, users);
        note_repeated(reader, &fields, &app, &mut first);
        apps.push(app);
    }
    apps
}

/// Reads one app.
pub(in crate::config) fn one(reader: &mut Reader<'_>, node: &Node, users: &Users) -> Option<App> {
    let fields = reader.fields(node, &APP)?;
    Some(app(reader, node, &fields, users))
}

fn app(reader: &mut Reader<'_>, node: &Node, fields: &Fields<'_>, users: &Users) -> App {
    let id = fields.get("id").and_then(|node| reader.own_id(node, "app", "id"));
    let id = id.unwrap_or_default();
    let name = fields.get("name").and_then(|node| name(reader, node));
    let upstreams = fields.get("upstreams").map(|node| upstream::upstreams(reader, node));
    let upstreams = upstreams.unwrap_or_default();
    App {
        name: name.unwrap_or_else(|| id.clone()),
        id,
        proxy: proxy(reader, fields),
        base_url: fields
            .get("base_url")
            .and_then(|node| reader.parsed(node, "a base URL", origin::base)),
        allow_origins: allow_origins(reader, fields),
        allow: allow::allow(reader, node, fields.get("allow"), &upstreams),
        authorization: fields
            .get("authorization")
            .and_then(|node| authorization(reader, node))
            .unwrap_or(Authorization::UserToken),
        tokens: fields.get("tokens").map(|node| tokens(reader, node, users)).unwrap_or_default(),
        installed_by: fields
            .get("installed_by")
            .map_or(InstalledBy::All, |node| installed_by(reader, node, users)),
        upstreams,
        keep: fields.get("keep").map(|node| keep(reader, node)).unwrap_or_default(),
        webhooks: fields.get("webhooks").and_then(|node| webhooks::webhooks(reader, node)),
    }
}

/// Names and ids share one space, for `default_app` and `--app` take either.
fn note_repeated(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    app: &App,
    first: &mut HashMap<String, usize>,
) {
    let own = [("id", &app.id), ("name", &app.name)].map(|(key, word)| {
        let node = fields.get(key).filter(|_| !word.is_empty())?;
        Some((key, node, word.to_lowercase()))
    });
    for (key, node, word) in own.iter().flatten() {
        if let Some(earlier) = first.get(word) {
            let (line, _) = reader.source.position(*earlier);
            let message = text!("another app has the {key} {node}", key, node => shown(node));
            reader.error(&node.span, message, text!("the first is on line {line}", line));
        }
    }
    for (_, node, word) in own.into_iter().flatten() {
        first.entry(word).or_insert(node.span.start);
    }
}

fn name(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.text(node)?.text.into_owned();
    if text.is_empty() || text.contains(char::is_control) {
        reader.error(&node.span, text!("this cannot be a name"), text!("write a short word"));
        return None;
    }
    Some(text)
}

fn proxy(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Proxy {
    let is_v1 = fields.get("proxy").and_then(|node| reader.word(node, PROXIES)).unwrap_or(false);
    let envelope = fields.get("envelope").and_then(|node| reader.word(node, ENVELOPES));
    if is_v1 {
        return Proxy::V1(envelope.unwrap_or(Envelope::Wrap));
    }
    for key in ["envelope", "base_url"] {
        if let Some(node) = fields.get(key) {
            let message = text!("`{key}` means something for `proxy: v1` only", key);
            reader.error(&node.span, message, text!("leave it out, or write `proxy: v1`"));
        }
    }
    Proxy::V2
}

fn allow_origins(reader: &mut Reader<'_>, fields: &Fields<'_>) -> AllowOrigins {
    let Some(node) = fields.get("allow_origins") else { return AllowOrigins::These(Vec::new()) };
    if fields.get("base_url").is_none() {
        let message = "`allow_origins` means something beside `base_url` only";
        reader.error(
            &node.span,
            Text::fixed(message),
            text!("leave it out, or write a `base_url`"),
        );
    }
    if let Kind::List(nodes) = &node.kind {
        let origins =
            nodes.iter().filter_map(|node| reader.parsed(node, "an origin", origin::origin));
        return AllowOrigins::These(origins.collect());
    }
    let is_any = reader.text(node).is_some_and(|text| {
        text.text == "any" || {
            let help = "write any, or a list such as [http://localhost:3000]";
            reader.error(&node.span, text!("this names no web pages"), Text::fixed(help));
            false
        }
    });
    if is_any { AllowOrigins::Any } else { AllowOrigins::These(Vec::new()) }
}

fn authorization(reader: &mut Reader<'_>, node: &Node) -> Option<Authorization> {
    if node.map().is_some() {
        return credential::credential(reader, node).map(Authorization::Fixed);
    }
    let text = reader.text(node)?.text;
    if text == "user_token" {
        return Some(Authorization::UserToken);
    }
    let help = match nearest(&text, ["user_token"]) {
        Some(_) => "did you mean `user_token`?",
        None => "write user_token, {bearer: T}, {raw: T} or {basic: {login: L, password: P}}",
    };
    reader.error(&node.span, text!("this is no way to authorise"), Text::fixed(help));
    None
}

fn tokens(reader: &mut Reader<'_>, node: &Node, users: &Users) -> HashMap<UserIndex, Token> {
    let entries = reader.entries(node).unwrap_or_default();
    let mut tokens = HashMap::with_capacity(entries.len());
    for (key, _, value) in entries {
        let user = users.find(reader, key);
        let token = credential::token(reader, value);
        if let (Some(user), Some(token)) = (user, token) {
            tokens.insert(user, token);
        }
    }
    tokens
}

fn installed_by(reader: &mut Reader<'_>, node: &Node, users: &Users) -> InstalledBy {
    match &node.kind {
        Kind::List(nodes) => {
            InstalledBy::Users(nodes.iter().filter_map(|node| users.find(reader, node)).collect())
        }
        Kind::Scalar(_) | Kind::Map(_) => {
            let all = reader.text(node).is_some_and(|text| {
                text.text == "all" || {
                    reader.error(
                        &node.span,
                        text!("this names no users"),
                        text!("write all, or [user ids]"),
                    );
                    false
                }
            });
            if all { InstalledBy::All } else { InstalledBy::Users(Vec::new()) }
        }
    }
}

fn keep(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    let mut names = Vec::new();
    for node in reader.list(node) {
        let Some(name) = reader.parsed(node, "a header to keep", header::kept) else { continue };
        if !header::is_removed(&name) {
            let message = text!("`{name}` reaches the partner anyway", name);
            reader.warn(&node.span, message, text!("only X-Device-… and X-Evotor-… are removed"));
        }
        names.push(name);
    }
    names
}

const PROXIES: &[(&str, bool)] = &[("v1", true), ("v2", false)];
const ENVELOPES: &[(&str, Envelope)] =
    &[("wrap", Envelope::Wrap), ("require", Envelope::Require), ("unwrap", Envelope::Unwrap)];
