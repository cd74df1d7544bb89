//! `POST /api/exchanges.har`: a file of another tool, or of this one, as exchanges. Each is marked by
//! the entrance `import`. Those that cannot be read are refused one by one, the rest is kept.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use hyper::body::Body as _;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Problem, Surface, journal, now};
use crate::admin::har;
use crate::journal::exchange::Exchange;

/// Bytes of a file.
pub(super) const LARGEST: usize = 64 << 20;

/// Entries that are recorded at a time, and the bytes at which it is time before that.
const BATCH: usize = 256;
const HEAVY: usize = 4 << 20;

/// Refusals that are told one by one.
const MOST_TOLD: usize = 100;

/// What came of it.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Imported {
    imported: usize,
    /// How many were not.
    refused: usize,
    /// Which, and why; the first hundred.
    refusals: Vec<Refusal>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Refusal {
    /// The place in `log.entries`, from 0.
    index: usize,
    why: String,
}

pub(super) async fn import(
    State(surface): State<Surface>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    let journal = journal(&surface)?;
    let file = file(request).await?;
    let entries = har::entries(&file).map_err(|unfit| {
        let hint = "Send a HAR file: {\"log\": {\"entries\": […]}}.";
        Problem::new(StatusCode::BAD_REQUEST, "bad_har", format!("That is no HAR: {unfit}."), hint)
    })?;
    let age = surface.proxy.snapshot.load().config.journal.age;
    let mut done = Imported::default();
    let (mut batch, mut weight) = (Vec::new(), 0);
    for (index, entry) in entries.into_iter().enumerate() {
        match har::exchange(entry, journal.body()).and_then(|exchange| fresh(exchange, age)) {
            Ok(exchange) => {
                weight += exchange.weight();
                batch.push(exchange);
            }
            Err(har::Unfit(why)) => done.refuse(index, why),
        }
        if batch.len() >= BATCH || weight >= HEAVY {
            done.imported += batch.len();
            journal.record(std::mem::take(&mut batch));
            weight = 0;
            // What is recorded meanwhile must find room.
            journal.settle(false).await?;
        }
    }
    done.imported += batch.len();
    journal.record(batch);
    journal.settle(false).await?;
    Ok(Json(done))
}

/// The whole body. One that says that it is too large is not waited for.
async fn file(request: Request) -> Result<Bytes, Problem> {
    let refused = |status, detail: String| {
        let hint = format!("A file has at most {} MiB.", LARGEST >> 20);
        Problem::new(status, "bad_request", detail, hint)
    };
    if request.body().size_hint().lower() > LARGEST as u64 {
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "That is too large.".to_owned()));
    }
    let read = Bytes::from_request(request, &()).await;
    read.map_err(|rejection| refused(rejection.status(), rejection.body_text()))
}

impl Imported {
    fn refuse(&mut self, index: usize, why: String) {
        self.refused += 1;
        if self.refusals.len() < MOST_TOLD {
            self.refusals.push(Refusal { index, why });
        }
    }
}

/// The journal would forget it again at once.
fn fresh(exchange: Exchange, age: Duration) -> Result<Exchange, har::Unfit> {
    let age = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
    if exchange.at < now().saturating_sub(age) {
        let why = "it is older than what `journal.age` keeps; a longer one lets it in";
        return Err(har::Unfit(why.to_owned()));
    }
    Ok(exchange)
}
