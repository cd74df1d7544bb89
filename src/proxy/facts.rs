//! What the vendor's page says of an exchange that works here and may not in the cloud. Found when
//! somebody looks.

use super::asked::split_port;
use crate::journal::Recorded;
use crate::journal::exchange::{HANDSHAKE, Plane, Stage};
use crate::model::reachable::only_from_here;
use crate::net::transcript::field;
use crate::text::{Text, text};

/// Where it stands.
pub const SOURCE: &str = "the vendor's page on messages to a partner's service";

/// One fact that an exchange shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// A stable name.
    pub rule: &'static str,
    /// A sentence.
    pub text: Text,
    /// Whether a strict reading counts it against the exchange.
    pub strict: bool,
}

/// The facts of an app's exchange, none of others.
pub fn facts(recorded: &Recorded) -> Vec<Fact> {
    let summary = &recorded.summary;
    if summary.plane != Plane::Proxy || summary.method == HANDSHAKE {
        return Vec::new();
    }
    let bodies = [(Stage::Asked, "request"), (Stage::Answered, "answer")];
    let media_types = bodies.into_iter().filter_map(|(stage, whose)| {
        let kept = recorded.stage(stage).filter(|kept| kept.bytes > 0)?;
        let media_type = field(&kept.head, "content-type")?;
        let media_type = String::from_utf8_lossy(media_type).into_owned();
        (!is_guaranteed(&media_type)).then(|| of_body(whose, &media_type))
    });
    media_types.chain(of_host(&summary.host)).collect()
}

fn of_body(whose: &'static str, media_type: &str) -> Fact {
    let media_type = essence(media_type);
    let text = text!(
        "The body of the {whose} is {media_type}, which is not among the media types that the cloud \
         guarantees: application/x-www-form-urlencoded, application/json, application/xml, text/*, \
         image/*, multipart/form-data.",
        whose => whose, media_type
    );
    Fact { rule: "media_type", text, strict: true }
}

fn of_host(host: &str) -> Option<Fact> {
    let host = split_port(host).0;
    let why = only_from_here(host)?;
    let text = text!(
        "{host} is {why}: that works here, and the cloud does not reach it.",
        host, why => why
    );
    Some(Fact { rule: "host", text, strict: false })
}

fn is_guaranteed(media_type: &str) -> bool {
    let essence = essence(media_type);
    ["text/", "image/"].iter().any(|family| essence.starts_with(family))
        || matches!(
            &*essence,
            "application/x-www-form-urlencoded"
                | "application/json"
                | "application/xml"
                | "multipart/form-data"
        )
}

/// Without parameters, in lower case.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_media_types_are_guaranteed() {
        for good in [
            "application/x-www-form-urlencoded",
            "Application/JSON; charset=utf-8",
            "application/xml",
            "text/html;charset=windows-1251",
            "image/png",
            "multipart/form-data; boundary=x",
        ] {
            assert!(is_guaranteed(good), "{good}");
        }
        for other in ["application/octet-stream", "application/x-protobuf", "multipart/mixed", ""] {
            assert!(!is_guaranteed(other), "{other}");
        }
    }

    #[test]
    fn a_host_of_the_network_here_is_told() {
        assert!(of_host("10.0.2.2:443").is_some() && of_host("[::1]").is_some());
        assert_eq!(of_host("loyalty.example.ru:80"), None);
    }
}
