//! Secrets that cannot be printed.

use secrecy::{ExposeSecret, SecretString};

/// A token or password. `Debug` prints `[REDACTED]`, there is no `Display`.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    /// Takes the secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// The secret itself, for the one place that writes it into a request.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}
