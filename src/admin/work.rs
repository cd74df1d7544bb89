//! Work that would keep the admin thread from answering: how much of it there may be at a time, and a
//! thread of its own for it. What there is no room for is refused before it begins.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, IntoResponseParts, Response};
use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Problem;
use crate::journal::JournalError;
use crate::net::priority;
use crate::text::Language;
use crate::text::{Text, text};

/// Exchanges that are made ready to be looked at, at a time. Each takes up to some 30 MiB until it is
/// sent.
const LOOKS: usize = 4;

/// Files that are written at a time, whose readers may be slow.
const EXPORTS: usize = 2;

/// How long a look waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of an answer that are handed over at a time.
const PIECE: usize = 64 << 10;

/// The turns of one gateway.
#[derive(Debug, Clone)]
pub struct Work {
    looks: Arc<Semaphore>,
    exports: Arc<Semaphore>,
    imports: Arc<Semaphore>,
}

impl Default for Work {
    fn default() -> Self {
        let of = |turns| Arc::new(Semaphore::new(turns));
        Self { looks: of(LOOKS), exports: of(EXPORTS), imports: of(1) }
    }
}

impl Work {
    /// To read bodies for one answer; waits for it.
    pub(super) async fn look(&self) -> Result<Turn, Problem> {
        let turn = Arc::clone(&self.looks).acquire_owned();
        match tokio::time::timeout(PATIENCE, turn).await {
            Ok(Ok(turn)) => Ok(turn.into()),
            _ => Err(busy("Other exchanges are being looked at.")),
        }
    }

    /// To write a file.
    pub(super) fn export(&self) -> Result<Turn, Problem> {
        at_once(&self.exports, "Two files are being written already.")
    }

    /// To take a file or a state.
    pub(super) fn import(&self) -> Result<Turn, Problem> {
        at_once(&self.imports, "Another file is being taken.")
    }
}

fn at_once(turns: &Arc<Semaphore>, why: &'static str) -> Result<Turn, Problem> {
    let turn = Arc::clone(turns).try_acquire_owned();
    turn.map(Turn::from).map_err(|_| busy(why))
}

fn busy(why: &'static str) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        Text::fixed(why),
        text!("Ask again when it is done."),
    )
}

/// A turn; it ends when the last of its clones is dropped.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl From<OwnedSemaphorePermit> for Turn {
    fn from(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: Arc::new(permit) }
    }
}

impl Turn {
    /// Does it on another thread. The turn lasts as long as the work, whoever has gone meanwhile.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JournalError> {
        let turn = self.clone();
        // What is written there is for the same reader.
        let language = Language::of_scope();
        let done = tokio::task::spawn_blocking(move || {
            priority::step_back();
            let made = language.scope_sync(work);
            drop(turn);
            made
        });
        done.await.map_err(|error| JournalError::Failed(error.to_string()))
    }

    /// An answer during which the turn lasts: until its bytes are sent they take memory.
    pub(super) fn answer(self, fields: impl IntoResponseParts, content: Vec<u8>) -> Response {
        let left = (Bytes::from(content), self);
        let pieces = futures_util::stream::unfold(left, |(mut left, turn)| async move {
            let piece = left.split_to(left.len().min(PIECE));
            (!piece.is_empty()).then_some((Ok::<_, Infallible>(piece), (left, turn)))
        });
        (fields, Body::from_stream(pieces)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_there_is_no_turn_for_is_refused_before_it_begins() {
        let work = Work::default();
        let (first, second) = (work.export().unwrap(), work.export().unwrap());
        assert_eq!(work.export().unwrap_err().into_response().status(), 503);
        drop(first);
        let third = work.export().unwrap();
        assert!(work.export().is_err());
        drop((second, third));
        let import = work.import().unwrap();
        assert!(work.import().is_err());
        assert_eq!(import.run(|| 7).await.unwrap(), 7);
        drop(import);
        assert!(work.import().is_ok());
    }

    #[tokio::test]
    async fn a_turn_lasts_until_the_answer_is_sent() {
        let work = Work::default();
        let mut answers = Vec::new();
        for _ in 0..LOOKS {
            answers.push(work.look().await.unwrap().answer((), vec![7; PIECE + 1]));
        }
        assert_eq!(work.looks.available_permits(), 0);
        let sent = axum::body::to_bytes(answers.remove(0).into_body(), usize::MAX).await.unwrap();
        assert_eq!((sent.len(), work.looks.available_permits()), (PIECE + 1, 1));
        drop(answers);
        assert_eq!(work.looks.available_permits(), LOOKS);
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_turn() {
        let work = Work::default();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let turn = work.import().unwrap();
        let left = tokio::spawn(async move { turn.run(move || wait.recv()).await });
        while Arc::strong_count(&work.imports) < 2 {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        left.abort();
        assert!(left.await.unwrap_err().is_cancelled());
        assert!(work.import().is_err());
        drop(go);
        while work.import().is_err() {
            tokio::task::yield_now().await;
        }
    }
}
