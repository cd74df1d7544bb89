//! The hosted workflow, and what `.ci/run` says of itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use evotor_gateway::config::template;
use serde_json::Value;

use crate::support::gateway::command_of;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn workflow() -> Value {
    let text = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

#[test]
fn advisories_are_looked_up_on_every_change_and_every_day() {
    let workflow = workflow();
    let triggers = workflow["on"].as_object().unwrap();
    assert!(triggers.contains_key("push") && triggers.contains_key("pull_request"), "{triggers:?}");
    let cron = triggers["schedule"][0]["cron"].as_str().unwrap();
    let fields: Vec<_> = cron.split(' ').collect();
    assert_eq!((fields.len(), &fields[2..]), (5, &["*", "*", "*"][..]), "each day: {cron}");
    let job = &workflow["jobs"]["advisories"];
    assert!(job["if"].is_null(), "it runs whatever started the workflow");
    assert!(has_step(job, ".ci/run advisories"), "{job}");
    assert!(has_step(&workflow["jobs"]["everything"], ".ci/run"));
}

/// Whether a step runs this, and fails where the advisories cannot be fetched.
fn has_step(job: &Value, run: &str) -> bool {
    let steps = job["steps"].as_array().unwrap();
    steps.iter().any(|step| step["run"] == run && step["env"]["CI_ONLINE"] == "1")
}

#[test]
fn a_hosted_run_may_read_and_no_more_and_runs_nobody_elses_steps() {
    let workflow = workflow();
    assert_eq!(workflow["permissions"], serde_json::json!({"contents": "read"}));
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        assert!(job["timeout-minutes"].is_u64(), "{name} is bounded");
        assert!(job["permissions"].is_null(), "{name} keeps to what the workflow may");
        for step in job["steps"].as_array().unwrap() {
            let uses = step["uses"].as_str().unwrap_or("actions/");
            assert!(uses.starts_with("actions/"), "{uses}");
        }
    }
}

/// The tools and the network are replaced by programs that fail as they do where nothing is reached.
#[test]
#[cfg(unix)]
fn a_run_that_could_not_look_up_advisories_says_so_in_its_last_lines() {
    use std::os::unix::fs::PermissionsExt;
    let programs = tempfile::tempdir().unwrap();
    for (name, code) in [("git", 128), ("cargo", 0)] {
        let path = programs.path().join(name);
        fs::write(&path, format!("#!/bin/sh\nexit {code}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", programs.path().display());
    let mut command: Command = command_of("bash", root());
    command.args([".ci/run", "advisories"]).env("PATH", path).env("CI_TOOLS", programs.path());
    command.env_remove("CI_ONLINE").env_remove("GITHUB_ACTIONS");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let last: Vec<_> = said.lines().rev().take(3).collect();
    assert!(last[1].contains("NOT CHECKED: advisories"), "{said}");
}

/// What a person copies first has its secrets from elsewhere.
#[test]
fn the_example_takes_secrets_from_the_environment() {
    let keys = ["bearer", "token", "secret", "password"];
    for line in template().lines() {
        for key in keys {
            let Some((_, value)) = line.split_once(&format!("{key}: ")) else { continue };
            let is_word = line.contains("bearer: T}") || value.starts_with("auto");
            assert!(is_word || value.starts_with("\"${"), "{line}");
        }
    }
}
