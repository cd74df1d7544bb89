//! The body of a message that is to be held, read as far as there is room and time for it.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use hyper::body::Body;

use super::hold::Place;

/// What was read.
#[derive(Debug)]
pub enum Gathered<B> {
    /// All of it. Trailers are not kept.
    Whole(Bytes),
    /// Its beginning, and the rest that there is no room or no time for.
    Begun(Bytes, B),
}

/// Reads a body into a place.
///
/// # Errors
///
/// The body's own.
pub async fn gather<B>(
    mut body: B,
    place: &mut Place<'_>,
    until: Instant,
) -> Result<Gathered<B>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut read = BytesMut::new();
    if body.size_hint().exact().is_some_and(|length| length > super::MOST_BODY as u64) {
        return Ok(Gathered::Begun(Bytes::new(), body));
    }
    while !body.is_end_stream() {
        let frame =
            tokio::time::timeout_at(until.into(), poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)));
        let Ok(frame) = frame.await else { return Ok(Gathered::Begun(read.freeze(), body)) };
        let Some(frame) = frame else { break };
        let Ok(data) = frame?.into_data() else { continue };
        let has_room = place.take(data.len());
        read.extend_from_slice(&data);
        if !has_room {
            return Ok(Gathered::Begun(read.freeze(), body));
        }
    }
    Ok(Gathered::Whole(read.freeze()))
}
