//! The entry that a command is about: by its id, the beginning of it, or its name.

use serde_json::Value;

use super::KINDS;
use crate::cli::remote::client::{Client, segment};
use crate::cli::remote::trouble::Trouble;
use crate::text::text;

#[derive(Debug, clap::Args)]
pub(super) struct Entry {
    /// Kind of entry.
    #[arg(value_name = "KIND", value_parser = KINDS)]
    pub(super) kind: String,
    /// Id of the entry, the beginning of it, or a unique name; for a token or an installation
    /// APP/USER.
    #[arg(value_name = "ID")]
    id: String,
}

/// Characters of an id that is whole, and of its shortest beginning.
const WHOLE: usize = 36;
const SHORT: usize = 4;

impl Entry {
    /// Its address below the API.
    pub(super) fn address(&self, client: &Client) -> Result<String, Trouble> {
        self.among(|| {
            let listed = client.get(&format!("/api/world/{}s", self.kind))?;
            Ok(members(&listed, &format!("{}s", self.kind)).cloned().collect())
        })
    }

    /// The same of what was removed.
    pub(super) fn of_removed(&self, client: &Client) -> Result<String, Trouble> {
        self.among(|| {
            let world = client.get("/api/world")?;
            let removed = members(&world, "removed");
            let all = removed.flat_map(|own| std::iter::once(own).chain(members(own, "with")));
            Ok(all
                .filter(|own| own.get("kind") == Some(&self.kind.as_str().into()))
                .cloned()
                .collect())
        })
    }

    fn among(&self, all: impl FnOnce() -> Result<Vec<Value>, Trouble>) -> Result<String, Trouble> {
        let Self { kind, id } = self;
        if matches!(kind.as_str(), "token" | "installation") {
            let (app, user) = id.split_once('/').ok_or_else(|| {
                let text = text!("a {kind} is an app's and a user's", kind);
                Trouble::usage(text, text!("name it as APP/USER, as in loyalty/01-000000000000001"))
            })?;
            return Ok(format!("/api/world/{kind}s/{}/{}", segment(app), segment(user)));
        }
        let is_beginning = (SHORT..WHOLE).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        let whole = if is_beginning { whole(id, &all()?)? } else { id.clone() };
        Ok(format!("/api/world/{kind}s/{}", segment(&whole)))
    }
}

/// The whole of an id that begins so; what is an id or a name itself stays.
fn whole(word: &str, all: &[Value]) -> Result<String, Trouble> {
    let text = |one: &Value, key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
    let id = |one: &Value| text(one, "uuid").or_else(|| text(one, "id"));
    let is_named = |one: &Value| text(one, "name").as_deref() == Some(word);
    if all.iter().any(|one| is_named(one) || id(one).as_deref() == Some(word)) {
        return Ok(word.to_owned());
    }
    let begins =
        |id: &String| id.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let mut meant: Vec<String> = all.iter().filter_map(id).filter(begins).collect();
    meant.sort_unstable();
    meant.dedup();
    match meant.as_slice() {
        [only] => Ok(only.clone()),
        [] => Ok(word.to_owned()),
        _ => {
            let hint = text!("write more of it; `evotor-gateway world list` shows them");
            Err(Trouble::usage(text!("several begin with {word}", word), hint))
        }
    }
}

fn members<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_beginning_of_an_id_names_it_where_no_other_begins_so() {
        let all = [
            json!({"uuid": "2024AB-1", "name": "Касса"}),
            json!({"uuid": "2024AC-2", "name": "2024"}),
            json!({"uuid": "2025-3"}),
        ];
        assert_eq!(whole("2024ab", &all).unwrap(), "2024AB-1");
        assert_eq!(whole("2025", &all).unwrap(), "2025-3");
        assert_eq!(whole("2024", &all).unwrap(), "2024", "a name");
        assert!(whole("2024A", &all).is_err());
        assert_eq!(whole("ffff", &all).unwrap(), "ffff");
    }
}
