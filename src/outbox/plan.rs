//! What is sent next; pure.
//!
//! Messages to one app and user form a lane. The first attempts of a lane are made one after the
//! other, in the order they fall due; what failed is tried again beside them. In order, a lane waits
//! until its first message is done with.

use foldhash::HashMap;
use std::collections::BTreeSet;

use crate::store::deliveries::{Lane, Waiting};

/// Everything that waits or is under way.
#[derive(Debug, Default)]
pub struct Plan {
    in_order: bool,
    rows: HashMap<i64, Row>,
    numbers: HashMap<Lane, usize>,
    lanes: Vec<Queue>,
    /// Rows that may be sent when they are due: repetitions, and of each free lane the first.
    open: BTreeSet<(i64, i64)>,
    under_way: usize,
}

#[derive(Debug)]
struct Row {
    lane: usize,
    due: i64,
    /// Whether it takes its turn in the lane.
    queues: bool,
    under_way: bool,
}

#[derive(Debug, Default)]
struct Queue {
    /// By time due, then number; in order, by number alone.
    rows: BTreeSet<(i64, i64)>,
    /// The row whose end the lane waits for.
    held_by: Option<i64>,
    /// What stands in `open` for this lane.
    shown: Option<(i64, i64)>,
}

impl Plan {
    /// An empty plan.
    pub fn new(in_order: bool) -> Self {
        Self { in_order, ..Self::default() }
    }

    /// Changes whether a message that fails holds back those after it. What is known stays known.
    pub fn keep_order(&mut self, in_order: bool) {
        if self.in_order == in_order {
            return;
        }
        let mut plan = Self::new(in_order);
        let lanes: HashMap<usize, Lane> =
            std::mem::take(&mut self.numbers).into_iter().map(|(lane, at)| (at, lane)).collect();
        for (seq, row) in std::mem::take(&mut self.rows) {
            let Some(lane) = lanes.get(&row.lane).cloned() else { continue };
            let tries = u32::from(!row.queues);
            plan.add(Waiting { seq, lane, due: row.due, tries });
            if row.under_way {
                plan.begin(seq);
            }
        }
        *self = plan;
    }

    /// Takes a row in. A row that is under way keeps its present attempt and waits after it.
    pub fn add(&mut self, row: Waiting) {
        if self.rows.get(&row.seq).is_some_and(|known| known.under_way) {
            return;
        }
        self.forget(row.seq);
        let count = self.lanes.len();
        let lane = *self.numbers.entry(row.lane).or_insert(count);
        if lane == count {
            self.lanes.push(Queue::default());
        }
        let queues = self.in_order || row.tries == 0;
        self.rows.insert(row.seq, Row { lane, due: row.due, queues, under_way: false });
        if queues {
            let rank = self.rank(row.due, row.seq);
            if let Some(queue) = self.lanes.get_mut(lane) {
                queue.rows.insert(rank);
            }
            self.show(lane);
        } else {
            self.open.insert((row.due, row.seq));
        }
    }

    /// The next row to send, if one is due. It is under way until [`Plan::end`].
    pub fn take(&mut self, now: i64) -> Option<i64> {
        let (due, seq) = *self.open.first()?;
        if due > now {
            return None;
        }
        self.begin(seq);
        Some(seq)
    }

    /// An attempt has ended: the row waits again, or is done with.
    pub fn end(&mut self, seq: i64, again: Option<i64>) {
        let Some(row) = self.rows.remove(&seq) else { return };
        self.under_way = self.under_way.saturating_sub(usize::from(row.under_way));
        let keeps_lane = self.in_order && again.is_some();
        let rank = self.rank(row.due, seq);
        if let Some(queue) = self.lanes.get_mut(row.lane) {
            if !keeps_lane {
                queue.rows.remove(&rank);
            }
            if queue.held_by == Some(seq) {
                queue.held_by = None;
            }
        }
        if let Some(due) = again {
            let queues = self.in_order;
            self.rows.insert(seq, Row { due, queues, under_way: false, ..row });
            if !queues {
                self.open.insert((due, seq));
            }
        }
        self.show(row.lane);
    }

    /// When the next row falls due.
    pub fn next_due(&self) -> Option<i64> {
        self.open.first().map(|(due, _)| *due)
    }

    /// How many attempts are being made.
    pub fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many rows wait or are under way.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing waits and nothing is under way.
    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Drops what waits; what is under way ends as it will.
    pub fn clear(&mut self) {
        let waiting: Vec<i64> =
            self.rows.iter().filter(|(_, row)| !row.under_way).map(|(seq, _)| *seq).collect();
        for seq in waiting {
            self.forget(seq);
        }
    }

