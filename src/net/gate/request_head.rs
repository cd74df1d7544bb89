//! One request head, judged as a whole.

use std::ops::Range;

use super::field::{Field, walk};
use super::framing::{Framing, Known, known, lookalike};
use super::grammar::{lists, settles, text_len, token_len};
use super::head::{Class, Content, Fields, Head, Method, Span, Upgrade};
use super::past::Meaning;
use super::refusal::{Flaw, RefusalKind, malformed};
use super::target::{
    Absolute, TargetFault, Unusual, same_authority, split_port, vet_absolute, vet_authority,
    vet_path,
};

/// The longest target that is let in, in bytes.
pub const MAX_TARGET: usize = 8192;

/// The longest request line: `CONNECT`, two spaces, a target, the version and CRLF.
pub(super) const MAX_LINE: usize = MAX_TARGET + 7 + 2 + VERSION;

/// The length of a version with the end of its line.
const VERSION: usize = b"HTTP/1.1\r\n".len();

/// Judges the head `block` begins with. Of a good one `head` is filled in and the lines to cut are
/// added to `cuts`, counted from `at` bytes before it. `head` comes with the past of another one.
pub(super) fn judge<F: Fields>(
    block: &[u8],
    at: usize,
    fields: &F,
    head: &mut Head,
    cuts: &mut Vec<Range<usize>>,
) -> Result<(), Flaw> {
    let line = request_line(block)?;
    head.method = line.method;
    if line.method.is_refused() {
        return rest(block, at, fields, head, cuts, &line).map_err(not_served);
    }
    rest(block, at, fields, head, cuts, &line)
}

/// Judges what follows the method.
#[inline(always)]
fn rest<F: Fields>(
    block: &[u8],
    at: usize,
    fields: &F,
    head: &mut Head,
    cuts: &mut Vec<Range<usize>>,
    line: &RequestLine,
) -> Result<(), Flaw> {
    head.target = line.target;
    head.unusual = line.unusual;
    head.http10 = line.http10;
    if line.unusual.is_some() {
        cut_unreadable(line.target, block, at, cuts);
    }
    let mut draft = Draft {
        block,
        at,
        fields,
        head,
        cuts,
        framing: Framing::default(),
        host: None,
        connection: None,
    };
    draft.head.past.rewind();
    let len = walk(block, line.len, |rest, at| draft.line(rest, at))?;
    draft.settle(line.absolute.as_ref())?;
    head.past.keep(block.get(..len).unwrap_or(block), line.len);
    Ok(())
}

/// Cuts what hyper's URLs cannot hold out of the target: a backtick in the path. The record of the head
/// keeps the target whole, and hyper's reading of it is not asked for the URL.
#[cold]
fn cut_unreadable(target: Span, block: &[u8], at: usize, cuts: &mut Vec<Range<usize>>) {
    let path = target.of(block).split(|byte| *byte == b'?').next().unwrap_or_default();
    let from = at + target.start();
    for (index, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'`') {
        let here = from + index;
        match cuts.last_mut() {
            Some(last) if last.end == here => last.end += 1,
            _ => cuts.push(here..here + 1),
        }
    }
}

struct RequestLine {
    method: Method,
    target: Span,
    unusual: Option<Unusual>,
    absolute: Option<Absolute>,
    http10: bool,
    len: usize,
}

/// Reads and vets the request line.
fn request_line(block: &[u8]) -> Result<RequestLine, Flaw> {
    let window = block.get(..MAX_LINE).unwrap_or(block);
    try_request_line(window).map_err(|flaw| match flaw {
        bad @ Flaw::Bad(..) if settles(window) => bad,
        _ if window.len() == MAX_LINE => Flaw::Bad(RefusalKind::UriTooLong, TOO_LONG),
        _ => Flaw::Unfinished,
    })
}

/// Of a method that is not served whatever its head says, that is the flaw to tell of.
#[cold]
fn not_served(flaw: Flaw) -> Flaw {
    match flaw {
        Flaw::Unfinished => flaw,
        Flaw::Bad(..) => Flaw::Bad(RefusalKind::MethodNotAllowed, NOT_SERVED),
    }
}

const NOT_SERVED: &str = "only GET, POST, PUT, DELETE and CONNECT are served";

const TOO_LONG: &str = "the target is longer than 8192 bytes";

fn try_request_line(window: &[u8]) -> Result<RequestLine, Flaw> {
    let method_len = token_len(window);
    let (token, after) = window.split_at_checked(method_len).unwrap_or_default();
    let after = match after {
        [] => return Err(Flaw::Unfinished),
        [b' ', after @ ..] if method_len > 0 => after,
        _ => return Err(malformed("the request line does not begin with a method and one space")),
    };
    let method = Method::of(token).ok_or(Flaw::Bad(RefusalKind::MethodNotAllowed, NOT_SERVED))?;
    let line = behind_method(method, method_len, after);
    if method.is_refused() { line.map_err(not_served) } else { line }
}

