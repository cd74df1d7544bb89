//! Literal beginnings of patterns, by which a set divides its patterns.

use super::tree::{Anchor, Greed, Node, Repeat, UNBOUNDED};

/// More beginnings than this are not worth telling apart.
const MOST: usize = 8;
/// Characters of a beginning that are looked at.
const LONGEST: usize = 256;

/// A text every match begins with, or is, if `whole`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) text: String,
    pub(super) whole: bool,
}

/// One of these begins every match.
pub(super) fn prefixes(root: &Node) -> Vec<Prefix> {
    let mut prefixes = vec![Prefix { text: String::new(), whole: true }];
    extend(&mut prefixes, root);
    prefixes
}

/// Bytes that a text and the one of these beginnings that goes farthest have in common, and whether
/// the text leaves, or ends within, all of them.
pub(super) fn common(prefixes: &[Prefix], text: &str) -> (usize, bool) {
    let shared = |prefix: &Prefix| -> usize {
        let pairs = prefix.text.chars().zip(text.chars());
        pairs.take_while(|(a, b)| a == b).map(|(letter, _)| letter.len_utf8()).sum()
    };
    let mut farthest = 0;
    let mut left = true;
    for prefix in prefixes {
        let shared = shared(prefix);
        farthest = farthest.max(shared);
        left &= shared < prefix.text.len();
    }
    (farthest, left)
}

/// The texts the first nodes match exactly, and how many nodes those are.
pub(super) fn whole_prefixes(nodes: &[Node]) -> (Vec<String>, usize) {
    let mut prefixes = vec![Prefix { text: String::with_capacity(nodes.len()), whole: true }];
    let mut taken = 0;
    for node in nodes {
        if prefixes.iter().all(|prefix| prefix.text.len() > LONGEST) {
            break;
        }
        if let Some(letter) = only_letter(node) {
            prefixes.iter_mut().for_each(|prefix| prefix.text.push(letter));
            taken += 1;
            continue;
        }
        let leads = matches!(node, Node::Anchor(Anchor::Start))
            && prefixes.iter().all(|prefix| prefix.text.is_empty());
        let mut longer = prefixes.clone();
        extend(&mut longer, node);
        if !(leads || is_literal(node)) || longer.iter().any(|prefix| !prefix.whole) {
            break;
        }
        prefixes = longer;
        taken += 1;
    }
    (prefixes.into_iter().map(|prefix| prefix.text).collect(), taken)
}

/// The texts a pattern is, and whether `.*` follows them.
pub(super) fn literal(root: &Node) -> Option<(Vec<String>, bool)> {
    let Node::Concat(nodes) = root else { return None };
    let (last, before) = nodes.split_last()?;
    let (nodes, open) = if is_rest_of_line(last) { (before, true) } else { (&nodes[..], false) };
    let (texts, taken) = whole_prefixes(nodes);
    (taken == nodes.len()).then_some((texts, open))
}

/// Whether a node at the end of a pattern is `.*` or means the same there.
fn is_rest_of_line(node: &Node) -> bool {
    match node {
        Node::Group { inner, .. } => is_rest_of_line(inner),
        Node::Repeat(repeat) => {
            matches!(&repeat.inner, Node::Class { set, .. } if set.is_line())
                && (repeat.min, repeat.max) == (0, UNBOUNDED)
        }
        _ => false,
    }
}

fn only_letter(node: &Node) -> Option<char> {
    let Node::Class { set, .. } = node else { return None };
    let mut ranges = set.iter();
    match (ranges.next(), ranges.next()) {
        (Some((first, last)), None) if first == last => char::from_u32(first),
        _ => None,
    }
}

/// Whether a node is made only of what [`extend`] follows exactly.
pub(super) fn is_literal(node: &Node) -> bool {
    let itself = match node {
        Node::Repeat(repeat) => repeat.greed != Greed::Possessive,
        Node::Empty
        | Node::Class { .. }
        | Node::Concat(_)
        | Node::Alternation(_)
        | Node::Group { .. } => true,
        _ => false,
    };
    itself && node.children().iter().all(is_literal)
}

