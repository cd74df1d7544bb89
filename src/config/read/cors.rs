//! `cors`.

use crate::config::meant::{Cors, CorsOrigin};
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::text::Text;

/// Which pages may call the clouds' APIs.
pub(super) fn cors(reader: &mut Reader<'_>, node: Option<&Node>) -> Cors {
    let Some(node) = node else { return Cors::default() };
    let items = reader.list(node).iter();
    Cors(items.filter_map(|node| reader.parsed(node, "an origin of pages", origin)).collect())
}

fn origin(text: &str) -> Result<CorsOrigin, Text> {
    let help =
        "write an origin as browsers send it, as in https://app.test:8443, or loopback, or \"*\"";
    match text {
        "loopback" => return Ok(CorsOrigin::Loopback),
        "*" => return Ok(CorsOrigin::Any),
        "null" => return Ok(CorsOrigin::Exactly(text.to_owned())),
        _ => {}
    }
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits = |byte: u8| byte.is_ascii_graphic() && !b"/?#@\\".contains(&byte);
    match host.is_some_and(|host| !host.is_empty() && host.bytes().all(fits)) {
        true => Ok(CorsOrigin::Exactly(text.to_ascii_lowercase())),
        false => Err(Text::fixed(help)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_a_scheme_and_no_path() {
        let exactly = |text: &str| Ok(CorsOrigin::Exactly(text.to_owned()));
        assert_eq!(origin("https://App.Test:8443"), exactly("https://app.test:8443"));
        assert_eq!(origin("null"), exactly("null"));
        assert_eq!(origin("loopback"), Ok(CorsOrigin::Loopback));
        assert_eq!(origin("*"), Ok(CorsOrigin::Any));
        for text in
            ["", "app.test", "https://", "https://a/", "ftp://a", "https://a b", "http://a@b"]
        {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
