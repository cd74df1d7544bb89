//! The gate for what a client sends.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use super::chunked::{Chunked, Progress};
use super::field::Held;
use super::head::{Content, Fields, Head, Method};
use super::refusal::{Flaw, Refusal, RefusalKind};
pub use super::request_head::MAX_TARGET;
use super::request_head::{MAX_LINE, judge, readable};
use super::{End, Verdict};

/// The largest head that can be asked for.
const MAX_MAX_HEAD: usize = 16 * 1024 * 1024;
/// Records kept for further heads.
const SPARES: usize = 4;

/// Follows the request stream of one connection.
///
/// Heads pass whole or not at all and are queued as they pass, in order. Of heads and trailer
/// sections some lines are to be cut, see [`Requests::cuts`].
pub struct Requests<F> {
    fields: F,
    max_head: usize,
    state: State,
    /// The head held back.
    held: Held,
    /// An empty line came in front of the next request line; a second one is refused.
    blank: bool,
    cuts: Vec<Range<usize>>,
    heads: VecDeque<Box<Head>>,
    #[expect(clippy::vec_box, reason = "a record moves from here to its exchange and back")]
    spares: Vec<Box<Head>>,
    ending: Option<Box<Ending>>,
}

#[derive(Debug)]
enum State {
    Head,
    Length(u64),
    Chunked(Chunked),
    Ended(End),
}

/// Why the stream ended.
enum Ending {
    Refused { kind: RefusalKind, detail: &'static str, method: Vec<u8>, target: Vec<u8> },
    Connect(usize),
    Broken(&'static str),
}

impl<F: Fields> Requests<F> {
    /// At the start of a connection. A head may be `max_head` bytes long, its empty line included.
    pub fn new(fields: F, max_head: usize) -> Self {
        Self {
            fields,
            // Places in a head are kept in 32 bits.
            max_head: max_head.min(MAX_MAX_HEAD),
            state: State::Head,
            held: Held::default(),
            blank: false,
            cuts: Vec::new(),
            heads: VecDeque::new(),
            spares: Vec::new(),
            ending: None,
        }
    }

    /// Judges all bytes that have not passed yet: those held back before, then new ones.
    pub fn feed(&mut self, unpassed: &[u8]) -> Verdict {
        self.cuts.clear();
        let mut pass = 0;
        loop {
            let rest = unpassed.get(pass..).unwrap_or_default();
            if let State::Ended(end) = self.state {
                return Verdict { pass, end };
            }
            if rest.is_empty() {
                return Verdict { pass, end: End::Open };
            }
            match self.step(rest, pass) {
                0 if !matches!(self.state, State::Ended(_)) => {
                    return Verdict { pass, end: End::Open };
                }
                passed => pass += passed,
            }
        }
    }

    /// What to leave out of the bytes the last [`Requests::feed`] passed: places in the bytes shown
    /// to it, in order and apart from each other. Besides the fields classed so these are Host, whose
    /// value the record keeps, Upgrade, a lone `Connection: keep-alive` of HTTP/1.1, and trailers.
    pub fn cuts(&self) -> &[Range<usize>] {
        &self.cuts
    }

    /// The record of the next head that passed.
    pub fn take_head(&mut self) -> Option<Box<Head>> {
        self.heads.pop_front()
    }

    /// Gives a record back, so that its buffers serve another and its lines are known again.
    pub fn recycle(&mut self, head: Box<Head>) {
        if self.spares.len() < SPARES {
            self.spares.push(head);
        }
    }

    /// Frees what is only kept to be fast, for a connection that goes idle.
    pub fn rest(&mut self) {
        self.cuts = Vec::new();
        self.spares = Vec::new();
        self.heads.shrink_to_fit();
    }

    /// Why the stream ended with [`End::Refuse`].
    pub fn refusal(&self) -> Option<Refusal<'_>> {
        match self.ending.as_deref()? {
            Ending::Refused { kind, detail, method, target } => {
                Some(Refusal { kind: *kind, detail, method, target })
            }
            _ => None,
        }
    }

    /// Why the stream ended with [`End::Broken`].
    pub fn broken_why(&self) -> Option<&'static str> {
        match self.ending.as_deref()? {
            Ending::Broken(why) => Some(why),
            _ => None,
        }
    }

    /// How many bytes the head takes that ended the stream with [`End::Connect`]; what follows it
    /// is the tunnel's.
    pub fn connect_head_len(&self) -> Option<usize> {
        match self.ending.as_deref()? {
            Ending::Connect(len) => Some(*len),
            _ => None,
        }
    }

    /// Whether the stream stands between two messages with nothing held back.
    pub fn at_boundary(&self) -> bool {
        matches!(self.state, State::Head) && !self.held.any()
    }

