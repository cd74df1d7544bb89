//! Runs a program over a text as `java.util.regex` would: first choice first, on an explicit stack,
//! with a bounded number of steps.

mod behind;

use super::Exhausted;
use super::program::{Op, Program};
use super::ranges::Ranges;
use super::steps::Steps;
use super::text::{Text, width};
use super::tree::{Anchor, Greed};
use behind::distance;

/// Steps that the beginning of a run is worth.
const BEGINNING: usize = 32;

/// Whether the whole text matches.
pub(super) fn run(program: &Program, text: &Text, steps: &mut Steps) -> Result<bool, Exhausted> {
    Machine::new(program, text, steps).run()
}

/// The farthest place, in UTF-16 units, up to which any attempt within the steps came.
pub(super) fn reach(program: &Program, text: &Text, steps: &mut Steps) -> usize {
    let mut machine = Machine::new(program, text, steps);
    // An attempt given up has come as far as it has.
    let _ = machine.run();
    machine.reach
}

/// What is done when a way has failed, last entry first.
#[derive(Debug)]
enum Choice {
    Branch {
        pc: usize,
        at: usize,
    },
    /// Give back one character of a greedy span.
    Shorter {
        pc: usize,
        at: usize,
        floor: usize,
    },
    /// Take one more character into a lazy span.
    Longer {
        pc: usize,
        at: usize,
        more: u32,
    },
    /// Start the look-behind one place further back.
    Further {
        pc: usize,
        at: usize,
    },
    Slot {
        slot: usize,
        old: usize,
    },
    Open {
        group: usize,
        old: usize,
    },
    Group {
        group: usize,
        old: Option<(usize, usize)>,
    },
}

struct Machine<'a> {
    program: &'a Program,
    text: &'a Text,
    slots: Vec<usize>,
    opens: Vec<usize>,
    groups: Vec<Option<(usize, usize)>>,
    choices: Vec<Choice>,
    at: usize,
    pc: usize,
    reach: usize,
    /// Where the part ended that the JDK ran last on its own. No way that fails takes it back.
    last: usize,
    steps: &'a mut Steps,
}

impl<'a> Machine<'a> {
    fn new(program: &'a Program, text: &'a Text, steps: &'a mut Steps) -> Self {
        Self {
            program,
            text,
            slots: vec![0; program.slots],
            opens: vec![0; program.groups + 1],
            groups: vec![None; program.groups + 1],
            choices: Vec::new(),
            at: 0,
            pc: 0,
            reach: 0,
            last: 0,
            steps,
        }
    }

    fn charge(&mut self, steps: usize) -> Result<(), Exhausted> {
        if self.steps.take(steps) { Ok(()) } else { Err(Exhausted) }
    }

    fn run(&mut self) -> Result<bool, Exhausted> {
        self.charge(BEGINNING)?;
        loop {
            self.charge(1)?;
            let program = self.program;
            let Some(op) = program.ops.get(self.pc) else { return Err(Exhausted) };
            self.reach = self.reach.max(self.at);
            if matches!(op, Op::Accept) && self.at == self.text.len() {
                return Ok(true);
            }
            if !self.step(op)? && !self.back()? {
                return Ok(false);
            }
        }
    }

