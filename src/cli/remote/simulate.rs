//! `simulate`: something is done at a simulated terminal.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::reach::Reach;
use super::talk;
use super::trigger::{Shape, tell};
use super::trouble::Trouble;
use crate::admin;
use crate::cli::words::{talk_note, words};
use crate::text::Text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SimulateArgs {
    /// receipt: a sale, sent as document and receipt; document: a sale, sent as document; session:
    /// close the shift with its reports, or open one if none is open; cash-income, cash-outcome:
    /// put cash into the drawer or take it out; x-report: report on the current shift.
    #[arg(value_name = "WHAT", value_parser = clap::builder::PossibleValuesParser::new(admin::WHAT))]
    what: String,
    /// UUID or IMEI of the terminal.
    #[arg(long)]
    device: Option<String>,
    /// Id of the user.
    #[arg(long)]
    user: Option<String>,
    /// Refund the last sale instead of making a new one.
    #[arg(long)]
    payback: bool,
    /// Wait for the partner's answers; exit code 1 if a delivery fails or an answer violates the
    /// contract.
    #[arg(long)]
    wait: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn simulate(args: &SimulateArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let Value::Object(mut answer) = client.post("/api/simulate", &asked(args))? else {
        return Err(client.strange());
    };
    let notes = answer.remove("notes").unwrap_or_default();
    for note in notes.as_array().into_iter().flatten().filter_map(Value::as_str) {
        talk_note(&Text::verbatim(note));
    }
    let Some(Value::Array(rows)) = answer.get("deliveries").cloned() else {
        return Err(client.strange());
    };
    if args.json {
        let mut none = Vec::new();
        let code = tell(&client, rows, args.wait, Some(Shape::List), &mut none)?;
        writeln!(out, "{}", Value::Object(answer))?;
        return Ok(code);
    }
    let documents = answer.get("documents").and_then(Value::as_array);
    for id in documents.into_iter().flatten().filter_map(Value::as_str) {
        talk(&words!("document {id}", id));
    }
    tell(&client, rows, args.wait, None, out)
}

/// The request of these arguments.
fn asked(args: &SimulateArgs) -> Value {
    let mut asked = Map::new();
    asked.insert("what".to_owned(), json!(args.what));
    for (key, text) in [("device", &args.device), ("user", &args.user)] {
        if let Some(text) = text {
            asked.insert(key.to_owned(), json!(text));
        }
    }
    asked.insert("payback".to_owned(), json!(args.payback));
    asked.insert("wait".to_owned(), json!(args.wait));
    Value::Object(asked)
}
