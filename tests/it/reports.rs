//! A configuration with any number of mistakes is refused in bounded memory, and so is what comes over
//! the API.

use std::fmt::Write as _;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::Said;
use crate::support::gateway::command;
use crate::support::{Gateway, PATIENCE, Stage};

/// Memory that a report may take.
#[cfg(target_os = "linux")]
const MOST: u64 = 64 << 20;

/// One mistake for each item, all of them on one line.
fn one_line(items: usize, item: &str) -> String {
    let mut text = "version: 1\napps: [".to_owned();
    for _ in 0..items {
        let _ = write!(text, "{item},");
    }
    text + "]\n"
}

/// The most memory that the process has had so far.
#[cfg(target_os = "linux")]
fn peak(gateway: &Gateway) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes << 10
}

#[test]
#[cfg(target_os = "linux")]
fn a_hundred_thousand_mistakes_on_one_line_cost_little() {
    for (items, item) in [
        (100_000, "{id: 1}"),
        (40_000, "{id: a, nam: b}"),
        (40_000, "{id: ${NONE}}"),
        (40_000, "{tokens: {a: hunter2}}"),
    ] {
        let stage = Stage::start();
        let before = peak(&stage.gateway);
        stage.gateway.rewrite(&one_line(items, item));
        stage.gateway.signal("HUP");
        // A debug build on a machine that others use takes its time.
        let until = Instant::now() + PATIENCE * 12;
        while !stage.gateway.log().contains("100 errors and more") {
            assert!(Instant::now() < until, "{item}: {}", stage.gateway.log());
            thread::sleep(Duration::from_millis(50));
        }
        let more = peak(&stage.gateway) - before;
        println!("{item}: {} KiB more", more >> 10);
        assert!(more < MOST, "{item}: {more}");
        let log = stage.gateway.log();
        assert!(log.len() < 200_000, "{item}: {} bytes of log", log.len());
        assert!(!log.contains("hunter2"), "{item}");
        stage.gateway.expect_alive(item);
    }
}

#[test]
fn a_report_for_programs_says_that_there_is_more() {
    let folder = tempfile::tempdir().unwrap();
    for (mistakes, shown, more) in [(99, 99, false), (100, 100, false), (101, 100, true)] {
        let keys: Vec<_> = (0..mistakes).map(|key| format!("unknown{key}: 1")).collect();
        let text = format!("version: 1\nlimits: {{{}}}\n", keys.join(", "));
        fs::write(folder.path().join("gateway.yaml"), text).unwrap();
        let output = command(folder.path()).args(["check", "--json"]).output().unwrap();
        let said = Said::of(&output).expect("a bad file", 2);
        let report: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(report["findings"].as_array().unwrap().len(), shown, "{mistakes}");
        assert_eq!(report["more"], more, "{mistakes}");
    }
}

#[test]
fn what_comes_over_the_api_is_answered_with_a_hundred_mistakes_too() {
    let stage = Stage::start();
    let rules: Vec<_> = (0..5000).map(|_| "https://a/(").collect();
    let form = json!({"id": "many", "allow": rules});
    let answer = stage.gateway.api("POST", "/api/world/apps", Some(&form));
    assert_eq!(answer.status, 422, "{}", answer.describe());
    let problem: Value = serde_json::from_slice(&answer.body).unwrap();
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 101, "{problem}");
    assert!(errors[100].to_string().contains("more than 100 mistakes"), "{}", errors[100]);
}