    /// Takes a step; false if this way is closed.
    fn step(&mut self, op: &Op) -> Result<bool, Exhausted> {
        let went_on = match *op {
            Op::Accept => return Ok(false),
            Op::Jump(to) => return Ok(self.jump(to)),
            Op::Split(first, second) => return Ok(self.split(first, second)),
            Op::Span { ref set, min, max, greed, silent } => {
                let start = self.at;
                let went_on = self.span(set, min, max, greed);
                if !silent && self.at != start {
                    self.last = self.at;
                }
                return went_on;
            }
            Op::Again { slot, min, max, greed, body, exit } => {
                return Ok(self.again(slot, (min, max), greed, body, exit));
            }
            Op::Round { slot, min, max, greed, exit } => {
                return Ok(self.round(slot, (min, max), greed, exit));
            }
            Op::Rounded { slot, min, greed, group, head, exit } => {
                return Ok(self.rounded(slot, min, greed, group, head, exit));
            }
            Op::Begin { slot, min, greed, exit } => self.begin(slot, min, greed, exit),
            Op::Behind { slot, behind, negated, after } => {
                self.charge(distance(behind))?;
                return Ok(self.look_behind(slot, behind, negated, after));
            }
            Op::Class(ref set) => self.take(set),
            Op::Anchor(Anchor::Cluster) => {
                self.text.is_cluster_bound(self.last, self.at).map_err(|()| Exhausted)?
            }
            Op::Anchor(anchor) => self.text.holds(anchor, self.at),
            Op::LineBreak => self.line_break(),
            Op::Grapheme => self.move_to(self.text.grapheme_end(self.at)),
            Op::Reference { group, folding } => match self.groups.get(group).copied().flatten() {
                Some((from, to)) => {
                    self.charge(to - from)?;
                    let end =
                        self.text.repeated(from, to, self.at, folding).map_err(|()| Exhausted)?;
                    self.move_to(end)
                }
                None => false,
            },
            Op::Open { group } => {
                let old = std::mem::replace(&mut self.opens[group], self.at);
                self.choices.push(Choice::Open { group, old });
                true
            }
            Op::Close { group } => self.capture(group, self.opens[group]),
            Op::Reset { slot } => self.put(slot, 0),
            Op::Enter { slot } => {
                self.put(slot, self.slots[slot] + 1) && self.put(slot + 1, self.at)
            }
            Op::Ended => self.ended(),
            Op::Mark { slot } => self.mark(slot),
            Op::Commit { slot } => self.commit(slot),
            Op::Return { slot } => self.commit(slot) && self.move_to(Some(self.slots[slot + 1])),
            Op::Refute { slot } => !self.commit(slot),
            Op::BehindEnd { slot } => self.at == self.slots[slot + 1],
        };
        self.pc += 1;
        Ok(went_on)
    }

    /// A part that the JDK runs on its own has ended here.
    fn ended(&mut self) -> bool {
        self.last = self.at;
        true
    }

    fn move_to(&mut self, place: Option<usize>) -> bool {
        self.at = place.unwrap_or(self.at);
        place.is_some()
    }

    fn jump(&mut self, to: usize) -> bool {
        self.pc = to;
        true
    }

    fn split(&mut self, first: usize, second: usize) -> bool {
        self.choices.push(Choice::Branch { pc: second, at: self.at });
        self.jump(first)
    }

    /// Sets a register, to be undone if this way fails.
    fn put(&mut self, slot: usize, value: usize) -> bool {
        let old = std::mem::replace(&mut self.slots[slot], value);
        self.choices.push(Choice::Slot { slot, old });
        true
    }

    fn mark(&mut self, slot: usize) -> bool {
        self.slots[slot] = self.choices.len();
        self.slots[slot + 1] = self.at;
        true
    }

    /// Captures made since the mark stay, as in the JDK, even if the way fails later.
    fn commit(&mut self, slot: usize) -> bool {
        self.choices.truncate(self.slots[slot]);
        true
    }

    fn capture(&mut self, group: usize, from: usize) -> bool {
        let old = self.groups[group].replace((from, self.at));
        self.choices.push(Choice::Group { group, old });
        true
    }

    fn take(&mut self, set: &Ranges) -> bool {
        let end = self
            .text
            .point(self.at)
            .filter(|point| set.contains(*point))
            .map(|point| self.at + width(point));
        self.move_to(end)
    }

    fn line_break(&mut self) -> bool {
        let point = self.text.point(self.at);
        if point == Some(0x0D) && self.text.point(self.at + 1) == Some(0x0A) {
            self.choices.push(Choice::Branch { pc: self.pc + 1, at: self.at + 1 });
            return self.move_to(Some(self.at + 2));
        }
        let breaks = matches!(point, Some(0x0A..=0x0D | 0x85 | 0x2028 | 0x2029));
        self.move_to(breaks.then_some(self.at + 1))
    }

