//! The document as other people's tools read it: a validator, and a tester that makes requests of it.

use std::process::{Command, Stdio};

use crate::cli::Said;
use crate::clients::kit;
use crate::support::World;
use crate::support::gateway::command;
use crate::support::service::Service;

/// A program of the Python in `EVOTOR_CLIENTS`, where it is there.
fn python(module: &str) -> Option<Command> {
    let python = kit::folder().map(|folder| folder.join("python/bin/python"));
    let Some(python) = python.filter(|python| python.is_file()) else {
        assert!(!kit::is_required(), "{module} is required; `.ci/run` shows how it is installed");
        eprintln!("left out: {module} is not there");
        return None;
    };
    let mut program = Command::new(python);
    program.args(["-m", module]).stdin(Stdio::null());
    Some(program)
}

#[test]
fn a_validator_finds_nothing_in_it() {
    let Some(mut validator) = python("openapi_spec_validator") else { return };
    let said = validator.args(["--schema", "3.1", "docs/openapi.json"]).output().unwrap();
    Said::of(&said).expect("openapi-spec-validator", 0);
}

/// Left out are the stream without an end, and files of another format, which have a test of their own
/// kind (`har::mutated`).
#[test]
fn a_tester_sees_no_status_and_no_body_that_is_not_documented() {
    let Some(mut tester) = python("schemathesis.cli") else { return };
    let service = Service::start();
    let gateway = World::of(&service.partner).webhooks(&service.url(), &[]).start();
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,\
                  response_schema_conformance,negative_data_rejection,unsupported_method,\
                  allow_header_conformance";
    tester
        .arg("run")
        .arg(format!("http://{}/api/openapi.json", gateway.admin))
        .args(["--checks", checks])
        .args(["--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "1"])
        .args(["--no-shrink", "--continue-on-failure", "--request-timeout", "30"])
        .args(["--exclude-path", "/api/events", "--exclude-path", "/api/exchanges.har"])
        .args(["--warnings", "off"])
        // It keeps what it has found in the folder that it runs in.
        .current_dir(gateway.path());
    let said = Said::of(&tester.output().unwrap()).expect("schemathesis", 0);
    assert!(said.out.contains("Test cases:"), "{}", said.out);
    let mut alive = command(gateway.path());
    alive.env("EVOTOR_GATEWAY_ADMIN", gateway.admin.to_string());
    Said::of(&alive.args(["clock", "--json"]).output().unwrap()).expect("still there", 0);
}
