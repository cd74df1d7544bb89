//! `${NAME}`, `${NAME:-default}` and `$${`, which is a literal `${`.

use std::borrow::Cow;
use std::ops::Range;

/// A text after its references were replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expanded<'t> {
    pub(super) text: Cow<'t, str>,
    swaps: Vec<Swap>,
}

/// A reference that cannot be replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unresolved {
    /// Characters of the text as written.
    pub(super) at: Range<usize>,
    pub(super) why: Why,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Why {
    Unclosed,
    /// The name is not one an environment can hold.
    Name,
    Undefined(String),
}

/// Replaces every reference by what `env` says.
pub(super) fn expand<'t>(
    text: &'t str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Expanded<'t>, Unresolved> {
    let mut swaps = Vec::new();
    if !text.contains("${") {
        return Ok(Expanded { text: Cow::Borrowed(text), swaps });
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut read, mut wrote) = (text, 0, 0);
    while let Some((before, found)) = split(rest) {
        out.push_str(before);
        read += before.chars().count();
        wrote += before.chars().count();
        let (value, len) = resolve(found, env).map_err(|(why, len)| Unresolved {
            at: read..read + found.get(..len).unwrap_or(found).chars().count(),
            why,
        })?;
        let (taken, left) = found.split_at(len);
        let (was, is) = (taken.chars().count(), value.chars().count());
        swaps.push(Swap { written: read..read + was, became: wrote..wrote + is });
        (read, wrote) = (read + was, wrote + is);
        out.push_str(&value);
        rest = left;
    }
    out.push_str(rest);
    Ok(Expanded { text: Cow::Owned(out), swaps })
}

impl<'t> Expanded<'t> {
    /// A text that has no references.
    pub(super) fn literal(text: &'t str) -> Self {
        Self { text: Cow::Borrowed(text), swaps: Vec::new() }
    }

    /// The character of the written text that character `at` of the result comes from.
    pub(super) fn written(&self, at: usize) -> usize {
        let mut shift = (0, 0);
        for swap in &self.swaps {
            if at < swap.became.start {
                break;
            }
            if at < swap.became.end {
                return swap.written.start;
            }
            shift = (swap.written.end, swap.became.end);
        }
        shift.0 + (at - shift.1)
    }
}

/// The stretches of raw YAML that are whole references, in order.
///
/// YAML reads a brace inside `{…}` as its own, so the tree builder hides these from it.
pub(super) fn references(raw: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in raw.match_indices("${") {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let inner = raw.get(at + 2..).unwrap_or_default();
        let Some(len) = inner.find(['}', '{', '"', '\'', '\n', '\r']) else { continue };
        if inner.as_bytes().get(len) == Some(&b'}') {
            found.push(at..at + 2 + len + 1);
        }
    }
    found
}

/// The variables that the references of a text name.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    references(text).into_iter().filter_map(|at| {
        let escaped = text.get(..at.start)?.ends_with('$');
        let inner = text.get(at.start + 2..at.end - 1)?;
        let name = inner.split(":-").next()?;
        (!escaped && is_name(name)).then_some(name)
    })
}

#[derive(Debug, PartialEq, Eq)]
struct Swap {
    written: Range<usize>,
    became: Range<usize>,
}

/// Up to the next `${` or `$${`, and from there on.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.find("${")?;
    let escaped = at > 0 && text.as_bytes().get(at - 1) == Some(&b'$');
    Some(text.split_at(if escaped { at - 1 } else { at }))
}

/// What the reference at the start of `found` becomes, and its length in bytes.
fn resolve(
    found: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, usize), (Why, usize)> {
    if found.starts_with("$${") {
        return Ok(("${".to_owned(), 3));
    }
    let inner = found.strip_prefix("${").unwrap_or(found);
    let end = inner.find('}').ok_or((Why::Unclosed, found.len()))?;
    let (len, inner) = (end + 3, inner.get(..end).unwrap_or_default());
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    if !is_name(name) {
        return Err((Why::Name, len));
    }
    let value = env(name).filter(|value| !value.is_empty() || default.is_none());
    match value.or_else(|| default.map(str::to_owned)) {
        Some(value) => Ok((value, len)),
        None => Err((Why::Undefined(name.to_owned()), len)),
    }
}

/// Whether an environment variable can be called so.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(name: &str) -> Option<String> {
        match name {
            "HOST" => Some("example.ru".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        }
    }

    fn text(written: &str) -> String {
        expand(written, &env).unwrap().text.into_owned()
    }

    #[test]
    fn a_reference_becomes_its_value() {
        assert_eq!(text("https://${HOST}/api"), "https://example.ru/api");
        assert_eq!(text("${NONE:-a}${HOST:-b}"), "aexample.ru");
    }

    #[test]
    fn an_empty_variable_takes_the_default() {
        assert_eq!(text("${EMPTY:-a}"), "a");
        assert_eq!(text("${EMPTY}"), "");
    }

    #[test]
    fn a_doubled_dollar_is_literal() {
        assert_eq!(text("$${HOST}${HOST}"), "${HOST}example.ru");
        assert_eq!(text("a$"), "a$");
    }

    #[test]
    fn what_cannot_be_resolved_says_where() {
        let undefined = Why::Undefined("NONE".to_owned());
        assert_eq!(expand("é${NONE}b", &env), Err(Unresolved { at: 1..8, why: undefined }));
        assert_eq!(expand("${1}", &env), Err(Unresolved { at: 0..4, why: Why::Name }));
        assert_eq!(expand("a${HOST", &env), Err(Unresolved { at: 1..7, why: Why::Unclosed }));
    }

    #[test]
    fn a_place_is_found_again_behind_a_reference() {
        let expanded = expand("a${HOST}b(", &env).unwrap();
        assert_eq!(expanded.text, "aexample.rub(");
        assert_eq!(expanded.written(0), 0);
        assert_eq!(expanded.written(5), 1);
        assert_eq!(expanded.written(12), 9);
    }

    #[test]
    fn the_names_of_references_are_told() {
        let found: Vec<&str> = names("a${B:-c}${D} $${E} ${1} ${F").collect();
        assert_eq!(found, ["B", "D"]);
    }

    #[test]
    fn only_whole_references_are_hidden_from_yaml() {
        let raw = "{a: ${B:-c}, d: '${', e: ${\n}}";
        let found: Vec<&str> = references(raw).into_iter().map(|range| &raw[range]).collect();
        assert_eq!(found, ["${B:-c}"]);
    }
}
