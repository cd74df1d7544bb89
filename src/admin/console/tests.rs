#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::*;

/// Bytes of all parts together, packed.
const MOST: usize = 200 * 1024;

/// Where the words may be looked for besides `say(…)`: keys that are put together.
const LARGEST_MODULE: usize = 300;

fn text(name: &str) -> &'static str {
    std::str::from_utf8(find(name).unwrap_or_else(|| panic!("{name} is missing")).plain).unwrap()
}

fn modules() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().filter(|part| part.name.ends_with(".js")).map(|part| (part.name, text(part.name)))
}

fn words(tongue: &str) -> BTreeMap<String, Value> {
    let text = text(&format!("words/{tongue}.js"));
    let (_, json) = text.split_once("export default ").unwrap();
    serde_json::from_str(json.trim().trim_end_matches(';')).unwrap()
}

/// What stands between a beginning and the next quote.
fn quoted<'a>(text: &'a str, start: &'a str, end: char) -> impl Iterator<Item = &'a str> {
    text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
}

#[test]
fn all_parts_together_are_small() {
    let total: usize = ALL.iter().map(|part| part.packed.len()).sum();
    assert!(total <= MOST, "{total} bytes");
}

#[test]
fn every_file_of_the_folder_is_a_part() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("console");
    let mut found = BTreeSet::new();
    for folder in ["", "words"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found
                    .insert(path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    assert_eq!(found, PARTS.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn every_reference_leads_to_a_part() {
    let page = text("index.html");
    for name in quoted(page, "\"/console/", '"') {
        assert!(find(name).is_some(), "index.html: {name}");
    }
    let mut used: BTreeSet<String> = quoted(page, "\"/console/", '"').map(str::to_owned).collect();
    for (module, text) in modules() {
        for name in quoted(text, "from './", '\'') {
            assert!(find(name).is_some(), "{module}: {name}");
            used.insert(name.to_owned());
        }
    }
    let idle: Vec<_> = PARTS.iter().filter(|(name, _)| !used.contains(*name)).collect();
    let idle: Vec<_> = idle.iter().map(|(name, _)| *name).collect();
    assert_eq!(idle, ["index.html"], "parts that nothing refers to");
}

#[test]
fn both_languages_have_the_same_words() {
    let (en, ru) = (words("en"), words("ru"));
    assert_eq!(en.keys().collect::<Vec<_>>(), ru.keys().collect::<Vec<_>>());
    for (key, word) in &en {
        let forms = |word: &Value| word.as_object().map(|forms| forms.keys().cloned().collect());
        let expected: [Option<BTreeSet<String>>; 2] = match word {
            Value::Object(_) => [
                Some(["one", "other"].map(str::to_owned).into()),
                Some(["few", "many", "one", "other"].map(str::to_owned).into()),
            ],
            _ => [None, None],
        };
        assert_eq!([forms(word), forms(&ru[key])], expected, "{key}");
        assert_eq!(places(word), places(&ru[key]), "{key}: the values in braces");
    }
}

/// The names in braces of a word.
fn places(word: &Value) -> BTreeSet<String> {
    let text = word.to_string();
    quoted(&text, "{", '}')
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_word_that_is_said_is_there() {
    let en = words("en");
    for (module, text) in modules() {
        for key in quoted(text, "say('", '\'') {
            assert!(en.contains_key(key), "{module}: {key}");
        }
        for stem in quoted(text, "say(`", '$').filter(|stem| !stem.contains('`')) {
            assert!(en.keys().any(|key| key.starts_with(stem)), "{module}: {stem}…");
        }
    }
}

#[test]
fn every_event_scenario_and_refusal_has_words() {
    let en = words("en");
    for listed in crate::admin::catalogue() {
        let listed = serde_json::to_value(listed).unwrap();
        let key = format!("event.{}", listed["event"].as_str().unwrap());
        assert!(en.contains_key(&key), "{key}");
    }
    for listed in crate::admin::scenarios() {
        let listed = serde_json::to_value(listed).unwrap();
        let key = format!("scenario.{}", listed["name"].as_str().unwrap());
        assert!(en.contains_key(&key), "{key}");
    }
    for code in crate::fault::Code::ALL {
        assert!(en.contains_key(&format!("code.{}", code.name())), "code.{}", code.name());
    }
}

#[test]
fn whatever_the_status_says_has_words() {
    let en = words("en");
    let sources = [
        include_str!("../status/file.rs"),
        include_str!("../status/tokens.rs"),
        include_str!("../status/way.rs"),
        include_str!("../status/webhooks.rs"),
        include_str!("../status/whole.rs"),
    ];
    // What stands for nothing being wrong is not shown.
    let quiet =
        ["configuration_in_force", "running_none", "queue_empty", "faults_none", "clock_true"];
    let quiet = [&quiet[..], &["recording_all", "gateway_ready"]].concat();
    let is_code = |word: &&str| {
        word.contains('_') && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let members = ["for_ms", "in_ms", "ahead_ms", "took_ms", "user_token", "url_not_allowed"];
    let literals = sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2));
    let codes: BTreeSet<_> =
        literals.filter(is_code).filter(|word| !members.contains(word)).collect();
    assert!(codes.len() > 40, "{codes:?}");
    for code in codes.iter().filter(|code| !quiet.contains(*code)) {
        let is_said =
            ["status", "remedy"].iter().any(|stem| en.contains_key(&format!("{stem}.{code}")));
        assert!(is_said, "{code}");
    }
}

#[test]
fn every_reason_of_a_changed_field_has_words() {
    let en = words("en");
    let source = include_str!("../../proxy/changes.rs").split("#[cfg(test)]").next().unwrap();
    let literals = source.split('"').skip(1).step_by(2).filter(|text| text.contains(' '));
    let literals: BTreeSet<_> = literals.map(|text| format!("reason.{text}")).collect();
    let told: BTreeSet<_> = en.keys().filter(|key| key.starts_with("reason.")).cloned().collect();
    assert_eq!(told, literals);
}

#[test]
fn nothing_makes_elements_or_code_of_text() {
    let banned = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "eval(",
        "new Function",
        "createContextualFragment",
        "srcdoc",
        "setAttribute('style'",
        "http://cdn",
    ];
    for (module, text) in modules() {
        for word in banned {
            assert!(!text.contains(word), "{module}: {word}");
        }
    }
    let page = text("index.html");
    for word in ["<style", "style=", "onclick", "onload", "<script>"] {
        assert!(!page.contains(word), "index.html: {word}");
    }
}

#[test]
fn modules_are_short() {
    for (module, text) in modules().filter(|(module, _)| !module.starts_with("words/")) {
        let lines = text.lines().count();
        assert!(lines <= LARGEST_MODULE, "{module}: {lines} lines");
    }
}

fn asked(fields: &[(HeaderName, &str)]) -> HeaderMap {
    fields.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
}

#[test]
fn the_page_is_guarded() {
    let answer = page(&asked(&[]));
    let head = answer.headers();
    assert_eq!(head[CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(head[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(head[REFERRER_POLICY], "no-referrer");
    let policy = head[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn a_part_that_is_known_is_not_sent_again() {
    for coding in ["gzip, br", "identity"] {
        let first = page(&asked(&[(ACCEPT_ENCODING, coding)]));
        let tag = first.headers()[ETAG].to_str().unwrap();
        let again = page(&asked(&[(ACCEPT_ENCODING, coding), (IF_NONE_MATCH, tag)]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{coding}");
        assert_eq!(first.headers().contains_key(CONTENT_ENCODING), coding != "identity");
    }
}

#[test]
fn only_a_browser_gets_the_page() {
    assert!(is_wanted(&asked(&[(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")])));
    assert!(!is_wanted(&asked(&[(ACCEPT, "*/*")])));
    assert!(!is_wanted(&asked(&[])));
}
