//! `deliveries` and `deliver`: what was sent, and sending it again.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::segment;
use super::delivery::{Delivery, Outcome, ordered};
use super::reach::Reach;
use super::table;
use super::talk;
use super::trigger::{Shape, tell};
use super::trouble::Trouble;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ListArgs {
    /// All of this delivery: what was sent, and each attempt.
    #[arg(conflicts_with_all = ["failed", "state", "since", "limit"])]
    id: Option<String>,
    /// Those that were given up.
    #[arg(long, conflicts_with = "state")]
    failed: bool,
    /// Those in this state.
    #[arg(long, value_parser = ["queued", "delivered", "failed"])]
    state: Option<String>,
    /// Those made within this time on the gateway's clock.
    #[arg(long, value_name = "1h")]
    since: Option<String>,
    /// At most so many, the newest; 100 unless told.
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Show secrets.
    #[arg(long)]
    reveal: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DeliverArgs {
    /// Which delivery.
    #[arg(required_unless_present = "failed", conflicts_with_all = ["failed", "since"])]
    id: Option<String>,
    /// All that were given up.
    #[arg(long)]
    failed: bool,
    /// Of these, those made within this time.
    #[arg(long, value_name = "1h")]
    since: Option<String>,
    /// Wait for the partner's answer (the default); exit 1 where it is not delivered or breaks the
    /// contract.
    #[arg(long, overrides_with = "no_wait")]
    wait: bool,
    /// Return at once.
    #[arg(long)]
    no_wait: bool,
    /// Show secrets.
    #[arg(long)]
    reveal: bool,
    /// As JSON.
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
        talk("no deliveries");
    } else {
        write_table(&rows, out)?;
    }
    Ok(0)
}

pub(super) fn deliver(args: &DeliverArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let wait = !args.no_wait;
    let answer = match &args.id {
        Some(id) => {
            let reveal = args.reveal;
            let path =
                format!("/api/deliveries/{}/deliver?wait={wait}&reveal={reveal}", segment(id));
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
        talk("no delivery has failed");
    }
    let shape = if args.id.is_some() { Shape::Object } else { Shape::List };
    tell(&client, rows, wait, args.json.then_some(shape), out)
}

fn write_table(rows: &[Delivery], out: &mut dyn Write) -> io::Result<()> {
    const HEAD: [&str; 9] =
        ["TIME", "DELIVERY", "EVENT", "USER", "STATE", "ANSWER", "VERDICT", "ATTEMPTS", "NEXT"];
    let cells = |row: &Delivery| {
        [
            table::moment(&row.created),
            row.id.clone(),
            row.event.clone(),
            row.user.clone(),
            row.state.clone(),
            row.outcome.answered(),
            row.outcome.verdict().to_owned(),
            row.attempts.to_string(),
            row.next_attempt.as_deref().map(table::moment).unwrap_or_default(),
        ]
    };
    let head = std::iter::once(HEAD.map(str::to_owned));
    table::write(&head.chain(rows.iter().map(cells)).collect::<Vec<_>>(), out)
}

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
    let reveal = args.reveal;
    let answer = client.get(&format!("/api/deliveries/{}?reveal={reveal}", segment(id)))?;
    if args.json {
        writeln!(out, "{}", ordered(answer))?;
        return Ok(0);
    }
    let detail: Detail = serde_json::from_value(answer).map_err(|_| client.strange())?;
    let row = &detail.delivery;
    writeln!(out, "{} {}, {}", row.event, row.id, row.state)?;
    writeln!(out, "app {}, user {}, made {}", row.app, row.user, table::moment(&row.created))?;
    if let Some(next) = &row.next_attempt {
        writeln!(out, "next attempt {}", table::moment(next))?;
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
        writeln!(out, "\nattempt {number} at {at}, {:.1} ms", attempt.took_ms)?;
        attempt.outcome.write(out)?;
    }
    Ok(0)
}
