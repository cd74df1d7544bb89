//! What was done to the world at run time.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::patch::merged;

/// What the world is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A user of Evotor Cloud.
    User,
    /// A shop.
    Store,
    /// A smart-terminal.
    Device,
    /// A shop's employee.
    Employee,
    /// An app of the developer portal.
    App,
}

impl Kind {
    /// In the order in which they need each other.
    pub const ALL: [Self; 5] = [Self::User, Self::Store, Self::Device, Self::Employee, Self::App];

    /// The word of the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Store => "store",
            Self::Device => "device",
            Self::Employee => "employee",
            Self::App => "app",
        }
    }

    /// The kind of a word.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The key of an entry that holds its identifier.
    pub fn id_key(self) -> &'static str {
        match self {
            Self::User | Self::App => "id",
            Self::Store | Self::Device | Self::Employee => "uuid",
        }
    }

    /// An identifier in the case that makes it comparable.
    pub fn key(self, id: &str) -> String {
        match self {
            Self::User => id.to_owned(),
            Self::App => id.to_ascii_lowercase(),
            Self::Store | Self::Device | Self::Employee => id.to_ascii_uppercase(),
        }
    }
}

/// What was done to one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of what.
    pub kind: Kind,
    /// Whose, in the case that makes it comparable.
    pub id: String,
    /// When it was made, in milliseconds since 1970; `None` where the file's own was changed.
    pub made_ms: Option<i64>,
    /// The whole of an entry that was made, the changed keys of the file's; `None` where it was
    /// removed.
    pub form: Option<Map<String, Value>>,
    /// Whether a partner's service made it.
    pub by_partner: bool,
}

/// Changes, one for each entry.
pub(super) struct Folded {
    changes: Vec<Change>,
    places: HashMap<(Kind, String), usize>,
}

impl Folded {
    pub(super) fn of(changes: &[Change]) -> Self {
        let mut folded = Self { changes: Vec::new(), places: HashMap::new() };
        for change in changes {
            let key = (change.kind, change.kind.key(&change.id));
            match folded.places.get(&key).and_then(|at| folded.changes.get_mut(*at)) {
                Some(known) => *known = over(known, change),
                None => {
                    folded.places.insert(key, folded.changes.len());
                    folded.changes.push(change.clone());
                }
            }
        }
        folded
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(super) fn of_entry(&self, kind: Kind, key: &str) -> Option<&Change> {
        self.changes.get(*self.places.get(&(kind, key.to_owned()))?)
    }

    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}

/// A change of what a partner's service has made.
fn over(known: &Change, change: &Change) -> Change {
    let form = match (&known.form, &change.form) {
        (Some(known), Some(patch)) => Some(merged(known, patch)),
        (None, form) => form.clone(),
        (_, None) => None,
    };
    Change { form, made_ms: known.made_ms.or(change.made_ms), ..known.clone() }
}
