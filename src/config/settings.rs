//! The configuration in force as a list: each key of the table with its value and where that is from.
//!
//! Made from the table of keys and the tree of the file, so that no key is left out. Secrets are
//! masked here already: nothing that is listed holds one.

use std::borrow::Cow;
use std::fmt;

use super::keys::{FILE, Key, Section, Shape};
use super::node::{Kind, Node};
use super::reference::{self, expand};
use super::secrecy::{has_password, is_secret, is_word};
use super::source::Source;

/// One key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As in `apps[0].upstreams[https://a.ru].insecure`.
    pub key: String,
    /// As written, references replaced; `None` where there is no value.
    pub value: Option<String>,
    /// Where the value is from.
    pub origin: Origin,
}

/// Where a value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody has written one.
    Default,
    /// This line of the file, from 1.
    Line(usize),
    /// These variables of the environment, which a line of the file names.
    Environment(Vec<String>),
    /// An argument of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Line(line) => write!(f, "file:{line}"),
            Self::Environment(names) => write!(f, "env {}", names.join(", ")),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// What stands for a secret.
pub const MASKED: &str = "••••";

/// Every key with its value.
pub(super) fn settings(
    source: &Source<'_>,
    root: &Node,
    env: &dyn Fn(&str) -> Option<String>,
) -> Vec<Setting> {
    let mut list = List { source, env, found: Vec::new() };
    list.section(&FILE, Some(root), "", false);
    list.found
}

struct List<'l> {
    source: &'l Source<'l>,
    env: &'l dyn Fn(&str) -> Option<String>,
    found: Vec<Setting>,
}

impl List<'_> {
    fn section(&mut self, section: &Section, node: Option<&Node>, above: &str, secret: bool) {
        let entries = node.and_then(Node::map).unwrap_or_default();
        for key in section.keys {
            let value = entries.iter().find(|(name, _)| is_named(name, key.name));
            let value = value.map(|(_, value)| value);
            let path = match above {
                "" => key.name.to_owned(),
                above => format!("{above}.{}", key.name),
            };
            let shown = key.name == "file" || value.is_some_and(|value| is_word(key.name, value));
            self.key(key, value, &path, !shown && (secret || is_secret(key.name)));
        }
    }

    fn key(&mut self, key: &Key, node: Option<&Node>, path: &str, secret: bool) {
        match node.filter(|node| !node.is_null()) {
            Some(node) => self.shape(&key.shape, node, path, secret),
            None => match &key.shape {
                Shape::Section(section) if !is_choice(section) => {
                    self.section(section, None, path, secret);
                }
                _ => {
                    let value = default(key.about).map(str::to_owned);
                    self.add(path, value, Origin::Default);
                }
            },
        }
    }

    fn shape(&mut self, shape: &Shape, node: &Node, path: &str, secret: bool) {
        match (shape, &node.kind) {
            (Shape::Section(section), Kind::Map(_)) => {
                self.section(section, Some(node), path, secret);
            }
            (Shape::Either(shapes), _) => {
                let fits = |shape: &&Shape| {
                    matches!(
                        (shape, &node.kind),
                        (Shape::Section(_) | Shape::Dict(..), Kind::Map(_))
                            | (Shape::List(_), Kind::List(_))
                    )
                };
                match shapes.iter().find(fits) {
                    Some(shape) => self.shape(shape, node, path, secret),
                    None => self.scalar(node, path, secret),
                }
            }
            (Shape::List(item), Kind::List(items)) if !items.is_empty() => {
                for (at, node) in items.iter().enumerate() {
                    self.shape(item, node, &format!("{path}[{at}]"), secret);
                }
            }
            (Shape::Dict(_, value), Kind::Map(entries)) if !entries.is_empty() => {
                for (key, node) in entries.iter() {
                    let name = key.scalar().map_or("", |key| key.value.as_str());
                    self.shape(value, node, &format!("{path}[{name}]"), secret);
                }
            }
            _ => self.scalar(node, path, secret),
        }
    }

    fn scalar(&mut self, node: &Node, path: &str, secret: bool) {
        let (line, _) = self.source.position(node.span.start);
        let Some(scalar) = node.scalar() else {
            let empty = if node.is_list() { "[]" } else { "{}" };
            return self.add(path, Some(empty.to_owned()), Origin::Line(line));
        };
        let text = match expand(&scalar.value, self.env) {
            Ok(expanded) => expanded.text,
            // A value in force was resolved.
            Err(_) => Cow::Borrowed(scalar.value.as_str()),
        };
        let hidden = secret || has_password(&text);
        let used: Vec<String> = reference::names(&scalar.value)
            .filter(|name| (self.env)(name).is_some_and(|value| !value.is_empty()))
            .map(str::to_owned)
            .collect();
        let origin = match used.is_empty() {
            true => Origin::Line(line),
            false => Origin::Environment(used),
        };
        let value = if hidden { MASKED.to_owned() } else { text.into_owned() };
        self.add(path, Some(value), origin);
    }

    fn add(&mut self, path: &str, value: Option<String>, origin: Origin) {
        self.found.push(Setting { key: path.to_owned(), value, origin });
    }
}

