//! `*` for any run of characters. The time is linear in the text for each part between two stars.

/// Whether a whole text has the form of a pattern; both folded.
pub(super) fn fits(text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inner = text.strip_prefix(first).and_then(|text| text.strip_suffix(last));
    let Some(mut inner) = inner else { return false };
    // The leftmost place of a part leaves the most for those behind it.
    for part in middle.split('*') {
        let Some(at) = inner.find(part) else { return false };
        inner = inner.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (text, pattern) in [
            ("", ""),
            ("", "*"),
            ("", "**"),
            ("abc", "abc"),
            ("abc", "*"),
            ("abc", "a*"),
            ("abc", "*c"),
            ("abc", "a*c"),
            ("abc", "*b*"),
            ("abc", "a**c"),
            ("abcabc", "a*bc"),
            ("касса", "к*с*а"),
        ] {
            assert!(fits(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn what_stands_beside_stars_must_be_there_once_each() {
        for (text, pattern) in [
            ("a", ""),
            ("", "a"),
            ("abc", "ab"),
            ("abc", "b*"),
            ("abc", "*b"),
            ("aba", "ab*ba"),
            ("abc", "*c*b*"),
            ("ab", "*b*b*"),
        ] {
            assert!(!fits(text, pattern), "{text} {pattern}");
        }
    }

    /// By its definition, in exponential time.
    fn slow(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|skipped| slow(&text[skipped..], rest)),
            [one, rest @ ..] => text.first() == Some(one) && slow(&text[1..], rest),
        }
    }

    proptest! {
        #[test]
        fn the_fast_way_finds_what_the_definition_finds(text in "[abж]{0,8}", pattern in "[abж*]{0,6}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(fits(&text, &pattern), slow(&chars(&text), &chars(&pattern)));
        }
    }
}
