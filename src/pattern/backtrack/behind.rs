//! Look-behind: the part is tried from each place that is far enough back.

use super::super::program::Op;
use super::super::tree::Behind;
use super::{Choice, Machine};

impl Machine<'_> {
    pub(super) fn look_behind(
        &mut self,
        slot: usize,
        behind: Behind,
        negated: bool,
        after: usize,
    ) -> bool {
        let place = self.slots[slot + 1];
        let start = if behind.whole_points {
            Some((0..behind.min).fold(place, |at, _| self.text.before(at, 0)))
        } else {
            i32::try_from(place)
                .ok()
                .and_then(|place| usize::try_from(place.wrapping_sub(behind.min)).ok())
        };
        match start {
            Some(start) => self.look_from(start, slot, behind, negated, after),
            None => negated && self.jump(after),
        }
    }

    /// Tries the look-behind from a place, having left the next one to be tried later.
    fn look_from(
        &mut self,
        start: usize,
        slot: usize,
        behind: Behind,
        negated: bool,
        after: usize,
    ) -> bool {
        let place = self.slots[slot + 1];
        if start < self.farthest(place, behind) {
            self.at = place;
            return negated && self.jump(after);
        }
        self.choices.push(Choice::Further { pc: self.pc, at: start });
        self.at = start;
        self.jump(self.pc + 1)
    }

    fn farthest(&self, place: usize, behind: Behind) -> usize {
        if behind.whole_points {
            let mut at = place;
            for _ in 0..behind.max {
                if at == 0 {
                    break;
                }
                at = self.text.before(at, 0);
            }
            return at;
        }
        // The sums wrap here as they do in the JDK.
        i32::try_from(place).map_or(usize::MAX, |place| {
            usize::try_from(place.wrapping_sub(behind.max)).unwrap_or(0)
        })
    }

    pub(super) fn further(&mut self, pc: usize, at: usize) -> bool {
        let Some(&Op::Behind { slot, behind, negated, after }) = self.program.ops.get(pc) else {
            return false;
        };
        self.pc = pc;
        let next = if behind.whole_points { self.text.before(at, 0) } else { at.wrapping_sub(1) };
        if at == 0 {
            self.at = self.slots[slot + 1];
            return negated && self.jump(after);
        }
        self.look_from(next, slot, behind, negated, after)
    }
}

/// Steps that it is worth to count code points back.
pub(super) fn distance(behind: Behind) -> usize {
    if !behind.whole_points {
        return 0;
    }
    usize::try_from(behind.min.max(behind.max)).unwrap_or(0) / 4
}
