//! The strict byte gate in front of hyper, one automaton per direction.
//!
//! A gate is shown every byte that has not passed yet, those held back before first, and says how
//! many may go on and whether the stream ends there. It does no I/O. It refuses what two readers of
//! HTTP/1 could frame differently and repairs nothing: RFC 9110 and 9112, without the leniencies.
//!
//! [`target`] holds the rules for URLs and hosts, which HTTP/2 has to obey as well.

mod chunked;
mod field;
mod forwarded;
mod framing;
mod grammar;
mod head;
mod past;
mod refusal;
mod request_head;
pub mod requests;
pub mod responses;
pub mod target;

pub use forwarded::write_line;
pub use head::{Class, Content, Fields, Head, Method, NOTES, Note, Upgrade};
pub use refusal::{Refusal, RefusalKind};
pub use requests::Requests;
pub use responses::Responses;

/// What may be done with the bytes a gate was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How many of the bytes shown may go on; the others are held and shown again, in front of new
    /// ones. The gate's cuts are to be taken out of them first, and that can leave nothing.
    pub pass: usize,
    /// Whether the stream goes on behind them.
    pub end: End,
}

/// How a stream goes on behind the bytes that passed. Anything but `Open` is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// More may follow.
    Open,
    /// The next request head is refused; see [`Requests::refusal`].
    Refuse,
    /// The next request is a CONNECT: its head is queued and none of its bytes pass.
    Connect,
    /// What follows cannot be read safely, in the middle of a message or between two.
    Broken,
}
