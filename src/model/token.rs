//! Secrets that cannot be printed.

use secrecy::{ExposeSecret, SecretString};

/// Of a secret with fewer characters nothing is shown.
const SHORT: usize = 12;
/// Characters that are shown of a longer one.
const SHOWN: usize = 4;

/// A token or password. `Debug` prints `[REDACTED]`, there is no `Display`.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    /// Takes the secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// What may be shown of it: the last four characters of a long one.
    pub fn masked(&self) -> String {
        let text = self.expose();
        let count = text.chars().count();
        let shown = if count < SHORT { 0 } else { SHOWN };
        format!("…{}", text.chars().skip(count - shown).collect::<String>())
    }

    /// The secret itself, for the one place that writes it into a request.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
