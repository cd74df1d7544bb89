//! Java's syntax, as the compiler of JDK 17 reads it.

use std::sync::{Arc, LazyLock};

use super::PatternError;
use super::cursor::Cursor;
use super::ranges::{LAST, Ranges};
use super::tree::{
    Anchor, Around, Behind, Extent, Folding, Greed, Node, Repeat, Shape, Tree, UNBOUNDED,
};
use super::unicode;
use crate::text::{Text, text};

/// Groups and classes may nest this deep; the JVM's own limit is its stack.
const DEEPEST: usize = 200;
/// The sets of one letter each that nearly all patterns are made of.
static LETTERS: LazyLock<Vec<Arc<Ranges>>> =
    LazyLock::new(|| (0..128).map(|point| Arc::new(Ranges::one(point))).collect());

/// Reads a pattern, or says where it is wrong.
pub(super) fn parse(pattern: &str) -> Result<Tree, PatternError> {
    let mut parser = Parser {
        cursor: Cursor::new(pattern),
        groups: 0,
        names: Vec::new(),
        literal: None,
        references: false,
        depth: 0,
    };
    let root = parser.alternation()?;
    if parser.cursor.at != parser.cursor.len() {
        let wrong = if parser.cursor.peek() == u32::from(')') {
            "unmatched `)`"
        } else {
            "the pattern ends inside an escape"
        };
        return Err(parser.cursor.error_at(parser.cursor.at, Text::fixed(wrong)));
    }
    Ok(Tree { root, groups: parser.groups, references: parser.references })
}

pub(super) struct Parser {
    pub(super) cursor: Cursor,
    pub(super) groups: usize,
    pub(super) names: Vec<(String, usize)>,
    /// The character of the atom read last, where that is one.
    literal: Option<u32>,
    pub(super) references: bool,
    pub(super) depth: usize,
}

pub(super) type Parsed<T> = Result<T, PatternError>;

impl Parser {
    fn alternation(&mut self) -> Parsed<Node> {
        let mut branches = vec![self.sequence()?];
        while self.cursor.peek() == u32::from('|') {
            self.cursor.next();
            branches.push(self.sequence()?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Alternation(branches) })
    }

    fn sequence(&mut self) -> Parsed<Node> {
        let mut nodes = Vec::new();
        let mut run = Vec::new();
        loop {
            let point = self.cursor.peek();
            let at = self.cursor.at;
            self.literal = None;
            let atom = match char::from_u32(point) {
                Some('|' | ')') => break,
                Some('\0') if self.cursor.at_end() => break,
                Some('(') => {
                    self.fold_run(&mut nodes, &mut run);
                    nodes.extend(self.group()?);
                    continue;
                }
                Some('[') => {
                    let set = Arc::new(self.class(true)?);
                    Node::Class { set, at: self.cursor.place(at), dot: false }
                }
                Some('\\') => self.escaped_atom()?,
                Some('^') => {
                    self.cursor.next();
                    Node::Anchor(self.caret())
                }
                Some('$') => {
                    self.cursor.next();
                    Node::Anchor(self.dollar())
                }
                Some('.') => {
                    self.cursor.next();
                    Node::Class { set: self.dot(), at: self.cursor.place(at), dot: true }
                }
                Some(meta @ ('?' | '*' | '+')) => {
                    return Err(self
                        .cursor
                        .error_at(at, text!("dangling `{meta}`: nothing to repeat", meta)));
                }
                // A quantifier of nothing, as in `a{2}{3}`.
                Some('{') => Node::Empty,
                _ => {
                    self.cursor.next();
                    self.literal(point, at)
                }
            };
            let literal = self.literal;
            let node = self.quantified(atom, false)?;
            match literal.filter(|_| matches!(node, Node::Class { .. })) {
                Some(literal) => run.push((nodes.len(), literal)),
                None => self.fold_run(&mut nodes, &mut run),
            }
            nodes.push(node);
        }
        self.fold_run(&mut nodes, &mut run);
        Ok(Node::sequence(nodes))
    }

