//! What is known of a request head once it has passed.

use std::fmt;

use super::framing::Known;
use super::past::{Meaning, Past};
use super::target::Unusual;
use crate::net::names::Names;

/// Asked for the name of every field the gate does not judge itself.
pub trait Fields {
    /// What becomes of fields called `name`, given as sent: in any casing, with `_` for `-` or not.
    /// The answer serves for the whole connection.
    fn class(&self, name: &[u8]) -> Class;
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It passes.
    Pass,
    /// Its line is among the cuts, and the record has it for whoever the request is forwarded to:
    /// [`Head::forward_into`].
    Forward,
    /// Its line is among the cuts.
    Cut,
    /// It passes and its value is noted in this slot, below [`NOTES`]. An empty one is not.
    Note(u8),
    /// Its line is among the cuts and its value is noted in this slot.
    CutNote(u8),
}

/// How many slots a head has for noted values.
pub const NOTES: usize = 16;

/// The methods that are let in.
///
/// Those that no app may use are let in to be refused: what frames a message does not depend on the
/// method, so that the connection serves on behind a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// GET
    #[default]
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
    /// PATCH, which a partner's service sends to a cloud; no app may.
    Patch,
    /// CONNECT
    Connect,
    /// HEAD, whose answer has no content.
    Head,
    /// Another one, written as registered methods are.
    Other,
}

/// The longest name of a method that is let in, in bytes; the longest registered one has 18.
const MAX_METHOD: usize = 32;

impl Method {
    /// The method of this exact spelling.
    pub(super) fn of(token: &[u8]) -> Option<Self> {
        match token {
            b"GET" => Some(Self::Get),
            b"POST" => Some(Self::Post),
            b"PUT" => Some(Self::Put),
            b"DELETE" => Some(Self::Delete),
            b"PATCH" => Some(Self::Patch),
            b"CONNECT" => Some(Self::Connect),
            b"HEAD" => Some(Self::Head),
            // Whoever sends it speaks HTTP/2 (RFC 9113, section 3.4).
            b"PRI" => None,
            _ => is_other(token).then_some(Self::Other),
        }
    }

    /// Whether no app may use it.
    pub(super) fn is_refused(self) -> bool {
        matches!(self, Self::Head | Self::Other)
    }
}

/// A spelling that nobody can take for another: capital letters and hyphens.
#[cold]
fn is_other(token: &[u8]) -> bool {
    token.len() <= MAX_METHOD && token.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-')
}

/// How the content behind a head is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Content {
    /// There is none.
    #[default]
    None,
    /// This many bytes.
    Length(u64),
    /// Chunks.
    Chunked,
}

/// Whether a request asks for another protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Upgrade {
    /// It does not.
    #[default]
    None,
    /// WebSocket is among what it asks for.
    Websocket,
    /// For something else.
    Other,
}

/// A place in a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    from: u32,
    to: u32,
}

impl Span {
    /// From `from`, `len` bytes long.
    #[inline]
    pub(super) fn new(from: usize, len: usize) -> Self {
        Self { from: from as u32, to: (from + len) as u32 }
    }

    /// Where it begins.
    pub(super) fn start(self) -> usize {
        self.from as usize
    }

    /// The bytes there, none if `bytes` is shorter.
    #[inline]
    pub(super) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.from as usize..self.to as usize).unwrap_or_default()
    }
}

/// The values noted in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Note {
    pub(super) first: Span,
    pub(super) count: u16,
    pub(super) differs: bool,
}

impl Note {
    /// How many fields were noted here.
    pub fn count(self) -> usize {
        self.count.into()
    }

    /// Whether they had different values.
    pub fn differs(self) -> bool {
        self.differs
    }

    /// Notes `value`, which stands at `at` of `head`.
    pub(super) fn add(&mut self, head: &[u8], at: usize, value: &[u8]) {
        if self.count == 0 {
            self.first = Span::new(at, value.len());
        } else {
            self.differs |= self.first.of(head) != value;
        }
        self.count = self.count.saturating_add(1);
    }
}

/// A request head that passed, or a CONNECT that did not have to.
#[derive(Clone, Default)]
pub struct Head {
    pub(super) past: Past,
    pub(super) method: Method,
    pub(super) target: Span,
    pub(super) host: Span,
    pub(super) http10: bool,
    pub(super) notes: [Note; NOTES],
    pub(super) upgrade: Upgrade,
    pub(super) content: Content,
    pub(super) expects_continue: bool,
    pub(super) te_trailers: bool,
    pub(super) nominates: bool,
    pub(super) unusual: Option<Unusual>,
}

impl Head {
    /// Forgets all but the past, for the next head.
    pub(super) fn begin(&mut self) {
        let past = std::mem::take(&mut self.past);
        *self = Self { past, ..Self::default() };
    }

    /// The whole head as sent, cut fields included.
    pub fn raw(&self) -> &[u8] {
        self.past.raw()
    }

    /// The names of its fields as written, without those that are cut or end here, into `to`, which
    /// has none.
    pub fn names_into(&self, to: &mut Names) {
        for (at, len, meaning) in self.past.names() {
            match meaning {
                Meaning::Classed(Class::Pass | Class::Forward | Class::Note(_))
                | Meaning::Own(Known::Host | Known::ContentLength | Known::TransferEncoding) => {
                    to.note(at, len);
                }
                Meaning::Classed(Class::Cut | Class::CutNote(_)) | Meaning::Own(_) => {}
            }
        }
        to.stand_in(self.raw());
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The method as sent.
    pub fn method_name(&self) -> &[u8] {
        self.raw().split(|byte| *byte == b' ').next().unwrap_or_default()
    }

    /// The target as sent: a path, a URL, or host and port for CONNECT.
    pub fn target(&self) -> &[u8] {
        self.target.of(self.raw())
    }

    /// The value of Host, vetted and equal to the target's authority if that has one. Of a CONNECT,
    /// which goes by its target alone, it may be another one or empty.
    pub fn host(&self) -> &[u8] {
        self.host.of(self.raw())
    }

    /// What is unusual about the target.
    pub fn unusual(&self) -> Option<Unusual> {
        self.unusual
    }

    /// Whether the version is HTTP/1.0.
    pub fn http10(&self) -> bool {
        self.http10
    }

    /// The first value noted in a slot, without blanks around it.
    pub fn noted(&self, slot: usize) -> Option<&[u8]> {
        let note = self.notes.get(slot).filter(|note| note.count > 0)?;
        Some(note.first.of(self.raw()))
    }

    /// How often a slot was noted and whether the values agree.
    pub fn note(&self, slot: usize) -> Note {
        self.notes.get(slot).copied().unwrap_or_default()
    }

    /// Whether another protocol is asked for. Upgrade itself is always cut: hyper would end the
    /// connection without a proper close for its sake, even when nothing was upgraded.
    pub fn upgrade(&self) -> Upgrade {
        self.upgrade
    }

    /// How the content is framed.
    pub fn content(&self) -> Content {
        self.content
    }

    /// Whether the client waits for `100 Continue`; never in HTTP/1.0.
    pub fn expects_continue(&self) -> bool {
        self.expects_continue
    }

    /// Whether Connection names other fields, which are not to be forwarded (RFC 9110, section 7.6.1).
    pub fn nominates(&self) -> bool {
        self.nominates
    }

    /// Whether TE accepts trailers in the answer.
    pub fn te_trailers(&self) -> bool {
        self.te_trailers
    }
}

/// Without the bytes: they hold tokens.
impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head")
            .field("method", &self.method)
            .field("bytes", &self.raw().len())
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}
