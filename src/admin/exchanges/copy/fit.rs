//! What can be told to a tool and stay data. A file of another tool, or an HTTP/2 client whose request
//! was refused, can have put anything into a record.

use super::outgoing::Outgoing;
use crate::shell::is_hidden;

/// What of a request cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    Method,
    Url,
    Field,
}

impl Unfit {
    /// The word in the API.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Url => "url",
            Self::Field => "field",
        }
    }
}

/// Whether any tool can be told.
pub(super) fn check(request: &Outgoing) -> Result<(), Unfit> {
    if !is_token(&request.method) {
        return Err(Unfit::Method);
    }
    if !is_url(&request.url) {
        return Err(Unfit::Url);
    }
    // The last stands for bytes that are no UTF-8: a copy would not be the request.
    let is_one = |(name, value): &(String, String)| {
        is_token(name) && !value.contains(['\r', '\n', '\0', char::REPLACEMENT_CHARACTER])
    };
    if request.fields.iter().all(is_one) { Ok(()) } else { Err(Unfit::Field) }
}

/// RFC 9110, section 5.6.2.
fn is_token(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_sign)
}

fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").filter(|(_, rest)| !rest.is_empty());
    let is_known =
        |scheme: &str| ["http", "https"].iter().any(|one| scheme.eq_ignore_ascii_case(one));
    scheme.is_some_and(|(scheme, _)| is_known(scheme))
        && !text.contains(|letter: char| letter.is_whitespace() || is_hidden(letter))
}
