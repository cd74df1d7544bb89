//! The layout's floors: a module imports only what lies below it.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor, lowest first.
const FLOORS: &[(&str, u8)] = &[
    ("clock", 0),
    ("codes", 0),
    ("fault", 0),
    ("file", 0),
    ("mask", 0),
    ("model", 0),
    ("newtonsoft", 0),
    ("pattern", 0),
    ("shell", 0),
    ("text", 0),
    ("config", 1),
    ("net", 2),
    ("tls", 2),
    ("telemetry", 2),
    ("journal", 3),
    ("store", 3),
    ("injection", 3),
    ("outbox", 3),
    ("journal", 3),
    ("proxy", 4),
    ("cloud", 4),
    ("webhook", 4),
    ("asna", 4),
    ("admin", 5),
    ("gateway", 6),
    ("cli", 7),
    ("demo", 7),
    ("main", 7),
];

/// Imports within one floor that the layout names.
const EDGES: &[(&str, &str)] = &[
    ("pattern", "fault"),
    ("model", "fault"),
    ("fault", "text"),
    ("model", "text"),
    ("pattern", "text"),
    ("newtonsoft", "model"),
    ("outbox", "store"),
    ("outbox", "injection"),
    ("main", "cli"),
    ("cli", "demo"),
];

/// Every Rust file below a folder.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file: no comments, and nothing from the first `#[cfg(test)]` on, where tests stand.
pub fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let is_test =
        |line: &str| line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test");
    let lines = text.lines().take_while(|line| !is_test(line));
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

/// The modules that follow each `crate::` of a text, braces resolved.
fn imports(code: &str) -> Vec<String> {
    let names = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned()
    };
    let mut found = Vec::new();
    for start in ["crate::", "evotor_gateway::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(group) => {
                    let mut depth = 0;
                    let mut item = true;
                    for (at, c) in group.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => item = true,
                            c if item && !c.is_whitespace() => {
                                found.push(names(&group[at..]));
                                item = false;
                            }
                            _ => {}
                        }
                    }
                }
                None => found.push(names(rest)),
            }
        }
    }
    found.retain(|name| name.chars().next().is_some_and(char::is_lowercase));
    found
}

#[test]
fn no_module_imports_upward_or_sideways() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).unwrap();
        let own =
            inside.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        if own == "lib" || own == "bin" {
            continue;
        }
        let Some(mine) = floor(&own) else {
            wrong.push(format!("{}: give `{own}` a floor", inside.display()));
            continue;
        };
        for other in imports(&code(&path)) {
            let allowed = other == own
                || EDGES.contains(&(own.as_str(), other.as_str()))
                || floor(&other).is_some_and(|floor| floor < mine);
            if !allowed {
                wrong.push(format!("{}: {own} imports {other}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_found_in_braces_and_paths() {
    let code = "use crate::{a::{b, c}, d, e::f};\nlet x = crate::g::h();\nuse crate::i;";
    assert_eq!(imports(code), ["a", "d", "e", "g", "i"]);
}
