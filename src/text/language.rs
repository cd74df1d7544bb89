//! The languages that people are spoken to in, and how they say which.

use std::fmt;
use std::str::FromStr;

/// A language that there are words for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// The one that texts are written in.
    #[default]
    English,
    /// By the catalogue beside the code.
    Russian,
}

tokio::task_local! {
    static OF_SCOPE: Language;
}

impl Language {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::English, Self::Russian];

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    /// The one of a tag or a locale: `ru`, `ru-RU`, `ru_RU.UTF-8`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.tag().eq_ignore_ascii_case(primary.trim()))
    }

    /// The one that `Accept-Language` (RFC 9110, section 12.5.4) likes best, English where it knows none
    /// of ours.
    pub fn of_accept(field: &str) -> Self {
        let mut best = (Self::English, 0.0_f32);
        for range in field.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), f32::from_str);
            let language = Self::of_tag(tag.trim());
            if let Some((language, weight)) = language.zip(weight.ok())
                && weight > best.1
            {
                best = (language, weight);
            }
        }
        best.0
    }

    /// That of a POSIX environment: the first of these that is set decides.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        locale.and_then(|locale| Self::of_tag(&locale)).unwrap_or_default()
    }

    /// Runs a future within which texts are serialized in this language.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        OF_SCOPE.scope(self, future).await
    }

    /// The same for what does not wait.
    pub fn scope_sync<T>(self, run: impl FnOnce() -> T) -> T {
        OF_SCOPE.sync_scope(self, run)
    }

    /// That of the scope; English outside any.
    pub fn of_scope() -> Self {
        OF_SCOPE.try_with(|language| *language).unwrap_or_default()
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_says_the_language_by_field_or_environment() {
        let of = Language::of_accept;
        for russian in ["ru", "ru-RU,ru;q=0.9,en-US;q=0.8", "de, en;q=0.2, RU;q=0.3", "fr;q=x, ru"]
        {
            assert_eq!(of(russian), Language::Russian, "{russian}");
        }
        for english in ["", "*", "de", "en,ru", "ru;q=0", "en;q=0.9, ru;q=0.8", ";;;,q=1"] {
            assert_eq!(of(english), Language::English, "{english}");
        }
        let environment = |set: &'static [(&str, &str)]| {
            Language::of_environment(|name| {
                set.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(environment(&[("LANG", "ru_RU.UTF-8")]), Language::Russian);
        assert_eq!(environment(&[("LC_ALL", "C"), ("LANG", "ru_RU")]), Language::English);
        assert_eq!(environment(&[("LC_ALL", ""), ("LC_MESSAGES", "ru")]), Language::Russian);
        assert_eq!(environment(&[]), Language::English);
    }
}
