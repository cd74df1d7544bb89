//! `deliveries` and `deliver`: what was sent, and sending it again.

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::client::segment;
use super::delivery::{Delivery, Outcome, ordered};
use super::paint::Paint;
use super::reach::Reach;
use super::table;
use super::talk;
use super::trigger::{Shape, tell};
use super::trouble::Trouble;
use crate::cli::words::words;
use crate::text::text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ListArgs {
    /// Id of a delivery or the beginning of it; shows what was sent and each attempt.
    #[arg(conflicts_with_all = ["failed", "state", "since", "limit"])]
    id: Option<String>,
    /// Only deliveries that were given up.
    #[arg(long, conflicts_with = "state")]
    failed: bool,
    /// Only deliveries in this state.
    #[arg(long, value_parser = ["queued", "delivered", "failed"])]
    state: Option<String>,
    /// Only deliveries created within this time, by the gateway's clock.
    #[arg(long, value_name = "1h")]
    since: Option<String>,
    /// Maximum number of deliveries, newest first [default: 100].
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Show secrets, which are masked by default.
    #[arg(long)]
    reveal: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DeliverArgs {
    /// Id of the delivery or the beginning of it.
    #[arg(required_unless_present = "failed", conflicts_with_all = ["failed", "since"])]
    id: Option<String>,
    /// Send all deliveries that were given up.
    #[arg(long)]
    failed: bool,
    /// With --failed: only deliveries created within this time.
    #[arg(long, value_name = "1h")]
    since: Option<String>,
    /// Wait for the partner's answer (the default); exit code 1 if delivery fails or the answer
    /// violates the contract.
    #[arg(long, overrides_with = "no_wait")]
    wait: bool,
    /// Do not wait for the partner's answer.
    #[arg(long)]
    no_wait: bool,
    /// Show secrets, which are masked by default.
    #[arg(long)]
    reveal: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn list(args: &ListArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    if let Some(id) = &args.id {
        return detail(args, id, out);
    }
    let client = args.reach.client()?;
    let state = if args.failed { Some("failed") } else { args.state.as_deref() };
    let limit = args.limit.map(|limit| limit.to_string());
    let query = [
        ("state", state),
        ("since", args.since.as_deref()),
        ("limit", limit.as_deref()),
        ("reveal", args.reveal.then_some("true")),
    ];
    let query = query
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| format!("{key}={}", segment(value))));
    let path = format!("/api/deliveries?{}", query.collect::<Vec<_>>().join("&"));
    let Value::Array(rows) = client.get(&path)? else { return Err(client.strange()) };
    if args.json {
        let rows = rows.into_iter().map(ordered).collect();
        writeln!(out, "{}", Value::Array(rows))?;
        return Ok(0);
    }
    let rows: Vec<Delivery> =
        serde_json::from_value(Value::Array(rows)).map_err(|_| client.strange())?;
    if rows.is_empty() {
        talk(&words!("no deliveries"));
    } else {
        write_table(&rows, &apps(&client)?, out)?;
    }
    Ok(0)
}

pub(super) fn deliver(args: &DeliverArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let wait = !args.no_wait;
    let answer = match &args.id {
        Some(id) => {
            let (id, reveal) = (whole(&client, id)?, args.reveal);
            let path =
                format!("/api/deliveries/{}/deliver?wait={wait}&reveal={reveal}", segment(&id));
            client.post(&path, &Value::Null)?
        }
        None => {
            let mut asked = json!({"state": "failed", "wait": wait, "reveal": args.reveal});
            if let (Some(since), Some(asked)) = (&args.since, asked.as_object_mut()) {
                asked.insert("since".to_owned(), json!(since));
            }
            client.post("/api/deliveries", &asked)?
        }
    };
    let Value::Array(rows) = answer else { return Err(client.strange()) };
    if rows.is_empty() {
        talk(&words!("no delivery has failed"));
    }
    let shape = if args.id.is_some() { Shape::Object } else { Shape::List };
    tell(&client, rows, wait, args.json.then_some(shape), out)
}

/// The names of apps by their ids.
fn apps(client: &Client) -> Result<HashMap<String, String>, Trouble> {
    let listed = client.get("/api/world/apps")?;
    let apps = listed.get("apps").and_then(Value::as_array).ok_or_else(|| client.strange())?;
    let text = |app: &Value, key: &str| Some(app.get(key)?.as_str()?.to_owned());
    Ok(apps.iter().filter_map(|app| Some((text(app, "id")?, text(app, "name")?))).collect())
}

