//! Both types of installation/event, version 2.

use serde::Serialize;
use serde_json::Value;

use super::place::user;
use super::seeded::Seeded;
use super::{Lacking, Scene, value};

#[derive(Serialize)]
struct Installation<'a> {
    id: String,
    timestamp: i64,
    version: u8,
    #[serde(rename = "type")]
    kind: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    product_id: &'a str,
    user_id: &'a str,
}

pub(super) fn body(kind: &'static str, scene: &Scene<'_>) -> Result<Value, Lacking> {
    Ok(value(&Installation {
        id: Seeded::part(scene.seed, kind).uuid(),
        timestamp: scene.now_ms,
        version: 2,
        kind,
        data: Data { product_id: scene.app_id, user_id: &user(scene)?.id },
    }))
}
