//! The world as a table: what each entry is, whose, and where it comes from.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::remote::table;
use crate::cli::words::words;

/// What is left out first on a narrow terminal: whose it is.
const SPARE: [usize; 1] = [3];
/// Characters of an id of the vendor's.
const UUID: usize = 36;

/// Writes the world; `width` are the columns of a terminal.
pub(super) fn write(world: &Value, width: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = rows(world);
    if width.is_some() {
        // A person copies no more of an id than it takes.
        let ids: Vec<&str> =
            rows.iter().map(|row| &*row[1]).filter(|id| id.len() == UUID).collect();
        let most = table::distinct(&ids);
        for [_, id, _, of, _] in &mut rows {
            for cell in [id, of].into_iter().filter(|cell| cell.len() == UUID) {
                cell.truncate(most);
            }
        }
    }
    table::write_within(&rows, width, &SPARE, out)
}

fn rows(world: &Value) -> Vec<[String; 5]> {
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
            let state = if has { words!("installed") } else { words!("not installed") };
            rows.push(["installation".to_owned(), name.clone(), state, String::new(), said]);
            if let Some(token) = user.get("token").filter(|token| !token.is_null()) {
                let (masked, from) = (text(token, "masked"), text(token, "origin"));
                rows.push(["token".to_owned(), name, masked, String::new(), from]);
            }
        }
    }
    for removed in all(world, "removed") {
        let origin = match text(removed, "at") {
            at if at.is_empty() => words!("removed"),
            at => words!("removed {at}", at = table::moment(&at)),
        };
        let with = all(removed, "with").map(|other| (other, origin.clone()));
        for (entry, origin) in with.chain([(removed, origin.clone())]) {
            let [kind, id, name] = ["kind", "id", "name"].map(|key| text(entry, key));
            rows.push([kind, id, name, String::new(), origin]);
        }
    }
    rows
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_terminal_gets_ids_as_short_as_they_can_be_named_and_nothing_is_wrapped() {
        let uuid = |last: char| format!("20240713-6F49-40AC-803B-E020F9D50BE{last}");
        let device = |last| json!({"uuid": uuid(last), "name": "Касса", "origin": "file"});
        let world = json!({"users": [{"id": "01-000000000000001", "origin": "file", "stores": [
            {"uuid": "20231212-0000-40AC-803B-E020F9D50BEA", "name": "Кофейня на Лесной",
             "user": "01-000000000000001", "origin": "file", "devices": [device('1')]}]}],
            "apps": [{"id": "5c0d9d3e-0b4c-4d0e-8f00-000000000001", "name": "loyalty"}]});
        let written = |width| {
            let mut out = Vec::new();
            write(&world, width, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(written(None).contains(&uuid('1')), "a file gets whole ids");
        let text = written(Some(100));
        assert!(text.contains("20240713  ") && !text.contains("20240713-"), "{text}");
        let narrow = written(Some(60));
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
        assert!(narrow.contains("20240713") && narrow.contains("Касса"), "{narrow}");
    }
}
