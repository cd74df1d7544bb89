//! Which lines two texts share, in order. Pure.

/// Whose a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Same,
    /// Of one text only: the second, or else the first.
    Only(bool),
}

impl Sign {
    pub(super) fn letter(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Only(false) => '-',
            Self::Only(true) => '+',
        }
    }
}

/// Beyond so many pairs of lines what differs is told as a block.
const MOST_PAIRS: usize = 4 << 20;

/// The lines of both, those in common once.
pub(super) fn lines<'a>(one: &'a str, other: &'a str) -> Vec<(Sign, &'a str)> {
    let one: Vec<_> = one.lines().collect();
    let other: Vec<_> = other.lines().collect();
    let ahead = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (begin, one) = one.split_at(ahead);
    let other = other.get(ahead..).unwrap_or_default();
    let behind =
        one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let (one, end) = one.split_at(one.len() - behind);
    let other = other.get(..other.len() - behind).unwrap_or_default();
    let same = |line: &&'a str| (Sign::Same, *line);
    let mut all: Vec<_> = begin.iter().map(same).collect();
    match one.len().saturating_mul(other.len()) > MOST_PAIRS {
        true => {
            all.extend(one.iter().map(|line| (Sign::Only(false), *line)));
            all.extend(other.iter().map(|line| (Sign::Only(true), *line)));
        }
        false => between(one, other, &mut all),
    }
    all.extend(end.iter().map(same));
    all
}

/// By the longest common subsequence.
fn between<'a>(one: &[&'a str], other: &[&'a str], all: &mut Vec<(Sign, &'a str)>) {
    let longest = Longest::of(one, other);
    let (mut at, mut beside) = (0, 0);
    loop {
        match (one.get(at), other.get(beside)) {
            (None, None) => return,
            (Some(line), Some(same)) if line == same => {
                all.push((Sign::Same, line));
                at += 1;
                beside += 1;
            }
            (Some(line), right) => {
                let is_first = right.is_none()
                    || longest.after(at + 1, beside) >= longest.after(at, beside + 1);
                match (is_first, right) {
                    (false, Some(right)) => {
                        all.push((Sign::Only(true), right));
                        beside += 1;
                    }
                    _ => {
                        all.push((Sign::Only(false), line));
                        at += 1;
                    }
                }
            }
            (None, Some(line)) => {
                all.push((Sign::Only(true), line));
                beside += 1;
            }
        }
    }
}

/// How many lines are in common from a place on.
struct Longest {
    counts: Vec<u32>,
    width: usize,
}

impl Longest {
    fn of(one: &[&str], other: &[&str]) -> Self {
        let width = other.len() + 1;
        let mut longest = Self { counts: vec![0; (one.len() + 1) * width], width };
        for (at, line) in one.iter().enumerate().rev() {
            for (beside, same) in other.iter().enumerate().rev() {
                let count = match line == same {
                    true => longest.after(at + 1, beside + 1) + 1,
                    false => longest.after(at + 1, beside).max(longest.after(at, beside + 1)),
                };
                if let Some(place) = longest.counts.get_mut(at * width + beside) {
                    *place = count;
                }
            }
        }
        longest
    }

    fn after(&self, at: usize, beside: usize) -> u32 {
        self.counts.get(at * self.width + beside).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(one: &str, other: &str) -> String {
        let all = lines(one, other);
        all.iter().map(|(sign, line)| format!("{}{line}|", sign.letter())).collect()
    }

    #[test]
    fn what_is_common_is_told_once() {
        assert_eq!(text("a\nb\nc", "a\nx\nc"), " a|-b|+x| c|");
        assert_eq!(text("", "a"), "+a|");
        assert_eq!(text("a\nb\nc\nd", "b\nd"), "-a| b|-c| d|");
        assert_eq!(text("same", "same"), " same|");
    }

    #[test]
    fn very_long_texts_are_told_as_blocks() {
        let long = |word: &str| (0..3000).map(|at| format!("{word}{at}\n")).collect::<String>();
        let all = text(&long("a"), &long("b"));
        assert!(all.starts_with("-a0|-a1|") && all.ends_with("+b2999|"));
    }

    proptest! {
        #[test]
        fn either_text_can_be_read_out_of_it(
            one in prop::collection::vec("[abc]", 0..12),
            other in prop::collection::vec("[abc]", 0..12),
        ) {
            let (one, other) = (one.join("\n"), other.join("\n"));
            let all = lines(&one, &other);
            for (second, text) in [(false, &one), (true, &other)] {
                let own = all.iter().filter(|line| line.0 != Sign::Only(!second));
                let own: Vec<_> = own.map(|line| line.1).collect();
                prop_assert_eq!(&own.join("\n"), text);
            }
        }
    }
}
