//! Reading values off the tree: each reader gives what it can and notes what is wrong, so that one
//! pass finds every mistake.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::drafts::{Draft, Drafts, clipped};
use super::finding::Severity;
use super::keys::Section;
use super::nearest::nearest;
use super::node::{Kind, Node};
use super::reference::{Expanded, Unresolved, Why, expand};
use super::secrecy::has_password;
use super::source::Source;
use super::value::identifier;
use crate::text::{Text, text};

/// What reading needs and what it has found so far.
///
/// Once there are more mistakes than are told, everything reads as if it were left out.
pub(super) struct Reader<'r> {
    pub(super) source: &'r Source<'r>,
    /// Whether this is a file. What comes over the API has no references to follow and no lines.
    pub(super) is_file: bool,
    /// The folder that paths in the file are relative to.
    pub(super) dir: &'r Path,
    pub(super) env: &'r dyn Fn(&str) -> Option<String>,
    pub(super) drafts: Drafts,
    /// Stretches that no report may show, besides those that their keys give away.
    pub(super) secrets: Vec<Range<usize>>,
    /// Files whose content is part of the configuration.
    pub(super) files: Vec<PathBuf>,
    /// Those of them, and others, that hold secrets.
    pub(super) secret_files: Vec<PathBuf>,
    /// What is told only where nothing is wrong: place, message and help.
    doubts: Vec<(Range<usize>, Text, Text)>,
}

/// The values of a section, by key.
pub(super) struct Fields<'n> {
    section: &'static Section,
    values: Vec<Option<&'n Node>>,
}

impl<'r> Reader<'r> {
    pub(super) fn new(
        source: &'r Source<'r>,
        dir: &'r Path,
        env: &'r dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let (drafts, secrets, files) = (Drafts::default(), Vec::new(), Vec::new());
        let (secret_files, doubts) = (Vec::new(), Vec::new());
        Self { source, is_file: true, dir, env, drafts, secrets, files, secret_files, doubts }
    }

    /// Of what came over the API, `source` being empty.
    pub(super) fn of_request(source: &'r Source<'r>) -> Self {
        Self { is_file: false, ..Self::new(source, Path::new(""), &|_| None) }
    }

    pub(super) fn error(
        &mut self,
        at: &Range<usize>,
        message: impl Into<Text>,
        help: impl Into<Text>,
    ) {
        self.note(Severity::Error, at, message, help);
    }

    pub(super) fn warn(
        &mut self,
        at: &Range<usize>,
        message: impl Into<Text>,
        help: impl Into<Text>,
    ) {
        self.note(Severity::Warning, at, message, help);
    }

    /// Warns once everything is read, and only where nothing is wrong.
    pub(super) fn doubt(&mut self, at: &Range<usize>, message: Text, help: Text) {
        self.doubts.push((at.clone(), message, help));
    }

    /// Everything is read.
    pub(super) fn finish(&mut self) {
        let doubts = std::mem::take(&mut self.doubts);
        if !self.drafts.has_errors() {
            doubts.into_iter().for_each(|(at, message, help)| self.warn(&at, message, help));
        }
    }

