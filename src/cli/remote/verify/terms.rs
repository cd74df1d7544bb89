//! A filter cut into the terms that must all hold. Pure; what a term means, the gateway knows.

/// The terms beside each other. One that has `or` between them is one term.
pub(super) fn terms(filter: &str) -> Vec<String> {
    let pieces = pieces(filter);
    let is = |piece: &String, word: &str| piece.eq_ignore_ascii_case(word);
    if pieces.iter().any(|piece| is(piece, "or")) {
        return vec![filter.trim().to_owned()];
    }
    pieces.into_iter().filter(|piece| !is(piece, "and")).collect()
}

/// Cuts at blanks outside of quotes and parentheses.
fn pieces(filter: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut depth, mut in_quotes, mut before) = (0_usize, false, ' ');
    let mut letters = filter.chars();
    while let Some(letter) = letters.next() {
        if letter.is_whitespace() && depth == 0 && !in_quotes {
            pieces.push(String::new());
            before = ' ';
            continue;
        }
        let Some(piece) = pieces.last_mut() else { break };
        piece.push(letter);
        match letter {
            '\\' if in_quotes => piece.extend(letters.next()),
            '"' if in_quotes => in_quotes = false,
            '"' if before.is_whitespace() || matches!(before, '(' | '-' | ':' | '=') => {
                in_quotes = true;
            }
            '(' if !in_quotes => depth += 1,
            ')' if !in_quotes => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = letter;
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::journal::filter::Filter;

    #[test]
    fn terms_end_at_blanks_outside_of_quotes_and_parentheses() {
        for (filter, wanted) in [
            ("", vec![]),
            ("path:/api/x  status:200", vec!["path:/api/x", "status:200"]),
            ("app:a and -is:slow", vec!["app:a", "-is:slow"]),
            (
                "path:\"a b\" (x or y) -\"c \\\" d\"",
                vec!["path:\"a b\"", "(x or y)", "-\"c \\\" d\""],
            ),
            ("path:/a(b c:d", vec!["path:/a(b c:d"]),
            ("say\"so please", vec!["say\"so", "please"]),
            ("app:a or app:b status:200", vec!["app:a or app:b status:200"]),
        ] {
            assert_eq!(terms(filter), wanted, "{filter}");
        }
    }

    proptest! {
        #[test]
        fn all_terms_together_mean_what_the_filter_means(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "app:a", "-is:refused", "status:4xx", "(app:a or app:b)", "path:\"a b\"",
                    "-(x y)", "word", "\"two words\"", "took:>1s", "and",
                ]),
                1..6,
            ),
        ) {
            let filter = parts.join(" ");
            if let Ok(whole) = Filter::parse(&filter, 0) {
                let cut = terms(&filter).join(" ");
                prop_assert_eq!(Filter::parse(&cut, 0), Ok(whole));
            }
        }
    }
}
