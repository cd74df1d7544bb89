//! A partner's body that is needed whole, held within a budget that all workers share.

use std::io::{self, BufRead, Read};
use std::pin::Pin;
use std::rc::Rc;

use bytes::Bytes;
use hyper::body::Body;

use super::body::{PartnerBody, Shortfall};
use super::budget::{Budget, Exceeded, Reserved};
use super::tape::Listener;

/// Bytes of a body that need no reservation: connections are limited, and each has buffers that are
/// not smaller.
const FREE: usize = 64 << 10;
/// What is reserved for a body that does not tell its length, step by step; then its most.
const STEPS: [usize; 2] = [1 << 20, 8 << 20];
/// Pieces are put together up to this length: a body of single bytes costs no more than any other.
const PIECE: usize = 256 << 10;

/// A whole body, in pieces.
#[derive(Debug, Default)]
pub struct Collected {
    pieces: Vec<Bytes>,
    bytes: usize,
    reserved: Option<Reserved>,
}

/// Why a body was not collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncollected {
    /// It did not arrive whole, or is too long.
    Short(Shortfall),
    /// There was no memory for it.
    Exceeded,
}

/// Reads a body of at most `max` bytes to its end, told of as it passes.
///
/// # Errors
///
/// The body broke off or is too long, or bodies held elsewhere have used up the budget.
pub async fn collect(
    mut body: PartnerBody,
    max: usize,
    budget: &Budget,
    heard_by: Option<Rc<dyn Listener>>,
) -> Result<Collected, Uncollected> {
    let told = body.size_hint().exact().map(|told| usize::try_from(told).unwrap_or(usize::MAX));
    if told.is_some_and(|told| told > max) {
        return Err(Uncollected::Short(Shortfall::TooLarge));
    }
    let mut heard = Heard { by: heard_by, ended: false, why: None };
    let mut whole = Collected::default();
    let mut tail = Vec::new();
    let mut room = FREE;
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|why| {
            heard.why = Some(why);
            Uncollected::Short(why)
        })?;
        let Ok(data) = frame.into_data() else { continue };
        let bytes = whole.bytes + data.len();
        if bytes > max {
            return Err(Uncollected::Short(Shortfall::TooLarge));
        }
        if bytes > room {
            let next = || STEPS.into_iter().find(|step| *step >= bytes).unwrap_or(max).min(max);
            let wanted = told.unwrap_or_else(next);
            whole.reserve(budget, wanted - if room == FREE { 0 } else { room }).await?;
            room = wanted;
        }
        if let Some(listener) = &heard.by {
            listener.hear(&data);
        }
        whole.push(data, &mut tail);
        if body.is_end_stream() {
            break;
        }
    }
    if !tail.is_empty() {
        tail.shrink_to_fit();
        whole.pieces.push(tail.into());
    }
    heard.ended = true;
    Ok(whole)
}

impl Collected {
    /// Bytes of all of it.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// To be read without putting it together.
    pub fn reader(&self) -> Reader<'_> {
        Reader { current: &[], rest: self.pieces.iter() }
    }

    /// Its bytes behind those of `buffer`, each piece given up as it is copied, and what was
    /// reserved for them. Others of this thread go on between two pieces.
    pub async fn append_to(self, buffer: &mut Vec<u8>) -> Option<Reserved> {
        for piece in self.pieces {
            buffer.extend_from_slice(&piece);
            drop(piece);
            tokio::task::yield_now().await;
        }
        self.reserved
    }

    async fn reserve(&mut self, budget: &Budget, bytes: usize) -> Result<(), Uncollected> {
        let more = budget.reserve(bytes).await.map_err(|Exceeded| Uncollected::Exceeded)?;
        match &mut self.reserved {
            Some(reserved) => reserved.join(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    /// Most bodies are one piece, which is not copied.
    fn push(&mut self, data: Bytes, tail: &mut Vec<u8>) {
        let first = self.bytes == 0;
        self.bytes += data.len();
        if first {
            self.pieces.push(data);
            return;
        }
        if tail.len() + data.len() > PIECE {
            self.pieces.push(std::mem::take(tail).into());
        }
        // A vector that grows by itself takes up to twice of what was reserved.
        if self.reserved.is_some() && tail.is_empty() {
            tail.reserve_exact(PIECE);
        }
        tail.extend_from_slice(&data);
    }
}

/// A body that is in memory anyway; nothing is reserved for it.
impl FromIterator<Bytes> for Collected {
    fn from_iter<I: IntoIterator<Item = Bytes>>(pieces: I) -> Self {
        let pieces: Vec<_> = pieces.into_iter().collect();
        Self { bytes: pieces.iter().map(Bytes::len).sum(), pieces, reserved: None }
    }
}

/// See [`Collected::reader`].
#[derive(Debug)]
pub struct Reader<'a> {
    current: &'a [u8],
    rest: std::slice::Iter<'a, Bytes>,
}

impl BufRead for Reader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.current.is_empty() {
            let Some(next) = self.rest.next() else { break };
            self.current = next;
        }
        Ok(self.current)
    }

    fn consume(&mut self, bytes: usize) {
        self.current = self.current.get(bytes..).unwrap_or_default();
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

/// Tells of a body that was given up before its end.
struct Heard {
    by: Option<Rc<dyn Listener>>,
    ended: bool,
    /// Where the one who sends it is to blame.
    why: Option<Shortfall>,
}

impl Drop for Heard {
    fn drop(&mut self) {
        if let (Some(listener), false) = (&self.by, self.ended) {
            listener.break_off(self.why);
        }
    }
}
