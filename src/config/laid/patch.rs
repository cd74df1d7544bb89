//! Merge patches (RFC 7396). A way to authorise and an upstream are replaced whole.

use serde_json::{Map, Value};

/// A form after a patch: null takes a key away.
pub fn merged(form: &Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = form.clone();
    merge(&mut merged, patch, "", false);
    merged
}

/// One patch in place of two.
pub fn composed(first: &Map<String, Value>, second: &Map<String, Value>) -> Map<String, Value> {
    let mut composed = first.clone();
    merge(&mut composed, second, "", true);
    composed
}

fn merge(form: &mut Map<String, Value>, patch: &Map<String, Value>, of: &str, keep_nulls: bool) {
    for (key, value) in patch {
        match (form.get_mut(key), value) {
            (_, Value::Null) if !keep_nulls => {
                form.shift_remove(key);
            }
            (Some(Value::Object(known)), Value::Object(patch)) if !is_whole(of, key) => {
                merge(known, patch, key, keep_nulls);
            }
            (_, Value::Object(patch)) if !keep_nulls && !is_whole(of, key) => {
                let mut fresh = Map::new();
                merge(&mut fresh, patch, key, false);
                form.insert(key.clone(), Value::Object(fresh));
            }
            _ => {
                form.insert(key.clone(), value.clone());
            }
        }
    }
}

fn is_whole(of: &str, key: &str) -> bool {
    matches!(of, "upstreams" | "auths") || matches!(key, "authorization" | "auth")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn null_takes_away_and_objects_are_merged() {
        let form = map(&json!({"a": 1, "b": {"c": 2, "d": 3}, "l": [1, 2]}));
        let patch = map(&json!({"a": null, "b": {"d": null, "e": 4}, "l": [3], "n": {"x": null}}));
        assert_eq!(
            Value::Object(merged(&form, &patch)),
            json!({"b": {"c": 2, "e": 4}, "l": [3], "n": {}})
        );
    }

    #[test]
    fn a_way_to_authorise_and_an_upstream_are_replaced_whole() {
        let form = map(
            &json!({"authorization": {"raw": "x"}, "upstreams": {"o": {"url": "u", "host": "app"}},
            "webhooks": {"url": "w", "auth": {"raw": "y"}, "auths": {"stores": {"raw": "s"}}}}),
        );
        let patch =
            map(&json!({"authorization": {"bearer": "z"}, "upstreams": {"o": {"url": "v"}},
            "webhooks": {"auth": {"bearer": "z"}, "auths": {"stores": {"bearer": "t"}}}}));
        assert_eq!(
            Value::Object(merged(&form, &patch)),
            json!({"authorization": {"bearer": "z"},
            "upstreams": {"o": {"url": "v"}}, "webhooks": {"url": "w", "auth": {"bearer": "z"},
            "auths": {"stores": {"bearer": "t"}}}})
        );
    }

    fn flat() -> impl Strategy<Value = Map<String, Value>> {
        let value = prop_oneof![Just(Value::Null), any::<u8>().prop_map(Value::from)];
        prop::collection::vec(("[a-d]", value), 0..5)
            .prop_map(|entries| entries.into_iter().collect())
    }

    proptest! {
        #[test]
        fn two_patches_do_what_their_composition_does(form in flat(), one in flat(), two in flat()) {
            let form = merged(&Map::new(), &form);
            let after = merged(&merged(&form, &one), &two);
            let at_once = merged(&form, &composed(&one, &two));
            prop_assert_eq!(Value::Object(after), Value::Object(at_once));
        }
    }
}
