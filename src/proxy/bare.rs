//! Statuses whose answers have no content, or are none that ends an exchange. Only an envelope that
//! was opened can bring them about: what a partner says over HTTP was vetted on its way.

use hyper::header::CONTENT_LENGTH;
use hyper::{Response, StatusCode};

use crate::fault::{Code, Fault};
use crate::net::body::AnswerBody;
use crate::text::text;

/// The answer as its status lets it be sent (RFC 9110, sections 8.6, 15.2 and 15.3.5).
pub(super) fn sendable(mut answer: Response<AnswerBody>) -> Result<Response<AnswerBody>, Fault> {
    match answer.status() {
        status if status.is_informational() => Err(Fault::new(
            Code::V1EnvelopeInvalid,
            text!("The partner's object has the status {status}, which ends no exchange.", status),
        )),
        StatusCode::NO_CONTENT => {
            answer.headers_mut().remove(CONTENT_LENGTH);
            Ok(answer.map(|_| AnswerBody::whole("")))
        }
        StatusCode::NOT_MODIFIED if answer.body().known().is_some_and(|body| !body.is_empty()) => {
            answer.headers_mut().remove(CONTENT_LENGTH);
            Ok(answer.map(|_| AnswerBody::whole("")))
        }
        _ => Ok(answer),
    }
}
