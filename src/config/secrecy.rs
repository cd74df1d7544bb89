//! Which stretches of a file hold secrets, so that no report shows them.
//!
//! Judged by the names of keys alone, so that a secret in a wrong place or under a misspelt key is
//! covered as well.

use std::ops::Range;

use super::nearest::nearest;
use super::node::{Kind, Node};
use super::reference::references;
use super::source::Source;

/// The secrets of a tree, in order and apart from each other.
pub(super) fn secrets(root: &Node, text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(root, false, text, &mut found);
    found.sort_by_key(|range: &Range<usize>| range.start);
    found.dedup();
    found
}

/// The secret part of the line at `at` in a file that is not YAML, judged by its keys and those of
/// the lines it is indented under.
pub(super) fn guessed(source: &Source<'_>, at: usize) -> Vec<Range<usize>> {
    let (line, _) = source.position(at);
    let whole = source.line(line);
    let text = source.text.get(whole.clone()).unwrap_or_default();
    let under_secret = ancestors(source, line).any(is_secret);
    let start = match text.split(':').position(|piece| is_secret(last_word(piece))) {
        Some(piece) => text.match_indices(':').nth(piece).map(|(colon, _)| colon + 1),
        None if under_secret => Some(text.find(':').map_or(0, |colon| colon + 1)),
        None => None,
    };
    start.map(|start| whole.start + start..whole.end).into_iter().collect()
}

fn walk(node: &Node, secret: bool, text: &str, found: &mut Vec<Range<usize>>) {
    match &node.kind {
        Kind::Scalar(scalar) if secret || has_password(&scalar.value) => {
            cover(node.span.clone(), text, found);
        }
        Kind::Scalar(_) => {}
        Kind::List(items) => items.iter().for_each(|item| walk(item, secret, text, found)),
        Kind::Map(entries) => {
            for (key, value) in entries.iter() {
                let name = key.scalar().map_or("", |key| key.value.as_str());
                let shown = name == "file" || is_word(name, value);
                if secret && value.is_null() {
                    cover(key.span.clone(), text, found);
                }
                walk(value, !shown && (secret || is_secret(name)), text, found);
            }
        }
    }
}

/// Covers a scalar but for the names of its references.
fn cover(span: Range<usize>, text: &str, found: &mut Vec<Range<usize>>) {
    let raw = text.get(span.clone()).unwrap_or_default();
    let mut start = span.start;
    for reference in references(raw) {
        let inner = raw.get(reference.clone()).unwrap_or_default();
        found.push(start..span.start + reference.start);
        if let Some(default) = inner.find(":-") {
            let default = span.start + reference.start + default + 2;
            found.push(default..span.start + reference.end - 1);
        }
        start = span.start + reference.end;
    }
    found.push(start..span.end);
    found.retain(|range| !range.is_empty());
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["token", "auth", "passw", "secret", "bearer", "raw", "basic", "login"]
        .iter()
        .any(|word| key.contains(word))
        || nearest(&key, ["tokens", "authorization", "password", "bearer", "basic"]).is_some()
}

/// `authorization: user_token` and slips of it are words, not secrets.
fn is_word(key: &str, value: &Node) -> bool {
    key == "authorization"
        && value.scalar().is_some_and(|scalar| nearest(&scalar.value, ["user_token"]).is_some())
}

/// Whether a text is a URL with something before an `@` in its authority.
pub(super) fn has_password(value: &str) -> bool {
    value
        .split_once("://")
        .is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')))
}

fn last_word(piece: &str) -> &str {
    piece.rsplit([' ', '{', ',', '-']).next().unwrap_or_default()
}

/// The keys of the lines above that a line is indented under.
fn ancestors<'s>(source: &'s Source<'_>, line: usize) -> impl Iterator<Item = &'s str> {
    let text = |line| source.text.get(source.line(line)).unwrap_or_default();
    let indent = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let mut depth = indent(text(line));
    (1..line).rev().map(text).filter_map(move |above| {
        let words = above.trim_start_matches([' ', '\t', '-']);
        let outside = indent(above) < depth && !words.is_empty() && !words.starts_with('#');
        outside.then(|| {
            depth = indent(above);
            words.split(':').next().unwrap_or_default()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tree::tree;

    fn masked(text: &str) -> String {
        let root = tree(text).unwrap().unwrap();
        let mut shown = text.to_owned();
        for secret in secrets(&root, text).into_iter().rev() {
            shown.replace_range(secret, "*");
        }
        shown
    }

    #[test]
    fn values_under_secret_keys_are_covered() {
        assert_eq!(masked("tokens: {u: abc}"), "tokens: {u: *}");
        assert_eq!(masked("auth: {bearr: abc}"), "auth: {bearr: *}");
        assert_eq!(masked("auth: {hunter2}"), "auth: {*}");
        assert_eq!(masked("tokns: [a, b]"), "tokns: [*, *]");
        assert_eq!(masked("authorization: hunter2"), "authorization: *");
        assert_eq!(masked("state: postgres://a:b@c/d"), "state: *");
    }

    #[test]
    fn what_helps_and_tells_nothing_is_shown() {
        assert_eq!(masked("authorization: user-token"), "authorization: user-token");
        assert_eq!(masked("auth: {bearer: {file: a.txt}}"), "auth: {bearer: {file: a.txt}}");
        assert_eq!(masked("auth: {raw: a${B:-c}d}"), "auth: {raw: *${B:-*}*}");
    }

    #[test]
    fn a_broken_file_is_judged_by_its_lines() {
        let text = "tokens:\n\n  # x\n  u: abc\n  v: \"abc\n";
        let source = Source::new("a", text);
        let place = text.find("\"abc").unwrap();
        assert_eq!(guessed(&source, place), [place - 1..place + 4]);
        let text = "{bearer: x, b: [}\n";
        assert_eq!(guessed(&Source::new("a", text), 16), [8..17]);
        assert!(guessed(&Source::new("a", "apps: [}"), 7).is_empty());
    }
}
