//! A request as a command line of curl, which sends it as it was and adds nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Here;
use super::outgoing::{Content, Outgoing};
use crate::shell::word;

/// Linux takes no longer argument than 128 KiB.
const LONGEST: usize = 100 << 10;
/// From this size on curl would ask first whether it may send.
const ASKS_FIRST: usize = 1 << 20;

/// For bash.
pub(super) fn command(request: &Outgoing, here: &Here) -> String {
    let mut lines = vec![start(request)];
    if request.is_proxied {
        lines.push(format!("--proxy {}", word(&here.proxy)));
    }
    if request.is_proxied && request.is_encrypted() {
        lines.push(format!("--cacert <(curl -sS {})", word(&here.url("/connect/ca.pem"))));
    }
    for (name, value) in &request.fields {
        let field = match value.as_str() {
            "" => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        lines.push(format!("-H {}", word(&field)));
    }
    let own = ["User-Agent", "Accept"].into_iter().chain(with_body(request));
    lines.extend(own.filter(|name| !request.has(name)).map(|name| format!("-H {name}:")));
    let (before, data) = body(request);
    lines.extend(data);
    format!("{before}curl {}", lines.join(" \\\n  "))
}

fn start(request: &Outgoing) -> String {
    let mut words = Vec::new();
    let has_body = request.content != Content::None || is_empty_post(request);
    match (request.method.as_str(), has_body) {
        ("GET", false) | ("POST", true) => {}
        ("HEAD", false) => words.push("--head".to_owned()),
        (method, _) => words.push(format!("-X {}", word(method))),
    }
    if request.url.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    if request.url.contains("/.") {
        words.push("--path-as-is".to_owned());
    }
    words.push(word(&request.url));
    words.join(" ")
}

fn with_body(request: &Outgoing) -> impl Iterator<Item = &'static str> {
    let length = match &request.content {
        Content::None => 0,
        Content::Text(text) => text.len(),
        Content::Bytes(bytes) => bytes.len(),
    };
    let kind = (length > 0 || is_empty_post(request)).then_some("Content-Type");
    let expect = (length >= ASKS_FIRST).then_some("Expect");
    kind.into_iter().chain(expect)
}

fn is_empty_post(request: &Outgoing) -> bool {
    request.content == Content::None && matches!(request.method.as_str(), "POST" | "PUT" | "PATCH")
}

/// Whether a text is too long for an argument.
pub(super) fn is_long(text: &str) -> bool {
    text.len() > LONGEST
}

/// What comes before a command that reads the body from its standard input.
pub(super) fn piped(bytes: &[u8]) -> String {
    format!("printf %s {} | base64 -d | ", STANDARD.encode(bytes))
}

/// What comes before curl, and its argument.
fn body(request: &Outgoing) -> (String, Option<String>) {
    let piped = |bytes: &[u8]| (piped(bytes), Some("--data-binary @-".to_owned()));
    match &request.content {
        Content::None => {
            (String::new(), is_empty_post(request).then(|| "--data-raw ''".to_owned()))
        }
        Content::Bytes(bytes) => piped(bytes),
        Content::Text(text) if is_long(text) => piped(text.as_bytes()),
        // A file would be read by the name after an @.
        Content::Text(text) if text.starts_with('@') => {
            (String::new(), Some(format!("--data-raw {}", word(text))))
        }
        Content::Text(text) => (String::new(), Some(format!("--data-binary {}", word(text)))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::outgoing::sample;
    use super::super::tests::here;
    use super::*;

    fn command(request: &Outgoing) -> String {
        super::command(request, &here())
    }

    fn lines(request: &Outgoing) -> Vec<String> {
        command(request).split(" \\\n  ").map(str::to_owned).collect()
    }

    #[test]
    fn nothing_is_added_that_was_not_sent() {
        let request = sample(&[("Accept", "*/*"), ("X-Empty", "")], Content::Text("a'b".into()));
        let wanted = [
            "curl http://127.0.0.1:9/a",
            "-H 'Accept: */*'",
            "-H 'X-Empty;'",
            "-H User-Agent:",
            "-H Content-Type:",
            "--data-binary 'a'\\''b'",
        ];
        assert_eq!(lines(&request), wanted);
    }

    #[test]
    fn a_body_that_looks_like_a_file_is_still_a_body() {
        let request = sample(&[], Content::Text("@/etc/passwd".into()));
        assert_eq!(lines(&request).last().unwrap(), "--data-raw @/etc/passwd");
    }

    #[test]
    fn bytes_and_long_texts_come_through_a_pipe() {
        let request = sample(&[], Content::Bytes(vec![0, 255]));
        assert!(command(&request).starts_with("printf %s AP8= | base64 -d | curl http"));
        let long = sample(&[], Content::Text("x".repeat(LONGEST + 1)));
        assert!(command(&long).starts_with("printf %s ") && command(&long).ends_with("@-"));
    }

    #[test]
    fn brackets_and_dots_of_a_url_are_its_own() {
        let mut request = sample(&[], Content::None);
        request.method = "GET".to_owned();
        request.url = "http://127.0.0.1:9/a/../b?c[]={1}".to_owned();
        assert_eq!(
            lines(&request)[0],
            "curl --globoff --path-as-is 'http://127.0.0.1:9/a/../b?c[]={1}'"
        );
    }
}
