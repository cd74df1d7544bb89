//! Texts with `*` for any run of characters.

use std::fmt;

/// A text in which each `*` stands for any characters, or for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard(Box<str>);

impl Wildcard {
    /// Of a text as written.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether all of `text` is meant.
    pub fn matches(&self, text: &str) -> bool {
        let (wanted, text) = (self.0.as_bytes(), text.as_bytes());
        let (mut at, mut seen) = (0, 0);
        // Where to go on when what follows the last `*` does not fit: one character later.
        let mut again = None;
        while let Some(byte) = text.get(seen) {
            match (wanted.get(at), again) {
                (Some(b'*'), _) => {
                    at += 1;
                    again = Some((at, seen));
                }
                (Some(other), _) if other == byte => {
                    at += 1;
                    seen += 1;
                }
                (_, Some((star, from))) => {
                    at = star;
                    seen = from + 1;
                    again = Some((star, from + 1));
                }
                (_, None) => return false,
            }
        }
        wanted.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Wildcard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_star_is_any_run_and_everything_else_is_itself() {
        for (wanted, text) in [
            ("/api/*", "/api/"),
            ("/api/*", "/api/a/b"),
            ("*", ""),
            ("/api/x", "/api/x"),
            ("/a*c*e", "/abcde"),
            ("*/x", "/x/x"),
            ("/a**b", "/ab"),
            ("/ж*", "/жук"),
        ] {
            assert!(Wildcard::new(wanted).matches(text), "{wanted} {text}");
        }
        for (wanted, text) in [
            ("/api/*", "/api"),
            ("/api/x", "/api/xy"),
            ("/api/x", "/api/"),
            ("/a?c", "/abc"),
            ("/a*c", "/abcd"),
            ("", "x"),
            ("/API", "/api"),
        ] {
            assert!(!Wildcard::new(wanted).matches(text), "{wanted} {text}");
        }
    }

    #[test]
    fn many_stars_do_not_take_long() {
        let wanted = Wildcard::new(&format!("{}b", "*a".repeat(500)));
        assert!(!wanted.matches(&"a".repeat(8192)));
    }

    proptest! {
        #[test]
        fn it_says_what_a_regular_expression_says(wanted in "[ab*/.]{0,12}", text in "[ab/.]{0,12}") {
            let parts: Vec<String> = wanted.split('*').map(regex::escape).collect();
            let regex = regex::Regex::new(&format!("(?s)^{}$", parts.join(".*"))).unwrap();
            prop_assert_eq!(Wildcard::new(&wanted).matches(&text), regex.is_match(&text));
        }

        #[test]
        fn a_text_with_a_run_replaced_by_a_star_is_meant(text in ".{0,20}", at in 0usize..21, len in 0usize..21) {
            let text: String = text.chars().filter(|c| *c != '*').collect();
            let starred: String = text.chars().take(at).chain(['*']).chain(text.chars().skip(at + len)).collect();
            prop_assert!(Wildcard::new(&starred).matches(&text));
            prop_assert!(Wildcard::new(&text).matches(&text));
        }
    }
}
