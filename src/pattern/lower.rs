//! Trees without look-around, references and atomic parts as expressions of `regex-syntax`, which
//! run in linear time.

use regex_syntax::hir::{self, Class, ClassUnicode, ClassUnicodeRange, Hir, Look};

use super::prefix;
use super::ranges::Ranges;
use super::tree::{Anchor, Greed, Node, Repeat, Shape, Tree, UNBOUNDED};

/// What texts the lowered expression is for. Nearly all are ASCII, for which it is far smaller and
/// `\b` can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Ascii,
    Unicode,
}

/// Automaton states one pattern may ask for. Above this a step of the automaton costs so much that
/// the backtracking matcher is the better choice.
const LARGEST: u64 = 1_000;

/// An expression that matches where the pattern matches the whole text, or `None` if the pattern
/// needs the backtracking matcher.
pub(super) fn lower(tree: &Tree, alphabet: Alphabet) -> Option<Hir> {
    let lowering = Lowering { alphabet };
    if lowering.size(&tree.root) > LARGEST {
        return None;
    }
    let whole = lowering.node(&tree.root, true)?;
    Some(Hir::concat(vec![whole, Hir::look(Look::End)]))
}

/// The literal texts a pattern begins with and the expression that must match what follows. `None`
/// if the pattern does not come apart so.
pub(super) fn split(tree: &Tree, alphabet: Alphabet) -> Option<(Vec<String>, Hir)> {
    let Node::Concat(nodes) = &tree.root else { return None };
    let (beginnings, taken) = prefix::whole_prefixes(nodes);
    let rest = nodes.get(taken..)?;
    if taken == 0 || rest.iter().any(looks_back) {
        return None;
    }
    let lowering = Lowering { alphabet };
    if rest.iter().map(|node| lowering.size(node)).fold(0, u64::saturating_add) > LARGEST {
        return None;
    }
    let ending = lowering.concat(rest, true)?;
    Some((beginnings, Hir::concat(vec![ending, Hir::look(Look::End)])))
}

/// Whether a pattern can be seen to need no backtracking, without lowering it.
pub(super) fn is_plain(tree: &Tree) -> bool {
    let lowering = Lowering { alphabet: Alphabet::Ascii };
    prefix::is_literal(&tree.root) && lowering.size(&tree.root) <= LARGEST
}

struct Lowering {
    alphabet: Alphabet,
}

impl Lowering {
    /// `tail`: nothing but the end of the text can follow.
    fn node(&self, node: &Node, tail: bool) -> Option<Hir> {
        Some(match node {
            Node::Empty => Hir::empty(),
            Node::Class { set, .. } => self.class(set),
            Node::Concat(nodes) => self.concat(nodes, tail)?,
            Node::Alternation(nodes) => Hir::alternation(
                nodes.iter().map(|node| self.node(node, tail)).collect::<Option<_>>()?,
            ),
            Node::Group { inner, .. } => self.node(inner, tail)?,
            Node::Repeat(repeat) => self.repeat(repeat, tail)?,
            Node::Anchor(anchor) => self.anchor(*anchor, tail)?,
            Node::LineBreak => self.line_break(),
            Node::Around(_) | Node::Atomic(_) | Node::Reference { .. } | Node::Grapheme => {
                return None;
            }
        })
    }

    fn concat(&self, nodes: &[Node], tail: bool) -> Option<Hir> {
        let mut parts = Vec::with_capacity(nodes.len());
        let mut tail = tail;
        let mut following = None;
        for node in nodes.iter().rev() {
            let part = match node {
                Node::Repeat(repeat) if stops_at(repeat, following) => self.repetition(repeat)?,
                _ => self.node(node, tail)?,
            };
            parts.push(part);
            tail &= matches!(node, Node::Empty | Node::Anchor(_));
            following = Some(node);
        }
        parts.reverse();
        Some(Hir::concat(parts))
    }

    fn class(&self, set: &Ranges) -> Hir {
        let last = if self.alphabet == Alphabet::Ascii { 0x7F } else { u32::MAX };
        let ranges = set
            .iter()
            .filter(|range| range.0 <= last)
            .flat_map(|(first, end)| chars(first, end.min(last)));
        Hir::class(Class::Unicode(ClassUnicode::new(ranges)))
    }

