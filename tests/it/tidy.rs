//! The tree itself: sizes, leftovers, pages, and the README's commands.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;

use crate::floors::{code, sources};
use crate::support::codes::TABLE;
use crate::support::gateway::BINARY;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn no_file_is_longer_than_450_lines() {
    let files = [sources(&root().join("src")), sources(&root().join("tests"))].concat();
    let long: Vec<_> = files
        .iter()
        .map(|path| (fs::read_to_string(path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > 450)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn no_leftovers_outside_tests() {
    let words = ["todo!(", "dbg!(", "unimplemented!(", ".unwrap()", ".expect(\"", "FIXME", "XXX"];
    let mut found = Vec::new();
    let of_tests = |path: &Path| path.file_name().is_some_and(|name| name == "tests.rs");
    for path in sources(&root().join("src")).iter().filter(|path| !of_tests(path)) {
        let code = code(path);
        for word in words.iter().filter(|word| code.contains(**word)) {
            found.push(format!("{}: {word}", path.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_code_has_a_page_with_cause_example_and_remedy() {
    let folder = root().join("src/codes");
    let pages: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let names: BTreeSet<String> = TABLE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(pages, names);
    for name in names {
        let page = fs::read_to_string(folder.join(format!("{name}.md"))).unwrap();
        assert!(page.starts_with(&format!("# {name}\n")), "{name}: its title");
        assert!(page.lines().count() >= 8, "{name}: cause, example and remedy");
    }
}

#[test]
fn every_section_that_the_code_cites_stands_in_the_vendors_facts() {
    let cited = Regex::new(r"(evotor|asna)\.md, section (\d+(?:\.\d+)?)").unwrap();
    let heading = Regex::new(r"(?m)^#+ (\d+(?:\.\d+)?)\.? ").unwrap();
    let page = |vendor: &str| {
        let page = fs::read_to_string(root().join(format!("docs/vendor/{vendor}.md"))).unwrap();
        heading.captures_iter(&page).map(|one| one[1].to_owned()).collect::<BTreeSet<_>>()
    };
    let (evotor, asna) = (page("evotor"), page("asna"));
    let mut count = 0;
    for path in sources(&root().join("src")) {
        for one in cited.captures_iter(&fs::read_to_string(&path).unwrap()) {
            let known = if &one[1] == "evotor" { &evotor } else { &asna };
            assert!(known.contains(&one[2]), "{}: {}", path.display(), &one[0]);
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn the_table_of_codes_is_the_contracts() {
    let ours: Vec<_> =
        evotor_gateway::fault::Code::ALL.iter().map(|c| (c.name(), c.status())).collect();
    assert_eq!(ours, TABLE);
}

#[test]
fn every_code_is_provoked_over_a_socket() {
    let tests = fs::read_to_string(root().join("tests/it/refusals.rs")).unwrap();
    for (name, _) in TABLE {
        assert!(tests.contains(&format!("\"{name}\"")), "{name} is not provoked in refusals.rs");
    }
}

#[test]
fn the_readmes_commands_exist() {
    let Ok(readme) = fs::read_to_string(root().join("README.md")) else {
        panic!("README.md is missing");
    };
    let help = Command::new(BINARY).arg("--help").output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let known = |word: &str| help.lines().any(|line| line.split_whitespace().next() == Some(word));
    let mut seen = 0;
    for line in readme.lines() {
        let line = line.trim().trim_start_matches("$ ");
        let rest = ["evotor-gateway ", "cargo run --release -- "]
            .iter()
            .find_map(|start| line.strip_prefix(start));
        let Some(word) = rest.and_then(|rest| rest.split_whitespace().next()) else { continue };
        if word.chars().all(|c| c.is_ascii_lowercase()) {
            assert!(known(word), "README: {line}: no command `{word}`");
            seen += 1;
        }
    }
    assert!(seen > 0, "README.md shows no command");
}

#[test]
fn no_key_lies_in_the_certs_folder() {
    let Ok(folder) = fs::read_dir(root().join("certs")) else { return };
    for entry in folder {
        let path = entry.unwrap().path();
        let tracked = Command::new("git").arg("ls-files").arg(&path).current_dir(root()).output();
        let tracked = tracked.is_ok_and(|output| !output.stdout.is_empty());
        assert!(
            !tracked || path.extension().is_none_or(|ext| ext != "pem"),
            "{} is committed",
            path.display()
        );
    }
}
