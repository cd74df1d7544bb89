//! What the gateway took off and put on, and why. Pure: found by comparing what was recorded.

use serde::Serialize;

use super::fields::{Fate, fate, same_name};
use super::rewrite::GATEWAYS;

/// Why a field is another one that somebody changed while its exchange was held.
pub const EDITED: &str = "edited at a breakpoint";

/// Field lines, names as sent.
pub type Lines<'a> = [(&'a [u8], &'a [u8])];

/// What became of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It did not pass.
    Removed,
    /// It was not there before.
    Added,
    /// It has another value.
    Replaced,
}

/// Which of an exchange's two messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// From the app to the partner.
    Request,
    /// From the partner to the app.
    Answer,
}

/// One field that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of which message.
    pub of: Of,
    /// As the side that has it writes it.
    pub name: String,
    /// What became of it.
    pub kind: Kind,
    /// Its values before.
    pub was: Vec<String>,
    /// Its values after.
    pub now: Vec<String>,
    /// Why.
    pub reason: &'static str,
}

/// The differences between what an app sent and what the partner got.
pub fn of_request(sent: &Lines<'_>, got: &Lines<'_>) -> Vec<Change> {
    let nominated: Vec<&[u8]> = sent
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"connection"))
        .flat_map(|(_, value)| value.split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .collect();
    differences(Of::Request, sent, got, &|name, kind| reason_of_request(name, kind, &nominated))
}

/// The differences between what a partner answered and what the app got. `enveloped` says that the
/// answer was put into an envelope of the first version.
pub fn of_answer(answered: &Lines<'_>, returned: &Lines<'_>, enveloped: bool) -> Vec<Change> {
    differences(Of::Answer, answered, returned, &|name, kind| {
        reason_of_answer(name, kind, enveloped)
    })
}

fn reason_of_request(name: &[u8], kind: Kind, nominated: &[&[u8]]) -> &'static str {
    let is = |other: &str| same_name(name, other.as_bytes());
    match kind {
        Kind::Added | Kind::Replaced if is("authorization") => {
            "the user's token, which the cloud injects; an app's own Authorization never arrives"
        }
        Kind::Added | Kind::Replaced if is("x-evotor-store-uuid") => {
            "the store of the device, set by the cloud"
        }
        Kind::Added | Kind::Replaced if is("x-evotor-device-uuid") => {
            "the device that calls, set by the cloud"
        }
        Kind::Added | Kind::Replaced if is("x-evotor-user-id") => {
            "the user of the device, set by the cloud"
        }
        _ if is("host") => "made anew for where the request goes",
        _ if is("content-length") || is("transfer-encoding") => {
            "framing is made anew for the partner's connection"
        }
        Kind::Added if is("via") || is("traceparent") || is("x-request-id") => {
            "added because of diagnostic_headers"
        }
        Kind::Replaced if is("cookie") => "HTTP/2 sends a cookie in pieces, HTTP/1.1 has one field",
        Kind::Removed if is("x-gateway-replay") => "the console's own mark of a replay",
        Kind::Removed if fate(name) == Fate::Device => {
            "says something of the terminal or forges the cloud; a partner never receives it"
        }
        Kind::Removed if is("authorization") => {
            "an app's own Authorization never arrives, and the user has no token"
        }
        Kind::Removed if is("expect") => "answered by the gateway itself",
        Kind::Removed if has_prefix(name, b"proxy-") => "for the proxy, which is the gateway",
        Kind::Removed if fate(name) == Fate::Removed => "concerns the app's connection only",
        Kind::Removed if nominated.iter().any(|nominated| same_name(nominated, name)) => {
            "named by Connection as this connection's own"
        }
        Kind::Added | Kind::Removed | Kind::Replaced => "changed on the way",
    }
}

fn reason_of_answer(name: &[u8], kind: Kind, enveloped: bool) -> &'static str {
    let is = |other: &str| same_name(name, other.as_bytes());
    let of_connection =
        ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"];
    match kind {
        Kind::Added if is("x-gateway-fault") => "a fault that was injected",
        Kind::Removed if GATEWAYS.iter().any(|own| same_name(name, own)) => {
            "only the gateway's own answers have it"
        }
        Kind::Removed if of_connection.iter().any(|name| is(name)) => {
            "concerns the partner's connection only"
        }
        _ if enveloped => "the answer was put into the envelope of proxy v1",
        Kind::Added | Kind::Removed | Kind::Replaced => "changed on the way",
    }
}

fn has_prefix(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len()).is_some_and(|start| same_name(start, prefix))
}

fn differences(
    of: Of,
    before: &Lines<'_>,
    after: &Lines<'_>,
    reason: &dyn Fn(&[u8], Kind) -> &'static str,
) -> Vec<Change> {
    let values = |lines: &Lines<'_>, name: &[u8]| -> Vec<String> {
        let own = lines.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
    };
    let mut seen: Vec<&[u8]> = Vec::new();
    let mut changes = Vec::new();
    for (name, _) in before.iter().chain(after) {
        if seen.iter().any(|seen| seen.eq_ignore_ascii_case(name)) {
            continue;
        }
        seen.push(name);
        let (was, now) = (values(before, name), values(after, name));
        let kind = match (was.is_empty(), now.is_empty()) {
            _ if was == now => continue,
            (true, _) => Kind::Added,
            (_, true) => Kind::Removed,
            (false, false) => Kind::Replaced,
        };
        let name_text = String::from_utf8_lossy(name).into_owned();
        changes.push(Change { of, name: name_text, kind, was, now, reason: reason(name, kind) });
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: &[Change]) -> Vec<(&str, Kind, &str)> {
        changes.iter().map(|c| (c.name.as_str(), c.kind, c.reason)).collect()
    }

    #[test]
    fn each_change_of_a_request_has_its_reason() {
        let sent: &Lines<'_> = &[
            (b"Host", b"loyalty.example.ru"),
            (b"X-Device-IMEI", b"1"),
            (b"Authorization", b"Basic app"),
            (b"Accept", b"*/*"),
            (b"Connection", b"x-own"),
            (b"X-Own", b"1"),
        ];
        let got: &Lines<'_> = &[
            (b"host", b"loyalty.example.ru"),
            (b"accept", b"*/*"),
            (b"x-evotor-user-id", b"01"),
            (b"authorization", b"Bearer t"),
        ];
        let changes = of_request(sent, got);
        let kinds: Vec<_> =
            told(&changes).into_iter().map(|(name, kind, _)| (name, kind)).collect();
        assert_eq!(
            kinds,
            [
                ("X-Device-IMEI", Kind::Removed),
                ("Authorization", Kind::Replaced),
                ("Connection", Kind::Removed),
                ("X-Own", Kind::Removed),
                ("x-evotor-user-id", Kind::Added),
            ]
        );
        assert!(told(&changes).iter().all(|(_, _, reason)| *reason != "changed on the way"));
    }

    #[test]
    fn an_answer_that_passes_untouched_has_no_changes() {
        let answer: &Lines<'_> =
            &[(b"content-type", b"text/plain"), (b"set-cookie", b"a"), (b"set-cookie", b"b")];
        assert!(of_answer(answer, answer, false).is_empty());
    }
}
