//! Addresses of a service as clients spell them: with slashes too many, or in letters of another case.

/// A path without the slashes that clients add to a base URL and to a collection: one at its beginning,
/// none at its end.
pub fn trimmed(path: &str) -> &str {
    let inner = path.trim_end_matches('/');
    let leading = inner.bytes().take_while(|byte| *byte == b'/').count();
    match leading.checked_sub(1) {
        Some(surplus) => inner.get(surplus..).unwrap_or(inner),
        None if inner.is_empty() => path.get(..1).unwrap_or(path),
        None => inner,
    }
}

/// The path below which a nested service stands, of the whole path and what is left of it. The router
/// takes a slash too many at the beginning of the rest for the end of this one.
pub fn below<'w>(whole: &'w str, rest: &str) -> &'w str {
    whole.strip_suffix(rest).unwrap_or_default()
}

/// Whether a path is one of a template's, such as `/stores/{store}/products`, whatever the case of its
/// letters. `{*rest}` at the end stands for one part or more.
pub fn fits(template: &str, path: &str) -> bool {
    spelled(template, path).is_some()
}

/// The path as its template spells it: what the template names keeps its letters.
pub fn spelled(template: &str, path: &str) -> Option<String> {
    let mut spelled = String::with_capacity(path.len());
    let mut parts = path.strip_prefix('/')?.split('/');
    for wanted in template.strip_prefix('/')?.split('/') {
        let part = parts.next()?;
        spelled.push('/');
        if wanted.starts_with("{*") {
            spelled.push_str(part);
            parts.by_ref().for_each(|part| {
                spelled.push('/');
                spelled.push_str(part);
            });
        } else if wanted.starts_with('{') && !part.is_empty() {
            spelled.push_str(part);
        } else if wanted.eq_ignore_ascii_case(part) {
            spelled.push_str(wanted);
        } else {
            return None;
        }
    }
    parts.next().is_none().then_some(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_around_a_path_are_trimmed_and_those_inside_stay() {
        for (path, plain) in [
            ("/stores", "/stores"),
            ("/stores/", "/stores"),
            ("//stores", "/stores"),
            ("///stores//", "/stores"),
            ("/stores//x/", "/stores//x"),
            ("/", "/"),
            ("//", "/"),
            ("", ""),
        ] {
            assert_eq!(trimmed(path), plain, "{path}");
        }
    }

    #[test]
    fn a_path_takes_its_templates_letters_and_keeps_its_own_names() {
        let stocks = "/v5/stores/{id}/stocks";
        assert_eq!(
            spelled(stocks, "/V5/Stores/aB/STOCKS").as_deref(),
            Some("/v5/stores/aB/stocks")
        );
        let token = "/connect/token/{*below}";
        assert_eq!(spelled(token, "/Connect/TOKEN/A/b").as_deref(), Some("/connect/token/A/b"));
        for other in ["/v5/stores/a/stocks/b", "/v5/stores//stocks", "/v5/stores/a", "v5", "/", ""]
        {
            assert!(!fits(stocks, other), "{other}");
        }
        assert!(!fits(token, "/connect/token"));
    }
}