    fn repeat(&self, repeat: &Repeat, tail: bool) -> Option<Hir> {
        if repeat.greed == Greed::Possessive
            && !(tail && matches!(repeat.inner, Node::Class { .. }))
        {
            return None;
        }
        // Java leaves a loop after an empty round even if more rounds were asked for. That shows
        // only if a round can be empty here and not there.
        let empty_by_place =
            repeat.shape == Shape::Loop && has_anchor(&repeat.inner) && may_be_empty(&repeat.inner);
        let round_is_final = repeat.shape == Shape::Fixed && has_line_break(&repeat.inner);
        if empty_by_place || round_is_final {
            return None;
        }
        if repeat.shape == Shape::Optional {
            let inner = self.node(&repeat.inner, tail)?;
            return Some(Hir::alternation(vec![inner, Hir::empty()]));
        }
        self.repetition(repeat)
    }

    fn repetition(&self, repeat: &Repeat) -> Option<Hir> {
        Some(Hir::repetition(hir::Repetition {
            min: repeat.min,
            max: (repeat.max != UNBOUNDED).then_some(repeat.max),
            greedy: true,
            sub: Box::new(self.node(&repeat.inner, false)?),
        }))
    }

    fn anchor(&self, anchor: Anchor, tail: bool) -> Option<Hir> {
        Some(match anchor {
            Anchor::Start => Hir::look(Look::Start),
            Anchor::End => Hir::look(Look::End),
            Anchor::LastLine { .. } | Anchor::LineEnd { .. } if tail => Hir::empty(),
            Anchor::Word { negated, .. } if self.alphabet == Alphabet::Ascii => {
                Hir::look(if negated { Look::WordAsciiNegate } else { Look::WordAscii })
            }
            _ => return None,
        })
    }

    fn line_break(&self) -> Hir {
        let single = Ranges::of([0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029]);
        Hir::alternation(vec![Hir::literal(*b"\r\n"), self.class(&single)])
    }

    /// An estimate of the automaton's states.
    fn size(&self, node: &Node) -> u64 {
        match node {
            Node::Class { set, .. } if self.alphabet == Alphabet::Unicode => {
                1 + set.iter().count() as u64
            }
            Node::Repeat(repeat) => {
                let rounds =
                    if repeat.max == UNBOUNDED { repeat.min.saturating_add(1) } else { repeat.max };
                self.size(&repeat.inner).saturating_mul(rounds.max(1).into())
            }
            _ => node.children().iter().fold(1, |sum, child| sum.saturating_add(self.size(child))),
        }
    }
}

/// Ranges of characters: code points without the surrogates, which no text has alone.
fn chars(first: u32, last: u32) -> impl Iterator<Item = ClassUnicodeRange> {
    [(first, last.min(0xD7FF)), (first.max(0xE000), last)].into_iter().filter_map(
        |(first, last)| {
            let range = ClassUnicodeRange::new(char::from_u32(first)?, char::from_u32(last)?);
            (first <= last).then_some(range)
        },
    )
}

/// Whether what follows cannot begin with what the possessive repetition takes, so that it would
/// have taken the same without being possessive.
fn stops_at(repeat: &Repeat, following: Option<&Node>) -> bool {
    let (Greed::Possessive, UNBOUNDED, Node::Class { set, .. }) =
        (repeat.greed, repeat.max, &repeat.inner)
    else {
        return false;
    };
    let next = match following {
        Some(Node::Repeat(next)) if next.min > 0 => Some(&next.inner),
        other => other,
    };
    matches!(next, Some(Node::Class { set: next, .. }) if set.intersection(next).is_empty())
}

/// Whether what stands before a part can change what it matches.
fn looks_back(node: &Node) -> bool {
    matches!(node, Node::Anchor(Anchor::Start | Anchor::Word { .. }))
        || node.children().iter().any(looks_back)
}

fn has_anchor(node: &Node) -> bool {
    matches!(node, Node::Anchor(_)) || node.children().iter().any(has_anchor)
}

fn has_line_break(node: &Node) -> bool {
    matches!(node, Node::LineBreak) || node.children().iter().any(has_line_break)
}

fn may_be_empty(node: &Node) -> bool {
    match node {
        Node::Class { .. } | Node::LineBreak | Node::Grapheme => false,
        Node::Concat(nodes) => nodes.iter().all(may_be_empty),
        Node::Alternation(nodes) => nodes.iter().any(may_be_empty),
        Node::Group { inner, .. } | Node::Atomic(inner) => may_be_empty(inner),
        Node::Repeat(repeat) => repeat.min == 0 || may_be_empty(&repeat.inner),
        Node::Empty | Node::Anchor(_) | Node::Around(_) | Node::Reference { .. } => true,
    }
}
