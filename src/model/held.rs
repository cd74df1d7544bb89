//! That an exchange was held at a breakpoint: how long, and what became of it.

use std::fmt;

use crate::text::{Text, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a hold ended, or why there was none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "HoldEnd", inline)]
pub enum End {
    /// Somebody let it go on as it was.
    #[default]
    WentOn,
    /// Somebody let it go on otherwise.
    Edited,
    /// Somebody dropped it.
    Dropped,
    /// Its time had come; it went on as it was.
    TimedOut,
    /// Nobody watched any more; it went on as it was.
    Unwatched,
    /// The gateway shut down; it went on as it was.
    ShutDown,
    /// It was not held: as many were as may be.
    TooMany,
    /// It was not held: there was no room for its body, or no time to read it.
    TooLarge,
}

/// One hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Hold")]
pub struct Hold {
    /// Milliseconds for which it was held.
    pub ms: u64,
    /// How it ended.
    pub end: End,
    /// What was edited: `method`, `path`, `status`, names of headers, `body`.
    pub edited: Vec<String>,
}

impl End {
    const WORDS: [(Self, &'static str); 8] = [
        (Self::WentOn, "went on"),
        (Self::Edited, "edited"),
        (Self::Dropped, "dropped"),
        (Self::TimedOut, "timed out"),
        (Self::Unwatched, "nobody watched"),
        (Self::ShutDown, "shut down"),
        (Self::TooMany, "not held, too many"),
        (Self::TooLarge, "not held, too large"),
    ];

    fn words(self) -> &'static str {
        Self::WORDS.iter().find(|(end, _)| *end == self).map_or("", |(_, words)| words)
    }
}

/// `held 1234 ms; edited: path, body`, as a record has it.
impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "held {} ms; {}", self.ms, self.end.words())?;
        match self.edited.is_empty() {
            true => Ok(()),
            false => write!(f, ": {}", self.edited.join(", ")),
        }
    }
}

impl Hold {
    /// What was not held, and why.
    pub fn none(end: End) -> Self {
        Self { end, ..Self::default() }
    }

    /// Reads what [`Display`](fmt::Display) has written.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (ms, rest) = text.strip_prefix("held ")?.split_once(" ms; ")?;
        let (words, edited) = rest.split_once(": ").unwrap_or((rest, ""));
        let (end, _) = End::WORDS.into_iter().find(|(_, known)| *known == words)?;
        let edited =
            edited.split(", ").filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Some(Self { ms: ms.parse().ok()?, end, edited })
    }

    /// Whether the caller got something else than the receiver's answer.
    pub(super) fn stands_in(&self, side: &str) -> bool {
        self.end == End::Dropped || (self.end == End::Edited && side == "answer")
    }

    /// Whether it left the exchange as it was.
    pub fn is_without_trace(&self) -> bool {
        !matches!(self.end, End::Edited | End::Dropped)
    }

    /// What it did, as a sentence.
    pub(super) fn sentence(&self, id: &str, side: &'static str) -> Text {
        let side = Text::fixed(side);
        let seconds = format!("{:.1}", std::time::Duration::from_millis(self.ms).as_secs_f64());
        let what = match self.end {
            End::TooMany => {
                return text!(
                    "Breakpoint {id} did not hold the {side}: as many are held as may be.",
                    id, side => side
                );
            }
            End::TooLarge => {
                return text!(
                    "Breakpoint {id} did not hold the {side}: its body is too large or too slow.",
                    id, side => side
                );
            }
            End::WentOn => text!("it went on as it was"),
            End::Edited => text!("edited: {parts}", parts = self.edited.join(", ")),
            End::Dropped => text!("it was dropped"),
            End::TimedOut => text!("its time was up, and it went on as it was"),
            End::Unwatched => text!("nobody watched any more, and it went on as it was"),
            End::ShutDown => text!("the gateway shut down, and it went on as it was"),
        };
        text!(
            "Breakpoint {id} held the {side} for {seconds} s; {what}.",
            id, side => side, seconds, what => what
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (end, _) in End::WORDS {
            for edited in [vec![], vec!["path".to_owned(), "x-a".to_owned()]] {
                let hold = Hold { ms: 1234, end, edited };
                assert_eq!(Hold::read(&hold.to_string()), Some(hold.clone()), "{hold}");
                assert!(hold.sentence("b1", "request").to_string().starts_with("Breakpoint b1 "));
            }
        }
        assert_eq!(Hold::read("held long"), None);
    }

    #[test]
    fn only_what_was_edited_on_its_way_back_or_dropped_is_not_the_receivers_answer() {
        let of = |end| Hold { end, ..Hold::default() };
        assert!(of(End::Dropped).stands_in("request") && of(End::Edited).stands_in("answer"));
        assert!(!of(End::Edited).stands_in("request") && !of(End::TimedOut).stands_in("answer"));
    }
}
