//! Texts that a pattern matches, for showing one. They are found by walking the pattern once, so that of a
//! pattern with look-around or back-references there may be none.

use super::Pattern;
use super::ranges::Ranges;
use super::tree::{Node, Repeat};

/// How often what may be repeated is, and which alternative is taken: from few to many.
const ROUNDS: u32 = 3;

/// Bytes of an example.
const LONGEST: usize = 2048;

/// What is taken of a class, the first that is in it.
const USUAL: &str = "a1A/-_.";

impl Pattern {
    /// A few texts that match, the shortest first.
    pub fn examples(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for rounds in 0..ROUNDS {
            let mut text = String::new();
            let is_written = write(&self.0.tree.root, rounds, &mut text);
            if is_written && !found.contains(&text) && self.matches(&text) == Ok(true) {
                found.push(text);
            }
        }
        found
    }
}

/// Whether it could be written.
fn write(node: &Node, rounds: u32, text: &mut String) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    match node {
        // Whether what they ask holds is seen when the whole is matched.
        Node::Empty | Node::Anchor(_) | Node::Around(_) => true,
        Node::Class { set, .. } => letter(set).map(|letter| text.push(letter)).is_some(),
        Node::Concat(nodes) => nodes.iter().all(|node| write(node, rounds, text)),
        Node::Alternation(nodes) => {
            let last = nodes.len().saturating_sub(1);
            let at = usize::try_from(rounds).unwrap_or(last).min(last);
            nodes.get(at).is_none_or(|node| write(node, rounds, text))
        }
        Node::Group { inner, .. } | Node::Atomic(inner) => write(inner, rounds, text),
        Node::Repeat(repeat) => repeated(repeat, rounds, text),
        Node::Reference { .. } | Node::LineBreak | Node::Grapheme => false,
    }
}

fn repeated(repeat: &Repeat, rounds: u32, text: &mut String) -> bool {
    let times = rounds.clamp(repeat.min, repeat.max.max(repeat.min));
    // Rounds that write nothing are as good as none.
    (0..times).try_for_each(|_| {
        let before = text.len();
        match write(&repeat.inner, rounds, text) {
            true if text.len() == before => Err(true),
            true => Ok(()),
            false => Err(false),
        }
    }) != Err(false)
}

fn letter(set: &Ranges) -> Option<char> {
    let usual = USUAL.chars().find(|letter| set.contains(u32::from(*letter)));
    usual.or_else(|| set.iter().find_map(|(first, _)| char::from_u32(first)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn examples(java: &str) -> Vec<String> {
        Pattern::compile(java).unwrap().examples()
    }

    #[test]
    fn a_rule_has_a_url_that_it_allows() {
        let of = examples(r"https?://api\.my\.ru/.*");
        assert_eq!(of, ["http://api.my.ru/", "https://api.my.ru/a", "https://api.my.ru/aa"]);
        assert_eq!(
            examples(r"https://a\.ru/(points|cards)/\d+")[..2],
            ["https://a.ru/points/1", "https://a.ru/cards/1"]
        );
        assert_eq!(examples(r"(?i)https://a\.ru/[^/a]{2}")[0].to_lowercase(), "https://a.ru/11");
        assert_eq!(examples(r"(?!x)a*+"), ["", "a", "aa"]);
    }

    #[test]
    fn what_cannot_be_written_so_has_none() {
        for java in [r"(a)\1", r"a(?=b)", r"\Qx\E(?<!x)", "(a{1000}){1000}", r"[a&&[b]]"] {
            assert_eq!(examples(java), Vec::<String>::new(), "{java}");
        }
    }

    proptest! {
        #[test]
        fn an_example_matches(java in r"(a|b|\[ab\]|\.|\(a\|b\)|x\?|y\*|z\+|c\{2\}){0,8}") {
            if let Ok(pattern) = Pattern::compile(&java) {
                for text in pattern.examples() {
                    prop_assert_eq!(pattern.matches(&text), Ok(true), "{} {}", java, text);
                }
            }
        }
    }
}
