//! What partners answer in practice, and what each answer is worth.
//!
//! A row of `tests/fixtures/answers` has `body` (JSON) or `text` (as it stands), the verdict, every
//! finding as `[rule, pointer]`, what is learned, and in `says` words that the findings must hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use evotor_gateway::model::event::Event;
use evotor_gateway::webhook::judge::{Answer, Judgement, Question, Reply, Rule, judge};
use serde::Deserialize;
use serde_json::Value;

const USER: &str = "01-000000000012345";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    case: String,
    event: String,
    status: u16,
    content_type: Option<String>,
    body: Option<Value>,
    text: Option<String>,
    #[serde(default)]
    truncated: bool,
    #[serde(default)]
    strict: bool,
    verdict: String,
    accepted: bool,
    learned: Option<Known>,
    findings: Vec<(String, String)>,
    says: Option<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Known {
    token: String,
    has_billing: Option<bool>,
}

fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/answers");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .flat_map(|path| -> Vec<Row> {
            let text = fs::read_to_string(&path).unwrap();
            serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

fn judged(row: &Row) -> Judgement {
    let body = match (&row.body, &row.text) {
        (Some(body), None) => body.to_string(),
        (None, Some(text)) => text.clone(),
        _ => panic!("{}: either body or text", row.case),
    };
    let event = Event::by_name(&row.event).unwrap_or_else(|| panic!("no event {}", row.event));
    let question = Question { event, user_id: USER, strict: row.strict, has_own_auth: false };
    judge(
        &question,
        &Reply::Answered(Answer {
            status: row.status,
            content_type: row.content_type.as_deref(),
            body: body.as_bytes(),
            truncated: row.truncated,
        }),
    )
}

#[test]
fn every_answer_has_its_verdict_and_its_findings() {
    let mut wrong = Vec::new();
    for row in rows() {
        let judgement = judged(&row);
        let findings: Vec<_> = judgement
            .findings
            .iter()
            .map(|finding| (finding.rule.to_owned(), finding.pointer.clone()))
            .collect();
        let learned = judgement.learned.as_ref().map(|learned| Known {
            token: learned.user_token.expose().to_owned(),
            has_billing: learned.has_billing,
        });
        let says = judgement.findings.iter().map(|finding| finding.text.to_string());
        let says = says.collect::<Vec<_>>().join("\n");
        let same = judgement.verdict.name() == row.verdict
            && judgement.accepted == row.accepted
            && findings == row.findings
            && learned == row.learned
            && row.says.as_ref().is_none_or(|words| says.contains(words.as_str()));
        if !same {
            wrong.push(format!("{} ({}): {judgement:#?}", row.case, row.event));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_on_an_answer_is_broken_by_some_row() {
    let broken: BTreeSet<_> =
        rows().into_iter().flat_map(|row| row.findings).map(|(rule, _)| rule).collect();
    let rules: BTreeSet<_> = Rule::ALL
        .iter()
        .map(|rule| rule.id().to_owned())
        .filter(|id| !id.starts_with("connection-"))
        .collect();
    assert_eq!(broken, rules);
}

#[test]
fn every_finding_is_a_sentence_without_the_token() {
    for row in rows() {
        let token = row.body.as_ref().and_then(|body| body.get("token")).and_then(Value::as_str);
        for finding in judged(&row).findings {
            let text = finding.text.to_string();
            assert!(text.ends_with('.'), "{}: {text}", row.case);
            assert!(!text.contains("..") && !text.contains("  "), "{}: {text}", row.case);
            let shown = token.is_some_and(|token| token.len() > 5 && text.contains(token));
            assert!(!shown, "{}: {text}", row.case);
        }
    }
}
