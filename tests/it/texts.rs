//! What is said to people has words in every language.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

use crate::floors::{code, sources};

/// English templates and their Russian words.
fn catalogue() -> BTreeMap<String, String> {
    serde_json::from_str(&fs::read_to_string("src/text/ru.json").unwrap()).unwrap()
}

/// A literal of Rust as the text that it stands for.
fn unescaped(literal: &str) -> String {
    let joined = Regex::new(r"\\\n\s*").unwrap().replace_all(literal, "");
    serde_json::from_str(&format!("\"{joined}\"")).unwrap_or_else(|_| joined.into_owned())
}

/// The string literals of a text of Rust that a pattern leads to.
fn literals(before: &str) -> Vec<(String, String)> {
    let literal = Regex::new(&format!(r#"(?s){before}"((?:[^"\\]|\\.)*)""#)).unwrap();
    let mut found = Vec::new();
    for path in sources(Path::new("src")) {
        let code = code(&path);
        let own = literal.captures_iter(&code);
        found.extend(own.map(|one| (unescaped(&one[1]), path.display().to_string())));
    }
    found
}

/// The gaps of a template.
fn gaps(template: &str) -> BTreeSet<String> {
    let bare = template.replace("{{", "").replace("}}", "");
    Regex::new(r"\{([a-z][a-z0-9_]*)\}")
        .unwrap()
        .captures_iter(&bare)
        .map(|gap| gap[1].to_owned())
        .collect()
}

#[test]
fn every_text_has_its_words_in_russian() {
    let known = catalogue();
    let has_words = |template: &str| {
        let bare = Regex::new(r"\{[a-z0-9_]+\}|`[^`]*`").unwrap().replace_all(template, "");
        bare.chars().any(char::is_alphabetic)
    };
    let mut written = literals(r"\btext!\(\s*");
    // What commands say at once.
    let said = literals(r"\bwords!\(\s*").into_iter();
    written.extend(said.filter(|(_, path)| path.starts_with("src/cli/")));
    assert!(written.len() > 900, "{}", written.len());
    let missing: Vec<_> =
        written.iter().filter(|(text, _)| has_words(text) && !known.contains_key(text)).collect();
    assert!(missing.is_empty(), "src/text/ru.json has no words for {missing:#?}");
}

/// What is the same in every language: headings by their depth, and blocks of code.
fn bones(page: &str) -> Vec<String> {
    let mut is_code = false;
    let kept = page.lines().filter_map(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        let depth = line.chars().take_while(|letter| *letter == '#').count();
        match is_code || is_fence {
            true => Some(line.to_owned()),
            false => (depth > 0).then(|| "#".repeat(depth)),
        }
    });
    kept.collect()
}

#[test]
fn the_page_of_every_code_stands_in_russian_with_the_same_examples() {
    let pages = fs::read_dir("src/codes").unwrap().map(|entry| entry.unwrap().path());
    let pages: Vec<_> =
        pages.filter(|path| path.extension().is_some_and(|is| is == "md")).collect();
    assert!(pages.len() > 20, "{pages:?}");
    for page in pages {
        let english = fs::read_to_string(&page).unwrap();
        let name = page.file_name().unwrap();
        let russian = fs::read_to_string(Path::new("src/codes/ru").join(name)).unwrap();
        assert_eq!(bones(&russian), bones(&english), "{}", page.display());
        assert_eq!(russian.lines().next(), english.lines().next(), "{}", page.display());
        let letters = |text: &str| text.chars().filter(|one| ('А'..='я').contains(one)).count();
        assert!(letters(&russian) * 3 > russian.chars().count(), "{}", page.display());
    }
}

#[test]
fn the_words_have_the_gaps_of_their_template_and_no_template_is_left_over() {
    let joined = Regex::new(r"\\\n\s*").unwrap();
    let said: String = sources(Path::new("src"))
        .iter()
        .map(|path| joined.replace_all(&fs::read_to_string(path).unwrap(), "").into_owned())
        .collect();
    for (template, words) in catalogue() {
        assert_eq!(gaps(&template), gaps(&words), "{template}: {words}");
        let written = serde_json::to_string(&template).unwrap();
        let raw = format!("r\"{template}\"");
        assert!(
            said.contains(&written) || said.contains(&raw),
            "nobody says {template:?} any more"
        );
    }
}
