//! A request as editors keep it in `.http` files. Editors find variables, scripts and files in such a
//! text, and no two of them the same; so only what none of them can take for its own is written.

use super::Here;
use super::fit::Unfit;
use super::outgoing::{Content, Outgoing};
use crate::shell::{is_hidden, word};

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// Whether an editor can be told.
pub(super) fn check(request: &Outgoing) -> Result<(), Unfit> {
    if !METHODS.contains(&request.method.as_str()) {
        return Err(Unfit::Method);
    }
    if !request.fields.iter().all(|(name, value)| is_plain(name, value)) {
        return Err(Unfit::Field);
    }
    Ok(())
}

/// With its separator before it, so that several can stand in one file.
pub(super) fn request(request: &Outgoing, here: &Here) -> String {
    let Outgoing { id, method, url, fields, content, href, .. } = request;
    let mut text = format!("### exchange {id}\n");
    if request.is_proxied {
        text.push_str(&format!("# Set the editor's proxy to {}", here.proxy));
        if request.is_encrypted() {
            text.push_str(&format!(" and let it trust {}", here.url("/connect/ca.pem")));
        }
        text.push('\n');
    }
    let file = format!("exchange-{id}.bin");
    let inline = match content {
        Content::Text(body) if is_data(body) => Some(body),
        _ => None,
    };
    if matches!(content, Content::Text(_)) && inline.is_none() {
        text.push_str("# An editor could run parts of this body, so it comes from a file:\n");
    }
    if *content != Content::None && inline.is_none() {
        text.push_str(&format!("# curl -o {file} {}\n", word(&here.url(href))));
    }
    let url = url.replace('{', "%7B").replace('}', "%7D");
    text.push_str(&format!("{method} {url} HTTP/1.1\n"));
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\n"));
    }
    match (content, inline) {
        (Content::None, _) => {}
        (_, Some(body)) => text.push_str(&format!("\n{}\n", body.trim_end_matches('\n'))),
        (_, None) => text.push_str(&format!("\n< ./{file}\n")),
    }
    text.push('\n');
    text
}

/// A name that begins otherwise would be a comment, a separator or a part of the URL.
fn is_plain(name: &str, value: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
        && !has_template(value)
        && !value.contains(|letter| letter != '\t' && is_hidden(letter))
}

/// Variables everywhere, and scripts in some editors.
fn has_template(text: &str) -> bool {
    ["{{", "}}", "{%", "%}"].iter().any(|sign| text.contains(sign))
}

/// Whether every line of a body is data to every editor.
fn is_data(text: &str) -> bool {
    let is_line = |line: &str| {
        let line = line.trim_start_matches([' ', '\t']);
        line.is_empty() || (begins_as_data(line) && !is_order(line))
    };
    !has_template(text)
        && !text.contains(|letter| !matches!(letter, '\n' | '\t') && is_hidden(letter))
        && text.split('\n').all(is_line)
}

/// Letters, digits, the signs of JSON and forms, a tag.
fn begins_as_data(line: &str) -> bool {
    let mut letters = line.chars();
    match letters.next() {
        Some('<') => letters.next().is_some_and(|c| c.is_ascii_alphabetic() || "/?!".contains(c)),
        Some(first) => {
            first.is_ascii_alphanumeric() || "_\"'{}[](),.:+-".contains(first) || first > '\u{bf}'
        }
        None => true,
    }
}

/// The line of another request, or what an editor is told to do.
fn is_order(line: &str) -> bool {
    let word = line.split([' ', '\t']).next().unwrap_or_default();
    let is_word = word.len() < line.len()
        && (matches!(word, "run" | "import")
            || word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase()));
    is_word || ["HTTP/", "http://", "https://"].iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::outgoing::sample;
    use super::super::tests::here;
    use super::*;

    #[test]
    fn a_text_stands_below_the_fields_and_bytes_come_from_a_file() {
        let sent = sample(&[("X-A", "b")], Content::Text("{}".into()));
        let wanted = "### exchange 1\nPOST http://127.0.0.1:9/a HTTP/1.1\nX-A: b\n\n{}\n\n";
        assert_eq!(request(&sent, &here()), wanted);
        let sent = request(&sample(&[], Content::Bytes(vec![0])), &here());
        assert!(sent.contains("# curl -o exchange-1.bin http://127.0.0.1:1"), "{sent}");
        assert!(sent.ends_with("\n\n< ./exchange-1.bin\n\n"), "{sent}");
    }
}
