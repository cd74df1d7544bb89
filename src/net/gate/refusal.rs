//! Why a request head is not let in.

use std::fmt;

use super::target::TargetFault;

/// The family a refusal belongs to; each has a status of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// Not HTTP/1.0 or 1.1 as the RFCs write it, or framed in a way two readers may differ on.
    BadRequest,
    /// The target or the Host could be read in two ways.
    BadTarget,
    /// A method that is not served.
    MethodNotAllowed,
    /// The target is longer than [`super::requests::MAX_TARGET`].
    UriTooLong,
    /// Too many fields, or more bytes than the head may have.
    HeadersTooLarge,
}

/// A refusal as its answer and the log need it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// Which family.
    pub kind: RefusalKind,
    /// What is wrong, in one short English sentence without a full stop.
    pub detail: &'static str,
    /// The method as sent, empty if the request line could not be read that far.
    pub method: &'a [u8],
    /// The target as sent, empty if the request line could not be read that far.
    pub target: &'a [u8],
}

/// Without the target: its query may hold a token.
impl fmt::Debug for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("kind", &self.kind)
            .field("detail", &self.detail)
            .finish_non_exhaustive()
    }
}

/// Why a head or a trailer section does not pass now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Its end has not come yet.
    Unfinished,
    /// It never will pass.
    Bad(RefusalKind, &'static str),
}

impl From<TargetFault> for Flaw {
    fn from(fault: TargetFault) -> Self {
        Self::Bad(RefusalKind::BadTarget, fault.text())
    }
}

/// A flaw of syntax or framing.
pub(super) fn malformed(detail: &'static str) -> Flaw {
    Flaw::Bad(RefusalKind::BadRequest, detail)
}
