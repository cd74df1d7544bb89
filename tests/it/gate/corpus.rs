//! Cases written down one by one: `tests/fixtures/gate/*.tsv`.

use evotor_gateway::net::gate::{End, RefusalKind};

use super::stream::{Answered, Outcome, requests, responses};

/// One line of a corpus.
pub struct Case {
    pub name: &'static str,
    pub expected: &'static str,
    pub bytes: Vec<u8>,
    /// Where passing ends, if the line marks it.
    mark: Option<usize>,
}

/// The request streams.
pub fn request_cases() -> Vec<Case> {
    cases(include_str!("../../fixtures/gate/requests.tsv"))
}

/// The answer streams.
pub fn response_cases() -> Vec<Case> {
    cases(include_str!("../../fixtures/gate/responses.tsv"))
}

fn cases(table: &'static str) -> Vec<Case> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.splitn(3, '\t').collect();
            let [name, expected, escaped] = columns[..] else { panic!("three columns: {line}") };
            let mut mark = None;
            let bytes = unescape(escaped, &mut mark);
            Case { name, expected, bytes, mark }
        })
        .collect()
}

/// Undoes `\r \n \t \0 \\ \xHH`, repeats of `\{text*times}` and the mark `\|`.
fn unescape(escaped: &str, mark: &mut Option<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let code = rest.as_bytes()[at + 1];
        rest = &rest[at + 2..];
        match code {
            b'r' => bytes.push(b'\r'),
            b'n' => bytes.push(b'\n'),
            b't' => bytes.push(b'\t'),
            b'0' => bytes.push(0),
            b'\\' => bytes.push(b'\\'),
            b'|' => *mark = Some(bytes.len()),
            b'x' => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                rest = &rest[2..];
            }
            b'{' => {
                let (repeat, after) = rest.split_once('}').unwrap();
                let (text, times) = repeat.rsplit_once('*').unwrap();
                bytes.extend(unescape(text, &mut None).repeat(times.parse().unwrap()));
                rest = after;
            }
            other => panic!("unknown escape {}", char::from(other)),
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Pieces of one size, enough of them for any case.
fn pieces(size: usize) -> Vec<usize> {
    vec![size; 80 * 1024 / size.max(1)]
}

#[test]
fn every_request_case_ends_as_written_down_however_it_is_cut() {
    let cases = request_cases();
    assert!(cases.len() >= 300);
    let mut wrong = Vec::new();
    for case in &cases {
        for size in [1, 2, 3, 7, 16, 1000, usize::MAX] {
            let outcome = requests(&case.bytes, &pieces(size));
            let found = format!("{} {}", described(&outcome), outcome.heads.len());
            if found != case.expected || outcome.pass != passing(case, outcome.end) {
                wrong.push(format!("{} (pieces of {size}): {found}, {}", case.name, outcome.pass));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn described(outcome: &Outcome) -> &'static str {
    match (outcome.end, outcome.kind) {
        (End::Refuse, Some(RefusalKind::BadRequest)) => "bad_request",
        (End::Refuse, Some(RefusalKind::BadTarget)) => "bad_target",
        (End::Refuse, Some(RefusalKind::MethodNotAllowed)) => "method_not_allowed",
        (End::Refuse, Some(RefusalKind::UriTooLong)) => "uri_too_long",
        (End::Refuse, Some(RefusalKind::HeadersTooLarge)) => "headers_too_large",
        (End::Refuse, None) => "refused without a reason",
        (End::Connect, _) => "connect",
        (End::Broken, _) => "broken",
        (End::Open, _) if outcome.at_boundary => "pass",
        (End::Open, _) if outcome.in_head => "hold",
        (End::Open, _) => "body",
    }
}

/// How many bytes of a case should pass. Only a stream that ends may stop without a mark: before
/// its first byte, or where it is held.
fn passing(case: &Case, end: End) -> usize {
    let whole = end == End::Open && !case.expected.starts_with("hold");
    case.mark.unwrap_or(if whole { case.bytes.len() } else { 0 })
}

#[test]
fn every_response_case_ends_as_written_down_however_it_is_cut() {
    let cases = response_cases();
    assert!(cases.len() >= 100);
    let mut wrong = Vec::new();
    for case in &cases {
        let (head, expected) = match case.expected.strip_prefix("head ") {
            Some(expected) => (true, expected),
            None => (false, case.expected),
        };
        for size in [1, 2, 3, 7, 16, 1000, usize::MAX] {
            let answered = responses(&case.bytes, head, &pieces(size));
            let held = case.mark.is_none() && answered.in_head;
            let pass_fits = held || answered.pass == case.mark.unwrap_or(case.bytes.len());
            if outcome(&answered) != expected || !pass_fits {
                wrong.push(format!("{} (pieces of {size}): {answered:?}", case.name));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn outcome(answered: &Answered) -> &'static str {
    match answered {
        Answered { end: End::Broken, reusable: false, .. } => "broken",
        Answered { end: End::Open, reusable: true, .. } => "whole",
        Answered { end: End::Open, in_body: true, .. } => "body",
        Answered { end: End::Open, in_head: true, .. } => "waiting",
        _ => "impossible",
    }
}
