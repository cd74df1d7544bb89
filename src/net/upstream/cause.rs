//! Why an exchange over HTTP/2 failed, in the protocol's words.

use std::error::Error;
use std::fmt;

use h2::Reason;

use super::Destination;
use super::peer::Peer;
use crate::fault::{Code, Fault};
use crate::text::{Text, text};

/// What ended a stream or its connection (RFC 9113, 5.4 and 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The partner sent RST_STREAM.
    Reset(Reason),
    /// The partner sent GOAWAY.
    GoAway(Reason),
    /// What the partner sent breaks the protocol; this end has answered with the error.
    Violation(Reason),
}

impl Cause {
    /// A stream that ended without an error and without its end.
    pub const EARLY: Self = Self::Reset(Reason::NO_ERROR);
    /// The partner does not take the stream now.
    pub(super) const REFUSED: Self = Self::Reset(Reason::REFUSED_STREAM);

    /// What an error of hyper's came from, where that is known to HTTP/2.
    pub fn of(error: &hyper::Error) -> Option<Self> {
        let error = source::<h2::Error>(error)?;
        let reason = error.reason()?;
        Some(match (error.is_remote(), error.is_go_away()) {
            (true, true) => Self::GoAway(reason),
            (true, false) => Self::Reset(reason),
            (false, _) => Self::Violation(reason),
        })
    }

    /// Whether the partner has done nothing with the stream's request (RFC 9113, 8.7). A stream fails
    /// with GOAWAY only where its number is above the last one that GOAWAY names.
    pub(super) fn is_unprocessed(self) -> bool {
        matches!(self, Self::GoAway(_) | Self::REFUSED)
    }

    /// What to do about it.
    pub fn hint(self) -> &'static str {
        let reason = match self {
            Self::Violation(_) => {
                return "The server or a proxy before it writes frames that no HTTP/2 client may \
                        accept. Does its library have an update?";
            }
            Self::Reset(reason) | Self::GoAway(reason) => reason,
        };
        match reason {
            Reason::NO_ERROR => "It shuts down or gives up: look into its log for that moment.",
            Reason::REFUSED_STREAM => "It takes no more requests at present: is it overloaded?",
            Reason::ENHANCE_YOUR_CALM => {
                "It finds the requests too many: look for a limit of rate in it or before it."
            }
            Reason::HTTP_1_1_REQUIRED => {
                "It wants HTTP/1.1 for this: let its server offer only http/1.1 in ALPN."
            }
            Reason::INADEQUATE_SECURITY => "It does not accept the TLS version or the cipher.",
            Reason::INTERNAL_ERROR | Reason::CANCEL => {
                "Its handler failed or gave up: look into its log for that moment."
            }
            _ => {
                "It or a proxy before it took the request for malformed: look into its log for \
                 that moment."
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (frame, reason) = match self {
            Self::Reset(reason) => ("RST_STREAM", reason),
            Self::GoAway(reason) => ("GOAWAY", reason),
            Self::Violation(reason) => {
                return write!(f, "it breaks HTTP/2: {reason:?} ({})", reason.description());
            }
        };
        write!(f, "{frame} with {reason:?}")
    }
}

/// The fault of a request over HTTP/2 that got no head.
pub(super) fn fault(error: &hyper::Error, peer: &Peer, to: &Destination) -> Fault {
    if error.is_timeout() {
        return Fault::new(Code::PartnerTimeout, text!("{to} no longer answers PING.", to)).hint(
            text!("The connection is dead or its server has stopped: is the network still there?"),
        );
    }
    match Cause::of(error).or_else(|| parting(peer)) {
        Some(cause @ Cause::Violation(_)) => Fault::new(
            Code::PartnerProtocol,
            text!("The answer of {to} is refused: {cause}.", to, cause),
        )
        .hint(Text::fixed(cause.hint())),
        Some(cause) => Fault::new(
            Code::PartnerProtocol,
            text!("{to} ended the request before it had answered: {cause}.", to, cause),
        )
        .hint(Text::fixed(cause.hint())),
        None => gone(error, to),
    }
}

/// GOAWAY with an error came before the connection ended without a word.
pub(super) fn parting(peer: &Peer) -> Option<Cause> {
    let code = peer.going_away().filter(|code| *code != 0)?;
    Some(Cause::GoAway(Reason::from(code)))
}

/// The connection itself is gone.
fn gone(error: &hyper::Error, to: &Destination) -> Fault {
    match source::<h2::Error>(error).and_then(h2::Error::get_io) {
        Some(io) if io.kind() == std::io::ErrorKind::InvalidData => Fault::new(
            Code::PartnerProtocol,
            text!("The bytes of {to} cannot be read: {io}.", to, io),
        ),
        _ => super::closed(to),
    }
}

fn source<T: Error + 'static>(error: &hyper::Error) -> Option<&T> {
    let mut at: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = at {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        at = error.source();
    }
    None
}
