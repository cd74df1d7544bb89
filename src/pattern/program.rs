//! A tree as a list of steps for the backtracking matcher.

use std::sync::Arc;

use super::ranges::Ranges;
use super::tree::{Anchor, Around, Behind, Folding, Greed, Node, Repeat, Shape, Tree, UNBOUNDED};

/// One step. Numbers named `to`, `exit`, `body` and so on are steps, numbers named `slot` are
/// registers of the run.
#[derive(Debug)]
pub(super) enum Op {
    Accept,
    Class(Arc<Ranges>),
    /// A repeated class, the one repetition that needs no step per round.
    Span {
        set: Arc<Ranges>,
        min: u32,
        max: u32,
        greed: Greed,
        /// Whether the JDK runs it in one go, which `\b{g}` does not notice.
        silent: bool,
    },
    /// A part ends that the JDK runs on its own. Only for `\b{g}`.
    Ended,
    Jump(usize),
    /// Goes on at the first, later at the second.
    Split(usize, usize),
    Anchor(Anchor),
    LineBreak,
    Grapheme,
    Reference {
        group: usize,
        folding: Folding,
    },
    Open {
        group: usize,
    },
    Close {
        group: usize,
    },
    Reset {
        slot: usize,
    },
    /// A round of a loop begins.
    Enter {
        slot: usize,
    },
    /// A round of a loop ends.
    Again {
        slot: usize,
        min: u32,
        max: u32,
        greed: Greed,
        body: usize,
        exit: usize,
    },
    /// Whether a fixed repetition goes on or is left.
    Round {
        slot: usize,
        min: u32,
        max: u32,
        greed: Greed,
        exit: usize,
    },
    /// A round of a fixed repetition begins.
    Begin {
        slot: usize,
        min: u32,
        greed: Greed,
        exit: usize,
    },
    /// A round of a fixed repetition ends, its choices forgotten.
    Rounded {
        slot: usize,
        min: u32,
        greed: Greed,
        group: Option<usize>,
        head: usize,
        exit: usize,
    },
    /// Remembers the place and how many choices were open.
    Mark {
        slot: usize,
    },
    /// Forgets the choices opened since the mark.
    Commit {
        slot: usize,
    },
    /// The same, and goes back to the mark's place.
    Return {
        slot: usize,
    },
    /// The same, and fails: what must not match did.
    Refute {
        slot: usize,
    },
    /// Tries the steps that follow at each distance back.
    Behind {
        slot: usize,
        behind: Behind,
        negated: bool,
        after: usize,
    },
    /// Fails unless the look-behind ended where it was asked.
    BehindEnd {
        slot: usize,
    },
}

/// Steps and the registers they need. A construct has up to three registers from its `slot` on.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) slots: usize,
    pub(super) groups: usize,
}

impl Program {
    pub(super) fn new(tree: &Tree) -> Self {
        let (captures, clusters) = (tree.references, asks_for_clusters(&tree.root));
        let mut writer = Writer { ops: Vec::new(), slots: 0, captures, clusters };
        writer.node(&tree.root);
        writer.ops.push(Op::Accept);
        Self { ops: writer.ops, slots: writer.slots, groups: tree.groups }
    }
}

struct Writer {
    ops: Vec<Op>,
    slots: usize,
    captures: bool,
    clusters: bool,
}

impl Writer {
    fn slot(&mut self) -> usize {
        self.slots += 3;
        self.slots - 3
    }

    /// Leaves room for a step that is known only later.
    fn reserve(&mut self) -> usize {
        self.ops.push(Op::Accept);
        self.ops.len() - 1
    }

    fn set(&mut self, at: usize, op: Op) {
        if let Some(place) = self.ops.get_mut(at) {
            *place = op;
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Empty => {}
            Node::Class { set, .. } => self.ops.push(Op::Class(Arc::clone(set))),
            Node::Concat(nodes) => nodes.iter().for_each(|node| self.node(node)),
            Node::Alternation(nodes) => self.alternation(nodes),
            Node::Group { index, inner } => self.group(*index, inner),
            Node::Repeat(repeat) => self.repeat(repeat),
            Node::Anchor(anchor) => self.ops.push(Op::Anchor(*anchor)),
            Node::Around(around) => self.around(around),
            Node::Atomic(inner) => {
                let slot = self.slot();
                self.ops.push(Op::Mark { slot });
                self.node(inner);
                self.ended();
                self.ops.push(Op::Commit { slot });
            }
            Node::Reference { group, folding } => {
                self.ops.push(Op::Reference { group: *group, folding: *folding });
            }
            Node::LineBreak => self.ops.push(Op::LineBreak),
            Node::Grapheme => self.ops.push(Op::Grapheme),
        }
    }

