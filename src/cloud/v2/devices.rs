//! `/devices`: the user's smart-terminals.

use axum::Json;
use axum::http::Uri;
use axum::routing::get;
use serde::Serialize;

use super::page::{Listing, Page};
use crate::cloud::access::Caller;
use crate::cloud::asked::Asked;
use crate::cloud::intake::At;
use crate::cloud::problem::Problem;
use crate::cloud::routes::Table;
use crate::model::traits::{created_ms, serial_number};
use crate::model::{moment, world};

pub(super) fn routes() -> Table {
    vec![("/devices".into(), get(list)), ("/devices/{device}".into(), get(one))]
}

#[derive(Debug, Serialize)]
struct Device {
    id: String,
    name: String,
    store_id: String,
    timezone_offset: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    imei: Option<String>,
    firmware_version: &'static str,
    location: Location,
    user_id: String,
    serial_number: String,
    model: &'static str,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Serialize)]
struct Location {
    lng: f64,
    lat: f64,
}

impl Device {
    fn of((device, store): (&world::Device, &world::Store), caller: &Caller) -> Self {
        let made = moment::offset(created_ms(&device.uuid));
        Self {
            id: device.uuid.clone(),
            name: device.name.clone(),
            store_id: store.uuid.clone(),
            timezone_offset: moment::ZONE_MS,
            imei: device.imei.clone(),
            firmware_version: "5.7.1",
            location: Location { lng: 37.59, lat: 55.78 },
            user_id: caller.user_id.clone(),
            serial_number: serial_number(device),
            model: "POWER",
            created_at: made.clone(),
            updated_at: made,
        }
    }
}

async fn list(caller: Caller, uri: Uri, asked: Asked) -> Result<Json<Page<Device>>, Problem> {
    let store = asked.one("store_id")?.map(|id| caller.store(id)).transpose()?;
    let filter = store.map(|store| store.uuid.as_str());
    let listing = Listing::of(&caller, &uri, &asked, filter)?;
    let devices = caller.config.world.devices_of(caller.user);
    let devices = devices.filter(|(_, its)| filter.is_none_or(|store| its.uuid == store));
    Ok(listing.cut(devices.map(|device| Device::of(device, &caller)).collect()))
}

async fn one(caller: Caller, At(id): At<String>) -> Result<Json<Device>, Problem> {
    let mut devices = caller.config.world.devices_of(caller.user);
    let device = devices.find(|(device, _)| device.uuid.eq_ignore_ascii_case(&id));
    let device = device.ok_or_else(|| Problem::missing("device", &id))?;
    Ok(Json(Device::of(device, &caller)))
}
