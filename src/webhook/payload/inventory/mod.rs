//! stores, devices and employees: everything the user has, in either shape.

mod items;
mod plain;
mod traits;

use serde_json::Value;

use crate::model::world::{Device, Employee, Store, User};

use super::{InventoryShape, Lacking, Scene, place};

pub(super) fn stores(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let user = place::user(scene)?;
    let stores: Vec<_> = owned(scene).collect();
    if stores.is_empty() {
        return Err(Lacking::Store { user: user.id.clone() });
    }
    Ok(match scene.shapes.inventories {
        InventoryShape::Array => plain::stores(&stores),
        InventoryShape::Items => items::stores(&stores, user, scene.now_ms),
    })
}

pub(super) fn devices(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let user = place::user(scene)?;
    let devices: Vec<(&Device, &Store)> = scene
        .world
        .devices
        .iter()
        .filter(|device| device.user == scene.user)
        .filter_map(|device| Some((device, scene.world.stores.get(device.store)?)))
        .collect();
    if devices.is_empty() {
        return Err(Lacking::Device { owner: owner(user) });
    }
    Ok(match scene.shapes.inventories {
        InventoryShape::Array => plain::devices(&devices),
        InventoryShape::Items => items::devices(&devices, user, scene.now_ms),
    })
}

pub(super) fn employees(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let user = place::user(scene)?;
    let people = people(scene);
    if people.is_empty() {
        return Err(Lacking::Employee { owner: owner(user) });
    }
    Ok(match scene.shapes.inventories {
        InventoryShape::Array => plain::employees(&people),
        InventoryShape::Items => items::employees(&people, user, scene.now_ms),
    })
}

/// An employee with the stores that name one.
type Person<'a> = (&'a Employee, Vec<&'a str>);

/// One who works in several stores comes once.
fn people<'a>(scene: &Scene<'a>) -> Vec<Person<'a>> {
    let mut people: Vec<Person<'a>> = Vec::new();
    for store in owned(scene) {
        for employee in &store.employees {
            let known = people
                .iter_mut()
                .find(|(other, _)| other.uuid.eq_ignore_ascii_case(&employee.uuid));
            match known {
                Some((_, stores)) => stores.push(&store.uuid),
                None => people.push((employee, vec![&store.uuid])),
            }
        }
    }
    people
}

fn owned<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Store> + use<'a> {
    let user = scene.user;
    scene.world.stores.iter().filter(move |store| store.user == user)
}

fn owner(user: &User) -> String {
    format!("user {}", user.id)
}
