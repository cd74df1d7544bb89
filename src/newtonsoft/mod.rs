//! Is a package what its schema asks for? The answer is worded, and its errors are placed, as
//! ASNA's service does it: Newtonsoft.Json reads, Json.NET Schema checks (asna.md, sections 3 to 5).
//!
//! The document is read once, token by token; nothing is built from it. Lines and positions are
//! counted only for errors.

mod date;
mod fidelity;
mod path;
mod place;
mod reader;
mod report;
mod schema;
mod text;
mod validate;
mod value;
mod wording;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

pub use fidelity::FIDELITY;
pub use reader::DEPTH;
pub use report::MOST;
pub use schema::Schema;

/// Why a package is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It cannot be read: the exception's message.
    Unreadable(String),
    /// It can be read, but its fields are not what the schema asks for; at most [`MOST`] errors.
    Invalid(Vec<FieldError>),
}

/// One error of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's path, such as `stocks[0].prtId`.
    pub field: String,
    /// Line, position, value and error.
    pub message: String,
}

/// Holds a body against a schema. A body that cannot be read to its end has no field errors.
///
/// # Errors
/// What the service answers with status 400.
pub fn check(schema: &Schema, body: &[u8]) -> Result<(), Refused> {
    let text = decode(body);
    let report =
        validate::run(schema, &text).map_err(|error| Refused::Unreadable(error.0.into()))?;
    match report.into_errors() {
        errors if errors.is_empty() => Ok(()),
        errors => Err(Refused::Invalid(errors)),
    }
}

/// A body's value, read with the same leniency.
///
/// # Errors
/// A body that cannot be read.
pub fn value(body: &[u8]) -> Result<Value, Refused> {
    value::read(&decode(body)).map_err(|error| Refused::Unreadable(error.0.into()))
}

impl Refused {
    /// The documented body of the answer, with its members in the documented order.
    pub fn to_json(&self) -> String {
        let (message, errors) = match self {
            Self::Unreadable(message) => (message.as_str(), None),
            Self::Invalid(errors) => (CORRECT, Some(errors)),
        };
        let envelope = Envelope {
            status_code: 400,
            is_error: true,
            is_transient: false,
            exception_message: message,
            validation_errors: errors.map(Vec::as_slice),
        };
        serde_json::to_string(&envelope).unwrap_or_default()
    }
}

const CORRECT: &str = "Please correct the specified validation errors and try again";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    status_code: u16,
    is_error: bool,
    is_transient: bool,
    exception_message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_errors: Option<&'a [FieldError]>,
}

/// As .NET reads UTF-8: without a byte order mark, what is not UTF-8 becomes U+FFFD.
fn decode(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}
