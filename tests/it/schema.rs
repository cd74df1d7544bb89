//! The JSON Schema of `gateway.yaml` says what the reader says.

#![allow(clippy::unwrap_used, reason = "a helper that fails has failed its test")]

use std::fs;
use std::path::Path;

use evotor_gateway::config;
use jsonschema::Validator;
use serde_json::Value;

#[test]
fn the_committed_schema_is_the_one_made() {
    let path = Path::new("docs/gateway.schema.json");
    let made = serde_json::to_string_pretty(&config::schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all("docs").unwrap();
        fs::write(path, &made).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == made, "UPDATE_GOLDEN=1 cargo test writes it anew");
}

#[test]
fn the_schema_is_a_schema() {
    assert!(jsonschema::draft7::meta::is_valid(&config::schema()));
}

#[test]
fn good_files_keep_the_schema() {
    let good = "tests/fixtures/config/good";
    for path in [
        "gateway.yaml".to_owned(),
        format!("{good}/smallest.yaml"),
        format!("{good}/everything.yaml"),
    ] {
        let text = fs::read_to_string(&path).unwrap();
        let complaints: Vec<String> =
            validator().iter_errors(&value(&text)).map(|error| error.to_string()).collect();
        assert!(complaints.is_empty(), "{path}: {complaints:?}");
    }
}

#[test]
fn files_of_a_wrong_form_break_the_schema() {
    for name in STRUCTURAL {
        let path = format!("tests/fixtures/config/bad/{name}.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(!validator().is_valid(&value(&text)), "{path}");
    }
}

/// Mistakes that can be seen without knowing the rest of the file.
const STRUCTURAL: &[&str] = &[
    "address_without_port",
    "authorization_key",
    "authorization_word",
    "colon_in_rule",
    "connections_zero",
    "duration_fraction",
    "duration_unit",
    "duration_without_unit",
    "envelope_word",
    "fidelity",
    "list_as_file",
    "list_for_map",
    "map_for_list",
    "map_for_text",
    "proxy",
    "required_id",
    "required_url",
    "required_uuid",
    "role",
    "size_none",
    "size_unit",
    "size_negative",
    "text_for_list",
    "text_for_map",
    "unknown_key",
    "unknown_key_far",
    "unknown_key_in_app",
    "unknown_key_nested",
    "upstream_host",
    "upstream_path",
    "upstream_scheme",
    "upstream_slash",
    "version_missing",
    "version_newer",
    "version_text",
    "version_zero",
    "webhook_event",
    "workers_word",
    "workers_zero",
];

fn validator() -> Validator {
    jsonschema::draft7::new(&config::schema()).unwrap()
}

fn value(yaml: &str) -> Value {
    serde_yaml::from_str(yaml).unwrap()
}