    /// Whether a part of a head is held back.
    pub fn in_head(&self) -> bool {
        matches!(self.state, State::Head) && self.held.any()
    }

    /// Whether content is still to come.
    pub fn in_body(&self) -> bool {
        matches!(self.state, State::Length(_) | State::Chunked(_))
    }

    /// Takes a step and says how many bytes it passed; 0 waits for more unless the stream ended.
    fn step(&mut self, rest: &[u8], at: usize) -> usize {
        match &mut self.state {
            State::Head => self.head(rest, at),
            State::Length(left) => {
                let len = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                *left -= len as u64;
                if *left == 0 {
                    self.state = State::Head;
                }
                len
            }
            State::Chunked(chunked) => {
                let (len, progress) = chunked.feed(rest);
                self.progress(progress, at);
                len
            }
            State::Ended(_) => 0,
        }
    }

    /// Follows chunked content to its end, where its trailer fields are cut: no partner gets them.
    fn progress(&mut self, progress: Progress, at: usize) {
        match progress {
            Progress::More => {}
            Progress::Broken(why) => self.end(End::Broken, Ending::Broken(why)),
            Progress::Done(trailers) => {
                self.state = State::Head;
                if !trailers.is_empty() {
                    self.cuts.push(at + trailers.start..at + trailers.end);
                }
            }
        }
    }

    fn head(&mut self, rest: &[u8], at: usize) -> usize {
        if let [b'\r', after @ ..] = rest
            && !self.blank
        {
            return self.empty_line(rest, after, at);
        }
        if self.held.still_open(rest) {
            return 0;
        }
        let window = rest.get(..self.max_head).unwrap_or(rest);
        let mut head = self.spares.pop().unwrap_or_default();
        head.begin();
        let known_cuts = self.cuts.len();
        match judge(window, at, &self.fields, &mut head, &mut self.cuts) {
            Ok(()) => self.admit(head, known_cuts),
            Err(flaw) => {
                self.cuts.truncate(known_cuts);
                head.past.forget();
                self.spares.push(head);
                self.reject(flaw, rest, window);
                0
            }
        }
    }

    /// One empty line in front of a request is cut at once, so that it never looks like a head that
    /// is slow to come.
    fn empty_line(&mut self, rest: &[u8], after: &[u8], at: usize) -> usize {
        match after.first() {
            None => self.held.hold(rest, 2),
            Some(b'\n') => {
                self.held.clear();
                self.blank = true;
                self.cuts.push(at..at + 2);
                return 2;
            }
            Some(_) => {
                let why = "a carriage return stands in front of the request line";
                self.refuse(RefusalKind::BadRequest, why, rest);
            }
        }
        0
    }

    /// Queues a good head and says how many bytes of it pass.
    fn admit(&mut self, head: Box<Head>, known_cuts: usize) -> usize {
        self.held.clear();
        self.blank = false;
        let mut pass = head.raw().len();
        match head.content {
            _ if head.method == Method::Connect => {
                self.cuts.truncate(known_cuts);
                self.end(End::Connect, Ending::Connect(pass));
                pass = 0;
            }
            Content::None | Content::Length(0) => {}
            Content::Length(length) => self.state = State::Length(length),
            Content::Chunked => self.state = State::Chunked(Chunked::default()),
        }
        self.heads.push_back(head);
        pass
    }

    #[cold]
    fn reject(&mut self, flaw: Flaw, rest: &[u8], window: &[u8]) {
        match flaw {
            Flaw::Bad(kind, detail) => self.refuse(kind, detail, rest),
            Flaw::Unfinished if window.len() >= self.max_head => {
                let why = "the head is larger than limits.max_head allows";
                self.refuse(RefusalKind::HeadersTooLarge, why, rest);
            }
            Flaw::Unfinished if rest.len() < MAX_LINE => {
                self.held.hold(rest, MAX_LINE.min(self.max_head));
            }
            Flaw::Unfinished => self.held.hold(rest, self.max_head),
        }
    }

    fn refuse(&mut self, kind: RefusalKind, detail: &'static str, rest: &[u8]) {
        let (method, target) = readable(rest);
        let (method, target) = (method.to_vec(), target.to_vec());
        self.end(End::Refuse, Ending::Refused { kind, detail, method, target });
    }

    fn end(&mut self, end: End, ending: Ending) {
        self.state = State::Ended(end);
        self.held.clear();
        self.ending = Some(Box::new(ending));
    }
}

/// Without what the client sent: it holds tokens.
impl<F> fmt::Debug for Requests<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests")
            .field("state", &self.state)
            .field("held", &self.held)
            .field("queued", &self.heads.len())
            .finish_non_exhaustive()
    }
}
