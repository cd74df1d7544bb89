//! Why the world cannot be changed so.

use crate::config::laid::{Kind, Wrong, meant};
use crate::config::meant::Config;
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
    #[error("no {} has the id or name {id}", .kind.name())]
    Missing {
        /// Of what.
        kind: Kind,
        /// As it was asked for.
        id: String,
    },
    /// There was one, and it can be brought back.
    #[error("{text}")]
    Removed {
        /// What was removed, and when.
        text: String,
        /// What brings it back.
        hint: String,
    },
    /// Several entries have that name.
    #[error("{} {}s are called {name}", .ids.len(), .kind.name())]
    Several {
        /// Of what.
        kind: Kind,
        /// As it was asked for.
        name: String,
        /// Theirs.
        ids: Vec<String>,
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
    /// The identifier of the one entry that a word means.
    ///
    /// # Errors
    ///
    /// Where there is none, or several have that name.
    pub fn or_id(config: &Config, kind: Kind, word: &str) -> Result<String, Self> {
        match meant(config, kind, word).as_slice() {
            [only] => Ok((*only).to_owned()),
            [] => Err(Self::missing(config, kind, word)),
            several => Err(Self::Several {
                kind,
                name: word.to_owned(),
                ids: several.iter().map(|id| (*id).to_owned()).collect(),
            }),
        }
    }

    /// There is no such entry, or no longer.
    pub fn missing(config: &Config, kind: Kind, word: &str) -> Self {
        match config.removed(kind, word) {
            Some(removed) => Self::Removed { text: removed.sentence(), hint: removed.remedy() },
            None => Self::Missing { kind, id: word.to_owned() },
        }
    }

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
