//! What the gateway has learned about users since it was first started, beyond its file.

use foldhash::HashMap;

use super::token::Token;

/// An app's and a user's id: what is learned is learned for the two together.
pub type Pair = (Box<str>, Box<str>);

/// Tokens from partners' answers and what installation events said. Ids are those of the file; what
/// was learned of an app or user that the file no longer has waits until it is back.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// The user's token, as the partner last gave it.
    pub tokens: HashMap<Pair, Token>,
    /// Whether the user has the app; without an entry `installed_by` of the file says.
    pub installed: HashMap<Pair, bool>,
}

/// The key of an app and a user; app ids are compared in lower case.
pub fn pair(app: &str, user: &str) -> Pair {
    (app.to_ascii_lowercase().into(), user.into())
}