fn behind_method(method: Method, method_len: usize, after: &[u8]) -> Result<RequestLine, Flaw> {
    let Some((target, after)) = at_space(after) else {
        return Err(flawed_target(after, Flaw::Unfinished));
    };
    let (absolute, unusual) =
        vet_target(method, target).map_err(|fault| flawed_target(target, fault.into()))?;
    if target.len() > MAX_TARGET {
        return Err(Flaw::Bad(RefusalKind::UriTooLong, TOO_LONG));
    }
    let http10 = version(after)?;
    let target_at = method_len + 1;
    let len = target_at + target.len() + 1 + VERSION;
    let target = Span::new(target_at, target.len());
    Ok(RequestLine { method, target, unusual, absolute, http10, len })
}

/// What stands on both sides of the first space.
fn at_space(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, after) = bytes.split_at_checked(memchr::memchr(b' ', bytes)?)?;
    Some((before, after.get(1..)?))
}

/// The parts of an absolute target, and what is unusual about any.
fn vet_target(
    method: Method,
    target: &[u8],
) -> Result<(Option<Absolute>, Option<Unusual>), TargetFault> {
    if method == Method::Connect {
        vet_authority(target)?;
        return split_port(target).1.map(|_| (None, None)).ok_or(TargetFault::NoPort);
    }
    if !target.starts_with(b"/")
        && let Some(absolute) = vet_absolute(target)
    {
        return absolute.map(|(absolute, unusual)| (Some(absolute), unusual));
    }
    vet_path(target).map(|unusual| (None, unusual))
}

/// The flaw of a target that does not end in a space or was not let in; `otherwise` unless a
/// control decides.
#[cold]
fn flawed_target(target: &[u8], otherwise: Flaw) -> Flaw {
    let control = target.iter().find(|byte| byte.is_ascii_control());
    match control {
        Some(b'\r' | b'\n') => malformed("the request line has no HTTP version"),
        Some(_) if otherwise == Flaw::Unfinished => TargetFault::Control.into(),
        _ if target.is_empty() && otherwise != Flaw::Unfinished => {
            malformed("two spaces stand in front of the target")
        }
        _ => otherwise,
    }
}

/// Whether the version is HTTP/1.0; the line has to end behind it.
fn version(rest: &[u8]) -> Result<bool, Flaw> {
    match rest {
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor @ (b'0' | b'1'), b'\r', b'\n', ..] => {
            Ok(*minor == b'0')
        }
        rest if rest.len() < VERSION && text_len(rest) == rest.len() => Err(Flaw::Unfinished),
        _ => Err(malformed("the request line does not end in HTTP/1.0 or HTTP/1.1 and CRLF")),
    }
}

/// A head whose fields are being read.
struct Draft<'a, F> {
    block: &'a [u8],
    at: usize,
    fields: &'a F,
    head: &'a mut Head,
    cuts: &'a mut Vec<Range<usize>>,
    framing: Framing,
    host: Option<&'a [u8]>,
    /// The first Connection line.
    connection: Option<Range<usize>>,
}

