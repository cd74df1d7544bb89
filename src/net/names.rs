//! The names of a head's fields as they were written, in their order.

/// Names as one peer wrote them, for the head that is written to the other.
///
/// hyper keeps a field's name in lower case and lines of one name together; what it writes is put
/// back into this order and casing by [`respell`](super::respell).
#[derive(Debug, Clone, Default)]
pub struct Names(
    /// Each with its length in front.
    Vec<u8>,
);

impl Names {
    /// Takes the name of the next field. One of 64 KiB is left out, and so it is in lower case.
    #[inline]
    pub fn push(&mut self, name: &[u8]) {
        if let Ok(len) = u16::try_from(name.len()) {
            self.0.extend_from_slice(&len.to_ne_bytes());
            self.0.extend_from_slice(name);
        }
    }

    /// Forgets all of them and keeps the room.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether there are none: the peer spoke HTTP/2, or there is no peer.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (len, after) = rest.split_first_chunk()?;
            let (name, after) = after.split_at_checked(u16::from_ne_bytes(*len).into())?;
            rest = after;
            Some(name)
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
