//! user.create, user.verify, user.token and user.tariff.

use serde::Serialize;
use serde_json::{Map, Value};

use super::place::user;
use super::{Lacking, Scene, value};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Create<'a> {
    user_id: &'a str,
    #[serde(flatten)]
    form: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verify<'a> {
    user_id: &'a str,
    username: &'a str,
    password: &'a str,
    #[serde(flatten)]
    form: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Token<'a> {
    user_id: &'a str,
    token: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tariff<'a> {
    user_uuid: &'a str,
    tariff_id: &'a str,
    status: &'a str,
}

pub(super) fn create(scene: &Scene<'_>) -> Result<Value, Lacking> {
    Ok(value(&Create { user_id: &user(scene)?.id, form: form(scene, &["userId"]) }))
}

pub(super) fn verify(scene: &Scene<'_>) -> Result<Value, Lacking> {
    Ok(value(&Verify {
        user_id: &user(scene)?.id,
        username: "shop-owner",
        password: "secret",
        form: form(scene, &["userId", "username", "password"]),
    }))
}

pub(super) fn token(scene: &Scene<'_>) -> Result<Value, Lacking> {
    Ok(value(&Token { user_id: &user(scene)?.id, token: scene.cloud_token }))
}

/// The old name `userUuid` was never changed here (evotor.md, section 3.6).
pub(super) fn tariff(scene: &Scene<'_>) -> Result<Value, Lacking> {
    Ok(value(&Tariff {
        user_uuid: &user(scene)?.id,
        tariff_id: &scene.subscription.plan,
        status: "ACTIVE",
    }))
}

/// The form's own fields; the names already taken are left out, so that none comes twice.
fn form(scene: &Scene<'_>, taken: &[&str]) -> Map<String, Value> {
    let own = scene.form.iter().filter(|(name, _)| !taken.contains(&name.as_str()));
    own.map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
}
