//! Which exchange a command means: by its number, or counted back from the newest.

use super::client::Client;
use super::detail::{wait_for, wait_for_any};
use super::timeline;
use super::trouble::Trouble;
use super::wanted::Wanted;
use crate::cli::words::words;
use crate::text::text;

/// What is said of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Its number, as `tail` prints it.
    Number(i64),
    /// So many back from the end; the newest is the first.
    Back(usize),
}

impl Which {
    /// `7`, `#7`, `last`, `-1` or `-2`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let back = match text {
            "last" => Some(1),
            text => text.strip_prefix('-').map(|back| back.parse().unwrap_or(0)),
        };
        match back {
            Some(0) => Err(words!("write last, or -1 for the newest and -2 for the one before")),
            Some(back) => Ok(Self::Back(back)),
            None => {
                let digits = text.strip_prefix('#').unwrap_or(text);
                let why = || words!("write an exchange's number, which `tail` shows, or last");
                digits.parse().map(Self::Number).map_err(|_| why())
            }
        }
    }

    /// Its number; what has just ended is waited for a moment.
    pub(super) fn number(self, client: &Client) -> Result<i64, Trouble> {
        match self {
            Self::Number(id) => wait_for(client, id).map(|()| id),
            Self::Back(back) => {
                wait_for_any(client, &Wanted::default())?;
                let part = timeline::newest(client, &Wanted::default(), back)?;
                let found = part.rows.first().filter(|_| part.rows.len() >= back);
                found.map(|(_, row)| row.id).ok_or_else(|| {
                    let text = match part.rows.len() {
                        0 => text!("no exchange is recorded yet"),
                        kept => text!("there are only {kept} exchanges", kept),
                    };
                    Trouble::usage(text, text!("`evotor-gateway tail` shows them"))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_named_by_its_number_or_from_the_end() {
        let read = |text: &str| Which::read(text).ok();
        assert_eq!([read("7"), read("#7")], [Some(Which::Number(7)); 2]);
        assert_eq!([read("last"), read("-1")], [Some(Which::Back(1)); 2]);
        assert_eq!(read("-20"), Some(Which::Back(20)));
        for text in ["", "-", "-0", "-x", "first", "#", "--1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
