//! Patterns that are a text, alone or with `.*` behind it: nearly all rules of a long list. A URL is
//! compared with the few that begin as it does, without an automaton.
//!
//! A question reads two places in memory one after the other, the slot and the text, however many
//! patterns there are.

use std::collections::HashMap;

use super::Pattern;
use super::beginning::{self, Ends};
use super::prefix::Prefix;

/// So many texts may share a beginning and still be compared with one by one.
const FEW: usize = 4;
/// Bytes before a text: its pattern, its length, whether anything may follow.
const HEADER: usize = 9;
/// What ends a line for Java, and what its `.` does not match therefore.
const LINE_ENDS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// The texts of many patterns, found by the hash of how they begin.
#[derive(Debug, Default)]
pub(super) struct Literals {
    /// Open addressing, a power of two and never full: the upper half of the hash, then one more than
    /// the place of the text. 0 is free.
    slots: Vec<u64>,
    /// Texts, each behind its header.
    texts: Vec<u8>,
    /// For each depth of a beginning whether any text has it.
    depths: [bool; beginning::DEEPEST + 1],
}

/// One text of a pattern.
struct Draft {
    pattern: usize,
    text: String,
    /// Whether the rest of the line may follow.
    open: bool,
    depth: usize,
    hash: u64,
}

impl Literals {
    /// The texts of the patterns that are but that, and the indices of all other patterns.
    pub(super) fn of(patterns: &[Pattern]) -> (Self, Vec<usize>) {
        let mut drafts = Vec::new();
        let mut others = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            match drafted(index, pattern) {
                Some(more) => drafts.extend(more),
                None => others.push(index),
            }
        }
        let mut crowd: HashMap<u64, usize> = HashMap::with_capacity(drafts.len());
        for draft in &drafts {
            *crowd.entry(draft.hash).or_default() += 1;
        }
        let alone = |draft: &Draft| crowd.get(&draft.hash).is_some_and(|many| *many <= FEW);
        let mut literals = Self::default();
        literals.slots.resize((drafts.len() * 3 / 2 + 1).next_power_of_two(), 0);
        for texts in drafts.chunk_by(|one, next| one.pattern == next.pattern) {
            if !(texts.iter().all(alone) && literals.add_all(texts)) {
                others.extend(texts.first().map(|draft| draft.pattern));
            }
        }
        (literals, others)
    }

    /// The index of a pattern that matches the whole URL.
    pub(super) fn find(&self, url: &str) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        for (depth, end) in Ends::new(url.as_bytes())? {
            if !self.depths.get(depth).is_some_and(|used| *used) {
                continue;
            }
            let hash = beginning::hash(url.as_bytes().get(..end)?);
            let mut slot = hash as usize & last;
            loop {
                let held = *self.slots.get(slot)?;
                if held == 0 {
                    break;
                }
                if held >> 32 == hash >> 32
                    && let Some(pattern) = self.compare((held as u32 - 1) as usize, url)
                {
                    return Some(pattern);
                }
                slot = (slot + 1) & last;
            }
        }
        None
    }

    /// The pattern of the text at a place, if it matches.
    fn compare(&self, at: usize, url: &str) -> Option<usize> {
        let (header, text) = self.texts.get(at..)?.split_first_chunk::<HEADER>()?;
        let [p0, p1, p2, p3, l0, l1, l2, l3, open] = *header;
        let text = text.get(..u32::from_le_bytes([l0, l1, l2, l3]) as usize)?;
        if url.as_bytes().get(..text.len())? != text {
            return None;
        }
        let rest = url.get(text.len()..)?;
        let matches = if open == 0 { rest.is_empty() } else { is_line(rest) };
        matches.then_some(u32::from_le_bytes([p0, p1, p2, p3]) as usize)
    }

    /// False if one of them has no place, which takes gigabytes of texts.
    fn add_all(&mut self, texts: &[Draft]) -> bool {
        texts.iter().all(|draft| self.add(draft).is_some())
    }

    fn add(&mut self, draft: &Draft) -> Option<()> {
        let pattern = u32::try_from(draft.pattern).ok()?;
        let length = u32::try_from(draft.text.len()).ok()?;
        let place = u32::try_from(self.texts.len() + 1).ok()?;
        let last = self.slots.len().checked_sub(1)?;
        let mut at = draft.hash as usize & last;
        while *self.slots.get(at)? != 0 {
            at = (at + 1) & last;
        }
        *self.slots.get_mut(at)? = (draft.hash >> 32 << 32) | u64::from(place);
        *self.depths.get_mut(draft.depth)? = true;
        self.texts.extend(pattern.to_le_bytes());
        self.texts.extend(length.to_le_bytes());
        self.texts.push(draft.open.into());
        self.texts.extend(draft.text.as_bytes());
        Some(())
    }
}

