//! What `run` prints of exchanges where a person reads: the lines of `tail`, each with its place on the
//! console. They come from the journal, as for everybody else who looks on.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::client::{Client, runtime};
use super::feed::{Feed, News};
use super::paint::{Paint, Tone};
use super::reach::reachable;
use super::row::Row;
use super::timeline;
use super::trouble::Trouble;
use super::variable;
use super::wanted::Wanted;
use crate::cli::words::words;
use crate::model::token::Token;
use crate::telemetry;
use crate::text::Language;

/// Between two attempts to look on.
const PAUSE: Duration = Duration::from_secs(1);

/// The lines while they are printed, which is until the process ends.
#[derive(Debug)]
pub(in crate::cli) struct ExchangeLines {
    token: Arc<Mutex<Option<Token>>>,
}

impl ExchangeLines {
    /// Whether a person reads stderr who asked for no log lines of their own.
    pub(in crate::cli) fn are_read() -> bool {
        io::stderr().is_terminal() && variable("RUST_LOG").is_none_or(|levels| levels.is_empty())
    }

    /// Prints every exchange that ends from now on at the gateway of an admin address, on a thread of its own.
    ///
    /// # Errors
    ///
    /// When the thread cannot be started.
    pub(in crate::cli) fn print(admin: SocketAddr, token: Option<Token>) -> io::Result<Self> {
        let authority = reachable(admin).to_string();
        let token = Arc::new(Mutex::new(token));
        let own = Arc::clone(&token);
        let language = Language::of_scope();
        let client = move || {
            let token = own.lock().unwrap_or_else(PoisonError::into_inner).clone();
            Client::of(authority.clone(), token)
        };
        let mut after = latest(&client()).ok();
        let print = move || loop {
            let client = client();
            // The token may have changed; what came meanwhile is on the console.
            let _ = language.scope_sync(|| follow(&client, after.take()));
            std::thread::sleep(PAUSE);
        };
        std::thread::Builder::new().name("exchange lines".into()).spawn(print)?;
        Ok(Self { token })
    }

    /// Goes on with another token once the one before is refused.
    pub(in crate::cli) fn use_token(&self, token: Option<Token>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

fn latest(client: &Client) -> Result<i64, Trouble> {
    Ok(timeline::newest(client, &Wanted::default(), 1)?.latest)
}

/// Gives what it ends with.
fn follow(client: &Client, after: Option<i64>) -> Result<(), Trouble> {
    let after = after.map_or_else(|| latest(client), Ok)?;
    let (paint, mut origin) = (Paint::of_stderr(), String::new());
    runtime()?.block_on(async {
        let mut feed = Feed::of_own(client, &Wanted::default(), after);
        loop {
            match feed.next().await? {
                News::Exchange(json) => {
                    let value: Value = serde_json::from_str(&json).map_err(|_| client.strange())?;
                    let row = Row::deserialize(&value).map_err(|_| client.strange())?;
                    telemetry::print(&line(&row, paint, &mut origin, &client.console()));
                }
                News::Lost(count) => telemetry::print(&words!(
                    "{count} exchanges were not recorded: the journal is behind",
                    count
                )),
            }
        }
    })
}

fn line(row: &Row, paint: Paint, origin: &mut String, console: &str) -> String {
    let place = format!("#/exchange/{}", row.id);
    let taken = "  → ".chars().count() + place.chars().count();
    let line = row.line_below(paint.before(taken), origin);
    let link = paint.link(&place, &format!("{console}{place}"));
    format!("{line}{}", paint.tone(Tone::Dim, &format!("  → {link}")))
}