fn extend(prefixes: &mut Vec<Prefix>, node: &Node) {
    if prefixes.iter().all(|prefix| !prefix.whole || prefix.text.len() > LONGEST) {
        return close(prefixes);
    }
    match node {
        Node::Class { .. } => extend_class(prefixes, node),
        Node::Concat(nodes) => nodes.iter().for_each(|node| extend(prefixes, node)),
        Node::Alternation(nodes) => extend_choice(prefixes, nodes.iter().map(Some)),
        Node::Group { inner, .. } | Node::Atomic(inner) => extend(prefixes, inner),
        Node::Repeat(repeat) => extend_repeat(prefixes, repeat),
        Node::Empty | Node::Anchor(_) | Node::Around(_) => {}
        Node::Reference { .. } | Node::LineBreak | Node::Grapheme => close(prefixes),
    }
}

fn close(prefixes: &mut [Prefix]) {
    for prefix in prefixes {
        prefix.whole = false;
    }
}

fn extend_class(prefixes: &mut Vec<Prefix>, node: &Node) {
    let Node::Class { set, .. } = node else { return };
    let few: u32 = set.iter().map(|(first, last)| last - first + 1).take(MOST).sum();
    if few as usize > MOST {
        return close(prefixes);
    }
    let letters: Vec<char> =
        set.iter().flat_map(|(first, last)| first..=last).filter_map(char::from_u32).collect();
    if let [letter] = letters[..] {
        for prefix in prefixes.iter_mut().filter(|prefix| prefix.whole) {
            prefix.text.push(letter);
        }
        return;
    }
    let open = prefixes.iter().filter(|prefix| prefix.whole).count();
    if open * letters.len() + prefixes.len() - open > MOST {
        return close(prefixes);
    }
    let mut longer: Vec<Prefix> = prefixes.iter().filter(|prefix| !prefix.whole).cloned().collect();
    for prefix in prefixes.iter().filter(|prefix| prefix.whole) {
        longer.extend(
            letters
                .iter()
                .map(|letter| Prefix { text: format!("{}{letter}", prefix.text), whole: true }),
        );
    }
    *prefixes = longer;
}

fn extend_choice<'a>(prefixes: &mut Vec<Prefix>, branches: impl Iterator<Item = Option<&'a Node>>) {
    let (open, mut all): (Vec<Prefix>, Vec<Prefix>) =
        prefixes.drain(..).partition(|prefix| prefix.whole);
    let closed = all.len();
    for branch in branches {
        let mut extended = open.clone();
        if let Some(node) = branch {
            extend(&mut extended, node);
        }
        all.extend(extended);
        if all.len() > MOST {
            all.truncate(closed);
            all.extend(open.into_iter().map(|prefix| Prefix { whole: false, ..prefix }));
            break;
        }
    }
    *prefixes = all;
}

fn extend_repeat(prefixes: &mut Vec<Prefix>, repeat: &Repeat) {
    match (repeat.min, repeat.max) {
        (0, 1) => extend_choice(prefixes, [Some(&repeat.inner), None].into_iter()),
        (min, max) if min == max && min <= 16 => {
            (0..min).for_each(|_| extend(prefixes, &repeat.inner));
        }
        (0, _) => close(prefixes),
        (_, 1..=UNBOUNDED) => {
            extend(prefixes, &repeat.inner);
            close(prefixes);
        }
        _ => close(prefixes),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn begins(pattern: &str) -> Vec<(String, bool)> {
        let tree = parse(pattern).unwrap();
        prefixes(&tree.root).into_iter().map(|prefix| (prefix.text, prefix.whole)).collect()
    }

    #[test]
    fn a_literal_host_is_found() {
        assert_eq!(begins(r"https://a\.ru/.*"), [("https://a.ru/".into(), false)]);
        assert_eq!(
            begins(r"^(?:https?)://a\.ru$"),
            [("https://a.ru".into(), true), ("http://a.ru".into(), true)]
        );
        assert_eq!(
            begins(r"http://(a|b)\.ru/x+"),
            [("http://a.ru/x".into(), false), ("http://b.ru/x".into(), false)]
        );
    }

    #[test]
    fn what_is_not_literal_ends_the_beginning() {
        assert_eq!(begins(r"https://.+\.ru/"), [("https://".into(), false)]);
        assert_eq!(begins(r"a[^/]"), [("a".into(), false)]);
        assert_eq!(begins(r"a{0}b*"), [("".into(), false)]);
    }
}
