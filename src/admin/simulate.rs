//! `/api/simulate`: something is done at a simulated terminal.

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::Surface;
use super::problem::Problem;
use crate::store::listing::{self, Summary};
use crate::webhook::plane::{Simulation, What};

pub(super) fn routes() -> Router<Surface> {
    Router::new().route("/api/simulate", post(simulate))
}

/// See [`Simulation`] for what each key means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    what: String,
    device: Option<String>,
    user: Option<String>,
    #[serde(default)]
    payback: bool,
    #[serde(default)]
    wait: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Done {
    documents: Vec<String>,
    deliveries: Vec<Summary>,
    notes: Vec<String>,
}

async fn simulate(
    State(surface): State<Surface>,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<Json<Done>, Problem> {
    let Json(asked) = asked?;
    let wait = asked.wait;
    let simulated = surface.plane.simulate(meant(asked)?).await?;
    let mut ids = Vec::new();
    for (made, hear) in simulated.made {
        ids.push(made.id);
        if wait {
            // An outbox that stops leaves the delivery queued, and the answer shows that.
            let _ = hear.await;
        }
    }
    let found = move |tx: &rusqlite::Connection| {
        ids.iter().map(|id| listing::summary(tx, id)).collect::<Result<Vec<_>, _>>()
    };
    let deliveries = surface.plane.store().write(found).await?;
    Ok(Json(Done { documents: simulated.documents, deliveries, notes: simulated.notes }))
}

fn meant(asked: Asked) -> Result<Simulation, Problem> {
    let what = match asked.what.as_str() {
        "receipt" => What::Receipt,
        "document" => What::Document,
        "session" => What::Session,
        other => {
            let hint = "There are receipt, document and session.";
            return Err(Problem::bad(format!("Nothing at a terminal is called {other}."), hint));
        }
    };
    if asked.payback && what == What::Session {
        let hint = "Leave payback out, or ask for a receipt.";
        return Err(Problem::bad("A shift is no sale that could come back.", hint));
    }
    let Asked { device, user, payback, .. } = asked;
    Ok(Simulation { what, device, user, payback })
}
