//! `POST /api/exchanges.har`: a file of another tool, or of this one, as exchanges. Each is marked by
//! the entrance `import`. Those that cannot be read are refused one by one, the rest is kept.
//!
//! A file is read twice: what is no HAR to its end, or has too many entries, is refused before the first
//! of them is looked at.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::runtime::Handle;

use super::{Problem, Surface, journal};
use crate::admin::{har, upload};
use crate::journal::exchange::Exchange;
use crate::journal::{Journal, JournalError};
use crate::text::{Text, text};

/// Bytes of a file.
pub(super) const LARGEST: usize = 64 << 20;

/// Entries that are recorded at a time, and the bytes at which it is time before that.
const BATCH: usize = 256;
const HEAVY: usize = 4 << 20;

/// Refusals that are told one by one.
const MOST_TOLD: usize = 100;

/// Letters of a reason, which may quote what is in the file.
const LONGEST_WHY: usize = 300;

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
    why: Text,
}

pub(super) async fn import(
    State(surface): State<Surface>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    let journal = journal(&surface)?.clone();
    let body = request.into_body();
    upload::expect_room(&body, LARGEST)?;
    let turn = surface.work.import()?;
    let file = upload::whole(body, LARGEST, upload::QUIET).await?;
    let runtime = Handle::current();
    let taken = turn.run(move || {
        let done = Imported::default();
        let taker = Taker { journal, runtime, batch: Vec::new(), weight: 0, done };
        let taken = har::count(&file).map_err(refused).and_then(|_| Ok(taker.take(&file)?));
        // What this thread has not allocated it would give back late.
        (taken, file)
    });
    let (taken, _file) = taken.await?;
    taken.map(Json)
}

/// As much of a text as is told.
fn clipped(text: &str) -> String {
    text.chars().take(LONGEST_WHY).collect()
}

fn refused(why: har::Refused) -> Problem {
    match why {
        har::Refused::NoHar(unfit) => {
            let hint = "Send a HAR file: {\"log\": {\"entries\": […]}}.";
            let detail = text!("That is no HAR: {why}.", why => unfit.0.map(&clipped));
            Problem::new(StatusCode::BAD_REQUEST, "bad_har", detail, Text::fixed(hint))
        }
        har::Refused::TooMany => {
            let detail = text!("That file has more than {most} entries.", most = har::MOST);
            let hint = "Nothing of it was taken; send it in parts.";
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_many_entries",
                detail,
                Text::fixed(hint),
            )
        }
    }
}

/// Takes entries in batches, so that what is recorded meanwhile finds room.
struct Taker {
    journal: Journal,
    runtime: Handle,
    batch: Vec<Exchange>,
    weight: usize,
    done: Imported,
}

impl Taker {
    fn take(mut self, file: &[u8]) -> Result<Imported, JournalError> {
        let mut broken = Ok(());
        let mut index = 0;
        let read = har::each(file, |entry| {
            match har::exchange(entry, self.journal.body()) {
                Ok(exchange) => self.keep(exchange),
                Err(har::Unfit(why)) => self.done.refuse(index, why),
            }
            index += 1;
            if self.batch.len() >= BATCH || self.weight >= HEAVY {
                broken = self.write();
            }
            broken.as_ref().map(|_| ()).map_err(|_| "it cannot be kept")
        });
        broken?;
        // It was read to its end before.
        read.map_err(|unfit| JournalError::Failed(unfit.to_string()))?;
        self.write()?;
        Ok(self.done)
    }

    fn keep(&mut self, exchange: Exchange) {
        self.weight += exchange.weight();
        self.batch.push(exchange);
    }

    fn write(&mut self) -> Result<(), JournalError> {
        self.done.imported += self.batch.len();
        self.weight = 0;
        self.journal.record(std::mem::take(&mut self.batch));
        self.runtime.block_on(self.journal.settle(false))
    }
}

impl Imported {
    fn refuse(&mut self, index: usize, why: Text) {
        self.refused += 1;
        if self.refusals.len() < MOST_TOLD {
            let why = why.map(&clipped);
            self.refusals.push(Refusal { index, why });
        }
    }
}