fn drafted(index: usize, pattern: &Pattern) -> Option<Vec<Draft>> {
    let (texts, open) = pattern.literal()?;
    texts
        .into_iter()
        .map(|text| {
            let prefix = Prefix { text, whole: !open };
            let (depth, hash) = beginning::key(&prefix)?;
            Some(Draft { pattern: index, text: prefix.text, open, depth, hash })
        })
        .collect()
}

/// Whether `.*` matches the whole text.
fn is_line(text: &str) -> bool {
    // Eight bytes at once: none of them a control character or the beginning of a longer one.
    let plain = |bytes: &[u8; 8]| {
        let word = u64::from_le_bytes(*bytes);
        (word | word.wrapping_sub(0x0E0E_0E0E_0E0E_0E0E)) & 0x8080_8080_8080_8080 == 0
    };
    let (words, _) = text.as_bytes().as_chunks::<8>();
    let all_plain = words.iter().all(plain) && text.as_bytes().last_chunk::<8>().is_some_and(plain);
    all_plain || !text.contains(LINE_ENDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn literals(rules: &[&str]) -> (Literals, Vec<usize>) {
        let patterns: Vec<_> = rules.iter().map(|rule| Pattern::compile(rule).unwrap()).collect();
        Literals::of(&patterns)
    }

    #[test]
    fn a_text_with_anything_behind_it_is_compared() {
        let (literals, others) = literals(&[
            r"https?://a\.ru/x.*",
            r"^https://b\.ru/(?:y|z)/(.*+)",
            r"https://c\.ru/",
            r"https://a\.ru/x/\w+",
            r"https://d\.ru.*",
            r"https://e\.ru/(?s).*",
        ]);
        assert_eq!(others, [3, 4, 5]);
        for (url, pattern) in [
            ("https://a.ru/x", Some(0)),
            ("http://a.ru/xy/z", Some(0)),
            ("https://a.ru/y", None),
            ("https://b.ru/z/", Some(1)),
            ("https://b.ru/z", None),
            ("https://c.ru/", Some(2)),
            ("https://c.ru/?", None),
            ("https://c.ru", None),
            ("c.ru", None),
        ] {
            assert_eq!(literals.find(url), pattern, "{url}");
        }
    }

    #[test]
    fn too_many_alike_are_left_to_an_automaton() {
        let rules: Vec<String> = (0..5).map(|path| format!(r"https://a\.ru/p{path}.*")).collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        assert_eq!(literals(&rules).1, [0, 1, 2, 3, 4]);
        assert_eq!(literals(&rules[..4]).1, Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn a_line_is_what_the_dot_matches(text in "[a-z\\n\\r\\u{84}-\\u{86}\\u{2027}-\\u{202A}\\x00-\\x1F\\x7Fя😀]{0,20}") {
            let dot = Pattern::compile(".*").unwrap();
            prop_assert_eq!(is_line(&text), dot.matches_stepwise(&text).unwrap());
        }
    }
}
