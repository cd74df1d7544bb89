//! References hidden from YAML, which would read their braces as its own.

use super::reference::references;

/// The text with every whole reference made into one word for YAML, byte for byte as long.
#[derive(Debug)]
pub(super) struct Hidden {
    pub(super) text: String,
    /// Where references are, and what they are.
    references: Vec<(usize, String)>,
}

impl Hidden {
    pub(super) fn new(source: &str) -> Self {
        if source.contains(SENTINEL) {
            return Self { text: source.to_owned(), references: Vec::new() };
        }
        let (mut text, mut kept) = (String::with_capacity(source.len()), Vec::new());
        let mut done = 0;
        for found in references(source) {
            text.push_str(source.get(done..found.start).unwrap_or_default());
            text.push(SENTINEL);
            text.extend(std::iter::repeat_n('_', found.len().saturating_sub(SENTINEL.len_utf8())));
            done = found.end;
            kept.push((found.start, source.get(found).unwrap_or_default().to_owned()));
        }
        text.push_str(source.get(done..).unwrap_or_default());
        Self { text, references: kept }
    }

    /// The value of a scalar that starts at `start`, references shown again.
    pub(super) fn reveal(&self, value: &str, start: usize) -> String {
        let mut next = self.references.partition_point(|(at, _)| *at < start);
        let (mut out, mut rest) = (String::with_capacity(value.len()), value);
        while let Some((before, after)) = rest.split_once(SENTINEL) {
            let Some((_, reference)) = self.references.get(next) else { break };
            out.push_str(before);
            out.push_str(reference);
            let filler = reference.len().saturating_sub(SENTINEL.len_utf8());
            rest = after.get(filler..).unwrap_or_default();
            next += 1;
        }
        out.push_str(rest);
        out
    }
}

/// Stands for `${` and the byte behind it. Private use, so of no meaning in anyone's file.
const SENTINEL: char = '\u{F5CE}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_shown_again() {
        let source = "{a: ${A}, b: x${Длинное:-y}${C}z}";
        let hidden = Hidden::new(source);
        assert_eq!(hidden.text.len(), source.len());
        assert!(!hidden.text.contains("${"));
        let second = hidden.text.find("b: ").unwrap() + 3;
        let value = &hidden.text[second..hidden.text.len() - 1];
        assert_eq!(hidden.reveal(value, second), "x${Длинное:-y}${C}z");
    }

    #[test]
    fn a_text_that_uses_the_sentinel_is_left_alone() {
        let source = format!("{SENTINEL} ${{A}}");
        let hidden = Hidden::new(&source);
        assert_eq!(hidden.text, source);
        assert_eq!(hidden.reveal(&source, 0), source);
    }
}
