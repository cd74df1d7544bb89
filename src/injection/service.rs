//! Answers of the clouds' own APIs, spoiled for the partner's service that calls.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use super::{Applied, Spoil, message};
use crate::model::injection::Kind;
use crate::net::spoil::{Cut, Drip, Ending};

/// What the caller gets in place of the answer, which is not asked for where that is a status.
pub async fn spoiled<F: Future<Output = Response>>(
    spoil: &Spoil,
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let mut applied = Applied::default();
    applied.note(spoil);
    let mut response = match spoil.kind() {
        Kind::Status(status) => {
            read_away(request.into_body()).await;
            explained(*status, spoil.id())
        }
        kind => answer_with(kind, answer(request).await).await,
    };
    applied.mark(response.headers_mut());
    response.extensions_mut().insert(applied);
    response
}

/// A body left unread would end the caller's connection.
async fn read_away(mut body: Body) {
    while let Some(Ok(_)) = body.frame().await {}
}

async fn answer_with(kind: &Kind, answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    let body = match kind {
        Kind::Delay(delay) => {
            tokio::time::sleep(*delay).await;
            body
        }
        Kind::Drip(rate) => Body::new(Drip::new(body, *rate)),
        Kind::Reset(0) => return cut(),
        Kind::Reset(after) => Body::new(Cut::new(body, *after, on_purpose())),
        Kind::Empty { .. } => {
            message::measure(&mut parts.headers, 0);
            Body::empty()
        }
        Kind::Garbage { .. } => {
            let garbage = message::garbage();
            message::measure(&mut parts.headers, garbage.len());
            garbage.into()
        }
        Kind::ContentType(kind) => {
            message::retype(&mut parts.headers, kind);
            body
        }
        Kind::Status(_) => body,
    };
    Response::from_parts(parts, body)
}

fn explained(status: u16, id: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let kind = [(CONTENT_TYPE, message::EXPLANATION_TYPE)];
    (status, kind, message::explanation(id)).into_response()
}

/// No answer at all: a body that fails at once takes the head with it.
fn cut() -> Response {
    Response::new(Body::new(Cut::new(Body::empty(), 0, on_purpose())))
}

fn on_purpose() -> axum::Error {
    axum::Error::new(Ending::Reset)
}
