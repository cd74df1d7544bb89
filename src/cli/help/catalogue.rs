//! What stands in help, in Russian.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// English texts and theirs. JSON, so that tests and translators read it.
pub(super) const RUSSIAN: &str = include_str!("ru.json");

/// A text in Russian; in English where it has no words.
pub(super) fn russian(english: &str) -> Cow<'_, str> {
    static WORDS: OnceLock<HashMap<String, String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| serde_json::from_str(RUSSIAN).unwrap_or_default());
    words.get(english).map_or(Cow::Borrowed(english), |words| Cow::Borrowed(&**words))
}

/// A sentence in Russian with what stands in its gaps.
pub(super) fn filled(english: &str, values: &[(&str, &str)]) -> String {
    let mut sentence = russian(english).into_owned();
    for (name, value) in values {
        sentence = sentence.replacen(&format!("{{{name}}}"), value, 1);
    }
    sentence
}
