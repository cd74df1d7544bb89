//! Every row the JVM wrote is answered as it answered: `tests/fixtures/patterns/Rows.java`.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use evotor_gateway::pattern::{Cache, Pattern, Set, Steps};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    construct: String,
    pattern: String,
    text: String,
    /// `None`: Java refuses the pattern.
    matches: Option<bool>,
}

fn rows() -> Vec<Row> {
    include_str!("../fixtures/patterns/rows.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn no_row_differs_and_none_is_refused() {
    let rows = rows();
    assert!(rows.len() >= 1_500);
    let mut wrong = Vec::new();
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut compiled = BTreeMap::new();
    for row in &rows {
        let pattern =
            compiled.entry(row.pattern.as_str()).or_insert_with(|| Pattern::compile(&row.pattern));
        match (pattern, row.matches) {
            (Err(_), None) => {}
            (Err(_), Some(_)) => *refused.entry(&row.pattern).or_default() += 1,
            (Ok(_), None) => {
                wrong.push(format!("{}: {:?} is no pattern in Java", row.construct, row.pattern));
            }
            (Ok(pattern), Some(matches)) => {
                if pattern.matches(&row.text) != Ok(matches) {
                    wrong.push(format!(
                        "{}: {:?} on {:?} is {matches}",
                        row.construct, row.pattern, row.text
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn canonical_equivalence_is_refused_in_plain_words() {
    for pattern in ["(?c)a", "(?ic:a)", "a(?c)b"] {
        let error = Pattern::compile(pattern).err().unwrap().to_string();
        assert!(error.contains("(?c)") && error.contains("leave it out"), "{error}");
    }
}

#[test]
fn a_set_answers_as_its_patterns_do() {
    let rows = rows();
    let sources: BTreeSet<&str> = rows.iter().map(|row| row.pattern.as_str()).collect();
    let patterns: Vec<Pattern> =
        sources.into_iter().filter_map(|source| Pattern::compile(source).ok()).collect();
    for chunk in patterns.chunks(50) {
        let set = Set::new(chunk.to_vec());
        let mut cache: Cache = set.cache();
        for row in rows.iter().step_by(97) {
            let expected = chunk.iter().any(|pattern| pattern.matches(&row.text) == Ok(true));
            // Given up: nothing matched, and one of the patterns could not be told.
            let found = set
                .find(&mut cache, &row.text, &mut Steps::new(Steps::OF_A_REQUEST))
                .unwrap_or_default();
            assert_eq!(found.is_some(), expected, "{:?}", row.text);
            assert!(found.is_none_or(|index| chunk[index].matches(&row.text) == Ok(true)));
        }
    }
}

/// Rules and URLs over few hosts and paths, so that they meet.
fn url_of(
    hosts: &'static [&'static str],
    paths: &'static [&'static str],
    ends: &'static [&'static str],
) -> impl Strategy<Value = String> {
    (
        prop::sample::select(hosts),
        prop::sample::select(paths),
        prop::sample::select(ends),
        0..9u8,
        0..9u8,
    )
        .prop_map(|(host, path, end, name, number): (&str, &str, &str, u8, u8)| {
            format!(
                "{}{}{end}",
                host.replace("{}", &name.to_string()),
                path.replace("{}", &number.to_string())
            )
        })
}

fn any_rule() -> impl Strategy<Value = String> {
    url_of(
        &[
            r"https://h{}\.ru",
            r"https?://h{}\.ru",
            r"^https://(h{}|g)\.ru",
            "https://h{}.ru",
            r"https://h{}\.ru(:8443)?",
            r"https://h{}\.ru\b",
        ],
        &["", "/api", "/p{}", "/api/v{}/x", "/[a-c]/x", "/я{}", "/a/b/c/d/e{}", "/(?:a/){2}"],
        &["", "/.*", "$", r"\?.*", "(/.*)?", r"/\w+\b", "/(?!x).*", "(?=/)/.*", "/x++", ".*"],
    )
}

fn any_url() -> impl Strategy<Value = String> {
    url_of(
        &[
            "https://h{}.ru",
            "http://h{}.ru",
            "https://g.ru",
            "https://h{}Xru",
            "https://h{}.ru:8443",
            "h{}.ru",
        ],
        &["", "/api", "/p{}", "/api/v{}/x", "/a/x", "/я{}", "/a/b/c/d/e{}", "/a/a/"],
        &["", "/", "/x", "?a=/b/", "/я", "/xx", "/x/y"],
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_set_of_rules_allows_what_one_of_them_allows(
        rules in prop::collection::vec(any_rule(), 0..90),
        urls in prop::collection::vec(any_url(), 20),
    ) {
        let rules: Vec<Pattern> = rules.iter().map(|rule| Pattern::compile(rule).unwrap()).collect();
        let set = Set::new(rules.clone());
        let mut cache = set.cache();
        for url in urls {
            let found = set.find(&mut cache, &url, &mut Steps::new(Steps::OF_A_REQUEST)).unwrap();
            prop_assert_eq!(found.is_some(), rules.iter().any(|rule| rule.matches(&url) == Ok(true)), "{}", url);
            prop_assert!(found.is_none_or(|index| rules[index].matches(&url) == Ok(true)));
        }
    }
}

#[test]
fn an_error_names_its_place() {
    let place = |pattern: &str| Pattern::compile(pattern).unwrap_err().at;
    assert_eq!(place("ab*+*"), 4);
    assert_eq!(place("https://a.ru/(x"), 13);
    assert_eq!(place("я[a"), 1);
    assert_eq!(place(r"a\y"), 1);
}
