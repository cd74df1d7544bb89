//! `apps[].allow`.

use crate::config::drafts::MOST;
use crate::config::meant::{Rule, Upstream};
use crate::config::node::Node;
use crate::config::reader::Reader;
use crate::pattern::Pattern;
use crate::text::{Text, text};

use super::rule;

/// The rules of an app. None at all is worth a warning, for such an app reaches nothing.
pub(super) fn allow(
    reader: &mut Reader<'_>,
    app: &Node,
    node: Option<&Node>,
    upstreams: &[Upstream],
) -> Vec<Rule> {
    let nodes = node.map_or(&[][..], |node| reader.list(node));
    if nodes.is_empty() && node.is_none_or(|node| node.is_null() || node.is_list()) {
        let at = node.map_or_else(|| reader.head(app), |node| node.span.clone());
        let message = "nothing is allowed: every request of this app is refused";
        reader.warn(
            &at,
            Text::fixed(message),
            text!("list patterns, such as 'https://shop\\.example\\.ru/.*'"),
        );
    }
    nodes.iter().filter_map(|node| one(reader, node, upstreams)).collect()
}

fn one(reader: &mut Reader<'_>, node: &Node, upstreams: &[Upstream]) -> Option<Rule> {
    let text = reader.text(node)?;
    let (line, column) = reader.source.position(node.span.start);
    match Pattern::compile(&text.text) {
        Ok(pattern) => {
            for advice in pattern.advice().into_iter().take(MOST) {
                let at = text.written(advice.at);
                let at = reader.within(node, at..at + 1);
                reader.warn(&at, advice.message, text!(""));
            }
            rule::doubts(reader, node, &pattern, upstreams);
            Some(Rule { pattern, line, column })
        }
        Err(error) => {
            let at = text.written(error.at);
            let at = reader.within(node, at..at + 1);
            reader.error(&at, error.message, text!("patterns are java.util.regex, matched whole"));
            None
        }
    }
}
