//! stores, devices and employees: everything the user has, in either shape.

mod items;
mod plain;

use serde_json::Value;

use crate::model::world::User;

use super::{InventoryShape, Lacking, Scene, place};

pub(super) fn stores(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let user = place::user(scene)?;
    let stores: Vec<_> = scene.world.stores_of(scene.user).collect();
    if stores.is_empty() && !scene.shapes.may_be_empty {
        return Err(Lacking::Store { user: user.id.clone() });
    }
    Ok(match scene.shapes.inventories {
        InventoryShape::Array => plain::stores(&stores),
        InventoryShape::Items => items::stores(&stores, user, scene.now_ms),
    })
}

pub(super) fn devices(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let user = place::user(scene)?;
    let devices: Vec<_> = scene.world.devices_of(scene.user).collect();
    if devices.is_empty() && !scene.shapes.may_be_empty {
        return Err(Lacking::Device { owner: owner(user) });
    }
    Ok(match scene.shapes.inventories {
        InventoryShape::Array => plain::devices(&devices),
        InventoryShape::Items => items::devices(&devices, user, scene.now_ms),
    })
}

pub(super) fn employees(scene: &Scene<'_>) -> Result<Value, Lacking> {
    let user = place::user(scene)?;
    let people = match scene.world.people_of(scene.user) {
        people if people.is_empty() && scene.shapes.may_be_empty => people,
        _ => scene.world.staff_of(scene.user),
    };
    if people.is_empty() && !scene.shapes.may_be_empty {
        return Err(Lacking::Store { user: user.id.clone() });
    }
    Ok(match scene.shapes.inventories {
        InventoryShape::Array => plain::employees(&people),
        InventoryShape::Items => items::employees(&people, user, scene.now_ms),
    })
}

fn owner(user: &User) -> String {
    format!("user {}", user.id)
}
