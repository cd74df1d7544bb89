//! What is allowed but seldom meant.

use super::tree::{Greed, Node, Repeat, Tree, UNBOUNDED};
use super::{Pattern, lower, urls};
use crate::text::{Text, text};

/// A remark on a pattern; it works nevertheless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Offset in the pattern, in characters.
    pub at: usize,
    /// What is remarked.
    pub kind: AdviceKind,
    /// One sentence with the remedy.
    pub message: Text,
}

/// What can be remarked on a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdviceKind {
    /// A dot in the host that stands for any character.
    HostDot,
    /// The pattern does not hold the host to anything.
    AnyHost,
    /// A repetition of a repetition.
    NestedQuantifier,
    /// No URL that an app can send matches the pattern.
    NoUrl,
    /// The pattern runs on the backtracking matcher, which gives up after a number of steps.
    StepBudget,
}

pub(super) fn advise(pattern: &Pattern, tree: &Tree) -> Vec<Advice> {
    let mut all = Vec::new();
    Host { dots: &mut all }.walk(&tree.root, Part::Scheme(0));
    if ["https", "http"].iter().any(|scheme| any_host(pattern, scheme)) {
        all.push(Advice {
            at: 0,
            kind: AdviceKind::AnyHost,
            message: text!(
                "this pattern allows any host; write the host out, with `\\.` for its dots"
            ),
        });
    }
    if let Some(why) = urls::misfit(pattern) {
        let message = text!("no URL can match this pattern: {why}", why => why);
        all.push(Advice { at: 0, kind: AdviceKind::NoUrl, message });
    }
    nested(&tree.root, false, &mut all);
    if !lower::is_plain(tree) && !pattern.linear() {
        all.push(Advice {
            at: 0,
            kind: AdviceKind::StepBudget,
            message: text!(
                "look-around, back-references, possessive and atomic parts and very large \
                 repetitions are tried step by step; a URL that takes too many steps is refused"
            ),
        });
    }
    all
}

/// Whether a host nobody has would do.
fn any_host(pattern: &Pattern, scheme: &str) -> bool {
    let origin = format!("{scheme}://qz7.nobody-has-this-host.invalid");
    // Most patterns write their host out; that is seen without an automaton.
    let may_begin = |text: &str| origin.starts_with(text) || text.starts_with(&origin);
    if !pattern.prefixes().iter().any(|prefix| may_begin(&prefix.text)) {
        return false;
    }
    pattern.reach(&format!("{origin}/")) > origin.len() || pattern.matches(&origin) == Ok(true)
}

/// How far into a URL the pattern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// So many characters of `://` have been seen.
    Scheme(u8),
    Host,
    Path,
}

struct Host<'a> {
    dots: &'a mut Vec<Advice>,
}

impl Host<'_> {
    fn walk(&mut self, node: &Node, part: Part) -> Part {
        match node {
            Node::Class { set, at, dot } => {
                if *dot && part == Part::Host {
                    self.dots.push(Advice {
                        at: *at,
                        kind: AdviceKind::HostDot,
                        message: text!(
                            "this dot stands for any character, so other hosts match too; write \
                             `\\.`"
                        ),
                    });
                }
                let mut ranges = set.iter();
                match (ranges.next(), ranges.next()) {
                    (Some((first, last)), None) if first == last => part.after(first),
                    _ => part,
                }
            }
            // `.*` in a host is another remark.
            Node::Repeat(repeat) if matches!(repeat.inner, Node::Class { dot: true, .. }) => part,
            Node::Alternation(nodes) => {
                nodes.iter().map(|node| self.walk(node, part)).max().unwrap_or(part)
            }
            Node::Around(_) => part,
            _ => node.children().iter().fold(part, |part, child| self.walk(child, part)),
        }
    }
}

impl Part {
    fn after(self, point: u32) -> Self {
        match (self, char::from_u32(point)) {
            (Self::Scheme(0), Some(':')) => Self::Scheme(1),
            (Self::Scheme(1), Some('/')) => Self::Scheme(2),
            (Self::Scheme(2), Some('/')) => Self::Host,
            (Self::Scheme(_), _) => Self::Scheme(0),
            (Self::Host, Some('/' | '?')) => Self::Path,
            (part, _) => part,
        }
    }
}

/// A repetition without end inside another can be divided in very many ways.
fn nested(node: &Node, inside: bool, all: &mut Vec<Advice>) {
    let endless = matches!(node, Node::Repeat(repeat) if is_endless(repeat));
    if let (Node::Repeat(repeat), true, true) = (node, endless, inside) {
        all.push(Advice {
            at: repeat.at,
            kind: AdviceKind::NestedQuantifier,
            message: text!(
                "a repetition inside a repetition: backtracking engines may take very long; drop \
                 one of the two"
            ),
        });
    }
    let possessive = matches!(node, Node::Repeat(repeat) if repeat.greed == Greed::Possessive)
        || matches!(node, Node::Atomic(_));
    for child in node.children() {
        nested(child, (inside || endless) && !possessive, all);
    }
}

fn is_endless(repeat: &Repeat) -> bool {
    repeat.max == UNBOUNDED && repeat.greed != Greed::Possessive
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(pattern: &str) -> Vec<(AdviceKind, usize)> {
        let advice = Pattern::compile(pattern).unwrap().advice();
        advice.into_iter().map(|advice| (advice.kind, advice.at)).collect()
    }

    #[test]
    fn a_careful_rule_gets_no_advice() {
        assert_eq!(kinds(r"https://loyalty\.example\.ru/api/.*"), []);
        assert_eq!(kinds(r"https?://(a|b)\.example\.ru(:8443)?/v\d+/[^/]+"), []);
    }

    #[test]
    fn a_bare_dot_in_a_host_is_remarked() {
        assert_eq!(kinds(r"https://a.b\.ru/x.y"), [(AdviceKind::HostDot, 9)]);
        assert_eq!(kinds(r"^(?:https?://a)(.)ru/"), [(AdviceKind::HostDot, 16)]);
    }

    #[test]
    fn a_rule_for_any_host_is_remarked() {
        for any in [r".*", r"https?://.*", r"https://[^/]+/api", r"https://.*\.example\.ru/"] {
            assert!(kinds(any).contains(&(AdviceKind::AnyHost, 0)), "{any}");
        }
    }

    #[test]
    fn nested_repetition_and_the_step_budget_are_remarked() {
        assert_eq!(kinds(r"https://a\.ru/(\w+)*"), [(AdviceKind::NestedQuantifier, 17)]);
        assert_eq!(kinds(r"https://a\.ru/(?!x).*"), [(AdviceKind::StepBudget, 0)]);
    }
}
