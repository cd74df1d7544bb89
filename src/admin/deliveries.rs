//! `/api/deliveries`: what was sent, what waits, what failed; and sending it again.

pub(super) mod shown;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Surface;
use super::problem::Problem;
use super::routes::Operation;
use super::webhooks::milliseconds;
use crate::admin::object::Object;
use crate::store::deliveries::State as Stands;
use crate::store::listing::{self, Choice, Detail, Summary};
use crate::text::{Text, text};

/// Rows of a list, where the request does not say.
const ROWS: u32 = 100;

/// How many deliveries are sent again by one request.
const MOST_AGAIN: u32 = 10_000;

pub(super) fn operations() -> Vec<Operation> {
    const ID: &str = "The delivery's id.";
    const NO_ID: &str = "No delivery has the id.";
    vec![
        Operation::get("/api/deliveries", list, "What was sent to partners, the newest first.")
            .query::<Asked>()
            .gives::<Vec<Summary>>(200, "The deliveries.")
            .fails(400, "A parameter cannot be understood."),
        Operation::post("/api/deliveries", again, "Sends everything that a list would show again.")
            .takes::<Asked>()
            .gives::<Vec<Summary>>(200, "The deliveries that are sent again.")
            .fails(400, "It is not said which are meant.")
            .fails(422, "The body has another form."),
        Operation::get("/api/deliveries/{id}", detail, "A delivery with every attempt.")
            .part::<String>("id", ID)
            .query::<Look>()
            .gives::<Detail>(200, "The delivery.")
            .fails(400, "A parameter cannot be read.")
            .fails(404, NO_ID),
        Operation::post("/api/deliveries/{id}/deliver", again_one, "Sends a delivery again.")
            .part::<String>("id", ID)
            .query::<Asked>()
            .gives::<Vec<Summary>>(200, "The delivery.")
            .fails(400, "A parameter cannot be read.")
            .fails(404, NO_ID),
    ]
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "DeliveriesMeant")]
struct Asked {
    /// `queued`, `delivered` or `failed`.
    #[schemars(extend("enum" = ["queued", "delivered", "failed", null]))]
    state: Option<String>,
    /// To this app only, by its name or id.
    app: Option<String>,
    /// Made within this time on the gateway's clock, as in `1h`.
    since: Option<String>,
    /// At most so many.
    limit: Option<u32>,
    /// Whether to answer only after the partner has.
    wait: bool,
    /// Whether secrets are shown.
    reveal: bool,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Look {
    /// Whether secrets are shown.
    reveal: bool,
}

impl Asked {
    fn choice(&self, surface: &Surface, most: u32) -> Result<Choice, Problem> {
        let known = |text: &String| {
            Stands::by_name(text).ok_or_else(|| {
                Problem::bad(
                    text!("No delivery is {text}.", text),
                    text!("There are queued, delivered and failed."),
                )
            })
        };
        let now_ms = surface.plane.clock().now_ms();
        let since = self.since.as_deref().map(milliseconds).transpose()?;
        let named = |app: &String| {
            let known = surface.proxy.snapshot.load();
            let found = known.config.apps.iter().find(|own| own.name == *app);
            found.map_or_else(|| app.clone(), |own| own.id.clone())
        };
        Ok(Choice {
            app: self.app.as_ref().map(named),
            state: self.state.as_ref().map(known).transpose()?,
            since: since.map_or(i64::MIN, |ms| now_ms.saturating_sub(ms)),
            limit: self.limit.unwrap_or(most),
        })
    }
}

async fn list(
    State(surface): State<Surface>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<Summary>>, Problem> {
    let Query(asked) = asked?;
    let choice = asked.choice(&surface, ROWS)?;
    let rows = surface.plane.store().write(move |tx| listing::list(tx, &choice)).await?;
    Ok(Json(shown::all(rows, &surface, asked.reveal)))
}

async fn detail(
    State(surface): State<Surface>,
    Path(id): Path<String>,
    look: Result<Query<Look>, QueryRejection>,
) -> Result<Json<Detail>, Problem> {
    let Query(look) = look?;
    let detail = surface.plane.store().write(move |tx| listing::detail(tx, &id)).await?;
    Ok(Json(if look.reveal { detail } else { shown::whole(detail, &surface.masker()) }))
}

/// Sends everything that a list would show again.
async fn again(
    State(surface): State<Surface>,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<Json<Vec<Summary>>, Problem> {
    let Json(Object(asked)) = asked?;
    let choice = asked.choice(&surface, MOST_AGAIN)?;
    if choice.state.is_none() {
        let hint = "Write {\"state\": \"failed\", \"since\": \"1h\"}.";
        return Err(Problem::bad(
            text!("It is not said which deliveries are meant."),
            Text::fixed(hint),
        ));
    }
    let mut rows = surface.plane.store().write(move |tx| listing::list(tx, &choice)).await?;
    // The list begins with the newest; they are sent as they were made.
    rows.reverse();
    send_again(&surface, rows.into_iter().map(|row| row.delivery).collect(), &asked).await
}

async fn again_one(
    State(surface): State<Surface>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Vec<Summary>>, Problem> {
    let Query(asked) = asked?;
    send_again(&surface, vec![id], &asked).await
}

async fn send_again(
    surface: &Surface,
    ids: Vec<String>,
    asked: &Asked,
) -> Result<Json<Vec<Summary>>, Problem> {
    let hears = surface.plane.deliver(ids.clone()).await?;
    if asked.wait {
        for hear in hears {
            // An outbox that stops leaves the delivery queued, and the answer shows that.
            let _ = hear.await;
        }
    }
    Ok(Json(shown::found(surface, ids, asked.reveal).await?))
}
