//! Attempts of the outbox, as the journal keeps them.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::config::meant::Config;
use crate::journal::Journal;
use crate::journal::exchange::{Errand, Exchange, Message, Plane, Stage, Times, Trouble};
use crate::net::tape::Tape;
use crate::outbox::{Reply, Seen, Witness};

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
    fn saw(&self, seen: Seen<'_>) {
        if self.journal.has_room() {
            self.journal.record(vec![self.exchange(seen)]);
        } else {
            self.journal.lose(1);
        }
    }
}

impl Clerk {
    fn exchange(&self, seen: Seen<'_>) -> Exchange {
        let Seen { message, attempt, reply, verdict, findings, trail, applied } = seen;
        let connected = trail.connected();
        let mut exchange = Exchange {
            plane: Plane::Webhook,
            at: trail.at,
            times: Times {
                connected: connected.map(|(at, _)| at),
                reused: connected.map(|(_, reused)| reused),
                first_byte: trail.first_byte(),
                done: trail.took,
            },
            app: Some(self.name(&message.app)),
            user: Some(message.user.clone()).filter(|user| !user.is_empty()),
            method: message.method.as_str().into(),
            url: message.url.clone(),
            errand: Some(Errand {
                event: message.event.clone(),
                delivery: message.id.clone(),
                attempt: Some(attempt),
                verdict,
                findings: findings.to_owned(),
            }),
            to: trail.to,
            faults: applied.words().map(str::to_owned).collect(),
            ..Exchange::default()
        };
        let most = self.journal.body();
        if applied.is_empty() || !trail.sent.is_empty() {
            let body = trail.body.as_deref().or(message.body.as_deref());
            let body = body.map(|body| Tape::of(body, most));
            *exchange.stage(Stage::Passed) = Message { head: trail.sent, body };
        }
        match reply {
            Reply::Answered { status, body, truncated, .. } => {
                exchange.status = Some(*status);
                let mut tape = Tape::of(body, most);
                if *truncated {
                    tape.break_off();
                }
                if applied.is_empty() || !trail.answered.is_empty() {
                    *exchange.stage(Stage::Answered) =
                        Message { head: trail.answered, body: Some(tape) };
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
