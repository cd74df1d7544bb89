//! Whether a configuration's own gateway runs, for `doctor`.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::Value;

use super::reach::Reach;
use super::status;
use super::trouble::Trouble;
use crate::cli::doctor::Running;
use crate::net::holder::holder;

/// The gateway at a configuration's admin address; nothing where none answers.
pub(in crate::cli) fn running(config: &Path, admin: SocketAddr) -> Option<Running> {
    if admin.port() == 0 {
        return None;
    }
    let client = Reach::of(config).client().ok()?;
    let world = match client.get("/api/world") {
        Ok(world) => world,
        // A gateway that wants another token is one all the same.
        Err(Trouble::Told { exit: 1 | 2, .. }) => Value::Null,
        Err(_) => return None,
    };
    let rows = world.get("removed").and_then(Value::as_array);
    let in_file = |row: &&Value| row.get("in_file").and_then(Value::as_bool) == Some(true);
    let text =
        |row: &Value, key| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let removed = rows.into_iter().flatten().filter(in_file);
    let removed = removed.map(|row| (text(row, "text"), text(row, "hint"))).collect();
    let checks = status::fresh(&client).map(|document| status::checks(&document));
    let checks = checks.unwrap_or_default();
    Some(Running { pid: holder(admin).map(|holder| holder.pid), removed, checks })
}
