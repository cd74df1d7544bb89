//! Calls of the clouds' APIs, as the journal keeps them.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};
use tokio::time::interval_at;

use crate::cloud::Who;
use crate::injection::Applied;
use crate::journal::exchange::{Exchange, Plane, Stage};
use crate::journal::{Journal, Phase, SHOWN_AFTER};
use crate::model::notes::Notes;
use crate::net::tape::Tape;
use crate::net::transcript::{head, status_line};
use crate::proxy::Shared;

/// What recording a call takes.
#[derive(Debug, Clone)]
pub(super) struct Clerk {
    pub(super) journal: Option<Journal>,
    pub(super) proxy: Arc<Shared>,
}

/// Records a call, unless the journal is behind.
pub(super) async fn record(State(clerk): State<Clerk>, request: Request, next: Next) -> Response {
    let Some(journal) = clerk.journal else { return next.run(request).await };
    if !journal.has_room() {
        journal.lose(1);
        return next.run(request).await;
    }
    let notes = Notes::default();
    let call = Arc::new(Call {
        journal,
        begun: Instant::now(),
        exchange: Mutex::new(begin(&request)),
        notes: notes.clone(),
        is_read: AtomicBool::new(true),
    });
    let mut request = request.map(|body| heard(body, &call, Stage::Asked));
    request.extensions_mut().insert(notes);
    let response = call.watched(next.run(request)).await;
    let first_byte = call.passed();
    let who = response.extensions().get::<Who>();
    let known = clerk.proxy.snapshot.load();
    let applied = response.extensions().get::<Applied>();
    let app = who.and_then(|who| known.app_by_id(who.app.as_bytes()));
    call.note(|exchange| {
        exchange.app = app.and_then(|app| known.plans.get(app)).map(|plan| Arc::clone(&plan.name));
        exchange.user = who.map(|who| who.user.clone());
        if let Some(applied) = applied {
            exchange.faults = applied.words().map(str::to_owned).collect();
            if applied.is_unanswered() {
                return;
            }
        }
        exchange.status = Some(response.status().as_u16());
        exchange.times.first_byte = Some(first_byte);
        let line = status_line(response.version(), response.status());
        exchange.stage(Stage::Returned).head = head(&line, response.headers(), false);
        if response.status() == StatusCode::NO_CONTENT {
            exchange.stage(Stage::Returned).body = Some(Tape::default());
        }
    });
    call.show_again();
    response.map(|body| heard(body, &call, Stage::Returned))
}

fn begin(request: &Request) -> Exchange {
    let fields = request.headers();
    // Below /evotor and /asna the request's own target has lost that part.
    let whole = request.extensions().get::<OriginalUri>().map_or(request.uri(), |uri| &uri.0);
    let target = whole.path_and_query().map_or("/", |target| target.as_str());
    let line = format!("{} {target} {:?}", request.method(), request.version());
    let mut exchange = Exchange {
        plane: Plane::Cloud,
        at: jiff::Timestamp::now().as_microsecond(),
        method: request.method().as_str().into(),
        url: url(fields, target),
        ..Exchange::default()
    };
    exchange.stage(Stage::Asked).head = head(&line, fields, false);
    exchange
}

/// The URL that was called: below the cloud's own name where it was called by that.
fn url(fields: &HeaderMap, target: &str) -> String {
    let text = |name: &str| fields.get(name).and_then(|value| value.to_str().ok());
    match text("x-forwarded-host") {
        Some(host) => {
            let path = ["/evotor", "/asna"].iter().find_map(|below| target.strip_prefix(below));
            format!(
                "{}://{host}{}",
                text("x-forwarded-proto").unwrap_or("https"),
                path.unwrap_or(target)
            )
        }
        None => format!("http://{}{target}", text("host").unwrap_or_default()),
    }
}

/// A call under way; it ends when the last of its bodies does.
struct Call {
    journal: Journal,
    begun: Instant,
    exchange: Mutex<Exchange>,
    notes: Notes,
    /// Whether all of the request has come.
    is_read: AtomicBool,
}

impl Call {
    /// Waits for the answer, and shows the call meanwhile.
    async fn watched(&self, answering: impl Future<Output = Response>) -> Response {
        let mut answering = pin!(answering);
        let mut shown = None;
        let mut looks = interval_at(tokio::time::Instant::now() + SHOWN_AFTER, SHOWN_AFTER);
        loop {
            tokio::select! {
                biased;
                response = &mut answering => return response,
                _ = looks.tick() => {}
            }
            let phase = match self.is_read.load(Ordering::Relaxed) {
                true => Phase::WaitingForAnswer,
                false => Phase::ReadingRequest,
            };
            if shown != Some(phase) && self.journal.show(&mut self.locked(), phase, self.begun) {
                shown = Some(phase);
            }
        }
    }

    /// The answer is on its way, which may last.
    fn show_again(&self) {
        let mut exchange = self.locked();
        if exchange.number > 0 {
            self.journal.show(&mut exchange, Phase::SendingAnswer, self.begun);
        }
    }

    fn note(&self, write: impl FnOnce(&mut Exchange)) {
        write(&mut self.locked());
    }

    fn locked(&self) -> MutexGuard<'_, Exchange> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn passed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let done = self.passed();
        let exchange = self.exchange.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut exchange = std::mem::take(exchange);
        exchange.times.done = done;
        exchange.notes = self.notes.texts();
        exchange.note_abort();
        self.journal.record(vec![exchange]);
    }
}

fn heard(body: Body, call: &Arc<Call>, stage: Stage) -> Body {
    if body.is_end_stream() {
        return body;
    }
    if stage == Stage::Asked {
        call.is_read.store(false, Ordering::Relaxed);
    }
    Body::new(Heard { body, call: Arc::clone(call), stage, ended: false })
}

struct Heard {
    body: Body,
    call: Arc<Call>,
    stage: Stage,
    ended: bool,
}

impl hyper::body::Body for Heard {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            let most = this.call.journal.body();
            this.call.note(|exchange| {
                exchange.stage(this.stage).body.get_or_insert_default().hear(data, most);
            });
        }
        this.ended = frame.is_none() || this.body.is_end_stream();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        if self.stage == Stage::Asked {
            self.call.is_read.store(true, Ordering::Relaxed);
        }
        if !self.ended {
            let stage = self.stage;
            self.call.note(|exchange| {
                exchange.stage(stage).body.get_or_insert_default().break_off();
            });
        }
    }
}