    fn span(&mut self, set: &Ranges, min: u32, max: u32, greed: Greed) -> Result<bool, Exhausted> {
        let start = self.at;
        for taken in 0..min {
            if !self.take(set) {
                self.charge(taken as usize / 4)?;
                return Ok(false);
            }
        }
        let floor = self.at;
        if greed == Greed::Lazy {
            self.choices.push(Choice::Longer { pc: self.pc, at: floor, more: max - min });
        } else {
            let mut more = max - min;
            while more > 0 && self.take(set) {
                more -= 1;
            }
            if greed == Greed::Greedy && self.at > floor {
                self.choices.push(Choice::Shorter { pc: self.pc + 1, at: self.at, floor });
            }
        }
        self.charge((self.at - start) / 4)?;
        self.pc += 1;
        Ok(true)
    }

    /// A round that took nothing ends the loop, however few there were.
    fn again(
        &mut self,
        slot: usize,
        (min, max): (u32, u32),
        greed: Greed,
        body: usize,
        exit: usize,
    ) -> bool {
        let count = self.slots[slot];
        if self.at == self.slots[slot + 1] {
            self.jump(exit)
        } else if count < min as usize {
            self.jump(body)
        } else if count >= max as usize {
            self.jump(exit)
        } else if greed == Greed::Lazy {
            self.split(exit, body)
        } else {
            self.split(body, exit)
        }
    }

    fn round(&mut self, slot: usize, (min, max): (u32, u32), greed: Greed, exit: usize) -> bool {
        let count = self.slots[slot];
        if count >= max as usize {
            return self.jump(exit);
        }
        let begin = self.pc + 1;
        match greed {
            Greed::Greedy if count >= min as usize => self.split(begin, exit),
            Greed::Lazy if count >= min as usize => self.split(exit, begin),
            _ => self.jump(begin),
        }
    }

    /// The mark lies below the way out of a possessive repetition: a finished round cannot be undone.
    fn begin(&mut self, slot: usize, min: u32, greed: Greed, exit: usize) -> bool {
        self.mark(slot + 1);
        if greed == Greed::Possessive && self.slots[slot] >= min as usize {
            self.choices.push(Choice::Branch { pc: exit, at: self.at });
        }
        true
    }

    fn rounded(
        &mut self,
        slot: usize,
        min: u32,
        greed: Greed,
        group: Option<usize>,
        head: usize,
        exit: usize,
    ) -> bool {
        self.ended();
        self.commit(slot + 1);
        let count = self.slots[slot];
        let from = self.slots[slot + 2];
        if self.at == from && count >= min as usize {
            return greed == Greed::Possessive && self.jump(exit);
        }
        if let Some(group) = group {
            self.capture(group, from);
        }
        self.put(slot, count + 1);
        self.jump(head)
    }

    /// Takes up the last choice left open; false if there is none.
    fn back(&mut self) -> Result<bool, Exhausted> {
        while let Some(choice) = self.choices.pop() {
            self.charge(1)?;
            match choice {
                Choice::Slot { slot, old } => self.slots[slot] = old,
                Choice::Open { group, old } => self.opens[group] = old,
                Choice::Group { group, old } => self.groups[group] = old,
                Choice::Branch { pc, at } => {
                    (self.pc, self.at) = (pc, at);
                    return Ok(true);
                }
                Choice::Shorter { pc, at, floor } => return Ok(self.shorter(pc, at, floor)),
                Choice::Longer { pc, at, more } => {
                    if self.longer(pc, at, more) {
                        return Ok(true);
                    }
                }
                Choice::Further { pc, at } => {
                    if let Some(&Op::Behind { behind, .. }) = self.program.ops.get(pc) {
                        self.charge(distance(behind))?;
                    }
                    if self.further(pc, at) {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    fn shorter(&mut self, pc: usize, at: usize, floor: usize) -> bool {
        let at = self.text.before(at, floor);
        if at > floor {
            self.choices.push(Choice::Shorter { pc, at, floor });
        }
        (self.pc, self.at) = (pc, at);
        true
    }

    fn longer(&mut self, pc: usize, at: usize, more: u32) -> bool {
        let Some(Op::Span { set, .. }) = self.program.ops.get(pc) else { return false };
        self.at = at;
        if more == 0 || !self.take(set) {
            return false;
        }
        self.ended();
        self.choices.push(Choice::Longer { pc, at: self.at, more: more - 1 });
        self.jump(pc + 1)
    }
}
