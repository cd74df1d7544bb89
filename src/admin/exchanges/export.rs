//! `GET /api/exchanges.har`: exchanges as a file, written while it is read from the database: one at a
//! time, away from the admin thread.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Problem, Surface, filter, journal, view};
use crate::admin::har;
use crate::admin::work::Turn;
use crate::journal::filter::Filter;
use crate::journal::{self as kept, Journal, JournalError, Recorded};
use crate::mask::Masker;
use crate::proxy::snapshot::Snapshot;

/// Exchanges read at a time, at most. They are held whole, four bodies each.
const PAGE: usize = 16;

/// Bytes of one body of each that are read at a time, where bodies are kept that long.
const PAGE_BYTES: usize = 1 << 20;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Asked {
    /// In the filter language.
    filter: String,
    /// Whether secrets are written.
    reveal: bool,
}

/// What was recorded until now, the oldest first.
pub(super) async fn export(
    State(surface): State<Surface>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked?;
    let journal = journal(&surface)?.clone();
    let filter = filter(&asked.filter)?;
    let turn = surface.work.export()?;
    let latest = journal.read(|db| Ok::<_, JournalError>(kept::extent(db)?.1)).await?;
    let known = surface.proxy.snapshot.load_full();
    let mask = (!asked.reveal).then(|| surface.masker());
    let show = Show { known, mask };
    let read = VecDeque::new();
    let writer = Writer { journal, filter, show, turn, told: 0, latest, read, step: Step::Head };
    let pieces = futures_util::stream::unfold(writer, |mut writer| async {
        let piece = writer.next().await?;
        Some((piece, writer))
    });
    let fields = [
        (CONTENT_TYPE, "application/json"),
        (CONTENT_DISPOSITION, "attachment; filename=\"exchanges.har\""),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((fields, Body::from_stream(pieces)).into_response())
}

struct Writer {
    journal: Journal,
    filter: Filter,
    show: Show,
    turn: Turn,
    /// The last exchange that was read.
    told: i64,
    /// How far the records went when it began.
    latest: i64,
    /// Those that were read and are not yet written.
    read: VecDeque<Recorded>,
    step: Step,
}

/// How exchanges are written.
#[derive(Clone)]
struct Show {
    known: Arc<Snapshot>,
    mask: Option<Arc<Masker>>,
}

enum Step {
    Head,
    First,
    More,
    Done,
}

impl Writer {
    /// The next piece of the file. An error breaks it off, so that no reader takes it for whole.
    async fn next(&mut self) -> Option<Result<Bytes, JournalError>> {
        if let Step::Head = self.step {
            self.step = Step::First;
            return Some(Ok(har::head().into()));
        }
        if let Step::Done = self.step {
            return None;
        }
        let piece = self.piece().await;
        match piece {
            Ok(Some(piece)) => Some(Ok(piece)),
            Ok(None) => {
                self.step = Step::Done;
                Some(Ok(Bytes::from_static(har::END.as_bytes())))
            }
            Err(error) => {
                self.step = Step::Done;
                Some(Err(error))
            }
        }
    }

    /// The next entry, with what parts it from the one before.
    async fn piece(&mut self) -> Result<Option<Bytes>, JournalError> {
        loop {
            if self.read.is_empty() {
                self.read = self.page().await?;
            }
            let Some(recorded) = self.read.pop_front() else { return Ok(None) };
            let show = self.show.clone();
            let Some(entry) = self.turn.run(move || show.entry(&recorded)).await? else { continue };
            let parting = match std::mem::replace(&mut self.step, Step::More) {
                Step::More => ",\n",
                _ => "\n",
            };
            return Ok(Some(format!("{parting}{entry}").into()));
        }
    }

    async fn page(&mut self) -> Result<VecDeque<Recorded>, JournalError> {
        let (filter, after, latest) = (self.filter.clone(), self.told, self.latest);
        let page = (PAGE_BYTES / self.journal.body().max(1)).clamp(1, PAGE) as u32;
        let read = self.journal.read(move |db| {
            let rows = kept::from_oldest(db, &filter, after, latest, page)?.into_iter();
            let read = rows.map(|row| kept::recorded(db, row.id));
            Ok::<_, JournalError>(read.collect::<rusqlite::Result<Vec<_>>>()?)
        });
        // One may be forgotten between the two questions.
        let page: VecDeque<_> = read.await?.into_iter().flatten().collect();
        self.told = page.back().map_or(self.told, |recorded| recorded.summary.id);
        Ok(page)
    }
}

impl Show {
    fn entry(&self, recorded: &Recorded) -> Option<String> {
        let mask = self.mask.as_deref();
        let changes = view::changed(recorded, &self.known, mask);
        let changes = changes.iter().filter_map(|change| serde_json::to_value(change).ok());
        let extra = har::Extra { changes: changes.collect(), mask };
        serde_json::to_string(&har::entry(recorded, extra)).ok()
    }
}
