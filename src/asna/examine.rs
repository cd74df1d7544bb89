//! What a package is held against before it is taken.

use std::fmt::Debug;

use super::refusal::{FieldError, Refusal};

/// Why a package is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It cannot be parsed, as Json.NET would say it.
    Unparsable(String),
    /// It breaks the schema.
    Fields(Vec<FieldError>),
}

/// Knows the schemas of packages.
pub trait Check: Debug + Send + Sync {
    /// Holds a package against a schema and gives it as strict JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn check(&self, schema: &str, text: &str) -> Result<String, Wrong>;
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Unparsable(message) => Self::bad(message),
            Wrong::Fields(errors) => Self::fields(errors),
        }
    }
}

/// JSON of any shape.
#[derive(Debug)]
pub(super) struct AnyJson;

impl Check for AnyJson {
    fn check(&self, _: &str, text: &str) -> Result<String, Wrong> {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(Wrong::Unparsable(error.to_string())),
        }
    }
}
