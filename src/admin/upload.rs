//! Bodies that are longer than usual: read whole within bounds, told to be too long before they are.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Body as _;

use super::problem::Problem;

use crate::text::text;

/// How long the next piece of a body is waited for: others wait for their turn meanwhile.
pub(super) const QUIET: Duration = Duration::from_secs(30);

/// Refuses a body that says that it is longer than `most` bytes.
pub(super) fn expect_room(body: &Body, most: usize) -> Result<(), Problem> {
    match body.size_hint().lower() > most as u64 {
        true => Err(too_large(most)),
        false => Ok(()),
    }
}

/// Refuses a body that does not say that it is JSON: no form of another page can send one that does.
pub(super) fn expect_json(fields: &HeaderMap) -> Result<(), Problem> {
    let kind = fields.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json") {
        return Ok(());
    }
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Problem::new(
        status,
        "bad_request",
        text!("This takes `Content-Type: application/json`."),
        text!(""),
    ))
}

/// The whole body, unless nothing comes for `patience`.
pub(super) async fn whole(
    mut body: Body,
    most: usize,
    patience: Duration,
) -> Result<Vec<u8>, Problem> {
    expect_room(&body, most)?;
    let said = usize::try_from(body.size_hint().lower()).unwrap_or_default();
    let mut read = Vec::with_capacity(said);
    loop {
        let frame = tokio::time::timeout(patience, body.frame()).await;
        let Some(frame) = frame.map_err(|_| quiet(patience))? else { return Ok(read) };
        let frame = frame.map_err(|error| {
            Problem::bad(text!("The body did not come to its end: {error}.", error), text!(""))
        })?;
        let data = frame.into_data().unwrap_or_default();
        if read.len() + data.len() > most {
            return Err(too_large(most));
        }
        read.extend_from_slice(&data);
    }
}

fn too_large(most: usize) -> Problem {
    let hint = text!("At most {most} MiB are taken.", most = most >> 20);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "bad_request", text!("That is too large."), hint)
}

fn quiet(patience: Duration) -> Problem {
    let detail =
        text!("Nothing more of the body came within {as_secs} s.", as_secs = patience.as_secs());
    Problem::new(StatusCode::REQUEST_TIMEOUT, "bad_request", detail, text!("Send it again."))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::response::IntoResponse;
    use bytes::Bytes;
    use futures_util::stream::{self, StreamExt};

    use super::*;

    /// A body that does not say how long it is.
    fn pieces(count: usize) -> Body {
        let piece = || Ok::<_, Infallible>(Bytes::from_static(b"four"));
        Body::from_stream(stream::iter((0..count).map(move |_| piece())))
    }

    async fn refused(body: Body, most: usize, patience: Duration) -> StatusCode {
        whole(body, most, patience).await.unwrap_err().into_response().status()
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_a_bound() {
        assert_eq!(whole(pieces(3), 12, QUIET).await.unwrap(), b"fourfourfour");
        assert_eq!(refused(pieces(4), 12, QUIET).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(refused(Body::from("long"), 3, QUIET).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(expect_room(&Body::from("long"), 3).is_err());
    }

    #[tokio::test]
    async fn a_body_that_stops_is_not_waited_for_for_ever() {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"four"))]);
        let stopped = Body::from_stream(first.chain(stream::pending()));
        let patience = Duration::from_millis(20);
        assert_eq!(refused(stopped, 100, patience).await, StatusCode::REQUEST_TIMEOUT);
    }
}
