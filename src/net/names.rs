//! The names of a head's fields as they were written, in their order.

use std::fmt;

/// Names as one peer wrote them, for the head that is written to the other.
///
/// hyper keeps a field's name in lower case and lines of one name together; what it writes is put
/// back into this order and casing by [`respell`](super::respell).
#[derive(Clone, Default)]
pub struct Names {
    /// What they stand in: a whole head is copied faster than its names.
    text: Vec<u8>,
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Place {
    at: u32,
    len: u32,
}

/// Room that is kept for the next head.
const KEPT: usize = 4096;
/// Room made at first: most heads have fewer fields.
const USUAL: usize = 16;

impl Names {
    /// Takes the name of the next field.
    pub fn push(&mut self, name: &[u8]) {
        self.note(self.text.len(), name.len());
        self.text.extend_from_slice(name);
    }

    /// The name of the next field stands at `at` of a head that [`Names::stand_in`] is told of. Heads
    /// are shorter than 4 GiB.
    #[inline]
    pub(super) fn note(&mut self, at: usize, len: usize) {
        if self.places.capacity() == 0 {
            self.places.reserve(USUAL);
        }
        self.places.push(Place { at: at as u32, len: len as u32 });
    }

    /// The head in which those noted stand.
    #[inline]
    pub(super) fn stand_in(&mut self, head: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(head);
    }

    /// Forgets all of them and keeps the room for a usual head.
    pub fn clear(&mut self) {
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.places.clear();
    }

    /// Whether there are none: the peer spoke HTTP/2, or there is no peer.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// One after the other.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|place| {
            let at = place.at as usize;
            self.text.get(at..at + place.len as usize).unwrap_or_default()
        })
    }
}

impl<'a> FromIterator<&'a [u8]> for Names {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(written: I) -> Self {
        let mut names = Self::default();
        for name in written {
            names.push(name);
        }
        names
    }
}

/// Without what stands around them: values hold tokens.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(String::from_utf8_lossy)).finish()
    }
}
