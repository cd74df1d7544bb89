//! Rules that no URL can match: what they ask for is refused before they are asked, or written
//! otherwise in the text they are held against.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex_automata::hybrid::LazyStateID;
use regex_syntax::hir::Hir;

use super::Pattern;
use super::automaton::{Automaton, LONE_CACHE, Walk};
use super::lower::Alphabet;

/// A host in lower case.
const HOST: &str = r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])";
/// Path and query: no segment is `.` or `..`.
const PATH: &str = r"(?:/(?:(?:C|\.C|\.\.A)A*)?)+(?:\?[\x21\x24-\x3b=\x3f-\x5b\x5d-\x7e]*)?";
/// A character of a path but the dot and the slash, or one that is encoded.
const PLAIN: &str = r"(?:[\x21\x24\x26-\x2d0-9:;=@A-Z\x5b\x5d-\x7e]|%[0-9A-Fa-f]{2})";

/// Texts that no rule is held against, each with why: they tell what a rule asks for that cannot be.
const OTHERS: [(&str, &str); 6] = [
    (
        r"https?://H(?::[0-9]+)?(?:[?][\x20-\x7e]*)?",
        "a URL has a path, if only `/`; write it behind the host",
    ),
    (
        "https?://H:[0-9]+P",
        "a scheme's own port is left out of the URL, and apps reach ports 80 and 443 alone",
    ),
    (r"https?://[A-Za-z0-9_.-]+(?::[0-9]+)?(?:P)?", "the host of the URL is in lower case"),
    (
        r"(?s-u:https?://H(?::[0-9]+)?/.*)",
        "its path or query wants what no URL holds: a blank, quotes, `<`, `>`, `#`, a backslash, a \
         character that is not ASCII or a segment of dots",
    ),
    (r"(?s-u:https?://.*)", "the host is neither a plain name nor an address"),
    ("(?s-u:.*)", "a URL begins with `http://` or `https://`"),
];

/// Why no URL matches a pattern; `None` where one does, or nobody can tell.
pub(super) fn misfit(pattern: &Pattern) -> Option<&'static str> {
    if is_usual(pattern) {
        return None;
    }
    let own = Automaton::new(&[pattern.lower(Alphabet::Ascii)?], LONE_CACHE)?;
    if meet(&own, urls()?)? {
        return None;
    }
    let of = |(text, why): &(&str, &'static str)| {
        meet(&own, &automaton(text)?).filter(|meets| *meets).map(|_| *why)
    };
    OTHERS.iter().find_map(of).or(Some("it matches no text that a URL could be"))
}

/// Most rules spell out scheme and host and are made of what URLs hold; that is seen without an
/// automaton.
fn is_usual(pattern: &Pattern) -> bool {
    let source = pattern.source();
    let begins = |text: &str| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| {
            let host = rest.split('/').next().unwrap_or_default();
            host.len() < rest.len()
                && host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        })
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.*+?-_=&,:()|\\".contains(&byte);
    // An escaped letter may be a class of any kind, and dots may be a segment.
    let escapes = |pair: &[u8]| {
        matches!(pair, [b'\\', letter] if letter.is_ascii_alphanumeric() && !b"dw".contains(letter))
            || pair == br"/\"
    };
    pattern.prefixes().iter().all(|prefix| begins(&prefix.text))
        && !pattern.prefixes().is_empty()
        && source.bytes().all(plain)
        && !source.as_bytes().windows(2).any(escapes)
}

fn urls() -> Option<&'static Automaton> {
    static URLS: OnceLock<Option<Automaton>> = OnceLock::new();
    URLS.get_or_init(|| automaton("(?:http://H(?::443)?|https://H(?::80)?)P")).as_ref()
}

/// Of a text with `H` for a host and `P` for path and query.
fn automaton(text: &str) -> Option<Automaton> {
    let any = format!(r"(?:{PLAIN}|\.)");
    let path = PATH.replace('C', PLAIN_MARK).replace('A', &any).replace(PLAIN_MARK, PLAIN);
    let text = text.replace('H', HOST_MARK).replace('P', &path).replace(HOST_MARK, HOST);
    let hir: Hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(&text).ok()?;
    Automaton::new(&[hir], LONE_CACHE)
}

/// Stand for parts while others are put in.
const PLAIN_MARK: &str = "\u{1}";
const HOST_MARK: &str = "\u{2}";

/// Pairs of states that are looked at before nothing is told.
const MOST: usize = 20_000;

/// Whether a text exists that both match; `None` where it takes too long to find out.
fn meet(one: &Automaton, other: &Automaton) -> Option<bool> {
    let (mut one, mut other) = (one.walk()?, other.walk()?);
    let mut seen: HashSet<(LazyStateID, LazyStateID)> = HashSet::new();
    let mut open = vec![(one.start, other.start)];
    while let Some((left, right)) = open.pop() {
        if !seen.insert((left, right)) {
            continue;
        }
        if seen.len() > MOST {
            return None;
        }
        if one.ends(left)? && other.ends(right)? {
            return Some(true);
        }
        for byte in 0x20..0x7f {
            let Step(Some(right)) = step(&mut other, right, byte)? else { continue };
            if let Step(Some(left)) = step(&mut one, left, byte)? {
                open.push((left, right));
            }
        }
    }
    Some(false)
}

/// The next state, where one is left.
struct Step(Option<LazyStateID>);

fn step(walk: &mut Walk<'_>, state: LazyStateID, byte: u8) -> Option<Step> {
    walk.next(state, byte).map(|next| Step((!next.is_dead()).then_some(next)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn why(java: &str) -> Option<&'static str> {
        misfit(&Pattern::compile(java).unwrap())
    }

    #[test]
    fn rules_that_urls_match_are_left_alone() {
        for rule in [
            ".*",
            r"https?://a\.ru/.*",
            r"https://a\.ru(/.*)?",
            r"http://a\.ru:443/x",
            r"https://a\.ru:80/x\?q=[a-z]+",
            r"https://[^/]+\.example\.ru/api/\{id\}/`\|\^",
            r"https://a\.ru//x",
            r"https://a\.ru/\.well-known/.*",
            r"https://a\.ru/\.\.\.",
            r"https://\[::1\]/.*",
            r"(?i)HTTPS://A\.RU/.*",
            r"https://a\.ru/x\?a=b c|https://b\.ru/",
            r"(?!x)https://a\.ru:8443/",
        ] {
            assert_eq!(why(rule), None, "{rule}");
        }
    }

    #[test]
    fn rules_that_no_url_matches_are_told_with_the_reason() {
        for (rule, word) in [
            (r"https://a\.ru", "path"),
            (r"https://a\.ru\?x", "path"),
            (r"https://a\.ru:443/.*", "port"),
            (r"http://a\.ru:80/", "port"),
            (r"https://a\.ru:8443/.*", "port"),
            (r"https://A\.ru/.*", "lower case"),
            (r"https://a\.ru/a b", "blank"),
            (r"https://a\.ru/#x", "blank"),
            (r"https://a\.ru/\.\./x", "dots"),
            (r"https://a\.ru/<x>", "blank"),
            (r"https://user@a\.ru/", "host"),
            (r"ftp://a\.ru/.*", "begins with"),
            (r"HTTPS://a\.ru/.*", "begins with"),
            (r"a\.ru/.*", "begins with"),
            (r"https://a\.ru/ж", "no text"),
        ] {
            let told = why(rule).unwrap_or_else(|| panic!("{rule}"));
            assert!(told.contains(word), "{rule}: {told}");
        }
    }
}