    fn escaped_atom(&mut self) -> Parsed<Node> {
        let at = self.cursor.at;
        let letter = self.cursor.next_raw();
        if letter == u32::from('p') || letter == u32::from('P') {
            let set = self.family(letter == u32::from('P'))?;
            return Ok(Node::Class { set, at: self.cursor.place(at), dot: false });
        }
        self.cursor.unread();
        self.escape_outside(at)
    }

    pub(super) fn literal(&mut self, point: u32, at: usize) -> Node {
        self.literal = Some(point);
        let shared = usize::try_from(point).ok().and_then(|point| LETTERS.get(point));
        let set = match shared {
            Some(letter) if !self.cursor.flags.ignore_case => Arc::clone(letter),
            _ => Arc::new(self.single(point)),
        };
        Node::Class { set, at: self.cursor.place(at), dot: false }
    }

    /// Of two and more characters that stand together and are not repeated the JDK compares each by its
    /// folded case, of one alone only where its own case changes: `ß` alone is not `ẞ`.
    fn fold_run(&self, nodes: &mut [Node], run: &mut Vec<(usize, u32)>) {
        let flags = self.cursor.flags;
        if run.len() > 1 && flags.ignore_case && flags.unicode_case {
            for (place, point) in run.iter() {
                let folded = unicode::fold(*point);
                if let Some(Node::Class { set, .. }) = nodes.get_mut(*place)
                    && unicode::upper(*point) == folded
                    && !unicode::unfold(folded).is_empty()
                {
                    let alike = unicode::unfold(folded).iter().copied();
                    *set = Arc::new(Ranges::of(alike.chain([folded])));
                }
            }
        }
        run.clear();
    }

    /// One character under the flags for case.
    pub(super) fn single(&self, point: u32) -> Ranges {
        let flags = self.cursor.flags;
        if !flags.ignore_case {
            return Ranges::one(point);
        }
        if flags.unicode_case {
            let folded = unicode::fold(point);
            if folded != unicode::upper(point) {
                return Ranges::of(unicode::unfold(folded).iter().copied().chain([folded]));
            }
        } else if let Some(letter) = char::from_u32(point).filter(char::is_ascii_alphabetic) {
            return Ranges::of(
                [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()].map(u32::from),
            );
        }
        Ranges::one(point)
    }

    fn caret(&self) -> Anchor {
        let flags = self.cursor.flags;
        if flags.multiline { Anchor::LineStart { unix: flags.unix_lines } } else { Anchor::Start }
    }

    fn dollar(&self) -> Anchor {
        let flags = self.cursor.flags;
        let unix = flags.unix_lines;
        if flags.multiline { Anchor::LineEnd { unix } } else { Anchor::LastLine { unix } }
    }

    fn dot(&self) -> Arc<Ranges> {
        let flags = self.cursor.flags;
        let excluded = match (flags.dot_all, flags.unix_lines) {
            (true, _) => return Arc::new(Ranges::new(vec![(0, LAST)])),
            (false, true) => Ranges::one(0x0A),
            (false, false) => Ranges::of([0x0A, 0x0D, 0x85, 0x2028, 0x2029]),
        };
        Arc::new(excluded.negated())
    }

