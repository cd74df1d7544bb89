//! An app as gateway.yaml would write it.

use serde_json::{Map, Value, json};
use serde_yaml::SerializerOptions;

use super::laid::{Kind, form};
use super::meant::Config;

type Form = Map<String, Value>;

/// An entry of `apps`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The entry, indented to stand below `apps:`.
    pub text: String,
    /// The variables of the environment that stand for secrets in it, in their order.
    pub variables: Vec<String>,
}

/// Writes an app of a configuration; nothing where there is none of this id. Secrets are written as they
/// are, or as references to the environment.
pub fn app(config: &Config, id: &str, reveal: bool) -> Option<Written> {
    let mut form = form(config, Kind::App, id)?;
    let name = form.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut secrets = Secrets { prefix: prefix(name), reveal, variables: Vec::new() };
    escape(&mut form);
    form.retain(|key, value| !is_usual(key, value));
    if let Some(value) = form.get_mut("authorization") {
        secrets.credential("AUTHORIZATION", value);
    }
    for (user, token) in entries(form.get_mut("tokens")) {
        secrets.hide(&format!("TOKEN_{}", upper(user)), token);
    }
    for (_, upstream) in entries(form.get_mut("upstreams")) {
        shorten(upstream);
    }
    if let Some(Value::Object(webhooks)) = form.get_mut("webhooks") {
        webhooks.retain(|key, value| !is_usual(key, value));
        if let Some(value) = webhooks.get_mut("auth") {
            secrets.credential("WEBHOOKS_AUTH", value);
        }
        for (event, value) in entries(webhooks.get_mut("auths")) {
            secrets.credential(&format!("WEBHOOKS_AUTH_{}", upper(event)), value);
        }
    }
    let mut options = SerializerOptions::default();
    // A folded text would be read with other line ends.
    options.prefer_block_scalars = false;
    let yaml = serde_yaml::to_string_with_options(&json!([form]), options).ok()?;
    let text = yaml.lines().map(|line| format!("  {line}\n")).collect();
    Some(Written { text, variables: secrets.variables })
}

/// How secrets are written.
struct Secrets {
    prefix: String,
    reveal: bool,
    variables: Vec<String>,
}

impl Secrets {
    /// `{raw: SECRET}`, with the scheme left in sight.
    fn credential(&mut self, what: &str, value: &mut Value) {
        let Some(raw) = value.get("raw").and_then(Value::as_str) else { return };
        let (key, secret) = match raw.strip_prefix("Bearer ").filter(|rest| !rest.is_empty()) {
            Some(secret) => ("bearer", secret),
            None => ("raw", raw),
        };
        let mut secret = json!(secret);
        self.hide(what, &mut secret);
        *value = json!({key: secret});
    }

    fn hide(&mut self, what: &str, secret: &mut Value) {
        if self.reveal {
            return;
        }
        let mut name = format!("{}_{what}", self.prefix);
        while self.variables.contains(&name) {
            name.push('_');
        }
        *secret = json!(format!("${{{name}}}"));
        self.variables.push(name);
    }
}

/// What is in force where nothing is written.
fn is_usual(key: &str, value: &Value) -> bool {
    let usual = match key {
        "installed_by" => "all",
        "authorization" => "user_token",
        "documents" => "v2",
        "inventories" => "array",
        "subscription_times" => "+0000",
        "envelope" => "wrap",
        "tariff" => return *value == json!(false),
        "tokens" | "upstreams" | "auths" | "paths" => {
            return value.as_object().is_some_and(Map::is_empty);
        }
        "keep" => return value.as_array().is_some_and(Vec::is_empty),
        _ => return false,
    };
    *value == json!(usual)
}

/// An upstream that says no more than where it leads.
fn shorten(upstream: &mut Value) {
    let Some(form) = upstream.as_object_mut() else { return };
    form.retain(|key, value| {
        !(key == "host" && *value == json!("app") || key == "insecure" && *value == json!(false))
    });
    if form.len() == 1
        && let Some(url) = form.shift_remove("url")
    {
        *upstream = url;
    }
}

/// What would be read as a reference is none.
fn escape(form: &mut Form) {
    fn within(value: &mut Value) {
        match value {
            Value::String(text) => *text = text.replace("${", "$${"),
            Value::Array(items) => items.iter_mut().for_each(within),
            Value::Object(entries) => entries.values_mut().for_each(within),
            _ => {}
        }
    }
    form.values_mut().for_each(within);
}

fn entries(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flat_map(|entries| entries.iter_mut())
}

/// A name as the environment has them.
fn upper(name: &str) -> String {
    let letter = |letter: char| match letter.is_ascii_alphanumeric() {
        true => letter.to_ascii_uppercase(),
        false => '_',
    };
    name.chars().map(letter).collect()
}

/// The same where no digit may be the first.
fn prefix(name: &str) -> String {
    let name = upper(name);
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name
    } else {
        format!("APP_{name}")
    }
}
