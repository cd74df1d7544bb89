//! The gate for what a partner answers.

use super::chunked::{Chunked, Progress};
use super::field::{Field, Held, walk};
use super::framing::{Framing, Known, known, lookalike};
use super::grammar::{settles, text_len};
use super::refusal::{Flaw, malformed};
use super::{End, Verdict};
use crate::net::names::Names;

/// The largest answer head in bytes.
const MAX_HEAD: usize = 64 * 1024;
/// Interim answers (1xx) let through in front of one final answer.
const MAX_INTERIM: u8 = 16;

/// Follows the answers on one connection: one request out, one answer in.
#[derive(Debug, Default)]
pub struct Responses {
    state: State,
    /// The head held back.
    held: Held,
    /// Whether the request was a HEAD, whose answer has no content.
    to_head: bool,
    interim: u8,
    /// Of the head judged last, as written.
    names: Names,
    why: Option<&'static str>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Head,
    Length(u64),
    Chunked(Chunked),
    UntilClose,
    Broken,
}

impl Responses {
    /// At the start of a connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// A request is about to be sent; `head` says whether with the method HEAD. To be called only
    /// while [`Responses::reusable`], otherwise the connection counts as broken.
    pub fn expect(&mut self, head: bool) {
        if !self.reusable() {
            return self.break_off("a request was sent before the last answer had ended");
        }
        self.state = State::Head;
        self.to_head = head;
        self.interim = 0;
    }

    /// Whether another request may be sent: the last answer ended by itself and nothing followed.
    pub fn reusable(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// Whether a head is awaited or held back in part.
    pub fn in_head(&self) -> bool {
        matches!(self.state, State::Head)
    }

    /// Exchanges the names of the head that passed last, as the partner wrote them, for `other`, whose
    /// room serves the next.
    pub fn swap_names(&mut self, other: &mut Names) {
        std::mem::swap(&mut self.names, other);
    }

    /// Whether content is still to come. Content that only the end of the connection ends always is.
    pub fn in_body(&self) -> bool {
        matches!(self.state, State::Length(_) | State::Chunked(_) | State::UntilClose)
    }

    /// Why the stream ended with [`End::Broken`].
    pub fn broken_why(&self) -> Option<&'static str> {
        self.why
    }

    /// Judges all bytes that have not passed yet: those held back before, then new ones.
    ///
    /// Where bytes follow a whole answer the verdict is `Broken`, but the answer passes and counts.
    pub fn feed(&mut self, unpassed: &[u8]) -> Verdict {
        let mut pass = 0;
        loop {
            let rest = unpassed.get(pass..).unwrap_or_default();
            if matches!(self.state, State::Broken) {
                return Verdict { pass, end: End::Broken };
            }
            if rest.is_empty() {
                return Verdict { pass, end: End::Open };
            }
            match self.step(rest) {
                0 if !matches!(self.state, State::Broken) => {
                    return Verdict { pass, end: End::Open };
                }
                passed => pass += passed,
            }
        }
    }

    /// Takes a step and says how many bytes it passed; 0 waits for more unless the stream broke.
    fn step(&mut self, rest: &[u8]) -> usize {
        match &mut self.state {
            State::Idle => {
                self.break_off("bytes came that belong to no answer");
                0
            }
            State::Head => self.head(rest),
            State::Length(left) => {
                let len = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                *left -= len as u64;
                if *left == 0 {
                    self.state = State::Idle;
                }
                len
            }
            State::Chunked(chunked) => {
                let (len, progress) = chunked.feed(rest);
                match progress {
                    Progress::More => {}
                    Progress::Done(_) => self.state = State::Idle,
                    Progress::Broken(why) => self.break_off(why),
                }
                len
            }
            State::UntilClose => rest.len(),
            State::Broken => 0,
        }
    }

    fn head(&mut self, rest: &[u8]) -> usize {
        if self.held.still_open(rest) {
            return 0;
        }
        let window = rest.get(..MAX_HEAD).unwrap_or(rest);
        match self.judge(window) {
            Ok((len, next)) => {
                self.held.clear();
                self.state = next;
                return len;
            }
            Err(Flaw::Bad(_, why)) => self.break_off(why),
            Err(Flaw::Unfinished) if window.len() == MAX_HEAD => {
                self.break_off("the head of the answer is larger than 64 KiB");
            }
            Err(Flaw::Unfinished) => self.held.hold(rest, MAX_HEAD),
        }
        0
    }

    fn judge(&mut self, block: &[u8]) -> Result<(usize, State), Flaw> {
        let line = status_line(block)?;
        let mut framing = Framing::default();
        let names = &mut self.names;
        names.clear();
        let len = walk(block, line.len, |rest, at| {
            let (field, next) = Field::read(rest, at)?;
            names.note(at, field.name.len());
            match known(field.name) {
                Known::ContentLength => framing.length(field.exact().1)?,
                Known::TransferEncoding => framing.transfer(field.exact().1)?,
                Known::Lookalike => return Err(lookalike()),
                _ => {}
            }
            Ok(next)
        })?;
        names.stand_in(block.get(..len).unwrap_or(block));
        framing.settled(line.http10)?;
        Ok((len, self.after_head(line.status, framing)?))
    }

    /// What follows a head (RFC 9112, section 6.3).
    fn after_head(&mut self, status: u16, framing: Framing) -> Result<State, Flaw> {
        let bodiless = status < 200 || status == 204;
        if bodiless && (framing.chunked || framing.length.is_some_and(|length| length > 0)) {
            return Err(malformed("an answer that cannot have content announces some"));
        }
        Ok(match (status, framing.length) {
            (101, _) => return Err(malformed("the partner switched protocols unasked")),
            (..200, _) => {
                self.interim += 1;
                if self.interim > MAX_INTERIM {
                    return Err(malformed("more than 16 interim answers came"));
                }
                State::Head
            }
            (204 | 304, _) => State::Idle,
            _ if self.to_head => State::Idle,
            _ if framing.chunked => State::Chunked(Chunked::default()),
            (_, Some(0)) => State::Idle,
            (_, Some(length)) => State::Length(length),
            (_, None) => State::UntilClose,
        })
    }

    fn break_off(&mut self, why: &'static str) {
        self.state = State::Broken;
        self.why = Some(why);
    }
}

struct StatusLine {
    http10: bool,
    status: u16,
    len: usize,
}

fn status_line(block: &[u8]) -> Result<StatusLine, Flaw> {
    let len = text_len(block);
    let (line, after) = block.split_at_checked(len).unwrap_or_default();
    let [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor @ (b'0' | b'1'), b' ', code @ ..] = line
    else {
        return Err(unfinished_or(
            "the status line does not begin with HTTP/1.0 or HTTP/1.1",
            block,
        ));
    };
    let status = match code {
        [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9']
        | [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', b' ', ..] => {
            [a, b, c].iter().fold(0, |sum, digit| sum * 10 + u16::from(**digit - b'0'))
        }
        _ => return Err(unfinished_or("the status is not a number from 100 to 599", block)),
    };
    if !after.starts_with(b"\r\n") {
        return Err(unfinished_or("the status line holds a control character", block));
    }
    Ok(StatusLine { http10: *minor == b'0', status, len: len + 2 })
}

fn unfinished_or(why: &'static str, block: &[u8]) -> Flaw {
    if settles(block) { malformed(why) } else { Flaw::Unfinished }
}