    /// A group with its quantifier, or nothing for `(?i)`.
    fn group(&mut self) -> Parsed<Option<Node>> {
        let opened = self.cursor.at;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self
                .cursor
                .error_at(opened, text!("groups nest deeper than {DEEPEST}", DEEPEST)));
        }
        let saved = self.cursor.flags;
        let node = if self.cursor.next() == u32::from('?') {
            self.special_group(opened)?
        } else {
            Some(self.capture()?)
        };
        self.depth -= 1;
        let Some(node) = node else { return Ok(None) };
        if self.cursor.read() != u32::from(')') {
            return Err(self.cursor.error_at(opened, text!("this group is not closed")));
        }
        self.cursor.flags = saved;
        let is_group = matches!(node, Node::Group { .. });
        self.quantified(node, is_group).map(Some)
    }

    fn capture(&mut self) -> Parsed<Node> {
        self.groups += 1;
        let index = Some(self.groups);
        Ok(Node::Group { index, inner: Box::new(self.alternation()?) })
    }

    fn special_group(&mut self, opened: usize) -> Parsed<Option<Node>> {
        let kind = self.cursor.skip();
        Ok(Some(match char::from_u32(kind) {
            Some(':') => self.plain_group()?,
            Some(sign @ ('=' | '!')) => self.around(sign == '!', None)?,
            Some('>') => Node::Atomic(Box::new(self.alternation()?)),
            Some('<') => self.behind_or_named(opened)?,
            Some('$' | '@') => return Err(self.cursor.error(text!("no such kind of group"))),
            _ => {
                self.cursor.unread();
                self.inline_flags()?;
                match char::from_u32(self.cursor.read()) {
                    Some(')') => return Ok(None),
                    Some(':') => self.plain_group()?,
                    _ => {
                        return Err(self
                            .cursor
                            .error(text!("no such inline flag; Java has i, d, m, s, u, x, U")));
                    }
                }
            }
        }))
    }

    fn plain_group(&mut self) -> Parsed<Node> {
        Ok(Node::Group { index: None, inner: Box::new(self.alternation()?) })
    }

    fn around(&mut self, negated: bool, behind: Option<Behind>) -> Parsed<Node> {
        let inner = self.alternation()?;
        Ok(Node::Around(Box::new(Around { inner, negated, behind })))
    }

    fn behind_or_named(&mut self, opened: usize) -> Parsed<Node> {
        let point = self.cursor.read();
        if point != u32::from('=') && point != u32::from('!') {
            let name = self.group_name(point)?;
            if self.names.iter().any(|(known, _)| *known == name) {
                return Err(self
                    .cursor
                    .error_at(opened, text!("a second group is named `{name}`", name)));
            }
            self.names.push((name, self.groups + 1));
            return self.capture();
        }
        let body = self.cursor.at;
        let inner = self.alternation()?;
        let extent = Extent::of(&inner);
        if !extent.bounded {
            return Err(self
                .cursor
                .error_at(opened, text!("this look-behind has no obvious maximum length")));
        }
        let whole_points = (body..self.cursor.len())
            .any(|at| matches!(self.cursor.raw(at), 0xD800..=0xDFFF | 0x1_0000..));
        if whole_points && (extent.min < 0 || extent.max < 0) {
            return Err(self.cursor.error_at(
                opened,
                text!("this look-behind is not supported: its length overflows"),
            ));
        }
        let behind = Some(Behind { min: extent.min, max: extent.max, whole_points });
        Ok(Node::Around(Box::new(Around { inner, negated: point == u32::from('!'), behind })))
    }

    /// The name in `(?<name>` and `\k<name>`, its first character already taken.
    pub(super) fn group_name(&mut self, first: u32) -> Parsed<String> {
        let mut name = String::new();
        let mut point = first;
        while let Some(letter) = char::from_u32(point).filter(char::is_ascii_alphanumeric) {
            if name.is_empty() && !letter.is_ascii_alphabetic() {
                break;
            }
            name.push(letter);
            point = self.cursor.read();
        }
        if name.is_empty() {
            return Err(self.cursor.error(text!("a group's name starts with a Latin letter")));
        }
        if point != u32::from('>') {
            return Err(self
                .cursor
                .error(text!("a group's name is letters and digits and ends with `>`")));
        }
        Ok(name)
    }

    fn inline_flags(&mut self) -> Parsed<()> {
        let mut on = true;
        loop {
            let point = self.cursor.peek();
            let flags = &mut self.cursor.flags;
            match char::from_u32(point) {
                Some('i') => flags.ignore_case = on,
                Some('m') => flags.multiline = on,
                Some('s') => flags.dot_all = on,
                Some('d') => flags.unix_lines = on,
                Some('u') => flags.unicode_case = on,
                Some('x') => flags.comments = on,
                Some('U') => (flags.unicode_class, flags.unicode_case) = (on, on),
                // Never on, so that there is nothing to turn off.
                Some('c') if !on => {}
                Some('c') => {
                    return Err(self.cursor.error_at(
                        self.cursor.at,
                        text!(
                            "(?c), by which classes match what NFC composes, is not supported; of \
                             URLs, which are ASCII, it changes nothing: leave it out"
                        ),
                    ));
                }
                Some('-') if on => on = false,
                _ => return Ok(()),
            }
            self.cursor.next();
        }
    }

    fn quantified(&mut self, inner: Node, is_group: bool) -> Parsed<Node> {
        let sign = self.cursor.peek();
        let at = self.cursor.place(self.cursor.at);
        let (min, max) = match char::from_u32(sign) {
            Some('?') => (0, 1),
            Some('*') => (0, UNBOUNDED),
            Some('+') => (1, UNBOUNDED),
            Some('{') => self.counts()?,
            _ => return Ok(inner),
        };
        let greed = match char::from_u32(self.cursor.next()) {
            Some('?') => Greed::Lazy,
            Some('+') => Greed::Possessive,
            _ => Greed::Greedy,
        };
        if greed != Greed::Greedy {
            self.cursor.next();
        }
        let shape = match (is_group && greed != Greed::Possessive, (min, max) == (0, 1)) {
            (true, true) => Shape::Optional,
            (true, false) if !Extent::of(&inner).deterministic => Shape::Loop,
            _ => Shape::Fixed,
        };
        Ok(Node::Repeat(Box::new(Repeat { inner, min, max, greed, shape, at })))
    }

    /// `{n}`, `{n,}`, `{n,m}` up to the brace, which is left.
    fn counts(&mut self) -> Parsed<(u32, u32)> {
        let opened = self.cursor.at;
        let first = self.cursor.raw(opened + 1);
        if !is_digit(first) {
            return Err(self.cursor.error_at(
                opened,
                text!("`{` opens a repetition like {2,3}; write `\\{` for the character"),
            ));
        }
        self.cursor.at += 1;
        let min = self.count(opened)?;
        let mut max = min;
        let mut point = self.cursor.peek();
        if point == u32::from(',') {
            self.cursor.at += 1;
            point = self.cursor.peek();
            max = if point == u32::from('}') { UNBOUNDED } else { self.count(opened)? };
            point = self.cursor.peek();
        }
        if point != u32::from('}') {
            return Err(self
                .cursor
                .error_at(opened, text!("this repetition is not closed with `}`")));
        }
        if max < min {
            return Err(self
                .cursor
                .error_at(opened, text!("the repetition's bounds are in the wrong order")));
        }
        Ok((min, max))
    }

    fn count(&mut self, opened: usize) -> Parsed<u32> {
        let mut count = 0u32;
        loop {
            let point = self.cursor.peek();
            let Some(digit) = char::from_u32(point).and_then(|digit| digit.to_digit(10)) else {
                return Ok(count);
            };
            count = count
                .checked_mul(10)
                .and_then(|count| count.checked_add(digit))
                .filter(|count| *count <= UNBOUNDED)
                .ok_or_else(|| {
                    self.cursor.error_at(opened, text!("the repetition's bound is too large"))
                })?;
            self.cursor.at += 1;
        }
    }

    /// The group `\k<name>` reads.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, index)| *index)
    }

    pub(super) fn reference(&mut self, group: usize) -> Node {
        self.references = true;
        let flags = self.cursor.flags;
        let folding = match (flags.ignore_case, flags.unicode_case) {
            (false, _) => Folding::Exact,
            (true, false) => Folding::Ascii,
            (true, true) => Folding::Unicode,
        };
        Node::Reference { group, folding }
    }
}

pub(super) fn is_digit(point: u32) -> bool {
    (u32::from('0')..=u32::from('9')).contains(&point)
}
