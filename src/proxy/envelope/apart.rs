//! Envelopes of what is large, made beside the workers: two at a time, in memory that is counted.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::content::{HEAD, Made, Subject};
use super::{MAX_BODY, MAX_ENVELOPE, MAX_UNPACKED};
use crate::fault::{Code, Fault};
use crate::net::aside::aside;
use crate::net::budget::{Budget, Exceeded, Reserved};
use crate::net::collect::Collected;
use crate::net::tape::Tape;
use crate::net::unpack::Codings;
use crate::text::text;

/// How long an answer waits for the memory or the thread that others use.
const PATIENCE: Duration = Duration::from_secs(5);
/// Envelopes that are made at one time. Each has an unpacked body in memory.
const AT_ONCE: usize = 2;

/// What answers of v1 apps may take together, over all workers.
#[derive(Debug)]
pub struct Capacity {
    /// For bodies as they come.
    pub(in crate::proxy) collected: Budget,
    /// For envelopes that an app has not taken yet.
    made: Budget,
    slots: Arc<Semaphore>,
}

impl Default for Capacity {
    fn default() -> Self {
        Self {
            collected: Budget::new(MAX_BODY + MAX_BODY / 2, PATIENCE),
            made: Budget::new(MAX_ENVELOPE, PATIENCE),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Capacity {
    async fn slot(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let turn = Arc::clone(&self.slots).acquire_owned();
        match tokio::time::timeout(PATIENCE, turn).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) | Err(_) => Err(overloaded()),
        }
    }
}

/// An answer's content with what is reserved for it.
pub(super) struct Held {
    pub(super) made: Made,
    reserved: Option<Reserved>,
    /// What the journal keeps of it.
    pub(super) tape: Option<Tape>,
}

impl Held {
    /// The content, which gives its reservation back when the app has it.
    pub(super) fn into_bytes(self) -> Bytes {
        struct Owner(Vec<u8>, #[allow(dead_code)] Option<Reserved>);
        impl AsRef<[u8]> for Owner {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }
        let content = self.made.content.clone();
        Bytes::from_owner(Owner(self.made.bytes, self.reserved)).slice(content)
    }
}

/// Makes the content of an answer; `keep` is how many bytes of it the journal wants.
///
/// The worker takes all long pieces of memory and gives them back, whoever fills them: what one thread
/// frees of another's, the allocator keeps for seconds.
///
/// # Errors
///
/// `v1_envelope_invalid`, or `overloaded` where other answers have taken all that is set apart.
pub(super) async fn make(
    subject: Subject,
    codings: Codings,
    body: Collected,
    capacity: &Capacity,
    keep: Option<usize>,
) -> Result<Held, Fault> {
    let slot = capacity.slot().await?;
    let status = subject.status;
    let (slot, Whole { buffer, mut collected }) = whole(slot, codings, body).await?;
    // The slot is given back when the work has ended, not when nobody waits for it any more.
    let planned = aside(true, move || {
        let plan = subject.plan(buffer.get(HEAD..).unwrap_or_default());
        (slot, buffer, plan)
    });
    let (slot, buffer, plan) = planned.await;
    let plan = plan?;
    let bytes = match plan.fresh() {
        0 if collected.is_some() => 0,
        0 => buffer.len(),
        fresh => fresh,
    };
    let reserved = match bytes {
        0 => collected.take(),
        bytes => Some(capacity.made.reserve(bytes).await.map_err(|Exceeded| overloaded())?),
    };
    let room = plan.room();
    let made = aside(true, move || {
        let made = plan.carry_out(status, buffer, room);
        let content = made.bytes.get(made.content.clone()).unwrap_or_default();
        let tape = keep.map(|most| Tape::of(content, most));
        (slot, made, tape)
    });
    let (slot, mut made, tape) = made.await;
    drop(std::mem::take(&mut made.spare));
    drop((collected, slot));
    Ok(Held { made, reserved, tape })
}

/// A body without its codings.
struct Whole {
    /// It stands behind [`HEAD`] bytes.
    buffer: Vec<u8>,
    /// What was reserved for the body as it came, where that is the one in the buffer.
    collected: Option<Reserved>,
}

async fn whole(
    slot: OwnedSemaphorePermit,
    codings: Codings,
    body: Collected,
) -> Result<(OwnedSemaphorePermit, Whole), Fault> {
    if codings.is_empty() {
        let mut buffer = super::room_for(body.len());
        let collected = body.append_to(&mut buffer).await;
        return Ok((slot, Whole { buffer, collected }));
    }
    // Measured first: what is too large takes no memory, the rest takes no more than it has.
    let measured = aside(true, move || {
        let bytes = codings.measure(body.reader(), MAX_UNPACKED);
        (slot, codings, body, bytes)
    });
    let (slot, codings, body, bytes) = measured.await;
    let mut buffer = super::room_for(bytes.map_err(|why| super::not_unpacked(why, &codings))?);
    let unpacked = aside(true, move || {
        let unpacked = codings.unpack(body.reader(), MAX_UNPACKED, &mut buffer);
        (slot, body, buffer, unpacked.map_err(|why| super::not_unpacked(why, &codings)))
    });
    let (slot, body, buffer, unpacked) = unpacked.await;
    drop(body);
    unpacked?;
    Ok((slot, Whole { buffer, collected: None }))
}

/// The memory that is set apart is in use.
pub(in crate::proxy) fn overloaded() -> Fault {
    Fault::new(
        Code::Overloaded,
        text!("Other answers of v1 apps take all the memory set apart for them."),
    )
    .hint(text!(
        "Send the request again. `proxy: v2` streams its answers and needs no such memory."
    ))
}
