//! The recordings under way on one thread, so that those which last can be found. Entering and leaving
//! costs no allocation but where more are under way than ever before.

use std::rc::{Rc, Weak};

use super::Recording;

#[derive(Debug, Default)]
pub(super) struct Recordings {
    places: Vec<Weak<Recording>>,
    free: Vec<usize>,
}

impl Recordings {
    /// A place for one; it is empty until [`Self::fill`].
    pub(super) fn take(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.places.push(Weak::new());
            self.places.len() - 1
        })
    }

    pub(super) fn fill(&mut self, place: usize, recording: &Rc<Recording>) {
        if let Some(at) = self.places.get_mut(place) {
            *at = Rc::downgrade(recording);
        }
    }

    pub(super) fn leave(&mut self, place: usize) {
        if let Some(at) = self.places.get_mut(place) {
            *at = Weak::new();
            self.free.push(place);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Rc<Recording>> {
        self.places.iter().filter_map(Weak::upgrade)
    }
}