    /// The values of a map with known keys. Unknown, repeated and missing ones are noted.
    pub(super) fn fields<'n>(
        &mut self,
        node: &'n Node,
        section: &'static Section,
    ) -> Option<Fields<'n>> {
        let mut fields = Fields { section, values: vec![None; section.keys.len()] };
        for (key, name, value) in self.entries(node)? {
            match section.keys.iter().position(|known| known.name == name) {
                Some(at) => fields.values[at] = Some(value),
                None => self.unknown_key(key, name, value, section),
            }
        }
        for (key, value) in section.keys.iter().zip(&fields.values) {
            if key.required && value.is_none() {
                let message = text!("`{key}` is missing", key = key.name);
                self.error(&self.head(node), message, Text::fixed(key.about));
            }
        }
        Some(fields)
    }

    /// The entries of a map whose keys are the user's; of repeated ones the first.
    pub(super) fn entries<'n>(
        &mut self,
        node: &'n Node,
    ) -> Option<Vec<(&'n Node, &'n str, &'n Node)>> {
        if self.drafts.is_full() {
            return None;
        }
        if node.is_null() {
            return Some(Vec::new());
        }
        let Some(entries) = node.map() else {
            let message =
                text!("a map of keys and values is expected, not {noun}", noun => node.noun());
            self.error(&node.span, message, text!("write `key: value` lines, indented"));
            return None;
        };
        let mut first: HashMap<&str, Range<usize>> = HashMap::with_capacity(entries.len());
        let mut out = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let Some(name) = key.scalar().map(|key| key.value.as_str()) else {
                let message = text!("a key is a word, not {noun}", noun => key.noun());
                self.error(&key.span, message, text!("quote it if it begins with a bracket"));
                continue;
            };
            if let Some(earlier) = first.get(name) {
                let (line, _) = self.source.position(earlier.start);
                let help = text!("it is on line {line} already; keep one of them", line);
                self.error(&key.span, text!("`{name}` is written twice", name), help);
                continue;
            }
            first.insert(name, key.span.clone());
            out.push((key, name, value));
        }
        Some(out)
    }

    /// The items of a list; nothing written is an empty one.
    pub(super) fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.kind {
            _ if self.drafts.is_full() => &[],
            Kind::List(items) => items,
            _ if node.is_null() => &[],
            _ => {
                let message = text!("a list is expected, not {noun}", noun => node.noun());
                self.error(
                    &node.span,
                    message,
                    text!("put each item on a line of its own behind `- `"),
                );
                &[]
            }
        }
    }

    /// A single value, its references replaced.
    pub(super) fn text<'n>(&mut self, node: &'n Node) -> Option<Expanded<'n>> {
        if self.drafts.is_full() {
            return None;
        }
        let Some(scalar) = node.scalar().filter(|_| !node.is_null()) else {
            let message = text!("a single value is expected, not {noun}", noun => node.noun());
            let help = match node.kind {
                Kind::Map(_) => "quote a text that holds `: ` or begins with `{`",
                Kind::List(_) => "quote a text that begins with `[`",
                Kind::Scalar(_) => "write a value, or leave the key out",
            };
            self.error(&node.span, message, Text::fixed(help));
            return None;
        };
        if !self.is_file {
            return Some(Expanded::literal(&scalar.value));
        }
        match expand(&scalar.value, self.env) {
            Ok(expanded) => Some(expanded),
            Err(unresolved) => {
                self.unresolved(node, &unresolved);
                None
            }
        }
    }

    /// A single value that `parse` understands; its complaint says what would be right.
    pub(super) fn parsed<T>(
        &mut self,
        node: &Node,
        what: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Text>,
    ) -> Option<T> {
        let text = self.text(node)?;
        match parse(text.text.trim()) {
            Ok(value) => Some(value),
            Err(help) => {
                self.error(
                    &node.span,
                    text!("{node} is not {what}", node => shown(node), what => what),
                    help,
                );
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.text) {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message =
            text!("{node} is not one of {join}", node => shown(node), join = names.join(", "));
        let help = match nearest(&text.text, names.iter().copied()) {
            Some(word) => text!("did you mean `{word}`?", word),
            None => text!("write one of {names}", names = names.join(", ")),
        };
        self.error(&node.span, message, help);
        None
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, node: &Node) -> Option<bool> {
        self.word(node, &[("true", true), ("false", false)])
    }

    /// An identifier of the vendor's world. They are left loose, for live ones break every rule, but
    /// each must be able to stand in a header field.
    pub(super) fn id(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node)?;
        if !text.text.is_empty()
            && text.text.len() <= LONGEST_ID
            && text.text.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Some(text.text.into_owned());
        }
        let help = text!(
            "it is sent in a header: 1 to {most} ASCII letters, digits, signs",
            most = LONGEST_ID
        );
        self.error(&node.span, text!("this cannot be an identifier"), help);
        None
    }

    /// The identifier of something of this kind; one whose form no live one has is doubted.
    pub(super) fn own_id(
        &mut self,
        node: &Node,
        noun: &'static str,
        key: &'static str,
    ) -> Option<String> {
        let id = self.id(node)?;
        if let Some(form) = identifier::misformed(noun, key, &id) {
            let message = text!(
                "this {key} has another form than a {noun}'s in the cloud",
                key, noun => noun
            );
            self.doubt(&node.span, message, text!("it is {form}", form => form));
        }
        Some(id)
    }

    /// A path, relative to the file's folder.
    pub(super) fn path(&mut self, node: &Node) -> Option<PathBuf> {
        let text = self.text(node)?;
        if text.text.is_empty() || text.text.contains('\0') {
            self.error(
                &node.span,
                text!("a path is expected"),
                text!("write a path, or leave the key out"),
            );
            return None;
        }
        Some(self.dir.join(&*text.text))
    }

    /// The place of characters `at` of a text, or the whole of it where no place is certain.
    pub(super) fn within(&self, node: &Node, at: Range<usize>) -> Range<usize> {
        let place = |at| node.place_of(at, self.source.text);
        match (place(at.start), place(at.end)) {
            (Some(start), Some(end)) => start..end,
            _ => node.span.clone(),
        }
    }

    /// Notes a file that cannot be opened.
    pub(super) fn unreadable(&mut self, node: &Node, error: &io::Error) {
        let help = match error.kind() {
            io::ErrorKind::NotFound => text!("there is no such file"),
            _ => Text::verbatim(error.to_string()),
        };
        self.error(&node.span, text!("this file cannot be read"), help);
    }

    fn note(
        &mut self,
        severity: Severity,
        at: &Range<usize>,
        message: impl Into<Text>,
        help: impl Into<Text>,
    ) {
        self.drafts.note(severity, || Draft {
            severity,
            at: at.clone(),
            message: message.into().map(&clipped),
            help: Some(help.into().map(&clipped)).filter(|help| !help.is_empty()),
        });
    }

    fn unknown_key(&mut self, key: &Node, name: &str, value: &Node, section: &Section) {
        let known = section.keys.iter().map(|key| key.name);
        let near = nearest(name, known.clone());
        // A lone word in `auth: {…}` may be the secret itself.
        let name = if near.is_none() && value.is_null() { "…" } else { name };
        let help = match near {
            _ if name == "<<" => text!("merge keys are not read; write the keys out"),
            Some(word) => text!("did you mean `{word}`?", word),
            None => {
                self.secrets.push(value.span.clone());
                text!("known here: {join}", join = known.collect::<Vec<_>>().join(", "))
            }
        };
        self.error(&key.span, text!("unknown key `{name}`", name), help);
    }

    fn unresolved(&mut self, node: &Node, unresolved: &Unresolved) {
        let (message, help) = match &unresolved.why {
            Why::Unclosed => (text!("`${` without its `}`"), Text::fixed(LITERAL)),
            Why::Name => (text!("`${…}` names no environment variable"), Text::fixed(LITERAL)),
            Why::Undefined(name) => (
                text!("the environment variable `{name}` is not set", name),
                text!("set it, or give a default: ${{{name}:-default}}", name),
            ),
        };
        let at = self.within(node, unresolved.at.clone());
        self.error(&at, message, help);
    }

    /// Where a map as a whole is complained about: its first key, or the file's first byte.
    pub(super) fn head(&self, node: &Node) -> Range<usize> {
        match node.map().and_then(<[_]>::first) {
            Some((key, _)) if self.is_file => key.span.clone(),
            _ => node.span.start..node.span.start,
        }
    }
}

impl<'n> Fields<'n> {
    /// The value of a key that is in the section's table.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        let at = self.section.keys.iter().position(|key| key.name == name);
        debug_assert!(at.is_some(), "`{name}` is not in the table of keys");
        self.values.get(at?).copied().flatten()
    }
}

/// A value as a message shows it: as written, for what the environment gives may be a secret; not
/// one that may hold a password, nor a page of text.
pub(super) fn shown(node: &Node) -> Text {
    let text = node.scalar().map_or("", |scalar| scalar.value.as_str());
    if text.is_empty() || text.len() > LONGEST_SHOWN || has_password(text) {
        return text!("this");
    }
    text!("`{text}`", text = text.escape_debug())
}

/// The longest value that is repeated in a message.
const LONGEST_SHOWN: usize = 60;
/// The longest identifier that is looked up, see [`crate::model::world::World`].
const LONGEST_ID: usize = 64;
const LITERAL: &str = "a reference is ${NAME} or ${NAME:-default}; a literal `${` is written `$${`";
