//! `trigger`: an event happens in the simulated cloud.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::delivery::{Delivery, ordered};
use super::handed::handed;
use super::reach::Reach;
use super::table;
use super::trouble::Trouble;
use crate::admin;
use crate::asna;
use crate::cli::words::{fixed, talk_note, words};
use crate::file;
use crate::model::event::{Authority, Event};
use crate::text::{Text, text};

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct TriggerArgs {
    /// Events in the order they happen, such as user.create; --list shows all.
    #[arg(
        value_name = "EVENT",
        hide_possible_values = true,
        value_parser = clap::builder::PossibleValuesParser::new(names())
    )]
    events: Vec<String>,
    /// Name or id of the app; for asna.* the id of the API client.
    #[arg(long)]
    app: Option<String>,
    /// Id of the user.
    #[arg(long)]
    user: Option<String>,
    /// UUID of the store; for asna.* the clientId of the subscription.
    #[arg(long)]
    store: Option<String>,
    /// UUID or IMEI of the terminal.
    #[arg(long)]
    device: Option<String>,
    /// Type of document for `documents`: SELL, PAYBACK, OPEN_SESSION, CLOSE_SESSION, CASH_INCOME,
    /// CASH_OUTCOME, X_REPORT, Z_REPORT, POS_OPEN_SESSION or FPRINT.
    #[arg(long, value_name = "KIND")]
    document: Option<String>,
    /// Set a field of the body (may be repeated).
    #[arg(long, value_name = "a.b=1")]
    set: Vec<String>,
    /// Remove a field of the body (may be repeated).
    #[arg(long, value_name = "a.b")]
    unset: Vec<String>,
    /// Give a field a value of the wrong type (may be repeated).
    #[arg(long, value_name = "FIELD")]
    invalid: Vec<String>,
    /// JSON file with the whole body, sent byte for byte; - reads stdin.
    #[arg(long)]
    file: Option<String>,
    /// Send each webhook twice, with the same body and id.
    #[arg(long)]
    twice: bool,
    /// Number of different events of each kind.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    count: Option<u32>,
    /// Send the webhooks in a different order than the events happened.
    #[arg(long)]
    shuffle: bool,
    /// Delay before sending, by the gateway's clock.
    #[arg(long, value_name = "30s")]
    delay: Option<String>,
    /// Seed of the body; the same seed gives the same body.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Wait for the partner's answer; exit code 1 if delivery fails or the answer violates the
    /// contract.
    #[arg(long)]
    wait: bool,
    /// Show secrets, which are masked by default.
    #[arg(long)]
    reveal: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// List the events.
    #[arg(long, conflicts_with = "events")]
    list: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn trigger(args: &TriggerArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    // Whoever looks at it wants to know what there is.
    if args.list || (args.events.is_empty() && io::stdout().is_terminal()) {
        return Ok(catalogue(args.json, out).map(|()| 0)?);
    }
    if args.events.is_empty() {
        let hint = text!("such as `evotor-gateway trigger user.create`; --list shows all");
        return Err(Trouble::usage(text!("no event is named"), hint));
    }
    let asked = asked(args)?;
    let client = args.reach.client()?;
    let Value::Object(mut answer) = client.post("/api/webhooks", &asked)? else {
        return Err(client.strange());
    };
    let notes = answer.remove("notes").unwrap_or_default();
    for note in notes.as_array().into_iter().flatten().filter_map(Value::as_str) {
        talk_note(&Text::verbatim(note));
    }
    let rows = answer.remove("deliveries").unwrap_or_default();
    let Value::Array(rows) = rows else { return Err(client.strange()) };
    let shape = if rows.len() == 1 { Shape::Object } else { Shape::List };
    tell(&client, rows, args.wait, args.json.then_some(shape), out)
}

/// Whether JSON of deliveries is one of them or a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Object,
    List,
}

