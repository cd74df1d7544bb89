//! The table of hostile requests, in every form.
#![allow(clippy::unwrap_used)]

#[path = "../../../../tests/it/support/copied.rs"]
mod copied;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::outgoing::{Amount, Content, Outgoing};
use super::{Form, Here, written};

/// A gateway whose admin address nobody answers.
pub(super) fn here() -> Here {
    Here { admin: "127.0.0.1:1".to_owned(), proxy: "http://127.0.0.1:2".to_owned() }
}

fn outgoing(row: &Value) -> Outgoing {
    let asked = &row["request"];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = asked["fields"].as_array().unwrap().iter();
    let content = match (asked["text"].as_str(), asked["base64"].as_str()) {
        (Some(body), _) if !body.contains('\0') => Content::Text(body.to_owned()),
        (Some(body), _) => Content::Bytes(body.as_bytes().to_vec()),
        (None, Some(body)) => Content::Bytes(STANDARD.decode(body).unwrap()),
        (None, None) => Content::None,
    };
    Outgoing {
        id: 1,
        method: text(&asked["method"]),
        url: text(&asked["url"]),
        fields: fields.map(|field| (text(&field[0]), text(&field[1]))).collect(),
        content,
        href: "/api/exchanges/1/body/asked".to_owned(),
        is_proxied: false,
        masked: false,
        amount: Amount::default(),
    }
}

/// What the table says of each row's form.
fn each(form: Form, key: &str, check: impl Fn(&str, &Outgoing, &str, &Value)) {
    for row in copied::rows() {
        let (name, meant) = (row["name"].as_str().unwrap(), &row[key]);
        let request = outgoing(&row);
        match written(&request, form, &here()) {
            Err(unfit) => assert_eq!(meant["why"], unfit.word(), "{name}"),
            Ok(text) => check(name, &request, &text, meant),
        }
    }
}

#[test]
fn a_hostile_request_is_the_argument_of_curl_and_nothing_else() {
    each(Form::Curl, "curl", |name, _, text, meant| copied::expect_run(name, "curl", text, meant));
}

#[test]
fn a_hostile_request_is_the_argument_of_httpie_and_nothing_else() {
    each(Form::Httpie, "httpie", |name, _, text, meant| {
        copied::expect_run(name, "http", text, meant);
    });
}

#[test]
fn a_hostile_request_gives_an_editor_nothing_to_run() {
    each(Form::Http, "http", |name, request, text, meant| {
        let meant = meant["text"].as_str().unwrap_or_else(|| panic!("{name}: {text}"));
        // A body that holds the end of a text is octets here, which need no reason.
        let reason = "# An editor could run parts of this body, so it comes from a file:\n";
        let is_octets = matches!(request.content, Content::Bytes(_));
        let meant = if is_octets { meant.replace(reason, "") } else { meant.to_owned() };
        assert_eq!(text, meant.replace("{address}", "http://127.0.0.1:1"), "{name}");
    });
}

/// A file of another tool holds any URL, and what leads through the gateway is only ever its own.
#[test]
fn what_leads_through_the_gateway_is_part_of_the_same_command() {
    for (url, curl, http) in [
        (
            "http://a.ru/x",
            vec!["--proxy", "http://127.0.0.1:2"],
            vec!["--proxy=http:http://127.0.0.1:2"],
        ),
        (
            "HTTPS://a.ru/x",
            vec!["--proxy", "http://127.0.0.1:2", "--cacert"],
            vec!["--proxy=https:http://127.0.0.1:2", "--verify"],
        ),
    ] {
        let mut request = super::outgoing::sample(&[], Content::None);
        (request.method, request.url, request.is_proxied) = ("GET".into(), url.into(), true);
        let text = written(&request, Form::Curl, &here()).unwrap();
        assert!(curl.iter().all(|word| text.contains(word)), "{text}");
        assert_eq!(
            text.contains("<(curl -sS http://127.0.0.1:1/connect/ca.pem)"),
            curl.len() > 2,
            "{text}"
        );
        let text = written(&request, Form::Httpie, &here()).unwrap();
        assert!(http.iter().all(|word| text.contains(word)), "{text}");
        let text = written(&request, Form::Http, &here()).unwrap();
        assert!(
            text.starts_with("### exchange 1\n# Set the editor's proxy to http://127.0.0.1:2"),
            "{text}"
        );
    }
}
