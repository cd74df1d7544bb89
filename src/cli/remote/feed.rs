//! Exchanges as they end: the gateway's server-sent events, taken up again where they broke off.

mod parser;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde::Deserialize;

use super::client::Client;
use super::talk;
use super::trouble::Trouble;
use super::wanted::Wanted;
use crate::cli::words::words;
use parser::{Event, Parser};

/// What the gateway tells.
#[derive(Debug)]
pub(super) enum News {
    /// The line of an exchange, as JSON.
    Exchange(String),
    /// So many were not recorded since the gateway began.
    Lost(u64),
}

/// The events that a filter lets through.
#[derive(Debug)]
pub(super) struct Feed<'c> {
    client: &'c Client,
    query: String,
    /// The last exchange that was told of.
    last: i64,
    open: Option<Incoming>,
    parser: Parser,
    ready: VecDeque<Event>,
    /// Attempts since it broke off; `None` before the first connection.
    attempts: Option<u32>,
    /// Whether it is worth a word that it broke off.
    is_remote: bool,
}

/// The gateway says something every 15 seconds.
const SILENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl<'c> Feed<'c> {
    /// Everything after an exchange.
    pub(super) fn after(client: &'c Client, wanted: &Wanted, last: i64) -> Self {
        Self {
            client,
            query: wanted.query(),
            last,
            open: None,
            parser: Parser::default(),
            ready: VecDeque::new(),
            attempts: None,
            is_remote: true,
        }
    }

    /// The same of a gateway in this process, whose end everybody knows of.
    pub(super) fn of_own(client: &'c Client, wanted: &Wanted, last: i64) -> Self {
        Self { is_remote: false, ..Self::after(client, wanted, last) }
    }

    /// Waits for the next. Only what no second attempt can heal is an error.
    pub(super) async fn next(&mut self) -> Result<News, Trouble> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                if let Some(news) = self.read(event) {
                    return Ok(news);
                }
            }
            match &mut self.open {
                None => self.connect().await?,
                Some(body) => match tokio::time::timeout(SILENCE, body.frame()).await {
                    Ok(Some(Ok(frame))) => {
                        if let Some(data) = frame.data_ref() {
                            self.ready.extend(self.parser.read(data));
                        }
                    }
                    Ok(Some(Err(_)) | None) | Err(_) => self.break_off(),
                },
            }
        }
    }

    fn break_off(&mut self) {
        if self.is_remote {
            talk(&words!("the connection to the gateway broke off; trying again"));
        }
        self.open = None;
        self.parser = Parser::default();
        self.attempts = Some(0);
    }

    async fn connect(&mut self) -> Result<(), Trouble> {
        if let Some(attempts) = self.attempts {
            let pause = PAUSE.saturating_mul(attempts).min(LONGEST_PAUSE);
            tokio::time::sleep(pause).await;
            self.attempts = Some(attempts + 1);
        }
        let opened = match self.attempts {
            None => self.dial().await,
            Some(_) => match self.begin_anew_where_it_must().await {
                Ok(()) => self.dial().await,
                Err(trouble) => Err(trouble),
            },
        };
        match opened {
            Ok(body) => {
                self.open = Some(body);
                self.attempts = Some(0);
                Ok(())
            }
            Err(Trouble::Told { exit: 3, .. }) if self.attempts.is_some() => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    async fn dial(&self) -> Result<Incoming, Trouble> {
        let path = format!("/api/events?{}", self.query);
        let last = [("last-event-id", self.last.to_string())];
        self.client.open(Method::GET, &path, &last, Bytes::new()).await
    }

    /// A gateway that keeps nothing over a restart counts from 1 again.
    async fn begin_anew_where_it_must(&mut self) -> Result<(), Trouble> {
        #[derive(Deserialize)]
        struct Extent {
            latest: i64,
        }
        let page = self.client.fetch(Method::GET, "/api/exchanges?limit=1", Bytes::new()).await?;
        let extent: Extent = serde_json::from_slice(&page).map_err(|_| self.client.strange())?;
        if extent.latest < self.last {
            self.last = 0;
        }
        Ok(())
    }

    fn read(&mut self, event: Event) -> Option<News> {
        #[derive(Deserialize)]
        struct Loss {
            not_recorded: u64,
        }
        match event.kind.as_str() {
            "exchange" => {
                self.last = event.id.parse().ok()?;
                Some(News::Exchange(event.data))
            }
            "lost" => {
                let loss: Loss = serde_json::from_str(&event.data).ok()?;
                Some(News::Lost(loss.not_recorded))
            }
            _ => None,
        }
    }
}