    fn ended(&mut self) {
        if self.clusters {
            self.ops.push(Op::Ended);
        }
    }

    fn alternation(&mut self, nodes: &[Node]) {
        let mut jumps = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            if index + 1 == nodes.len() {
                self.node(node);
                break;
            }
            let split = self.reserve();
            self.node(node);
            jumps.push(self.reserve());
            let next = self.ops.len();
            self.set(split, Op::Split(split + 1, next));
        }
        let end = self.ops.len();
        for jump in jumps {
            self.set(jump, Op::Jump(end));
        }
    }

    fn group(&mut self, index: Option<usize>, inner: &Node) {
        let Some(group) = index.filter(|_| self.captures) else { return self.node(inner) };
        self.ops.push(Op::Open { group });
        self.node(inner);
        self.ops.push(Op::Close { group });
    }

    fn repeat(&mut self, repeat: &Repeat) {
        let &Repeat { min, max, greed, shape, .. } = repeat;
        if let Node::Class { set, .. } = &repeat.inner {
            let silent = max == UNBOUNDED && greed == Greed::Greedy;
            return self.ops.push(Op::Span { set: Arc::clone(set), min, max, greed, silent });
        }
        match shape {
            Shape::Optional => self.optional(repeat),
            Shape::Loop => self.looped(repeat),
            Shape::Fixed => self.fixed(repeat),
        }
    }

    fn optional(&mut self, repeat: &Repeat) {
        let split = self.reserve();
        self.node(&repeat.inner);
        let exit = self.ops.len();
        self.set(split, ordered(repeat.greed, split + 1, exit));
    }

    fn looped(&mut self, repeat: &Repeat) {
        let &Repeat { min, max, greed, .. } = repeat;
        let slot = self.slot();
        self.ops.push(Op::Reset { slot });
        let split = self.reserve();
        let body = self.ops.len();
        self.ops.push(Op::Enter { slot });
        self.node(&repeat.inner);
        let exit = self.ops.len() + 1;
        self.ops.push(Op::Again { slot, min, max, greed, body, exit });
        let first = match (min, max) {
            (0, 0) => Op::Jump(exit),
            (0, _) => ordered(greed, body, exit),
            _ => Op::Jump(body),
        };
        self.set(split, first);
    }

    fn fixed(&mut self, repeat: &Repeat) {
        let &Repeat { min, max, greed, .. } = repeat;
        let slot = self.slot();
        self.ops.push(Op::Reset { slot });
        let head = self.reserve();
        let begin = self.reserve();
        let group = match &repeat.inner {
            Node::Group { index, inner } if greed != Greed::Possessive => {
                self.node(inner);
                index.filter(|_| self.captures)
            }
            inner => {
                self.node(inner);
                None
            }
        };
        let exit = self.ops.len() + 1;
        // A `?` takes an empty round as it takes any other; every other sign drops it.
        let needed = if (min, max) == (0, 1) { u32::MAX } else { min };
        self.ops.push(Op::Rounded { slot, min: needed, greed, group, head, exit });
        self.set(head, Op::Round { slot, min, max, greed, exit });
        self.set(begin, Op::Begin { slot, min, greed, exit });
    }

    fn around(&mut self, around: &Around) {
        let slot = self.slot();
        self.ops.push(Op::Mark { slot });
        let start = self.reserve();
        self.node(&around.inner);
        match around.behind {
            Some(_) => self.ops.push(Op::BehindEnd { slot }),
            None => self.ended(),
        }
        self.ops.push(if around.negated { Op::Refute { slot } } else { Op::Return { slot } });
        let after = self.ops.len();
        let first = match around.behind {
            Some(behind) => Op::Behind { slot, behind, negated: around.negated, after },
            None if around.negated => Op::Split(start + 1, after),
            None => Op::Jump(start + 1),
        };
        self.set(start, first);
    }
}

fn asks_for_clusters(node: &Node) -> bool {
    matches!(node, Node::Anchor(Anchor::Cluster)) || node.children().iter().any(asks_for_clusters)
}

fn ordered(greed: Greed, body: usize, exit: usize) -> Op {
    if greed == Greed::Lazy { Op::Split(exit, body) } else { Op::Split(body, exit) }
}
