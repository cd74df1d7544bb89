//! Apps, in the form that gateway.yaml has for them.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::change::Kind;
use super::entry::Entry;
use super::form::{self, Reading, Wrong};
use super::patch::merged;
use super::{Context, Left};
use crate::config::meant::{
    AllowOrigins, App, Authorization, Config, Envelope, InstalledBy, Proxy, Target, Upstream,
    Webhooks,
};
use crate::config::read;
use crate::model::world::UserIndex;
use crate::text::text;

type Form = Map<String, Value>;

/// An app; the places of users in it are those of the context.
pub(super) struct AppEntry(App);

impl AppEntry {
    /// The apps of a configuration, for a world with other places for its users.
    pub(super) fn all(config: &Config, context: &Context) -> Vec<Self> {
        let place = |user: &UserIndex| context.users.place(&config.world.users.get(user.0)?.id);
        let moved = |app: &App| {
            let tokens = app.tokens.iter();
            let tokens = tokens.filter_map(|(user, token)| Some((place(user)?, token.clone())));
            let installed_by = match &app.installed_by {
                InstalledBy::All => InstalledBy::All,
                InstalledBy::Users(users) => {
                    InstalledBy::Users(users.iter().filter_map(place).collect())
                }
            };
            Self(App { tokens: tokens.collect(), installed_by, ..app.clone() })
        };
        config.apps.iter().map(moved).collect()
    }
}

/// Names and ids share one space; of apps that clash the first stays.
pub(super) fn distinct(apps: Vec<AppEntry>, left: &mut Vec<Left>) -> Vec<App> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut kept = Vec::with_capacity(apps.len());
    for AppEntry(app) in apps {
        let own = [app.id.to_lowercase(), app.name.to_lowercase()];
        if let Some(word) = own.iter().find(|word| taken.contains(*word)) {
            let why = text!("another app has the id or name {word}", word);
            left.push(Left { kind: Kind::App, id: app.id, why });
            continue;
        }
        taken.extend(own);
        kept.push(app);
    }
    kept
}

impl Entry for AppEntry {
    const KIND: Kind = Kind::App;

    fn id(&self) -> &str {
        &self.0.id
    }

    fn form(&self, context: &Context) -> Form {
        form_of(&self.0, &context.ids)
    }

    fn read(form: &Form, context: &Context) -> Reading<Self> {
        let form = if context.is_strict { form.clone() } else { pruned(form, context) };
        let (mut app, doubts) =
            form::read(&form, |reader, node| read::app(reader, node, &context.users))?;
        for rule in &mut app.allow {
            (rule.line, rule.column) = (0, 0);
        }
        Ok((Self(app), doubts))
    }

    fn changed(&self, patch: &Form, context: &Context) -> Result<Self, Vec<Wrong>> {
        let mut changed = Self::read(&merged(&self.form(context), patch), context)?.0;
        if !patch.contains_key("allow") {
            // They keep their lines in the file.
            changed.0.allow.clone_from(&self.0.allow);
        }
        Ok(changed)
    }
}

/// A form without the users that are gone.
fn pruned(form: &Form, context: &Context) -> Form {
    let mut form = form.clone();
    if let Some(Value::Object(tokens)) = form.get_mut("tokens") {
        tokens.retain(|user, _| context.users.place(user).is_some());
    }
    if let Some(Value::Array(users)) = form.get_mut("installed_by") {
        users.retain(|user| user.as_str().is_none_or(|id| context.users.place(id).is_some()));
    }
    form
}

/// An app as the API has it, its secrets included.
fn form_of(app: &App, ids: &[String]) -> Form {
    let id = |user: &UserIndex| ids.get(user.0).cloned();
    let mut form = Form::new();
    let mut set = |key: &str, value: Value| form.insert(key.to_owned(), value);
    set("id", json!(app.id));
    set("name", json!(app.name));
    let (proxy, envelope) = proxy(app.proxy);
    set("proxy", json!(proxy));
    envelope.map(|envelope| set("envelope", json!(envelope)));
    app.base_url.as_ref().map(|url| set("base_url", json!(url)));
    allow_origins(&app.allow_origins).map(|origins| set("allow_origins", origins));
    let rules = app.allow.iter().map(|rule| rule.pattern.source().to_owned());
    set("allow", rules.collect::<Vec<_>>().into());
    let authorization = match &app.authorization {
        Authorization::UserToken => json!("user_token"),
        Authorization::Fixed(token) => json!({"raw": token.expose()}),
    };
    set("authorization", authorization);
    let tokens: HashMap<String, &str> =
        app.tokens.iter().filter_map(|(user, token)| Some((id(user)?, token.expose()))).collect();
    set("tokens", json!(tokens));
    let installed_by = match &app.installed_by {
        InstalledBy::All => json!("all"),
        InstalledBy::Users(users) => users.iter().filter_map(id).collect::<Vec<_>>().into(),
    };
    set("installed_by", installed_by);
    set("upstreams", app.upstreams.iter().map(upstream).collect::<Form>().into());
    set("keep", json!(app.keep));
    app.webhooks.as_ref().map(|own| set("webhooks", webhooks(own)));
    form
}

fn proxy(proxy: Proxy) -> (&'static str, Option<&'static str>) {
    match proxy {
        Proxy::V1(Envelope::Wrap) => ("v1", Some("wrap")),
        Proxy::V1(Envelope::Require) => ("v1", Some("require")),
        Proxy::V1(Envelope::Unwrap) => ("v1", Some("unwrap")),
        Proxy::V2 => ("v2", None),
    }
}

fn upstream(upstream: &Upstream) -> (String, Value) {
    let host = if upstream.host_of_upstream { "upstream" } else { "app" };
    let to = json!({"url": upstream.to.to_string(), "host": host, "insecure": upstream.insecure});
    (upstream.from.to_string(), to)
}

fn allow_origins(origins: &AllowOrigins) -> Option<Value> {
    match origins {
        AllowOrigins::Any => Some(json!("any")),
        AllowOrigins::These(origins) if origins.is_empty() => None,
        AllowOrigins::These(origins) => {
            Some(origins.iter().map(ToString::to_string).collect::<Vec<_>>().into())
        }
    }
}

fn webhooks(webhooks: &Webhooks) -> Value {
    let mut form = Form::new();
    let mut set = |key: &str, value: Value| form.insert(key.to_owned(), value);
    set("url", json!(webhooks.url));
    webhooks.auth.as_ref().map(|token| set("auth", json!({"raw": token.expose()})));
    let auths = webhooks.auths.iter();
    let auths = auths.map(|(event, token)| (event.clone(), json!({"raw": token.expose()})));
    set("auths", auths.collect::<Form>().into());
    let path = |target: &Target| match target {
        Target::Off => json!("off"),
        Target::Own(path) => json!(path),
    };
    let paths = webhooks.paths.iter().map(|(event, target)| (event.clone(), path(target)));
    set("paths", paths.collect::<Form>().into());
    set("documents", json!(if webhooks.documents_v1 { "v1" } else { "v2" }));
    set("inventories", json!(if webhooks.inventories_items { "items" } else { "array" }));
    set("subscription_times", json!(if webhooks.subscription_zulu { "Z" } else { "+0000" }));
    set("tariff", json!(webhooks.tariff));
    form.into()
}
