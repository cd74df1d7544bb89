//! Which stretches of a file hold secrets, so that no report shows them.
//!
//! Judged by the names of keys alone, so that a secret in a wrong place or under a misspelt key is
//! covered as well.

use std::collections::HashMap;
use std::ops::Range;

use super::keys::is_known;
use super::nearest::nearest;
use super::node::{Kind, Node};
use super::reference::{is_name, references};
use super::source::Source;

/// The secrets of a tree, those `known` already among them, in order and apart from each other.
pub(super) fn secrets(root: &Node, text: &str, known: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut found = known;
    walk(root, false, text, &mut HashMap::new(), &mut found);
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| range.start);
    found.dedup_by(|next, last| {
        let joined = next.start < last.end;
        last.end = if joined { last.end.max(next.end) } else { last.end };
        joined
    });
    found
}

/// The secret part of the line at `at` in a file that is not YAML, judged by its keys and those of
/// the lines it is indented under: whatever does not stand behind a known and harmless one.
pub(super) fn guessed(source: &Source<'_>, at: usize) -> Option<Range<usize>> {
    let (line, _) = source.position(at);
    let whole = source.line(line);
    let text = source.text.get(whole.clone()).unwrap_or_default();
    let own = keys(text);
    let mut above = ancestors(source, line).peekable();
    let inner = own.first().map(|(key, _)| *key).or_else(|| above.peek().copied());
    // A line that is neither a key nor an item goes on with something that is not known here.
    let told = !own.is_empty() || text.trim_start().starts_with('-');
    let harmless = !text.contains(char::is_alphanumeric)
        || told && inner.is_some_and(is_known) && !above.any(is_secret);
    let start = match own.iter().find(|(key, _)| is_secret(key)) {
        _ if !harmless => own.first().map_or(0, |(_, end)| *end),
        Some((_, end)) => *end,
        None => return None,
    };
    let rest = text.get(start..).unwrap_or_default();
    let start = whole.end - rest.trim_start().len();
    (start < whole.end).then_some(start..whole.end)
}

/// The words of a line that a colon follows, and where each colon ends.
fn keys(line: &str) -> Vec<(&str, usize)> {
    let colons = line.match_indices(':').filter(|(at, _)| {
        line.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    });
    colons
        .map(|(at, _)| {
            let before = line.get(..at).unwrap_or_default();
            (before.rsplit([' ', '\t', '{', ',', '-']).next().unwrap_or_default(), at + 1)
        })
        .collect()
}

/// `known` has the keys that were judged already: a file may repeat them a hundred thousand times.
fn walk<'n>(
    node: &'n Node,
    secret: bool,
    text: &str,
    known: &mut HashMap<&'n str, bool>,
    found: &mut Vec<Range<usize>>,
) {
    match &node.kind {
        Kind::Scalar(scalar) if secret || has_password(&scalar.value) => {
            cover(node.span.clone(), text, found);
        }
        Kind::Scalar(_) => {}
        Kind::List(items) => {
            items.iter().for_each(|item| walk(item, secret, text, known, found));
        }
        Kind::Map(entries) => {
            for (key, value) in entries.iter() {
                let name = key.scalar().map_or("", |key| key.value.as_str());
                let shown = name == "file" || is_word(name, value);
                if secret && value.is_null() {
                    cover(key.span.clone(), text, found);
                }
                let told = *known.entry(name).or_insert_with(|| is_secret(name));
                walk(value, !shown && (secret || told), text, known, found);
            }
        }
    }
}

/// Covers a scalar but for the names of its references, and a comment behind it, which may hold
/// another.
fn cover(span: Range<usize>, text: &str, found: &mut Vec<Range<usize>>) {
    let raw = text.get(span.clone()).unwrap_or_default();
    let mut start = span.start;
    for reference in references(raw) {
        let inner = raw.get(reference.clone()).unwrap_or_default();
        let shown = inner.find(":-").map_or(inner.len() - 1, |at| at + 2);
        if !inner.get(2..shown).is_some_and(|name| is_name(name.trim_end_matches(":-"))) {
            continue;
        }
        found.push(start..span.start + reference.start);
        found.push(span.start + reference.start + shown..span.start + reference.end - 1);
        start = span.start + reference.end;
    }
    found.push(start..span.end);
    let rest = text.get(span.end..).unwrap_or_default();
    let behind = rest.trim_start_matches([' ', '\t', ':', '}', ']', ',']);
    if behind.starts_with('#') {
        let comment = behind.lines().next().unwrap_or_default();
        let start = text.len() - behind.len();
        found.push(start..start + comment.len());
    }
}

pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["token", "auth", "passw", "secret", "bearer", "raw", "basic", "login", "_key"]
        .iter()
        .any(|word| key.contains(word))
        || nearest(
            &key,
            ["token", "tokens", "authorization", "password", "secret", "bearer", "basic"],
        )
        .is_some()
}

/// `authorization: user_token` and slips of it are words, not secrets.
pub(super) fn is_word(key: &str, value: &Node) -> bool {
    key == "authorization"
        && value.scalar().is_some_and(|scalar| nearest(&scalar.value, ["user_token"]).is_some())
}

/// Whether a text is a URL with something before an `@` in its authority.
pub(super) fn has_password(value: &str) -> bool {
    value
        .split_once("://")
        .is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')))
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
        for secret in secrets(&root, text, Vec::new()).into_iter().rev() {
            shown.replace_range(secret, "*");
        }
        shown
    }

    #[test]
    fn values_under_secret_keys_are_covered() {
        assert_eq!(masked("tokens: {u: abc}"), "tokens: {u: *}");
        assert_eq!(masked("auth: {bearr: abc}"), "auth: {bearr: *}");
        assert_eq!(masked("auth: {hunter2}"), "auth: {*}");
        assert_eq!(masked("tokens: {a: b} # c\nx: #d"), "tokens: {a: *} *\nx: #d");
        assert_eq!(masked("tokens:\n  u: #abc\n"), "tokens:\n  *: *\n");
        assert_eq!(masked("tokns: [a, b]"), "tokns: [*, *]");
        assert_eq!(masked("tokn: a\nsecrt: b"), "tokn: *\nsecrt: *");
        assert_eq!(masked("authorization: hunter2"), "authorization: *");
        assert_eq!(masked("state: postgres://a:b@c/d"), "state: *");
    }

    #[test]
    fn what_helps_and_tells_nothing_is_shown() {
        assert_eq!(masked("authorization: user-token"), "authorization: user-token");
        assert_eq!(masked("auth: {bearer: {file: a.txt}}"), "auth: {bearer: {file: a.txt}}");
        assert_eq!(masked("auth: {raw: a${B:-c}d}"), "auth: {raw: *${B:-*}*}");
        assert_eq!(masked("auth: {raw: a${B[-c}d}"), "auth: {raw: *}");
    }

    #[test]
    fn a_broken_file_is_judged_by_its_lines() {
        let text = "tokens:\n\n  # x\n  u: abc\n  v: \"abc\n";
        let source = Source::new("a", text);
        let place = text.find("\"abc").unwrap();
        assert_eq!(guessed(&source, place), Some(place..place + 4));
        let text = "{bearer: x, b: [}\n";
        assert_eq!(guessed(&Source::new("a", text), 16), Some(9..17));
        assert_eq!(guessed(&Source::new("a", "apps: [}"), 7), None);
        assert_eq!(guessed(&Source::new("a", "apps:\n  01-02: \"abc"), 9), Some(15..19));
    }
}