    fn begin(&mut self, seq: i64) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        row.under_way = true;
        self.under_way += 1;
        let (lane, due, queues) = (row.lane, row.due, row.queues);
        self.open.remove(&(due, seq));
        if let Some(queue) = self.lanes.get_mut(lane).filter(|_| queues) {
            queue.held_by = Some(seq);
            queue.shown = None;
        }
    }

    fn forget(&mut self, seq: i64) {
        let Some(row) = self.rows.remove(&seq) else { return };
        self.open.remove(&(row.due, seq));
        let rank = self.rank(row.due, seq);
        if let Some(queue) = self.lanes.get_mut(row.lane) {
            queue.rows.remove(&rank);
        }
        self.show(row.lane);
    }

    /// Puts the first row of a free lane where it is taken from.
    fn show(&mut self, lane: usize) {
        let Some(queue) = self.lanes.get_mut(lane) else { return };
        if let Some(shown) = queue.shown.take() {
            self.open.remove(&shown);
        }
        if queue.held_by.is_some() {
            return;
        }
        let first = queue.rows.first().and_then(|(_, seq)| Some((self.rows.get(seq)?.due, *seq)));
        if let Some(first) = first {
            queue.shown = Some(first);
            self.open.insert(first);
        }
    }

    fn rank(&self, due: i64, seq: i64) -> (i64, i64) {
        if self.in_order { (0, seq) } else { (due, seq) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: i64, user: &str, due: i64, tries: u32) -> Waiting {
        Waiting { seq, lane: ("app".into(), user.into()), due, tries }
    }

    fn plan(in_order: bool, rows: &[Waiting]) -> Plan {
        let mut plan = Plan::new(in_order);
        rows.iter().for_each(|row| plan.add(row.clone()));
        plan
    }

    #[test]
    fn first_attempts_of_a_user_are_made_one_after_the_other() {
        let mut plan = plan(false, &[row(1, "a", 0, 0), row(2, "a", 0, 0), row(3, "b", 0, 0)]);
        assert_eq!((plan.take(0), plan.take(0), plan.take(0)), (Some(1), Some(3), None));
        plan.end(1, None);
        assert_eq!(plan.take(0), Some(2));
    }

    #[test]
    fn a_failing_message_does_not_hold_back_later_ones() {
        let mut plan = plan(false, &[row(1, "a", 0, 0), row(2, "a", 0, 0)]);
        assert_eq!(plan.take(0), Some(1));
        plan.end(1, Some(60));
        assert_eq!(plan.take(0), Some(2));
        plan.end(2, None);
        assert_eq!((plan.take(59), plan.next_due(), plan.take(60)), (None, Some(60), Some(1)));
    }

    #[test]
    fn in_order_a_failing_message_holds_its_lane_and_no_other() {
        let rows = [row(1, "a", 0, 0), row(2, "a", 0, 0), row(3, "b", 0, 0)];
        let mut plan = plan(true, &rows);
        assert_eq!((plan.take(0), plan.take(0)), (Some(1), Some(3)));
        plan.end(1, Some(60));
        assert_eq!((plan.take(59), plan.take(60)), (None, Some(1)));
        plan.end(1, None);
        assert_eq!(plan.take(60), Some(2));
    }

    #[test]
    fn a_repetition_read_back_in_order_still_holds_its_lane() {
        let mut plan = plan(true, &[row(1, "a", 60, 3), row(2, "a", 0, 0)]);
        assert_eq!((plan.take(0), plan.take(60)), (None, Some(1)));
    }

    #[test]
    fn a_delayed_message_lets_later_ones_pass() {
        let mut plan = plan(false, &[row(1, "a", 30, 0), row(2, "a", 0, 0)]);
        assert_eq!((plan.take(0), plan.next_due()), (Some(2), None));
        plan.end(2, None);
        assert_eq!((plan.next_due(), plan.take(30)), (Some(30), Some(1)));
    }

    #[test]
    fn a_row_added_again_is_one_row() {
        let mut plan = plan(false, &[row(1, "a", 90, 2)]);
        plan.add(row(1, "a", 5, 0));
        assert_eq!((plan.len(), plan.take(5), plan.take(90)), (1, Some(1), None));
        plan.end(1, None);
        assert!(plan.is_empty());
    }

    #[test]
    fn changing_the_rule_loses_nothing() {
        let rows = [row(1, "a", 0, 0), row(2, "a", 0, 0), row(3, "a", 50, 1)];
        let mut plan = plan(false, &rows);
        assert_eq!(plan.take(0), Some(1));
        plan.keep_order(true);
        assert_eq!((plan.len(), plan.under_way(), plan.take(99)), (3, 1, None));
        plan.end(1, None);
        assert_eq!(plan.take(99), Some(2));
    }

    proptest::proptest! {
        #[test]
        fn every_row_is_sent_until_it_is_done_with(
            rows in proptest::collection::vec((0..4u8, 0..5i64, 0..2u32), 1..40),
            fails in proptest::collection::vec(0..3u8, 40),
            in_order in proptest::bool::ANY,
        ) {
            let mut plan = Plan::new(in_order);
            let mut left: Vec<u8> = fails;
            for (at, (user, due, tries)) in rows.iter().enumerate() {
                plan.add(row(at as i64, &user.to_string(), *due, *tries));
            }
            let (mut now, mut under_way) = (0, Vec::new());
            for _ in 0..10_000 {
                while let Some(seq) = plan.take(now) { under_way.push(seq); }
                if let Some(seq) = under_way.pop() {
                    let again = left[seq as usize] > 0;
                    left[seq as usize] = left[seq as usize].saturating_sub(1);
                    plan.end(seq, again.then_some(now + 7));
                } else if let Some(due) = plan.next_due() { now = now.max(due); } else { break; }
            }
            proptest::prop_assert!(plan.is_empty());
        }
    }
}
