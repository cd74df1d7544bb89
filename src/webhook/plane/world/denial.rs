//! Why the world cannot be changed so.

use crate::config::laid::{Kind, Wrong, meant};
use crate::config::meant::Config;
use crate::store::StoreError;
use crate::text::{Text, text};
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
#[derive(Debug, Clone)]
pub enum Denial {
    /// There is no such entry.
    Missing {
        /// Of what.
        kind: Kind,
        /// As it was asked for.
        id: String,
    },
    /// There was one, and it can be brought back.
    Removed {
        /// What was removed, and when.
        text: Text,
        /// What brings it back.
        hint: Text,
    },
    /// Several entries have that name.
    Several {
        /// Of what.
        kind: Kind,
        /// As it was asked for.
        name: String,
        /// Theirs.
        ids: Vec<String>,
    },
    /// Nothing is known of the app and user that could be taken away.
    Nothing(Text),
    /// What was sent is no such entry.
    Invalid(Vec<Wrong>),
    /// Something is named that does not exist.
    Unknown {
        /// Where, as a JSON pointer.
        pointer: String,
        /// What.
        text: Text,
        /// What to do.
        hint: Text,
    },
    /// An identifier or a name is taken.
    Conflict {
        /// By what.
        text: Text,
        /// What to do.
        hint: Text,
    },
    /// Others depend on it.
    InUse {
        /// Of what.
        kind: Kind,
        /// Whose.
        id: String,
        /// Which.
        dependents: Vec<Dependent>,
    },
    /// The webhook of it cannot be sent.
    Refused(Refusal),
}

impl std::fmt::Display for Denial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for Denial {}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
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

    /// Why, without a capital and a full stop.
    pub fn text(&self) -> Text {
        match self {
            Self::Missing { kind, id } => {
                text!("no {kind} has the id or name {id}", kind => kind.name(), id)
            }
            Self::Several { kind, name, ids } => text!(
                "{number} entries of the kind {kind} are called {name}",
                number = ids.len(), kind => kind.name(), name
            ),
            Self::Removed { text, .. }
            | Self::Unknown { text, .. }
            | Self::Conflict { text, .. }
            | Self::Nothing(text) => text.clone(),
            Self::Invalid(wrong) => match wrong.first() {
                Some(wrong) => wrong.message.clone(),
                None => text!("it cannot be read"),
            },
            Self::InUse { kind, id, dependents } => text!(
                "{number} entries depend on the {kind} {id}",
                number = dependents.len(), kind => kind.name(), id
            ),
            Self::Refused(refusal) => refusal.text(),
        }
    }

    pub(super) fn conflict(text: impl Into<Text>, hint: impl Into<Text>) -> Self {
        Self::Conflict { text: text.into(), hint: hint.into() }
    }

    pub(super) fn unknown(
        pointer: impl Into<String>,
        text: impl Into<Text>,
        hint: impl Into<Text>,
    ) -> Self {
        Self::Unknown { pointer: pointer.into(), text: text.into(), hint: hint.into() }
    }
}
