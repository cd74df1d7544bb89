//! A body, with the vendor's errors where it cannot be read.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::{is_strict, media};
use crate::cloud::State;
use crate::cloud::intake::Intake;
use crate::cloud::problem::{Problem, Violation};

/// The body.
#[derive(Debug)]
pub(super) enum Sent {
    /// One object.
    One(Map<String, Value>),
    /// An array of objects.
    Many(Vec<Map<String, Value>>),
}

impl Sent {
    /// The body where only one object makes sense.
    pub(super) fn one(self) -> Result<Map<String, Value>, Problem> {
        match self {
            Self::One(body) => Ok(body),
            Self::Many(_) => Err(Problem::bad("The body is an array; this takes one object.")),
        }
    }
}

/// The body of an address that takes arrays only, under either media type.
#[derive(Debug)]
pub(super) struct Batch(pub(super) Vec<Map<String, Value>>);

impl FromRequest<State> for Batch {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &State) -> Result<Self, Problem> {
        media::sent(request.headers(), is_strict(state)).ok_or_else(unsupported)?;
        let intake = Intake::from_request(request, state).await?;
        intake
            .read(|body| match body.json()? {
                Value::Array(bodies) => Ok(Self(objects(bodies)?)),
                _ => Err(Problem::bad("The body is no array.")),
            })
            .await
    }
}

impl FromRequest<State> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &State) -> Result<Self, Problem> {
        let sent = media::sent(request.headers(), is_strict(state)).ok_or_else(unsupported)?;
        let intake = Intake::from_request(request, state).await?;
        intake.read(move |body| read(sent, body.json()?)).await
    }
}

fn read(sent: media::Sent, body: Value) -> Result<Sent, Problem> {
    match (sent, body) {
        (media::Sent::One | media::Sent::Any, Value::Object(body)) => Ok(Sent::One(body)),
        (media::Sent::Many | media::Sent::Any, Value::Array(bodies)) => {
            Ok(Sent::Many(objects(bodies)?))
        }
        (media::Sent::One, _) => Err(Problem::bad(format!("{} is one object.", media::ONE))),
        (media::Sent::Many, _) => Err(Problem::bad(format!("{} is an array.", media::MANY))),
        (media::Sent::Any, _) => Err(Problem::bad("The body is no object and no array.")),
    }
}

fn objects(bodies: Vec<Value>) -> Result<Vec<Map<String, Value>>, Problem> {
    if bodies.is_empty() {
        return Err(Problem::bad("The array is empty."));
    }
    let objects = bodies.into_iter().enumerate().map(|(at, body)| match body {
        Value::Object(body) => Ok(body),
        _ => Err(Problem::violated(vec![Violation::new(format!("[{at}]"), "must be an object")])),
    });
    objects.collect()
}

fn unsupported() -> Problem {
    let message = format!("Content-Type is neither {} nor {}.", media::ONE, media::MANY);
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}
