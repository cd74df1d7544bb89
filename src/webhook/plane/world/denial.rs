//! Why the world cannot be changed so.

use crate::config::laid::{Kind, Wrong};
use crate::store::StoreError;
use crate::webhook::plane::Refusal;

/// Something that needs what is to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependent {
    /// `store`, `device`, `employee`, or `tokens` for what is known of apps and users.
    pub kind: &'static str,
    /// Whose.
    pub id: String,
}

/// Why the world cannot be changed so. Nothing has changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Denial {
    /// There is no such entry.
    #[error("no {} has the id {id}", .kind.name())]
    Missing {
        /// Of what.
        kind: Kind,
        /// As it was asked for.
        id: String,
    },
    /// Nothing is known of the app and user that could be taken away.
    #[error("{0}")]
    Nothing(String),
    /// What was sent is no such entry.
    #[error("{}", .0.first().map_or("it cannot be read", |wrong| &wrong.message))]
    Invalid(Vec<Wrong>),
    /// Something is named that does not exist.
    #[error("{text}")]
    Unknown {
        /// Where, as a JSON pointer.
        pointer: String,
        /// What.
        text: String,
        /// What to do.
        hint: String,
    },
    /// An identifier or a name is taken.
    #[error("{text}")]
    Conflict {
        /// By what.
        text: String,
        /// What to do.
        hint: String,
    },
    /// Others depend on it.
    #[error("{} entries depend on the {} {id}", .dependents.len(), .kind.name())]
    InUse {
        /// Of what.
        kind: Kind,
        /// Whose.
        id: String,
        /// Which.
        dependents: Vec<Dependent>,
    },
    /// The webhook of it cannot be sent.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<StoreError> for Denial {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl Denial {
    pub(super) fn conflict(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Conflict { text: text.into(), hint: hint.into() }
    }

    pub(super) fn unknown(
        pointer: impl Into<String>,
        text: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::Unknown { pointer: pointer.into(), text: text.into(), hint: hint.into() }
    }
}
