//! A request as a command line of HTTPie.

use super::Here;
use super::curl::{is_long, piped};
use super::fit::Unfit;
use super::outgoing::{Content, Outgoing};
use crate::shell::word;

/// Whether HTTPie has a way to be told.
pub(super) fn check(request: &Outgoing) -> Result<(), Unfit> {
    // Any other is taken for the URL.
    if !request.method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Unfit::Method);
    }
    // A backslash before a separator is always HTTPie's own.
    let is_own = |value: &str| ["\\:", "\\;", "\\=", "\\@"].iter().any(|own| value.contains(own));
    if request.fields.iter().any(|(_, value)| is_own(value)) {
        return Err(Unfit::Field);
    }
    Ok(())
}

/// For bash.
pub(super) fn command(request: &Outgoing, here: &Here) -> String {
    let mut options = Vec::new();
    if request.is_proxied {
        let scheme = if request.is_encrypted() { "https" } else { "http" };
        options.push(word(&format!("--proxy={scheme}:{}", here.proxy)));
    }
    if request.is_proxied && request.is_encrypted() {
        let certificate = word(&here.url("/connect/ca.pem"));
        options.push(format!("--verify <(curl -sS {certificate})"));
    }
    let pipe = match &request.content {
        Content::Bytes(bytes) => Some(piped(bytes)),
        Content::Text(text) if is_long(text) => Some(piped(text.as_bytes())),
        Content::None | Content::Text(_) => None,
    };
    if pipe.is_none() {
        options.push("--ignore-stdin".to_owned());
    }
    if let (None, Content::Text(text)) = (&pipe, &request.content) {
        options.push(word(&format!("--raw={text}")));
    }
    // Options stand before everything else: HTTPie takes none in between.
    let start = ["http".to_owned()].into_iter().chain(options);
    let start = start.chain([request.method.clone(), word(&request.url)]).collect::<Vec<_>>();
    let mut lines = vec![start.join(" ")];
    if request.fields.iter().any(|(name, _)| name.starts_with('-')) {
        lines.push("--".to_owned());
    }
    lines.extend(request.fields.iter().map(|(name, value)| word(&item(name, value))));
    format!("{}{}", pipe.unwrap_or_default(), lines.join(" \\\n  "))
}

/// `name:=…` and `name:@…` would be JSON and the content of a file.
fn item(name: &str, value: &str) -> String {
    match value {
        "" => format!("{name};"),
        value if value.starts_with(['=', '@']) => format!("{name}:\\{value}"),
        value => format!("{name}:{value}"),
    }
}