/// Whether a section is one of several ways to write something, of which none is the default.
fn is_choice(section: &Section) -> bool {
    section.keys.iter().any(|key| key.required)
}

fn is_named(key: &Node, name: &str) -> bool {
    key.scalar().is_some_and(|key| key.value == name)
}

/// The value that the description of a key names as its default.
fn default(about: &str) -> Option<&str> {
    let (_, value) = about.rsplit_once("Default ")?;
    Some(value.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;
    use crate::config::parse;

    fn env(name: &str) -> Option<String> {
        (name == "TOKEN").then(|| "from-the-environment".to_owned())
    }

    fn listed(text: &str) -> Vec<Setting> {
        parse(text, "a.yaml", Path::new(""), &env).unwrap().config.settings
    }

    fn one(text: &str, key: &str) -> (Option<String>, Origin) {
        let found = listed(text).into_iter().find(|setting| setting.key == key);
        let found = found.unwrap_or_else(|| panic!("{key} is not listed"));
        (found.value, found.origin)
    }

    /// Keys that are there once, whatever the file holds.
    fn single(section: &Section, above: &str, all: &mut Vec<(String, &'static str)>) {
        for key in section.keys {
            let path = format!("{above}{}", key.name);
            match &key.shape {
                Shape::Section(inner) => single(inner, &format!("{path}."), all),
                _ => all.push((path, key.about)),
            }
        }
    }

    #[test]
    fn no_key_is_left_out() {
        let mut all = Vec::new();
        single(&FILE, "", &mut all);
        let listed: HashSet<String> =
            listed("version: 1\n").into_iter().map(|setting| setting.key).collect();
        for (key, _) in &all {
            assert!(listed.contains(key), "{key}");
        }
        assert_eq!(listed.len(), all.len());
    }

    #[test]
    fn the_defaults_that_are_told_are_those_in_force() {
        let mut all = Vec::new();
        single(&FILE, "", &mut all);
        let meant = |text: &str| {
            let mut config = parse(text, "a.yaml", Path::new(""), &env).unwrap().config;
            config.settings.clear();
            format!("{config:?}")
        };
        let bare = meant("version: 1\n");
        for (key, about) in all {
            let Some(value) = default(about) else { continue };
            let text = match key.split_once('.') {
                Some((section, key)) => format!("version: 1\n{section}: {{{key}: {value}}}\n"),
                None => format!("version: 1\n{key}: {value}\n"),
            };
            assert_eq!(meant(&text), bare, "{key}: {value}");
        }
    }

    #[test]
    fn each_value_says_where_it_is_from() {
        let text = "version: 1\nlimits:\n  max_head: 32KiB\nfidelity: ${NONE:-strict}\n\
                    certs: ${TOKEN}/certs\n";
        assert_eq!(one(text, "limits.max_head"), (Some("32KiB".into()), Origin::Line(3)));
        assert_eq!(one(text, "limits.drain"), (Some("10s".into()), Origin::Default));
        assert_eq!(one(text, "fidelity"), (Some("strict".into()), Origin::Line(4)));
        let from = Origin::Environment(vec!["TOKEN".into()]);
        assert_eq!(one(text, "certs"), (Some("from-the-environment/certs".into()), from));
        assert_eq!(one(text, "partner_ca"), (None, Origin::Default));
    }

    #[test]
    fn what_users_name_is_listed_below_it() {
        let text = "version: 1\napps:\n  - id: a\n    allow: [x, y]\n    tokens: {u: hunter2}\n    \
                    authorization: {basic: {login: hunter2, password: \"${TOKEN}\"}}\n    \
                    upstreams: {https://a.ru: http://127.0.0.1:1}\nusers: [{id: u}]\n\
                    admin: {token: hunter2hunter2hunter2}\nstate: \"memory:\"\n";
        assert_eq!(one(text, "apps[0].allow[1]").0.as_deref(), Some("y"));
        assert_eq!(one(text, "apps[0].tokens[u]").0.as_deref(), Some(MASKED));
        assert_eq!(one(text, "admin.token"), (Some(MASKED.into()), Origin::Line(9)));
        let password = one(text, "apps[0].authorization.basic.password");
        assert_eq!(password.0.as_deref(), Some(MASKED));
        assert_eq!(password.1, Origin::Environment(vec!["TOKEN".into()]));
        assert_eq!(one(text, "apps[0].proxy"), (Some("v2".into()), Origin::Default));
        let upstream = "apps[0].upstreams[https://a.ru]";
        assert_eq!(one(text, upstream).0.as_deref(), Some("http://127.0.0.1:1"));
        let shown = format!("{:?}", listed(text));
        assert!(!shown.contains("hunter2") && !shown.contains("from-the-environment"), "{shown}");
    }
}
