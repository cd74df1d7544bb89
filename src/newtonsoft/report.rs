//! The errors found so far, up to a bound.

use super::FieldError;
use super::reader::{Reader, Token};
use super::wording::{message, value};

/// More errors than this are not reported.
pub const MOST: usize = 1_000;

/// Nor are errors after so many bytes of messages: one value may be as long as the body.
const BYTES: usize = 4 << 20;

/// Field errors in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Report {
    errors: Vec<FieldError>,
    bytes: usize,
}

impl Report {
    /// An error at the token just read.
    pub(super) fn add(&mut self, reader: &mut Reader<'_>, token: &Token<'_>, error: &str) {
        if self.errors.len() >= MOST || self.bytes >= BYTES {
            return;
        }
        let field = reader.path();
        let message = message(reader.place(), &value(token), error);
        self.bytes += field.len() + message.len();
        self.errors.push(FieldError { field, message });
    }

    /// All of them.
    pub(super) fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }
}