fn write_table(
    rows: &[Delivery],
    apps: &HashMap<String, String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    /// What is left out first on a narrow terminal: user, next, attempts, app, answer.
    const SPARE: [usize; 5] = [4, 9, 8, 3, 6];
    let width = Paint::of_stdout().width;
    // A person copies no more of an id than it takes.
    let ids = rows.iter().map(|row| &*row.id).collect::<Vec<_>>();
    let most = if width.is_some() { table::distinct(&ids) } else { usize::MAX };
    let cells = |row: &Delivery| {
        [
            table::moment(&row.created),
            row.id.chars().take(most).collect(),
            row.event.clone(),
            table::safe(apps.get(&row.app).unwrap_or(&row.app)),
            row.user.clone(),
            row.state.clone(),
            row.outcome.answered(),
            row.outcome.verdict(),
            row.attempts.to_string(),
            row.next_attempt.as_deref().map(table::moment).unwrap_or_default(),
        ]
    };
    let head = [
        words!("TIME"),
        words!("DELIVERY"),
        words!("EVENT"),
        words!("APP"),
        words!("USER"),
        words!("STATE"),
        words!("ANSWER"),
        words!("VERDICT"),
        words!("ATTEMPTS"),
        words!("NEXT"),
    ];
    let rows = std::iter::once(head).chain(rows.iter().map(cells)).collect::<Vec<_>>();
    table::write_within(&rows, width, &SPARE, out)
}

/// The whole id of a delivery that its beginning names among the newest.
fn whole(client: &Client, id: &str) -> Result<String, Trouble> {
    if id.len() >= WHOLE || id.len() < SHORT {
        return Ok(id.to_owned());
    }
    let listed = client.get("/api/deliveries?limit=1000")?;
    let ids = listed.as_array().into_iter().flatten();
    let ids = ids.filter_map(|row| row.get("delivery")?.as_str());
    let mut meant = ids.filter(|own| own.starts_with(id));
    match (meant.next(), meant.next()) {
        (Some(_), Some(_)) => {
            let hint = text!("write more of it; `evotor-gateway deliveries` shows them");
            Err(Trouble::usage(text!("several deliveries begin with {id}", id), hint))
        }
        (Some(only), None) => Ok(only.to_owned()),
        (None, _) => Ok(id.to_owned()),
    }
}

/// Characters of an id, and of its shortest beginning.
const WHOLE: usize = 36;
const SHORT: usize = 4;

/// One delivery with what was sent.
#[derive(Debug, Deserialize)]
struct Detail {
    #[serde(flatten)]
    delivery: Delivery,
    fields: Vec<(String, String)>,
    body: Value,
    tries: Vec<Try>,
}

#[derive(Debug, Deserialize)]
struct Try {
    number: u32,
    at: String,
    took_ms: f64,
    #[serde(flatten)]
    outcome: Outcome,
}

fn detail(args: &ListArgs, id: &str, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let (id, reveal) = (whole(&client, id)?, args.reveal);
    let answer = client.get(&format!("/api/deliveries/{}?reveal={reveal}", segment(&id)))?;
    if args.json {
        writeln!(out, "{}", ordered(answer))?;
        return Ok(0);
    }
    let detail: Detail = serde_json::from_value(answer).map_err(|_| client.strange())?;
    let row = &detail.delivery;
    writeln!(out, "{} {}, {}", row.event, row.id, row.state)?;
    let (app, user, at) = (&row.app, &row.user, table::moment(&row.created));
    writeln!(out, "{}", words!("app {app}, user {user}, made {at}", app, user, at))?;
    if let Some(next) = &row.next_attempt {
        writeln!(out, "{}", words!("next attempt {at}", at = table::moment(next)))?;
    }
    writeln!(out, "\n{} {}", row.method, row.url)?;
    for (name, value) in &detail.fields {
        writeln!(out, "{name}: {}", table::safe(value))?;
    }
    if !detail.body.is_null() {
        writeln!(out, "\n{}", table::body(&detail.body))?;
    }
    for attempt in &detail.tries {
        let (number, at) = (attempt.number, table::moment(&attempt.at));
        let ms = format!("{:.1}", attempt.took_ms);
        writeln!(out, "\n{}", words!("attempt {number} at {at}, {ms} ms", number, at, ms))?;
        attempt.outcome.write(out)?;
    }
    Ok(0)
}