impl<'a, F: Fields> Draft<'a, F> {
    /// Takes the line `rest` begins with and says what follows it.
    #[inline(always)]
    fn line(&mut self, rest: &'a [u8], at: usize) -> Result<&'a [u8], Flaw> {
        let (field, meaning, next) = match self.head.past.recall(rest, at) {
            Some(recalled) => recalled,
            None => self.read(rest, at)?,
        };
        match meaning {
            Meaning::Own(known) => self.own(known, &field)?,
            Meaning::Classed(class) => self.classed(class, &field),
        }
        Ok(next)
    }

    /// Reads a line and judges what can be said of it alone.
    fn read(&mut self, rest: &'a [u8], at: usize) -> Result<(Field<'a>, Meaning, &'a [u8]), Flaw> {
        let (field, next) = Field::read(rest, at)?;
        let meaning = match known(field.name) {
            Known::Other => Meaning::Classed(self.fields.class(field.name)),
            Known::Lookalike => return Err(lookalike()),
            own => Meaning::Own(own),
        };
        if meaning == Meaning::Own(Known::Host) {
            let host = field.exact().1;
            if !(host.is_empty() && self.head.method == Method::Connect) {
                vet_authority(host)?;
            }
        }
        self.head.past.learn(&field, meaning);
        Ok((field, meaning, next))
    }

    fn own(&mut self, known: Known, field: &Field<'a>) -> Result<(), Flaw> {
        match known {
            Known::Connection => self.connection(field),
            Known::Host => self.host(field)?,
            Known::ContentLength => self.framing.length(field.exact().1)?,
            Known::TransferEncoding => self.framing.transfer(field.exact().1)?,
            Known::Lookalike | Known::Other => {}
            Known::Te => self.head.te_trailers |= lists(field.raw, b"trailers"),
            Known::Expect => {
                let waits = field.value().1.eq_ignore_ascii_case(b"100-continue");
                self.head.expects_continue |= waits && !self.head.http10;
            }
            Known::Upgrade => self.upgrade(field),
        }
        Ok(())
    }

    #[inline(always)]
    fn classed(&mut self, class: Class, field: &Field<'a>) {
        match class {
            Class::Pass => {}
            Class::Cut | Class::Forward => self.cut(field),
            Class::Note(slot) => self.note(slot, field),
            Class::CutNote(slot) => {
                self.note(slot, field);
                self.cut(field);
            }
        }
    }

    #[inline]
    fn cut(&mut self, field: &Field<'a>) {
        let line = self.at + field.line.start..self.at + field.line.end;
        match self.cuts.last_mut() {
            Some(last) if last.end == line.start => last.end = line.end,
            _ => self.cuts.push(line),
        }
    }

    #[inline]
    fn note(&mut self, slot: u8, field: &Field<'a>) {
        let (at, value) = field.value();
        if value.is_empty() {
            return;
        }
        if let Some(note) = self.head.notes.get_mut(usize::from(slot)) {
            note.add(self.block, at, value);
        }
    }

    fn host(&mut self, field: &Field<'a>) -> Result<(), Flaw> {
        let (at, value) = field.exact();
        if let Some(before) = self.host.replace(value)
            && !(self.head.method == Method::Connect && before.eq_ignore_ascii_case(value))
        {
            return Err(TargetFault::RepeatedHost.into());
        }
        self.head.host = Span::new(at, value.len());
        self.cut(field);
        Ok(())
    }

    /// hyper reads `close` from Connection, the proxy the names it lists. A lone `keep-alive` says
    /// neither, and in HTTP/1.1 nothing at all.
    fn connection(&mut self, field: &Field<'a>) {
        let value = field.value().1;
        let keep_alive = value.eq_ignore_ascii_case(b"keep-alive");
        self.head.nominates |= !keep_alive && !value.eq_ignore_ascii_case(b"close");
        match self.connection.take() {
            Some(first) => self.uncut(&first),
            None if !self.head.http10 && keep_alive => self.cut(field),
            None => {}
        }
        self.connection = Some(field.line.clone());
    }

    /// Takes `line` out of the cuts again, if it is there.
    fn uncut(&mut self, line: &Range<usize>) {
        let (start, end) = (self.at + line.start, self.at + line.end);
        let Some(index) = self.cuts.iter().position(|cut| cut.contains(&start)) else { return };
        let cut = self.cuts.remove(index);
        for part in [end..cut.end, cut.start..start] {
            if !part.is_empty() {
                self.cuts.insert(index, part);
            }
        }
    }

    fn upgrade(&mut self, field: &Field<'a>) {
        if lists(field.raw, b"websocket") {
            self.head.upgrade = Upgrade::Websocket;
        } else if self.head.upgrade == Upgrade::None {
            self.head.upgrade = Upgrade::Other;
        }
        self.cut(field);
    }

    /// Judges what depends on the whole head.
    fn settle(&mut self, absolute: Option<&Absolute>) -> Result<(), Flaw> {
        self.framing.settled(self.head.http10)?;
        let target = self.head.target.of(self.block);
        match (self.host, absolute) {
            // The target alone says where to (RFC 9112, 3.2.2, says so of an absolute one): old Python
            // and the Android emulator send no Host, others that of the proxy.
            _ if self.head.method == Method::Connect => {}
            (None, _) => return Err(TargetFault::NoHost.into()),
            (Some(host), Some(parts)) => {
                let authority = target.get(parts.authority.clone()).unwrap_or_default();
                if !same_authority(authority, host, parts.https) {
                    return Err(TargetFault::OtherHost.into());
                }
            }
            (Some(_), None) => {}
        }
        self.head.content = match (self.framing.chunked, self.framing.length) {
            (true, _) => Content::Chunked,
            (false, None) => Content::None,
            (false, Some(length)) => Content::Length(length),
        };
        match (self.head.method, self.head.content) {
            (Method::Connect, Content::None | Content::Length(0)) => Ok(()),
            (Method::Connect, _) => Err(malformed("a CONNECT has no content")),
            _ => Ok(()),
        }
    }
}

/// The method and the target of a refused head, as far as its first line can be read.
pub(super) fn readable(block: &[u8]) -> (&[u8], &[u8]) {
    let line = block.get(..MAX_LINE).unwrap_or(block);
    let line = line.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let (method, after) = line.split_at_checked(token_len(line)).unwrap_or_default();
    let [b' ', after @ ..] = after else { return (&[], &[]) };
    let target = after.split(|byte| *byte == b' ').next().unwrap_or_default();
    (method, target)
}
