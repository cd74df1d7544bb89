//! What the outbox asks of the plane: where to, what an answer is worth, what it changes.

use std::sync::Arc;

use rusqlite::Connection;

use super::address;
use super::ground::Known;
use crate::config::meant::{App, Config, Fidelity};
use crate::fault::Code;
use crate::model::event::Event;
use crate::model::finding::Finding;
use crate::model::learned::pair;
use crate::model::token::Token;
use crate::net::upstream::Destination;
use crate::outbox::{Courier, Reply, Ruling};
use crate::store::deliveries::Message;
use crate::store::{StoreError, facts};
use crate::text::text;
use crate::webhook::judge::{self, Answer, Failure, Question};

/// The courier of webhooks.
#[derive(Debug)]
pub(super) struct Post {
    known: Arc<Known>,
}

impl Post {
    pub(super) fn new(known: Arc<Known>) -> Self {
        Self { known }
    }
}

impl Courier for Post {
    /// The user's token.
    type Effect = Token;

    fn app(&self, message: &Message) -> String {
        let config = self.known.config.load();
        app(&config, &message.app).map_or_else(|| message.app.clone(), |app| app.name.clone())
    }

    fn destination(&self, message: &Message) -> Option<Destination> {
        let config = self.known.config.load();
        address::destination(app(&config, &message.app), &message.url)
    }

    fn judge(&self, message: &Message, reply: &Reply) -> Ruling<Token> {
        let config = self.known.config.load();
        let strict = config.fidelity == Fidelity::Strict;
        let Some(event) = Event::by_name(&message.event) else { return unknown() };
        let webhooks = app(&config, &message.app).and_then(|app| app.webhooks.as_ref());
        let has_own_auth = webhooks.is_some_and(|own| own.auths.contains_key(event.name()));
        let question = Question { event, user_id: &message.user, strict, has_own_auth };
        let judgement = judge::judge(&question, &seen(reply));
        Ruling {
            accepted: judgement.accepted,
            verdict: Some(judgement.verdict.name()),
            findings: serde_json::to_string(&judgement.findings).unwrap_or_default(),
            effect: judgement.learned.map(|learned| learned.user_token),
        }
    }

    fn settle(
        &self,
        tx: &Connection,
        message: &Message,
        token: &Token,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let whose = (&*message.app, &*message.user);
        let source = (&*message.event, Some(&*message.id));
        facts::keep_user_token(tx, whose, token, source, now_ms)
    }

    fn settled(&self, message: &Message, token: &Token) {
        self.known.learn_token(&pair(&message.app, &message.user), token);
    }
}

/// The app of an id.
pub(super) fn app<'a>(config: &'a Config, id: &str) -> Option<&'a App> {
    config.apps.iter().find(|app| app.id.eq_ignore_ascii_case(id))
}

fn seen(reply: &Reply) -> judge::Reply<'_> {
    match reply {
        Reply::Answered { status, kind, body, truncated } => judge::Reply::Answered(Answer {
            status: *status,
            content_type: kind.as_deref(),
            body,
            truncated: *truncated,
        }),
        Reply::Failed(fault) => {
            let failure = match fault.code {
                Code::PartnerDns => Failure::Dns,
                Code::PartnerTls => Failure::Tls,
                Code::PartnerTimeout => Failure::Timeout,
                Code::PartnerReset => Failure::Reset,
                Code::PartnerUnreachable => Failure::Refused,
                _ => Failure::Protocol,
            };
            judge::Reply::Failed { failure, detail: &fault.detail }
        }
    }
}

/// A message of a later version's event: it is kept and not judged.
fn unknown() -> Ruling<Token> {
    let finding = Finding {
        level: "fail".to_owned(),
        text: text!("This version knows no such event."),
        ..Finding::default()
    };
    let findings = Finding::written(&[finding]);
    Ruling { accepted: false, verdict: Some("fail"), findings, effect: None }
}
