//! Bodies as they come in: whole, up to the documented 10 MB.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::http::request::Parts;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::problem::Problem;
use crate::net::aside::{aside, is_large};

/// Bytes of a body at most (evotor.md, section 6.1).
const MOST: usize = 10_000_000;
/// What a client that is being refused may still send, and for how long, so that it finds the answer
/// where it would otherwise find its connection broken.
const LEFTOVER: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// The whole body of a request.
#[derive(Debug)]
pub(super) struct Intake(Bytes);

impl Intake {
    /// Reads the body. A large one is read on a thread of its own, so that other calls do not wait.
    pub(super) async fn read<T: Send + 'static>(
        self,
        read: impl FnOnce(&Whole) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let large = is_large(self.0.len());
        aside(large, move || read(&Whole(self.0))).await
    }
}

/// A body while it is read.
#[derive(Debug)]
pub(super) struct Whole(Bytes);

impl Whole {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements of a body that must be an array, none of them read yet.
    pub(super) fn array(&self) -> Result<Vec<&RawValue>, Problem> {
        let text = self.text()?;
        serde_json::from_str(text)
            .map_err(|error| Problem::bad(format!("The body is not an array in JSON: {error}.")))
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Result<serde_json::Value, Problem> {
        serde_json::from_str(self.text()?)
            .map_err(|error| Problem::bad(format!("The body is not JSON: {error}.")))
    }

    fn text(&self) -> Result<&str, Problem> {
        std::str::from_utf8(&self.0).map_err(|_| Problem::bad("The body is not UTF-8."))
    }
}

impl<S: Sync> FromRequest<S> for Intake {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (head, mut body) = request.into_parts();
        let announced = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        let announced = announced.and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
        let mut whole = Vec::new();
        if announced > MOST as u64 {
            if !head.headers.contains_key(EXPECT) {
                tokio::spawn(tokio::time::timeout(PATIENCE, pour_away(body)));
            }
            return Err(too_large());
        }
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|error| Problem::bad(format!("The body ended early: {error}.")))?;
            let Some(data) = frame.data_ref() else { continue };
            if whole.len() + data.len() > MOST {
                tokio::spawn(tokio::time::timeout(PATIENCE, pour_away(body)));
                return Err(too_large());
            }
            whole.extend_from_slice(data);
        }
        Ok(Self(whole.into()))
    }
}

/// The parts of the path that the route names.
#[derive(Debug)]
pub(super) struct At<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(path)| Self(path)).map_err(|error| Problem::bad(error.body_text()))
    }
}

async fn pour_away(mut body: Body) {
    let mut left = LEFTOVER;
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        let Some(rest) = left.checked_sub(length) else { return };
        left = rest;
    }
}

fn too_large() -> Problem {
    let message = format!("The body is longer than {MOST} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn other_calls_go_on_while_a_large_body_is_read() {
        let (tell, hear) = mpsc::channel();
        let body = Intake(vec![b' '; 1 << 20].into());
        let read = body.read(move |_| Ok(hear.recv_timeout(Duration::from_secs(20)).is_ok()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (heard, _) = runtime.block_on(async { tokio::join!(read, async { tell.send(()) }) });
        assert!(heard.unwrap());
    }
}
