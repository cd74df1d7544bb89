//! What an entry names must exist, and what must be its own alone must not be another's.

use serde_json::{Map, Value};

use super::Denial;
use crate::config::laid::Kind;
use crate::config::meant::Config;
use crate::text::{Text, text};

/// Looks an entry over. `own` is the identifier it has already.
pub(super) fn entry(
    config: &Config,
    kind: Kind,
    own: Option<&str>,
    form: &Map<String, Value>,
) -> Result<(), Denial> {
    let text = |key: &str| form.get(key).and_then(Value::as_str);
    match kind {
        Kind::User => Ok(()),
        Kind::Store => user(config, text("user").unwrap_or_default()),
        Kind::Device => {
            store(config, "/store", text("store").unwrap_or_default())?;
            text("imei").map_or(Ok(()), |imei| unique_imei(config, own, imei))
        }
        Kind::Employee => stores(config, form),
        Kind::App => unique_name(config, own, form),
    }
}

fn user(config: &Config, id: &str) -> Result<(), Denial> {
    if config.world.user_by_id(id).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = config.world.users.iter().take(10).map(|user| &*user.id).collect();
    let hint = match known.is_empty() {
        true => text!("make the user first, as `evotor-gateway world add user` does"),
        false => text!("the users are {join}", join = known.join(", ")),
    };
    Err(Denial::unknown("/user", text!("there is no user {id}", id), hint))
}

fn store(config: &Config, pointer: &str, id: &str) -> Result<(), Denial> {
    if config.world.stores.iter().any(|store| store.uuid.eq_ignore_ascii_case(id)) {
        return Ok(());
    }
    let known: Vec<&str> = config.world.stores.iter().take(10).map(|store| &*store.uuid).collect();
    let hint = match known.is_empty() {
        true => text!("make the store first, as `evotor-gateway world add store` does"),
        false => text!("the stores are {join}", join = known.join(", ")),
    };
    Err(Denial::unknown(pointer, text!("there is no store {id}", id), hint))
}

/// An employee's stores exist and are one user's.
fn stores(config: &Config, form: &Map<String, Value>) -> Result<(), Denial> {
    let named = form.get("stores").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut owner = None;
    for (at, id) in named.iter().filter_map(Value::as_str).enumerate() {
        let pointer = format!("/stores/{at}");
        store(config, &pointer, id)?;
        let known = config.world.stores.iter().find(|store| store.uuid.eq_ignore_ascii_case(id));
        let user = known.map(|store| store.user);
        if owner.is_some() && owner != user {
            let hint = "name stores of one user; make one employee for each";
            return Err(Denial::unknown(
                pointer,
                text!("{id} is another user's store", id),
                Text::fixed(hint),
            ));
        }
        owner = user;
    }
    Ok(())
}

fn unique_imei(config: &Config, own: Option<&str>, imei: &str) -> Result<(), Denial> {
    let world = &config.world;
    let other = world.device_by_imei(imei.as_bytes()).and_then(|at| world.devices.get(at.0));
    match other {
        Some(other) if own.is_none_or(|own| !other.uuid.eq_ignore_ascii_case(own)) => {
            let text = text!("the device {uuid} has the imei {imei}", uuid = other.uuid, imei);
            Err(Denial::conflict(text, text!("leave imei out, or give another one")))
        }
        _ => Ok(()),
    }
}

/// Names and ids share one space.
fn unique_name(
    config: &Config,
    own: Option<&str>,
    form: &Map<String, Value>,
) -> Result<(), Denial> {
    let others = config.apps.iter();
    let mut others = others.filter(|app| own.is_none_or(|own| !app.id.eq_ignore_ascii_case(own)));
    let words = ["id", "name"].map(|key| form.get(key).and_then(Value::as_str));
    let words: Vec<String> = words.into_iter().flatten().map(str::to_lowercase).collect();
    let taken = others
        .find(|app| [&app.id, &app.name].iter().any(|known| words.contains(&known.to_lowercase())));
    taken.map_or(Ok(()), |app| {
        let text = text!("the app {app} ({id}) has that id or name", app = app.name, id = app.id);
        Err(Denial::conflict(text, text!("choose another one")))
    })
}
