//! What all kinds of entries have in common.

use serde_json::{Map, Value};

use super::Context;
use super::change::Kind;
use super::form::{Reading, Wrong};
use super::patch::merged;

/// An entry that does not depend on its place.
pub(super) trait Entry: Sized {
    const KIND: Kind;

    fn id(&self) -> &str;

    /// All of it, as [`Entry::read`] reads it.
    fn form(&self, context: &Context) -> Map<String, Value>;

    fn read(form: &Map<String, Value>, context: &Context) -> Reading<Self>;

    /// The entry with some keys changed.
    fn changed(&self, patch: &Map<String, Value>, context: &Context) -> Result<Self, Vec<Wrong>> {
        Ok(Self::read(&merged(&self.form(context), patch), context)?.0)
    }

    /// Notes when it was made.
    fn made_at(self, _: i64) -> Self {
        self
    }
}
