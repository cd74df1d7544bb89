//! The timeline as a JUnit file, which CI systems show.

use super::super::client::Client;
use super::super::detail::{Detail, detail};
use super::super::row::Row;
use super::super::timeline::Rows;
use super::super::trouble::Trouble;

/// Failures whose particulars are fetched; further ones are told by their line alone.
const EXPLAINED: usize = 200;

/// A test case for each exchange.
pub(super) fn report(client: &Client, rows: &Rows) -> Result<String, Trouble> {
    let mut cases = String::new();
    let (mut failures, mut seconds) = (0, 0.0);
    for (_, row) in rows {
        let failure = match kind(row) {
            None => None,
            Some(kind) if failures < EXPLAINED => {
                Some(explained(kind, &detail(client, row.id, false)?))
            }
            Some(kind) => Some((kind, message(row), String::new())),
        };
        failures += usize::from(failure.is_some());
        seconds += row.took_ms / 1e3;
        cases.push_str(&case(row, failure.as_ref()));
    }
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", rows.len());
    let began = rows.first().map(|(_, row)| row.at.as_str()).unwrap_or_default();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts} time=\"{seconds:.3}\">\n  \
         <testsuite name=\"exchanges\" {counts} skipped=\"0\" time=\"{seconds:.3}\" \
         timestamp=\"{}\">\n{cases}  </testsuite>\n</testsuites>\n",
        escaped(began.split('.').next().unwrap_or_default())
    ))
}

/// What kind of failure it was, if any: a code, or a webhook that was not delivered or whose answer is
/// against the contract.
fn kind(row: &Row) -> Option<String> {
    let of_webhook = match row.verdict.as_deref() {
        Some("fail") => Some("contract"),
        Some("undelivered") => Some("undelivered"),
        _ => None,
    };
    row.code.clone().or_else(|| of_webhook.map(str::to_owned))
}

fn message(row: &Row) -> String {
    let answered = row.status.map_or("no answer".to_owned(), |status| format!("answered {status}"));
    row.why.clone().unwrap_or(answered)
}

/// Type, message and text.
type Failure = (String, String, String);

fn explained(kind: String, detail: &Detail) -> Failure {
    let mut text = String::new();
    if let Some(hint) = detail.hint.as_ref().filter(|hint| !hint.is_empty()) {
        text.push_str(&format!("hint: {hint}\n"));
    }
    let mut findings = Vec::new();
    for finding in detail.findings.iter().flatten() {
        // Writing into memory does not fail.
        let _ = finding.write(&mut findings);
    }
    text.push_str(&String::from_utf8_lossy(&findings));
    (kind, message(&detail.row), text)
}

fn case(row: &Row, failure: Option<&Failure>) -> String {
    let app = row.app.as_ref().map(|app| format!(".{app}")).unwrap_or_default();
    let what = row.event.as_ref().map(|event| format!("{event} ")).unwrap_or_default();
    let name = format!("#{} {what}{} {}", row.id, row.method, row.url);
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&format!("{}{app}", row.plane)),
        escaped(&name),
        row.took_ms / 1e3
    );
    match failure {
        None => format!("{head}/>\n"),
        Some((kind, message, text)) => format!(
            "{head}>\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
            escaped(kind),
            escaped(message),
            escaped(text)
        ),
    }
}

/// For XML 1.0, which has no place for most control characters.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_url_stays_inside_its_attribute() {
        let row = Row {
            id: 7,
            plane: "proxy".to_owned(),
            app: Some("loyalty".to_owned()),
            method: "GET".to_owned(),
            url: "http://a/\"><x>&\u{1b}\u{ffff}'".to_owned(),
            took_ms: 12.3,
            ..Row::default()
        };
        let wanted = "    <testcase classname=\"proxy.loyalty\" name=\"#7 GET \
                      http://a/&quot;&gt;&lt;x&gt;&amp;\u{fffd}\u{fffd}'\" time=\"0.012\"/>\n";
        assert_eq!(case(&row, None), wanted);
    }

    #[test]
    fn refusals_and_broken_contracts_are_failures() {
        let row = |code: Option<&str>, verdict: Option<&str>| Row {
            code: code.map(str::to_owned),
            verdict: verdict.map(str::to_owned),
            ..Row::default()
        };
        assert_eq!(kind(&row(None, Some("pass"))), None);
        assert_eq!(kind(&row(None, Some("fail"))).as_deref(), Some("contract"));
        assert_eq!(kind(&row(Some("url_not_allowed"), None)).as_deref(), Some("url_not_allowed"));
    }
}
