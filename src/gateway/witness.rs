//! Attempts of the outbox, as the journal keeps them.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::config::meant::Config;
use crate::journal::exchange::{Errand, Exchange, Message, Plane, Stage, Times, Trouble};
use crate::journal::{Journal, Phase};
use crate::net::tape::Tape;
use crate::outbox::{Lasting, Reply, Seen, Trail, Waits, Wire, Witness};
use crate::store::deliveries::Message as Outgoing;

/// Writes attempts into the journal.
pub(super) fn of(journal: Journal, config: &Arc<ArcSwap<Config>>) -> Arc<dyn Witness> {
    Arc::new(Clerk { journal, config: Arc::clone(config) })
}

#[derive(Debug)]
struct Clerk {
    journal: Journal,
    config: Arc<ArcSwap<Config>>,
}

impl Witness for Clerk {
    fn looks_on(&self, lasting: Lasting<'_>) -> i64 {
        let Lasting { number, message, attempt, trail } = lasting;
        let phase = match trail.waits() {
            Waits::Delay => Phase::Delayed,
            Waits::Word => Phase::Held,
            Waits::Connection => Phase::Connecting,
            Waits::Answer => Phase::WaitingForAnswer,
            Waits::Rest => Phase::ReceivingAnswer,
        };
        let wire = trail.wire();
        let mut exchange = self.exchange(message, attempt, trail, &wire);
        exchange.number = number;
        exchange.held = trail.held();
        if !wire.answered.is_empty() {
            exchange.stage(Stage::Answered).head = wire.answered;
        }
        if !wire.sent.is_empty() {
            let body = wire.body.as_deref().or(message.body.as_deref());
            let body = body.map(|body| Tape::of(body, self.journal.body()));
            *exchange.stage(Stage::Passed) = Message { head: wire.sent, body };
        }
        match self.journal.show(&mut exchange, phase, trail.begun.into_std()) {
            true => exchange.number,
            false => 0,
        }
    }

    fn saw(&self, seen: Seen<'_>) {
        if self.journal.has_room() {
            self.journal.record(vec![self.seen(seen)]);
        } else {
            self.journal.lose(1);
            self.journal.vanish(seen.number);
        }
    }
}

impl Clerk {
    /// What is known of an attempt in any case.
    fn exchange(&self, message: &Outgoing, attempt: u32, trail: &Trail, wire: &Wire) -> Exchange {
        let connected = trail.connected();
        Exchange {
            plane: Plane::Webhook,
            at: trail.at,
            ahead_ms: trail.ahead_ms,
            times: Times {
                connected: connected.map(|(at, _)| at),
                reused: connected.map(|(_, reused)| reused),
                first_byte: wire.first_byte,
                done: wire.took,
            },
            app: Some(self.name(&message.app)),
            user: Some(message.user.clone()).filter(|user| !user.is_empty()),
            method: message.method.as_str().into(),
            url: message.url.clone(),
            errand: Some(Errand {
                event: message.event.clone(),
                delivery: message.id.clone(),
                attempt: Some(attempt),
                verdict: None,
                findings: "[]".to_owned(),
            }),
            to: wire.to.clone(),
            ..Exchange::default()
        }
    }

    fn seen(&self, seen: Seen<'_>) -> Exchange {
        let Seen { number, message, attempt, reply, verdict, findings, trail, applied } = seen;
        let wire = trail.wire();
        let mut exchange = self.exchange(message, attempt, &trail, &wire);
        exchange.number = number;
        exchange.faults = applied.words().map(str::to_owned).collect();
        if let Some(errand) = &mut exchange.errand {
            errand.verdict = verdict;
            findings.clone_into(&mut errand.findings);
        }
        let most = self.journal.body();
        if applied.is_empty() || !wire.sent.is_empty() {
            let body = wire.body.as_deref().or(message.body.as_deref());
            let body = body.map(|body| Tape::of(body, most));
            *exchange.stage(Stage::Passed) = Message { head: wire.sent, body };
        }
        if let Some((head, body)) = wire.before {
            let body = Some(Tape::of(&body, most));
            *exchange.stage(Stage::Asked) = Message { head, body };
        }
        match reply {
            Reply::Answered { status, kind, body, .. } if wire.came.is_some() => {
                exchange.status = Some(*status);
                let kind = kind.as_ref().map(|kind| format!("Content-Type: {kind}\r\n"));
                let head = format!("HTTP/1.1 {status}\r\n{}\r\n", kind.unwrap_or_default());
                let (head, body) = (head.into_bytes(), Some(Tape::of(body, most)));
                *exchange.stage(Stage::Returned) = Message { head, body };
                let body = wire.came.as_ref().map(|(_, came)| Tape::of(came, most));
                *exchange.stage(Stage::Answered) = Message { head: wire.answered, body };
            }
            Reply::Answered { status, body, truncated, .. } => {
                exchange.status = Some(*status);
                let mut tape = Tape::of(body, most);
                if *truncated {
                    tape.break_off();
                }
                if applied.is_empty() || !wire.answered.is_empty() {
                    *exchange.stage(Stage::Answered) =
                        Message { head: wire.answered, body: Some(tape) };
                }
            }
            Reply::Failed(fault) => {
                exchange.trouble = Some(Trouble::of(fault));
            }
        }
        exchange
    }

    /// The app's name; its id where the configuration no longer has it.
    fn name(&self, id: &str) -> Arc<str> {
        let config = self.config.load();
        let app = config.apps.iter().find(|app| app.id.eq_ignore_ascii_case(id));
        app.map_or(id, |app| &app.name).into()
    }
}
