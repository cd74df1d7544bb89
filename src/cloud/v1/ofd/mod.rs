//! What the fiscal data operator knows: the user's shops, their registers and the receipts that the
//! simulated terminals printed (evotor.md, section 6.1; the vendor's `paths.yaml` of 2017).

mod period;
mod receipt;

use axum::Json;
use axum::extract::State as Here;
use axum::routing::get;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::asked::{Asked, wrong};
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;
use crate::model::seeded::Seeded;
use crate::model::world::{Device, Store};
use crate::store::papers::{self, Choice, Version};
use period::Period;
use receipt::Printed;

/// Documents that the operator has, by their names in the query and in the second version.
const KINDS: [&str; 3] = ["SELL", "PAYBACK", "Z_REPORT"];

/// Documents of one read of the store.
const PAGE: u32 = 1000;

/// The id of the node above all shops.
const ROOT: u64 = 0;

pub(super) fn routes() -> Table {
    vec![
        ("/api/v1/ofd/stores".into(), get(stores)),
        ("/api/v1/ofd/devices".into(), get(devices)),
        ("/api/v1/ofd/documents".into(), get(documents)),
    ]
}

/// What every answer is wrapped in.
#[derive(Debug, Serialize)]
struct Answer {
    version: u8,
    provider: &'static str,
    data: Vec<Value>,
}

impl Answer {
    fn of(data: Vec<Value>) -> Json<Self> {
        Json(Self { version: 2, provider: "OFD", data })
    }
}

async fn stores(caller: Caller) -> Json<Answer> {
    let stores = caller.config.world.stores_of(caller.user);
    Answer::of(
        stores
            .map(|store| json!({"id": number(&store.uuid), "parentId": ROOT, "name": store.name}))
            .collect(),
    )
}

async fn devices(caller: Caller) -> Json<Answer> {
    let devices = caller.config.world.devices_of(caller.user);
    let shown = |(device, store): (&Device, &Store)| {
        json!({
            "id": number(&device.uuid),
            "storeId": number(&store.uuid),
            "name": device.name,
            "address": store.address,
        })
    };
    Answer::of(devices.map(shown).collect())
}

async fn documents(
    Here(state): Here<State>,
    caller: Caller,
    asked: Asked,
) -> Result<Json<Answer>, Problem> {
    let period = Period::of(&asked, state.clock.now_ms())?;
    let (store, device) = (id(&asked, "storeId")?, id(&asked, "deviceId")?);
    let kinds = kinds(&asked)?;
    let world = &caller.config.world;
    let mut data = Vec::new();
    let wanted = |(its, at): &(&Device, &Store)| {
        store.is_none_or(|store| number(&at.uuid) == store)
            && device.is_none_or(|device| number(&its.uuid) == device)
    };
    for (device, store) in world.devices_of(caller.user).filter(wanted) {
        let choice = Choice {
            store: store.uuid.clone(),
            device: Some(device.uuid.clone()),
            kinds: kinds.clone(),
            since: Some(period.since),
            until: Some(period.until),
            after: None,
            limit: PAGE,
        };
        for (closed, document) in printed(&state, choice).await? {
            let printed = Printed { document: &document, store, user: &caller.user_id, world };
            data.push((closed, printed.shown()));
        }
    }
    data.sort_by_key(|(closed, _)| *closed);
    Ok(Answer::of(data.into_iter().map(|(_, shown)| shown).collect()))
}

/// The documents of a choice with the times of their closing, read page by page.
async fn printed(state: &State, mut choice: Choice) -> Result<Vec<(i64, Value)>, Problem> {
    let mut printed = Vec::new();
    loop {
        let wanted = choice.clone();
        let read = move |tx: &rusqlite::Connection| papers::list(tx, Version::Second, &wanted);
        let page = state.store.write(read).await?;
        choice.after = page.last().map(|last| last.place).filter(|_| page.len() == PAGE as usize);
        for found in page {
            let text = found.wording.text(Version::Second, state.compose);
            let document = text.and_then(|text| serde_json::from_str(&text).ok());
            printed.extend(document.map(|document| (found.place.closed, document)));
        }
        if choice.after.is_none() {
            return Ok(printed);
        }
    }
}

/// The operator's own number of a shop or register; the same in all answers.
fn number(uuid: &str) -> u64 {
    Seeded::entity(uuid, "ofd").digits(8).parse().unwrap_or_default()
}

fn id(asked: &Asked, name: &str) -> Result<Option<u64>, Problem> {
    let number = asked.one(name)?.map(str::parse).transpose();
    number.map_err(|_| wrong(name, "is no number that this API gave"))
}

/// The kinds of `docType`, all of them without it. There are few, so that an unknown one is a mistake.
fn kinds(asked: &Asked) -> Result<Vec<String>, Problem> {
    let lists = asked.all("docType").flat_map(|list| list.split(',')).map(str::trim);
    let named: Vec<String> =
        lists.filter(|kind| !kind.is_empty()).map(str::to_ascii_uppercase).collect();
    if named.is_empty() {
        return Ok(KINDS.map(str::to_owned).to_vec());
    }
    match named.iter().all(|kind| KINDS.contains(&kind.as_str())) {
        true => Ok(named),
        false => Err(wrong("docType", format!("is none of {}", KINDS.join(", ")))),
    }
}
