//! What a rule of `allow` works with here and will not in the vendor's cloud, or not as it was meant.

use crate::config::hosts::spelled;
use crate::config::meant::Upstream;
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::model::reachable::only_from_here;
use crate::pattern::Pattern;
use crate::text::{Text, text};

/// Warns of what a rule alone, or with the app's upstreams, shows.
pub(super) fn doubts(
    reader: &mut Reader<'_>,
    node: &Node,
    pattern: &Pattern,
    upstreams: &[Upstream],
) {
    if let Some(masks) = masks(pattern.source()) {
        let parts: Vec<_> = masks.iter().map(|mask| format!("- '{mask}'")).collect();
        let message = "this is the portal's line of masks joined with `;`, and here one rule";
        let help = text!("write each mask as a rule of its own:\n{n}", n = parts.join("\n"));
        reader.warn(&node.span, Text::fixed(message), help);
        return;
    }
    let Some(host) = spelled(pattern.source()) else { return };
    if let Some(why) = only_from_here(&host) {
        let message = text!(
            "{host} is {why}: the rule works here, and the cloud does not reach it",
            host, why => why
        );
        let help =
            "write the partner's public host; `upstreams` leads its requests to this machine";
        reader.warn(&node.span, message, Text::fixed(help));
    }
    if answers_https_alone(&host, upstreams) && allows(pattern, &format!("http://{host}/")) {
        let message =
            text!("this rule allows http://{host} too, which only answers https here", host);
        let help = text!(
            "begin the rule with `https://`, or name http://{host} under `upstreams` as well",
            host
        );
        reader.warn(&node.span, message, help);
    }
}

/// The masks of a line that was copied from the portal's field.
fn masks(source: &str) -> Option<Vec<&str>> {
    if !source.contains(';') {
        return None;
    }
    let masks: Vec<_> = source.split(';').map(str::trim).filter(|mask| !mask.is_empty()).collect();
    let is_mask = |mask: &&str| mask.trim_start_matches(['^', '(', '?', ':']).starts_with("http");
    masks.iter().all(is_mask).then_some(masks)
}

/// Whether `upstreams` leads a host's https to a partner and not its http.
fn answers_https_alone(host: &str, upstreams: &[Upstream]) -> bool {
    let leads = |tls| upstreams.iter().any(|one| one.from.tls == tls && one.from.host == host);
    leads(true) && !leads(false)
}

/// Whether a rule allows something that begins so.
fn allows(pattern: &Pattern, beginning: &str) -> bool {
    pattern.reach(beginning) == beginning.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_portal_is_told_from_a_rule_with_a_semicolon() {
        assert_eq!(
            masks(r"https://a\.ru/.*; http://b\.ru/x;"),
            Some(vec![r"https://a\.ru/.*", r"http://b\.ru/x"])
        );
        assert_eq!(masks(r"https://a\.ru/.*;"), Some(vec![r"https://a\.ru/.*"]));
        assert_eq!(masks(r"https://a\.ru/x;v=1/.*"), None);
        assert_eq!(masks(r"https://a\.ru/.*"), None);
    }
}
