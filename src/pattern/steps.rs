//! What matching may cost where it is not linear. Steps are counted and not time, so that a verdict
//! never depends on the machine.

/// Steps of the backtracking matcher, for all that is asked on one occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps(usize);

impl Steps {
    /// For a request: all rules that can backtrack, and what is told of a refusal. Some 10 ms.
    pub const OF_A_REQUEST: usize = 1_000_000;
    /// For a pattern that a person tries.
    pub(super) const OF_A_TRIAL: usize = 1_000_000;

    /// So many.
    pub fn new(steps: usize) -> Self {
        Self(steps)
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.0
    }

    /// Takes as many; false if there are fewer, and then they are gone too.
    pub(super) fn take(&mut self, steps: usize) -> bool {
        let enough = self.0 >= steps;
        self.0 = self.0.saturating_sub(steps);
        enough
    }

    /// Sets a part aside.
    pub(super) fn part(&mut self, steps: usize) -> Self {
        let part = steps.min(self.0);
        self.0 -= part;
        Self(part)
    }

    /// Takes back what is left of a part.
    pub(super) fn put_back(&mut self, Self(part): Self) {
        self.0 += part;
    }
}
