//! The table of hostile requests, in every form of the command line.
#![allow(clippy::unwrap_used)]

#[path = "../../../../tests/it/support/copied.rs"]
mod copied;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::client::Client;
use super::fit::Unfit;
use super::outgoing::{Content, Outgoing};
use super::{curl, fit, http};

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
        through: None,
    }
}

fn why(unfit: Unfit) -> &'static str {
    match unfit {
        Unfit::Method => "method",
        Unfit::Url => "url",
        Unfit::Field => "field",
    }
}

#[test]
fn a_hostile_request_is_the_argument_of_curl_and_nothing_else() {
    for row in copied::rows() {
        let (name, meant) = (row["name"].as_str().unwrap(), &row["curl"]);
        let request = outgoing(&row);
        match fit::check(&request) {
            Err(unfit) => assert_eq!(meant["why"], why(unfit), "{name}"),
            Ok(()) => copied::expect_run(name, "curl", &curl::command(&request), meant),
        }
    }
}

#[test]
fn a_hostile_request_gives_an_editor_nothing_to_run() {
    let client = Client::of("127.0.0.1:1".to_owned(), None);
    for row in copied::rows() {
        let (name, meant) = (row["name"].as_str().unwrap(), &row["http"]);
        let request = outgoing(&row);
        match fit::check(&request).and_then(|()| http::request(&request, &client)) {
            Err(unfit) => assert_eq!(meant["why"], why(unfit), "{name}"),
            Ok(text) => {
                let meant = meant["text"].as_str().unwrap_or_else(|| panic!("{name}: {text}"));
                // A body that holds the end of a text is octets here, which need no reason.
                let reason = "# An editor could run parts of this body, so it comes from a file:\n";
                let is_octets = matches!(request.content, Content::Bytes(_));
                let meant = if is_octets { meant.replace(reason, "") } else { meant.to_owned() };
                assert_eq!(text, meant.replace("{address}", "http://127.0.0.1:1"), "{name}");
            }
        }
    }
}
