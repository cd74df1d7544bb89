//! The hosts that an allowlist spells out, and the authority with limits has to cover.

use std::collections::BTreeSet;

use super::meant::Config;

/// Every host of `allow` and `upstreams`, each once and in order.
pub fn hosts(config: &Config) -> Vec<String> {
    let mut all = BTreeSet::new();
    for app in &config.apps {
        all.extend(app.allow.iter().filter_map(|rule| spelled(rule.pattern.source())));
        all.extend(app.upstreams.iter().map(|upstream| upstream.from.host.clone()));
    }
    all.into_iter().collect()
}

/// The host that a rule spells out, or the end of it behind something variable, in lower case: a name
/// in a certificate's constraints covers every name below it. `None` where nothing can be told, or
/// only a top-level domain.
///
/// An unescaped dot between letters is read as the dot that was meant.
pub(super) fn spelled(pattern: &str) -> Option<String> {
    let rest = ["https?://", "http(s)?://", "https://", "http://"]
        .into_iter()
        .find_map(|scheme| pattern.strip_prefix(scheme))?;
    let labels = labels(authority(rest)?)?;
    let literal: Vec<&str> = labels.iter().rev().map_while(|label| label.as_deref()).collect();
    let is_whole = literal.len() == labels.len();
    if literal.is_empty() || (!is_whole && literal.len() < 2) {
        return None;
    }
    Some(literal.into_iter().rev().collect::<Vec<_>>().join("."))
}

/// The part of a pattern before the path or the port, where no group or class is open.
fn authority(pattern: &str) -> Option<&str> {
    let (mut depth, mut is_escaped) = (0_i32, false);
    for (at, letter) in pattern.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            // Another branch may have another host.
            '|' if depth == 0 => return None,
            '/' | ':' | '$' if depth == 0 => return pattern.get(..at),
            _ => {}
        }
    }
    (depth == 0).then_some(pattern)
}

/// The labels of a host, `None` for each that is not literal.
fn labels(host: &str) -> Option<Vec<Option<String>>> {
    let mut labels = vec![Some(String::new())];
    let mut letters = host.chars().peekable();
    let mut depth = 0_i32;
    while let Some(letter) = letters.next() {
        let is_repeated = |next: Option<&char>| matches!(next, Some('*' | '+' | '?' | '{'));
        let current = labels.last_mut()?;
        match letter {
            '(' | '[' => {
                depth += 1;
                *current = None;
            }
            ')' | ']' => depth -= 1,
            '\\' if depth == 0 && letters.peek() == Some(&'.') => {
                letters.next();
                match is_repeated(letters.peek()) {
                    true => *current = None,
                    false => labels.push(Some(String::new())),
                }
            }
            '.' if depth == 0 && !is_repeated(letters.peek()) => labels.push(Some(String::new())),
            _ if depth > 0 => {}
            letter if letter.is_ascii_alphanumeric() || letter == '-' => {
                match is_repeated(letters.peek()) {
                    true => *current = None,
                    false => {
                        if let Some(label) = current {
                            label.push(letter.to_ascii_lowercase());
                        }
                    }
                }
            }
            // What an escape stands for is not looked at.
            '\\' => {
                letters.next();
                *current = None;
            }
            _ => *current = None,
        }
    }
    let is_empty = |label: &Option<String>| label.as_ref().is_some_and(String::is_empty);
    (depth == 0 && !labels.iter().any(is_empty)).then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_spells_out_its_host_or_the_end_of_it() {
        for (pattern, host) in [
            (r"https://Shop\.example\.ru/api/.*", "shop.example.ru"),
            (r"https?://a-b\.ru:443/", "a-b.ru"),
            (r"https://shop.example.ru/.*", "shop.example.ru"),
            (r"https://[^/]+\.example\.ru/.*", "example.ru"),
            (r"https://.*\.example\.ru/.*", "example.ru"),
            (r"https://(a|b)\.example\.ru/.*", "example.ru"),
            (r"https://a\d+\.example\.ru", "example.ru"),
            (r"http://localhost/.*", "localhost"),
            (r"http://10\.0\.0\.5/.*", "10.0.0.5"),
        ] {
            assert_eq!(spelled(pattern).as_deref(), Some(host), "{pattern}");
        }
        for vague in [
            ".*",
            "https://.*",
            r"https://.*\.ru/",
            r"https://[^/]+/api",
            r"https://a\.ru|https://b\.ru",
            r"https://shop\.example\.r./",
            r"https://shop\.example\.ru?/",
            r"(https|http)://a\.ru/",
            "https:///a",
        ] {
            assert_eq!(spelled(vague), None, "{vague}");
        }
    }
}
