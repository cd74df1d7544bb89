//! The world as a table: what each entry is, whose, and where it comes from.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::remote::table;

/// Writes the world.
pub(super) fn write(world: &Value, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Vec::new();
    for user in all(world, "users") {
        rows.push(row("user", "id", user, ""));
        for store in all(user, "stores") {
            rows.push(row("store", "uuid", store, &text(store, "user")));
            for device in all(store, "devices") {
                rows.push(row("device", "uuid", device, &text(store, "uuid")));
            }
            for employee in all(store, "employees") {
                rows.push(row("employee", "uuid", employee, &text(store, "uuid")));
            }
        }
    }
    for app in all(world, "apps") {
        rows.push(row("app", "id", app, ""));
        for user in all(app, "users") {
            let has = user.get("installed") == Some(&Value::Bool(true));
            let name = format!("{}/{}", text(app, "name"), text(user, "user"));
            let said = text(user, "installed_origin");
            let words = ["installation", if has { "installed" } else { "not installed" }];
            let [kind, state] = words.map(str::to_owned);
            rows.push([kind, name.clone(), state, String::new(), said]);
            if let Some(token) = user.get("token").filter(|token| !token.is_null()) {
                let (masked, from) = (text(token, "masked"), text(token, "origin"));
                rows.push(["token".to_owned(), name, masked, String::new(), from]);
            }
        }
    }
    for removed in all(world, "removed") {
        let origin = match text(removed, "at") {
            at if at.is_empty() => "removed".to_owned(),
            at => format!("removed {}", table::moment(&at)),
        };
        let with = all(removed, "with").map(|other| (other, origin.clone()));
        for (entry, origin) in with.chain([(removed, origin.clone())]) {
            let [kind, id, name] = ["kind", "id", "name"].map(|key| text(entry, key));
            rows.push([kind, id, name, String::new(), origin]);
        }
    }
    table::write(&rows, out)
}

/// The word by which an entry can be named again.
pub(super) fn name(entry: &Value) -> String {
    let pair = (text(entry, "app"), text(entry, "user"));
    let ids = [text(entry, "uuid"), text(entry, "id")];
    let own = ids.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    let name = if pair.0.is_empty() { own } else { format!("{}/{}", pair.0, pair.1) };
    // What was removed says of what kind it was.
    match text(entry, "kind") {
        kind if kind.is_empty() => name,
        kind => format!("{kind} {name}"),
    }
}

fn row(kind: &str, id: &str, entry: &Value, of: &str) -> [String; 5] {
    let name = text(entry, "name");
    [kind.to_owned(), text(entry, id), name, of.to_owned(), text(entry, "origin")]
}

fn all<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> String {
    table::safe(value.get(key).and_then(Value::as_str).unwrap_or_default())
}
