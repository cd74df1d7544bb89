//! A bounded copy of a body, made while it passes.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256, digest};

use super::body::Shortfall;

/// What is kept of a body, and what is known of the rest.
#[derive(Clone, Default)]
pub struct Tape {
    kept: Vec<u8>,
    bytes: u64,
    /// Begun when a piece no longer fits: until then the hash can be had from what is kept.
    hash: Option<Box<Context>>,
    broken: bool,
}

impl Tape {
    /// A body that is known as a whole; at most `most` bytes of it are kept.
    pub fn of(body: &[u8], most: usize) -> Self {
        let mut tape = Self::default();
        tape.hear(body, most);
        tape
    }

    /// Takes the next piece; at most `most` bytes are kept of all. Returns how many were.
    pub fn hear(&mut self, piece: &[u8], most: usize) -> usize {
        self.bytes += piece.len() as u64;
        let room = most.saturating_sub(self.kept.len());
        if self.hash.is_none() && piece.len() <= room {
            self.kept.extend_from_slice(piece);
            return piece.len();
        }
        let hash = self.hash.get_or_insert_with(|| {
            let mut begun = Box::new(Context::new(&SHA256));
            begun.update(&self.kept);
            begun
        });
        hash.update(piece);
        let part = piece.get(..room).unwrap_or_default();
        self.kept.extend_from_slice(part);
        part.len()
    }

    /// Notes that the body did not arrive whole.
    pub fn break_off(&mut self) {
        self.broken = true;
    }

    /// The first bytes, all of them where there were no more.
    pub fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// How many bytes there were.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether it broke off before its end.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// SHA-256 of all bytes.
    pub fn sha256(&self) -> [u8; 32] {
        let hash = match &self.hash {
            Some(hash) => Context::finish((**hash).clone()),
            None => digest(&SHA256, &self.kept),
        };
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.as_ref());
        bytes
    }
}

/// Without what it holds: bodies hold tokens.
impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Whoever wants to know what passes.
pub trait Listener: fmt::Debug {
    /// The next piece.
    fn hear(&self, piece: &[u8]);
    /// The body broke off; `why` where the one who sends it is to blame.
    fn break_off(&self, why: Option<Shortfall>);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn size_and_hash_are_the_bodys_whatever_is_kept(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..12),
            most in 0_usize..200,
        ) {
            let mut tape = Tape::default();
            for piece in &pieces {
                tape.hear(piece, most);
            }
            let whole = pieces.concat();
            prop_assert_eq!(tape.bytes(), whole.len() as u64);
            let hash = digest(&SHA256, &whole);
            prop_assert_eq!(&tape.sha256()[..], hash.as_ref());
            prop_assert!(whole.starts_with(tape.kept()) && tape.kept().len() <= most);
            prop_assert_eq!(tape.kept().len(), whole.len().min(most));
        }
    }
}
