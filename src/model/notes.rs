//! Remarks on an exchange: what was taken of it that a stricter reading refuses.

use crate::text::{Text, text};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Remarks that are kept of one exchange; more are counted.
const MOST: usize = 20;

/// The remarks on one exchange, gathered while it is served. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Notes(Arc<Mutex<Gathered>>);

#[derive(Debug, Default)]
struct Gathered {
    texts: Vec<Text>,
    more: usize,
}

impl Notes {
    /// Adds a sentence; one that is there already is not repeated.
    pub fn add(&self, text: impl Into<Text>) {
        let (text, mut gathered) = (text.into(), self.gathered());
        if gathered.texts.contains(&text) {
            return;
        }
        if gathered.texts.len() < MOST {
            gathered.texts.push(text);
        } else {
            gathered.more += 1;
        }
    }

    /// All sentences; the last one tells how many more there were.
    pub fn texts(&self) -> Vec<Text> {
        let gathered = self.gathered();
        let more = (gathered.more > 0)
            .then(|| text!("And {more} more of the kind.", more = gathered.more));
        gathered.texts.iter().cloned().chain(more).collect()
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_kept_once_and_many_are_counted() {
        let notes = Notes::default();
        assert!(notes.texts().is_empty());
        for number in [1, 1, 2] {
            notes.clone().add(Text::verbatim(number.to_string()));
        }
        let said = |notes: &Notes| notes.texts().iter().map(Text::to_string).collect::<Vec<_>>();
        assert_eq!(said(&notes), ["1", "2"]);
        (0..30).for_each(|number| notes.add(Text::verbatim(format!("x{number}"))));
        let texts = said(&notes);
        assert_eq!((texts.len(), texts.last().unwrap().as_str()), (21, "And 12 more of the kind."));
    }
}
