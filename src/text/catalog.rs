//! The catalogues: each template of a text in other languages.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Language;

/// English templates and theirs. JSON, so that tests and translators read it.
const RUSSIAN: &str = include_str!("ru.json");

/// A template in a language, where it has words of its own for it.
pub(super) fn template(english: &str, language: Language) -> Option<&'static str> {
    static OF_RUSSIAN: OnceLock<HashMap<String, String>> = OnceLock::new();
    match language {
        Language::English => None,
        Language::Russian => OF_RUSSIAN
            .get_or_init(|| serde_json::from_str(RUSSIAN).unwrap_or_default())
            .get(english)
            .map(String::as_str),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_can_be_read() {
        assert!(serde_json::from_str::<HashMap<String, String>>(RUSSIAN).is_ok());
    }
}
