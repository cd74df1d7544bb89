//! A pattern as meant: flags resolved, classes as sets, quantifiers with the way Java runs them.

use std::sync::Arc;

use super::ranges::Ranges;

/// Java's "no upper bound".
pub(super) const UNBOUNDED: u32 = 0x7FFF_FFFF;

/// A parsed pattern.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Node,
    /// Capturing groups, without the whole match.
    pub(super) groups: usize,
    /// Whether anything reads a group back; else captures need not be kept.
    pub(super) references: bool,
}

#[derive(Debug)]
pub(super) enum Node {
    Empty,
    /// One code point out of a set; `at` is its place in the pattern.
    Class {
        set: Arc<Ranges>,
        at: usize,
        dot: bool,
    },
    Concat(Vec<Node>),
    Alternation(Vec<Node>),
    /// `index` is `None` for a group that does not capture.
    Group {
        index: Option<usize>,
        inner: Box<Node>,
    },
    Repeat(Box<Repeat>),
    Anchor(Anchor),
    Around(Box<Around>),
    Atomic(Box<Node>),
    Reference {
        group: usize,
        folding: Folding,
    },
    /// `\R`.
    LineBreak,
    /// `\X`.
    Grapheme,
}

#[derive(Debug)]
pub(super) struct Repeat {
    pub(super) inner: Node,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) greed: Greed,
    pub(super) shape: Shape,
    /// Place of the quantifier in the pattern.
    pub(super) at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// How the JDK runs a repetition. It shows only through captures, zero-length rounds and the bounds
/// of a look-behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each round is taken once and never reconsidered: single atoms, and groups without choices.
    Fixed,
    /// `?` after a group: an alternative with nothing.
    Optional,
    /// A group with choices inside.
    Loop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// `^`, `\A` and, in `matches()`, `\G`.
    Start,
    /// `\z`.
    End,
    /// `$` and `\Z`: also before a last line terminator.
    LastLine { unix: bool },
    /// `^` under `(?m)`.
    LineStart { unix: bool },
    /// `$` under `(?m)`.
    LineEnd { unix: bool },
    /// `\b`, `\B`.
    Word { negated: bool, unicode: bool },
    /// `\b{g}`.
    Cluster,
}

#[derive(Debug)]
pub(super) struct Around {
    pub(super) inner: Node,
    pub(super) negated: bool,
    /// For a look-behind the shortest and longest distance it may start back.
    pub(super) behind: Option<Behind>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Behind {
    pub(super) min: i32,
    pub(super) max: i32,
    /// Distances count code points, not UTF-16 units.
    pub(super) whole_points: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    Exact,
    Ascii,
    Unicode,
}

impl Node {
    pub(super) fn sequence(mut nodes: Vec<Self>) -> Self {
        match nodes.len() {
            0 => Self::Empty,
            1 => nodes.remove(0),
            _ => Self::Concat(nodes),
        }
    }

    /// The parts directly below.
    pub(super) fn children(&self) -> &[Self] {
        match self {
            Self::Concat(nodes) | Self::Alternation(nodes) => nodes,
            Self::Group { inner, .. } | Self::Atomic(inner) => std::slice::from_ref(inner),
            Self::Repeat(repeat) => std::slice::from_ref(&repeat.inner),
            Self::Around(around) => std::slice::from_ref(&around.inner),
            _ => &[],
        }
    }
}

/// What the JDK works out about a part before it is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) min: i32,
    pub(super) max: i32,
    /// Whether `max` is known at all.
    pub(super) bounded: bool,
    /// Whether there is but one way to match at a place.
    pub(super) deterministic: bool,
    /// What was counted up to the last choice.
    settled: (i32, i32),
}

impl Extent {
    /// The extent of a part alone. Sums wrap as the JDK's do: it is those it decides by.
    pub(super) fn of(node: &Node) -> Self {
        let mut extent = Self::nothing();
        extent.add(node);
        extent.grow(extent.settled.0, extent.settled.1);
        extent
    }

    fn nothing() -> Self {
        Self { min: 0, max: 0, bounded: true, deterministic: true, settled: (0, 0) }
    }

    fn grow(&mut self, min: i32, max: i32) {
        self.min = self.min.wrapping_add(min);
        self.max = self.max.wrapping_add(max);
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Empty | Node::Anchor(_) | Node::Around(_) => {}
            Node::Grapheme => self.deterministic = false,
            Node::Class { .. } => self.grow(1, 1),
            Node::LineBreak => self.grow(1, 2),
            Node::Reference { .. } => self.bounded = false,
            Node::Concat(nodes) => nodes.iter().for_each(|node| self.add(node)),
            Node::Group { inner, .. } => self.add(inner),
            Node::Atomic(inner) => self.add_apart(inner),
            Node::Alternation(nodes) => self.add_choice(nodes),
            Node::Repeat(repeat) => self.add_repeat(repeat),
        }
    }

    /// Adds a part that ends before what follows it, choices and all.
    fn add_apart(&mut self, node: &Node) {
        let outer = std::mem::take(&mut self.settled);
        self.add(node);
        let settled = std::mem::replace(&mut self.settled, outer);
        self.grow(settled.0, settled.1);
    }

    fn add_choice(&mut self, nodes: &[Node]) {
        let each: Vec<Self> = nodes.iter().map(Self::of).collect();
        self.settle(
            each.iter().map(|extent| extent.min).min().unwrap_or(0),
            each.iter().fold(-1, |max, extent| max.max(extent.max)),
            each.iter().all(|extent| extent.bounded),
        );
    }

    /// Behind a choice the JDK counts anew and adds up at the end, so sums wrap there or not at all.
    fn settle(&mut self, min: i32, max: i32, bounded: bool) {
        self.grow(min, max);
        self.settled.0 = self.settled.0.wrapping_add(std::mem::take(&mut self.min));
        self.settled.1 = self.settled.1.wrapping_add(std::mem::take(&mut self.max));
        self.bounded &= bounded;
        self.deterministic = false;
    }

    fn add_repeat(&mut self, repeat: &Repeat) {
        if repeat.shape == Shape::Loop {
            self.bounded = false;
            self.deterministic = false;
            return;
        }
        let greedy = repeat.greed == Greed::Greedy;
        if repeat.max == UNBOUNDED && greedy && matches!(repeat.inner, Node::Class { .. }) {
            self.grow(repeat.min.cast_signed(), UNBOUNDED.cast_signed());
            self.deterministic = false;
            return;
        }
        if (repeat.min, repeat.max) == (0, 1) && repeat.shape == Shape::Fixed {
            let min = self.min;
            self.add_apart(&repeat.inner);
            self.min = min;
            self.deterministic = false;
            return;
        }
        let inner = Self::of(&repeat.inner);
        if repeat.shape == Shape::Optional {
            return self.settle(0, inner.max.max(0), inner.bounded);
        }
        let (cmin, cmax) = (repeat.min.cast_signed(), repeat.max.cast_signed());
        let min = inner.min.wrapping_mul(cmin).wrapping_add(self.min);
        self.min = if min < self.min { 0x0FFF_FFFF } else { min };
        let max = inner.max.wrapping_mul(cmax).wrapping_add(self.max);
        self.bounded &= inner.bounded && max >= self.max;
        self.max = max;
        self.deterministic &= inner.deterministic && cmin == cmax;
    }
}
