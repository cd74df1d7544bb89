//! docs/fidelity.md is what the tables beside the code say.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::gateway::BINARY;

fn said(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(BINARY).arg("fidelity").args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_committed_page_is_the_one_printed() {
    let (code, made) = said(&[]);
    assert_eq!(code, Some(0));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fidelity.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == made, "UPDATE_GOLDEN=1 cargo test writes it anew");
}

#[test]
fn every_row_is_a_sentence_with_its_kind_and_what_is_the_same_has_a_source() {
    let (_, page) = said(&[]);
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| |")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(["same", "chosen", "unknown"].contains(&cells[0]), "{row}");
        assert!(!row.contains(".md, section"), "a page that nobody has: {row}");
        assert!(cells[0] != "same" || !cells[3].is_empty(), "without a source: {row}");
    }
}

#[test]
fn one_plane_is_shown_alone_and_an_unknown_one_is_refused() {
    let (code, page) = said(&["proxy"]);
    assert_eq!(code, Some(0));
    assert!(page.contains("## proxy") && !page.contains("## webhooks"), "{page}");
    assert_eq!(said(&["nonsense"]).0, Some(2));
}
