//! `/api/simulate`: something is done at a simulated terminal.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Surface;
use super::deliveries::shown;
use super::problem::Problem;
use super::routes::Operation;
use crate::admin::object::Object;
use crate::store::listing::Summary;
use crate::text::{Text, text};
use crate::webhook::plane::{Simulation, What};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/api/simulate", simulate, "Does something at a simulated terminal.")
            .takes::<Asked>()
            .gives::<Done>(200, "What came of it.")
            .fails(400, "Nothing at a terminal is called so.")
            .fails(422, "Nobody is meant, or the body has another form."),
    ]
}

/// What can be done at a terminal, by name.
pub const WHAT: [&str; 6] =
    ["receipt", "document", "session", "cash-income", "cash-outcome", "x-report"];

/// See [`Simulation`] for what each key means.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Simulation")]
struct Asked {
    /// What is done there.
    #[schemars(extend("enum" = WHAT))]
    what: String,
    /// Uuid or IMEI of the terminal.
    device: Option<String>,
    /// Id of its user.
    user: Option<String>,
    /// Whether goods come back instead.
    #[serde(default)]
    payback: bool,
    /// Whether to answer only after partners have.
    #[serde(default)]
    wait: bool,
    /// Whether secrets are shown.
    #[serde(default)]
    reveal: bool,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulated")]
struct Done {
    /// Ids of the documents that were made.
    documents: Vec<String>,
    /// The webhooks that tell of them.
    deliveries: Vec<Summary>,
    /// Who is not told, and why.
    notes: Vec<Text>,
}

async fn simulate(
    State(surface): State<Surface>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let Json(Object(asked)) = asked?;
    let (wait, reveal) = (asked.wait, asked.reveal);
    let simulated = surface.plane.simulate(meant(asked)?).await?;
    let mut ids = Vec::new();
    for (made, hear) in simulated.made {
        ids.push(made.id);
        if wait {
            // An outbox that stops leaves the delivery queued, and the answer shows that.
            let _ = hear.await;
        }
    }
    let deliveries = shown::found(&surface, ids, reveal).await?;
    Ok(Json(Done { documents: simulated.documents, deliveries, notes: simulated.notes }))
}

fn meant(asked: Asked) -> Result<Simulation, Problem> {
    let what = match asked.what.as_str() {
        "receipt" => What::Receipt,
        "document" => What::Document,
        "session" => What::Session,
        "cash-income" => What::CashIncome,
        "cash-outcome" => What::CashOutcome,
        "x-report" => What::XReport,
        other => {
            let hint = text!("There are {join}.", join = WHAT.join(", "));
            return Err(Problem::bad(
                text!("Nothing at a terminal is called {other}.", other),
                hint,
            ));
        }
    };
    if asked.payback && !matches!(what, What::Receipt | What::Document) {
        let hint = "Leave payback out, or ask for a receipt.";
        return Err(Problem::bad(
            text!("That is no sale that could come back."),
            Text::fixed(hint),
        ));
    }
    let Asked { device, user, payback, .. } = asked;
    Ok(Simulation { what, device, user, payback })
}
