//! Sets of code points, and the algebra Java's character classes are made of.

/// A set of code points as sorted, disjoint, inclusive ranges. Surrogates are members like any
/// other: a negated class holds them, although no text has one alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ranges {
    ranges: Vec<(u32, u32)>,
    /// The members below 128, one bit each: nearly every URL is made of these.
    ascii: u128,
}

/// The largest code point.
pub(super) const LAST: u32 = 0x0010_FFFF;

impl Ranges {
    pub(super) fn new(mut ranges: Vec<(u32, u32)>) -> Self {
        if !ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0) {
            ranges.sort_unstable();
            ranges = joined(&ranges);
        }
        let ascii = ranges
            .iter()
            .take_while(|range| range.0 < 128)
            .fold(0, |bits, &(first, last)| bits | span(first, last.min(127)));
        Self { ranges, ascii }
    }

    pub(super) fn empty() -> Self {
        Self::new(Vec::new())
    }

    pub(super) fn one(point: u32) -> Self {
        Self::new(vec![(point, point)])
    }

    pub(super) fn of(points: impl IntoIterator<Item = u32>) -> Self {
        Self::new(points.into_iter().map(|point| (point, point)).collect())
    }

    pub(super) fn contains(&self, point: u32) -> bool {
        if point < 128 {
            return self.ascii & (1 << point) != 0;
        }
        let after = self.ranges.partition_point(|range| range.0 <= point);
        after > 0 && self.ranges.get(after - 1).is_some_and(|range| point <= range.1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.ranges.iter().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether these are the code points of a `.` without flags: all but the ends of lines.
    pub(super) fn is_line(&self) -> bool {
        self.ranges == [(0, 0x09), (0x0B, 0x0C), (0x0E, 0x84), (0x86, 0x2027), (0x202A, LAST)]
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        let mut ranges = self.ranges.clone();
        ranges.extend_from_slice(&other.ranges);
        Self::new(ranges)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        let (mut here, mut there) = (self.iter().peekable(), other.iter().peekable());
        let mut ranges = Vec::new();
        while let (Some(&a), Some(&b)) = (here.peek(), there.peek()) {
            let (first, last) = (a.0.max(b.0), a.1.min(b.1));
            if first <= last {
                ranges.push((first, last));
            }
            if a.1 < b.1 {
                here.next()
            } else {
                there.next()
            };
        }
        Self::new(ranges)
    }

    pub(super) fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = 0;
        for (first, last) in self.iter() {
            if first > next {
                ranges.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Self::new(ranges)
    }
}

fn span(first: u32, last: u32) -> u128 {
    (u128::MAX >> (127 - (last - first))) << first
}

fn joined(sorted: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(sorted.len());
    for &(first, last) in sorted {
        match ranges.last_mut() {
            Some(before) if first <= before.1 + 1 => before.1 = before.1.max(last),
            _ => ranges.push((first, last)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_ranges() -> impl Strategy<Value = Ranges> {
        prop::collection::vec((0..300u32, 0..40u32), 0..8).prop_map(|spans| {
            Ranges::new(spans.into_iter().map(|(first, more)| (first, first + more)).collect())
        })
    }

    proptest! {
        #[test]
        fn the_algebra_agrees_with_membership(a in any_ranges(), b in any_ranges(), point in 0..400u32) {
            let (here, there) = (a.contains(point), b.contains(point));
            prop_assert_eq!(a.union(&b).contains(point), here || there);
            prop_assert_eq!(a.intersection(&b).contains(point), here && there);
            prop_assert_eq!(a.negated().contains(point), !here);
            prop_assert_eq!(a.negated().negated(), a);
        }
    }
}
