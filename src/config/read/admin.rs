//! `admin`.

use crate::config::keys::ADMIN;
use crate::config::meant::Admin;
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::text::{Text, text};

use super::credential::token;

/// Who may use the console.
pub(super) fn admin(reader: &mut Reader<'_>, node: Option<&Node>) -> Admin {
    let Some(fields) = node.and_then(|node| reader.fields(node, &ADMIN)) else {
        return Admin::default();
    };
    let written = fields.get("token");
    let token = written.and_then(|node| token(reader, node));
    // A file's content is a secret whatever it says.
    let auto = written.is_some_and(|node| node.map().is_none())
        && token.as_ref().is_some_and(|token| token.expose() == AUTO);
    let token = token.filter(|_| !auto);
    if let Some((node, token)) = written.zip(token.as_ref())
        && token.expose().len() < SHORTEST
    {
        let message = text!("a token of fewer than {SHORTEST} characters can be guessed", SHORTEST);
        let help = "`openssl rand -hex 32` makes a good one, `token: auto` another at each start";
        reader.warn(&node.span, message, Text::fixed(help));
    }
    let hosts = fields.get("hosts").map_or(&[][..], |node| reader.list(node));
    let hosts = hosts.iter().filter_map(|node| reader.parsed(node, "a host name", host)).collect();
    Admin { token, auto, hosts }
}

/// A name without a port, in lower case.
fn host(text: &str) -> Result<String, Text> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    match !name.is_empty() && name.len() <= LONGEST && name.bytes().all(fits) {
        true => Ok(name),
        false => Err(text!("write a name alone, as in gateway.test; port and scheme are left out")),
    }
}

/// In place of a token: one is made at start.
const AUTO: &str = "auto";
const SHORTEST: usize = 16;
/// RFC 1035, section 2.3.4.
const LONGEST: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_alone() {
        assert_eq!(host("Gateway.Test.").as_deref(), Ok("gateway.test"));
        for text in ["", ".", "a:80", "http://a", "a/b", "*", "a b", "ключ"] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
