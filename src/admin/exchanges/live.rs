//! `/api/events`: exchanges as they end, and as they go on, as server-sent events.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::{Problem, Surface, filter, journal, view};
use crate::journal::filter::Filter;
use crate::journal::{self as kept, Journal, JournalError, News, Summary};
use crate::text::{Language, Text};

/// A connection that is silent for longer looks dead to what stands between.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Rows read at a time while a listener catches up.
const CATCH_UP: u32 = 500;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Asked {
    /// Begins behind this number, unless `Last-Event-ID` says otherwise.
    after: Option<i64>,
    /// In the filter language.
    filter: String,
    /// `en` or `ru`, for who cannot send `Accept-Language`: a browser's event stream.
    lang: Option<String>,
}

/// Everything after `Last-Event-ID`, or from now on.
pub(super) async fn events(
    State(surface): State<Surface>,
    fields: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let Query(asked) = asked?;
    let filter = filter(&asked.filter)?;
    let journal = journal(&surface)?.clone();
    let place = Arc::clone(&surface.listeners).try_acquire_owned().map_err(|_| too_many())?;
    let last = fields.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let (to, from) = mpsc::channel(64);
    let from_then = Since { last, after: asked.after };
    let lang = asked.lang.as_deref().and_then(Language::of_tag);
    let language = lang.unwrap_or_else(Language::of_scope);
    tokio::spawn(language.scope(tell(surface, journal, filter, from_then, to)));
    let stream = futures_util::stream::unfold((from, place), |(mut from, place)| async {
        from.recv().await.map(|event| (Ok(event), (from, place)))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn too_many() -> Problem {
    let detail = "As many consoles and commands listen for events as there are places for.";
    let hint = "Close a console that nobody looks at.";
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "overloaded",
        Text::fixed(detail),
        Text::fixed(hint),
    )
}

/// Tells until nobody listens. Rows are read from the database wherever the listener may have missed
/// some, so that none is told twice or left out.
async fn tell(
    surface: Surface,
    journal: Journal,
    filter: Filter,
    since: Since,
    to: mpsc::Sender<Event>,
) {
    let mut heard = journal.listen();
    let latest = journal.read(|db| Ok::<_, JournalError>(kept::extent(db)?.1)).await;
    let told = since.told(latest.unwrap_or(0));
    let running = HashSet::new();
    let mut teller = Teller { surface, journal, filter, to, told, running, lost: 0 };
    let mut going = teller.begin().await;
    while going.is_some() {
        going = tokio::select! {
            () = teller.to.closed() => None,
            news = heard.recv() => match news {
                Ok(news) => teller.hear(&news).await,
                Err(RecvError::Lagged(_)) => teller.begin().await,
                Err(RecvError::Closed) => None,
            },
        };
    }
}

/// Where a listener wants to go on.
struct Since {
    /// The last exchange it has heard of.
    last: Option<i64>,
    /// What it asks for where it has heard of none.
    after: Option<i64>,
}

impl Since {
    /// What counts as told. Who has heard of later exchanges than there are knew another journal: one
    /// in memory begins anew with the gateway.
    fn told(&self, latest: i64) -> i64 {
        match self.last {
            Some(last) if last > latest => 0,
            Some(last) => last,
            None => self.after.unwrap_or(latest),
        }
    }
}

struct Teller {
    surface: Surface,
    journal: Journal,
    filter: Filter,
    to: mpsc::Sender<Event>,
    /// The last record that was looked at.
    told: i64,
    /// Exchanges that were told of before their end.
    running: HashSet<i64>,
    lost: u64,
}

/// Exchanges that have not ended.
#[derive(Debug, Default, Serialize)]
struct NotEnded {
    /// Whether there are no others.
    all: bool,
    exchanges: Vec<Summary>,
    /// Numbers of those that are no longer among them.
    gone: Vec<i64>,
}

impl Teller {
    async fn hear(&mut self, news: &News) -> Option<()> {
        match news {
            News::Ended(row) => self.ended(row).await,
            News::Running(row) => self.goes_on(row).await,
            News::Gone(id) => self.gone(*id).await,
            News::Marked(row) => self.marked(row).await,
        }
    }

    async fn ended(&mut self, row: &Summary) -> Option<()> {
        if row.seq > self.told {
            match self.filter.matches(&row.as_row()) {
                Some(true) => self.send(row.clone()).await?,
                Some(false) => {}
                None => self.catch_up().await?,
            }
            self.told = self.told.max(row.seq);
        }
        // What the filter lets through only while it runs.
        self.gone(row.id).await?;
        self.tell_of_loss().await
    }

    async fn goes_on(&mut self, row: &Summary) -> Option<()> {
        // It may have been told of as a record meanwhile.
        let goes_on = self.journal.pending(row.id).is_some();
        match goes_on && self.filter.matches(&row.as_row()) == Some(true) {
            true => {
                self.running.insert(row.id);
                self.tell_running(false, vec![row.clone()], Vec::new()).await
            }
            false => self.gone(row.id).await,
        }
    }

    async fn gone(&mut self, id: i64) -> Option<()> {
        match self.running.remove(&id) {
            true => self.tell_running(false, Vec::new(), vec![id]).await,
            false => Some(()),
        }
    }

    /// Told whatever the filter: who shows it may have been let see it before.
    async fn marked(&self, row: &Summary) -> Option<()> {
        let mut row = row.clone();
        view::mask(&mut row, &self.surface.masker());
        self.to.send(Event::default().event("marked").json_data(row).ok()?).await.ok()
    }

    /// All that has not ended.
    async fn look_round(&mut self) -> Option<()> {
        let rows = self.journal.running().into_iter().map(|one| one.row());
        let rows = rows.filter(|row| self.filter.matches(&row.as_row()) == Some(true));
        let rows: Vec<_> = rows.collect();
        self.running = rows.iter().map(|row| row.id).collect();
        self.tell_running(true, rows, Vec::new()).await
    }

    /// All that the listener may not know.
    async fn begin(&mut self) -> Option<()> {
        self.catch_up().await?;
        self.look_round().await
    }

    async fn catch_up(&mut self) -> Option<()> {
        loop {
            let (filter, after) = (self.filter.clone(), self.told);
            let rows = self.journal.read(move |db| {
                let (_, latest) = kept::extent(db)?;
                Ok::<_, JournalError>((kept::since(db, &filter, after, CATCH_UP)?, latest))
            });
            let (rows, latest) = rows.await.ok()?;
            let all = rows.len() < CATCH_UP as usize;
            for row in rows {
                self.told = row.seq;
                self.send(row).await?;
            }
            if all {
                self.told = self.told.max(latest);
                return self.tell_of_loss().await;
            }
        }
    }

    async fn send(&mut self, mut row: Summary) -> Option<()> {
        self.running.remove(&row.id);
        view::mask(&mut row, &self.surface.masker());
        let event = Event::default().event("exchange").id(row.seq.to_string());
        self.to.send(event.json_data(&row).ok()?).await.ok()
    }

    async fn tell_running(
        &self,
        all: bool,
        mut exchanges: Vec<Summary>,
        gone: Vec<i64>,
    ) -> Option<()> {
        let mask = self.surface.masker();
        exchanges.iter_mut().for_each(|row| view::mask(row, &mask));
        let told = NotEnded { all, exchanges, gone };
        self.to.send(Event::default().event("running").json_data(told).ok()?).await.ok()
    }

    async fn tell_of_loss(&mut self) -> Option<()> {
        let lost = self.journal.lost();
        if std::mem::replace(&mut self.lost, lost) == lost {
            return Some(());
        }
        let data = serde_json::json!({"not_recorded": lost});
        self.to.send(Event::default().event("lost").json_data(data).ok()?).await.ok()
    }
}
