//! Entries by what people call them.

use super::Kind;
use crate::config::meant::Config;

/// The kind, identifier and name of every entry; an employee once for each store. A name may be empty.
pub fn entries(config: &Config) -> impl Iterator<Item = (Kind, &str, &str)> {
    let world = &config.world;
    let users = world.users.iter().map(|user| (Kind::User, &*user.id, ""));
    let stores = world.stores.iter().map(|store| (Kind::Store, &*store.uuid, &*store.name));
    let devices = world.devices.iter().map(|own| (Kind::Device, &*own.uuid, &*own.name));
    let people = world.stores.iter().flat_map(|store| &store.employees);
    let people = people.map(|own| (Kind::Employee, &*own.uuid, &*own.name));
    let apps = config.apps.iter().map(|app| (Kind::App, &*app.id, &*app.name));
    users.chain(stores).chain(devices).chain(people).chain(apps)
}

/// The identifiers of the entries that a word means: the one of this identifier, else those of this
/// name or IMEI.
pub fn meant<'c>(config: &'c Config, kind: Kind, word: &str) -> Vec<&'c str> {
    let key = kind.key(word);
    let of_kind = || entries(config).filter(|(of, ..)| *of == kind);
    if let Some((_, id, _)) = of_kind().find(|(_, id, _)| kind.key(id) == key) {
        return vec![id];
    }
    let mut ids: Vec<&str> =
        of_kind().filter(|(.., name)| *name == word).map(|(_, id, _)| id).collect();
    if kind == Kind::Device {
        let world = &config.world;
        let by_imei = world.device_by_imei(word.as_bytes());
        ids.extend(by_imei.and_then(|at| world.devices.get(at.0)).map(|device| &*device.uuid));
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}