/// Prints deliveries that were put into the outbox. Gives the exit code: after waiting, whether the
/// they were delivered and the partner kept the contract.
pub(super) fn tell(
    client: &Client,
    rows: Vec<Value>,
    waited: bool,
    json: Option<Shape>,
    out: &mut dyn Write,
) -> Result<u8, Trouble> {
    let deliveries: Vec<Delivery> =
        serde_json::from_value(Value::Array(rows.clone())).map_err(|_| client.strange())?;
    let mut rows: Vec<Value> = rows.into_iter().map(ordered).collect();
    match json {
        Some(Shape::Object) => writeln!(out, "{}", rows.pop().unwrap_or_default())?,
        Some(Shape::List) => writeln!(out, "{}", Value::Array(rows))?,
        None if waited => {
            for (at, delivery) in deliveries.iter().enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                writeln!(out, "{} {}, {}", delivery.event, delivery.id, delivery.state)?;
                writeln!(out, "{} {}", delivery.method, delivery.url)?;
                delivery.outcome.write(out)?;
            }
        }
        None => {
            let cells = |row: &Delivery| [row.id.clone(), row.event.clone(), row.state.clone()];
            table::write(&deliveries.iter().map(cells).collect::<Vec<_>>(), out)?;
        }
    }
    Ok(u8::from(waited && !deliveries.iter().all(Delivery::holds)))
}

/// The request of these arguments.
fn asked(args: &TriggerArgs) -> Result<Value, Trouble> {
    let mut asked = Map::new();
    let mut put = |key: &str, value: Value| asked.insert(key.to_owned(), value);
    put("event", json!(args.events));
    let texts = [
        ("app", &args.app),
        ("user", &args.user),
        ("store", &args.store),
        ("device", &args.device),
        ("document", &args.document),
        ("delay", &args.delay),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            put(key, json!(text));
        }
    }
    if let Some(file) = &args.file {
        put("content", json!(read(file)?));
    }
    if let Some(seed) = args.seed {
        put("seed", json!(seed));
    }
    put("set", json!(args.set));
    put("unset", json!(args.unset));
    put("invalid", json!(args.invalid));
    put("copies", json!(if args.twice { 2 } else { 1 }));
    put("count", json!(args.count.unwrap_or(1)));
    put("shuffle", json!(args.shuffle));
    put("wait", json!(args.wait));
    put("reveal", json!(args.reveal));
    Ok(Value::Object(asked))
}

/// A file of JSON, as it is written.
fn read(file: &str) -> Result<String, Trouble> {
    let bytes = handed(Path::new(file), file::DATA)?;
    let name = if file == "-" { "stdin" } else { file };
    let wrong = |error: &dyn Display| {
        let hint = text!("a webhook's body is JSON; --set and --unset change the usual one");
        Trouble::usage(text!("{name} is no JSON: {error}", name, error), hint)
    };
    let text = String::from_utf8(bytes).map_err(|error| wrong(&error))?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    serde_json::from_str::<IgnoredAny>(body).map_err(|error| wrong(&error))?;
    Ok(text)
}

fn catalogue(json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json {
        return writeln!(out, "{}", json!(admin::catalogue()));
    }
    let row = |event: &Event| {
        let token = match event.authority() {
            Authority::App => words!("app token"),
            Authority::User => words!("user token"),
        };
        let [name, method, path] = [event.name(), event.method(), event.path()].map(str::to_owned);
        [name, method, path, token, fixed(event.title())]
    };
    let foreign = |event: asna::Event| {
        let [name, method, signed] = [event.trigger(), "POST", "X-Signature"].map(str::to_owned);
        [name, method, words!("(the subscribed URL)"), signed, fixed(event.title())]
    };
    let rows = Event::ALL.iter().map(row).chain(asna::Event::ALL.into_iter().map(foreign));
    table::write(&rows.collect::<Vec<_>>(), out)
}

fn names() -> Vec<&'static str> {
    Event::NAMES.iter().chain(&asna::Event::TRIGGERS).copied().collect()
}
