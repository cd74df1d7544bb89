//! Colour and width of what a person reads on stdout. Colour never says anything alone.

use std::io::{self, IsTerminal};

use terminal_size::{Height, Width};

/// How a piece of text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Dim,
    Good,
    Warn,
    Bad,
    Strong,
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    colored: bool,
    /// Columns; `None` where nobody cuts.
    pub(super) width: Option<usize>,
}

impl Paint {
    /// By `NO_COLOR`, `CLICOLOR_FORCE`, `COLUMNS` and the terminal.
    pub(super) fn of_stdout() -> Self {
        Self::of(io::stdout().is_terminal(), terminal_size::terminal_size)
    }

    /// The same for stderr.
    pub(super) fn of_stderr() -> Self {
        Self::of(io::stderr().is_terminal(), || terminal_size::terminal_size_of(io::stderr()))
    }

    fn of(is_terminal: bool, size: impl Fn() -> Option<(Width, Height)>) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let colored = !set("NO_COLOR") && (set("CLICOLOR_FORCE") || is_terminal);
        let columns = || super::variable("COLUMNS")?.parse().ok();
        let size = || Some(usize::from(size()?.0.0));
        let width = if is_terminal { columns().or_else(size) } else { None };
        Self { colored, width: width.filter(|width| *width > 0) }
    }

    /// The same for lines that something of so many columns follows.
    pub(super) fn before(self, columns: usize) -> Self {
        Self { width: self.width.map(|width| width.saturating_sub(columns).max(1)), ..self }
    }

    /// A text that leads to an address where the terminal knows how (OSC 8).
    pub(super) fn link(self, text: &str, url: &str) -> String {
        match self.colored {
            true => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            false => text.to_owned(),
        }
    }

    /// Without colour, cut nowhere.
    #[cfg(test)]
    pub(super) const fn plain(width: Option<usize>) -> Self {
        Self { colored: false, width }
    }

    /// A text in a tone.
    pub(super) fn tone(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Dim => "2",
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
            Tone::Strong => "1",
        };
        match self.colored && !text.trim().is_empty() {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    /// Pieces one after the other on one line, cut where the terminal ends.
    pub(super) fn line(self, pieces: &[(Tone, String)]) -> String {
        let mut left = self.width.unwrap_or(usize::MAX);
        let whole: usize = pieces.iter().map(|(_, text)| text.chars().count()).sum();
        let mut line = String::new();
        let is_cut = whole > left;
        left -= usize::from(is_cut);
        for (tone, text) in pieces {
            let fits: String = text.chars().take(left).collect();
            left -= fits.chars().count();
            line.push_str(&self.tone(*tone, &fits));
        }
        line.push_str(if is_cut { "…" } else { "" });
        line
    }
}

/// A text of at most so many characters, its middle left out.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept - kept / 2, kept / 2);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// The tone of a status.
pub(super) fn of_status(status: Option<u16>) -> Tone {
    match status {
        Some(200..=299) => Tone::Good,
        Some(100..=399) => Tone::Plain,
        Some(400..=499) => Tone::Warn,
        _ => Tone::Bad,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_ends_with_the_terminal() {
        let pieces = [(Tone::Plain, "abc".to_owned()), (Tone::Bad, "дефг".to_owned())];
        assert_eq!(Paint::plain(None).line(&pieces), "abcдефг");
        assert_eq!(Paint::plain(Some(7)).line(&pieces), "abcдефг");
        assert_eq!(Paint::plain(Some(5)).line(&pieces), "abcд…");
        let colored = Paint { colored: true, width: Some(6) };
        assert_eq!(colored.line(&pieces), "abc\u{1b}[31mде\u{1b}[0m…");
    }

    proptest! {
        #[test]
        fn what_is_shortened_keeps_its_ends(text in ".{0,40}", most in 1_usize..50) {
            let short = shortened(&text, most);
            prop_assert!(short.chars().count() <= most.max(text.chars().count().min(most)));
            prop_assert!(text.chars().next().is_none_or(|first| most == 1 || short.starts_with(first)));
        }
    }
}
