//! What the outbox asks of ASNA: where to, and what an answer is worth.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rusqlite::Connection;

use super::event::PREFIX;
use crate::config::meant::{Config, Origin};
use crate::fault::Code;
use crate::model::finding::Finding;
use crate::net::upstream::Destination;
use crate::outbox::{Courier, Reply, Ruling};
use crate::store::StoreError;
use crate::store::deliveries::Message;
use crate::text::text;

/// The courier of ASNA's webhooks.
#[derive(Debug)]
pub struct Post {
    config: Arc<ArcSwap<Config>>,
}

impl Post {
    /// The configuration is shared with the [`State`](super::State).
    pub fn new(config: Arc<ArcSwap<Config>>) -> Self {
        Self { config }
    }
}

impl Courier for Post {
    /// An answer changes nothing.
    type Effect = Infallible;

    fn takes(&self, message: &Message) -> bool {
        message.event.starts_with(PREFIX)
    }

    fn destination(&self, message: &Message) -> Option<Destination> {
        let url: hyper::Uri = message.url.parse().ok()?;
        let tls = url.scheme_str()?.eq_ignore_ascii_case("https");
        let host = url.host()?.trim_end_matches('.').to_ascii_lowercase();
        let port = url.port_u16().unwrap_or(if tls { 443 } else { 80 });
        Some(Destination { origin: Origin { tls, host, port }, insecure: false })
    }

    fn judge(&self, _: &Message, reply: &Reply) -> Ruling<Infallible> {
        let found = match reply {
            Reply::Answered { status: 200..=299, .. } => None,
            Reply::Answered { status, .. } => {
                let text =
                    text!("The subscriber answered {status}; only 2xx ends a delivery.", status);
                Some(("fail", "status", text))
            }
            Reply::Failed(fault) => {
                let never = [Code::PartnerUnreachable, Code::PartnerDns, Code::PartnerTls];
                let level = if never.contains(&fault.code) { "undelivered" } else { "fail" };
                Some((level, "connection", fault.detail.clone()))
            }
        };
        let findings = found.iter().map(|(level, place, text)| Finding {
            level: (*level).to_owned(),
            place: (*place).to_owned(),
            pointer: String::new(),
            rule: "asna_not_taken".to_owned(),
            text: text.clone(),
            source: "https://docs.asna.cloud/5.0.2/other".to_owned(),
        });
        let findings = Finding::written(&findings.collect::<Vec<_>>());
        Ruling {
            accepted: found.is_none(),
            findings,
            verdict: Some(found.map_or("pass", |(level, ..)| level)),
            effect: None,
        }
    }

    fn pauses(&self, _: &Message) -> Option<Vec<Duration>> {
        Some(self.config.load().asna.retry.clone())
    }

    fn settle(
        &self,
        _: &Connection,
        _: &Message,
        effect: &Infallible,
        _: i64,
    ) -> Result<(), StoreError> {
        match *effect {}
    }

    fn settled(&self, _: &Message, effect: &Infallible) {
        match *effect {}
    }
}
