//! Which exchanges a command is about: a filter, checked before the gateway is asked, and a beginning.

use std::ffi::OsString;

use jiff::Timestamp;

use super::client::segment;
use super::trouble::Trouble;
use crate::cli::words::words;
use crate::journal::filter::Filter;
use crate::text::text;

/// Where to begin.
#[derive(Debug, Clone)]
pub(super) enum Since {
    /// After this exchange.
    Exchange(i64),
    /// As the filter's `after:` writes it.
    Moment(String),
}

impl Since {
    /// An exchange's number, or a moment.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if let Ok(id) = text.trim_start_matches('#').parse() {
            return Ok(Self::Exchange(id));
        }
        let moment = text.trim().trim_end_matches("ago").trim_end();
        let filter = format!("after:\"{}\"", moment.replace(['"', '\\'], ""));
        match Filter::parse(&filter, now()) {
            Ok(_) => Ok(Self::Moment(filter)),
            Err(_) => {
                Err(words!("write an exchange's number, or a moment: 10m, 12:30, 2026-11-22"))
            }
        }
    }
}

/// A filter and a beginning.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) filter: String,
    /// Only what came after this exchange.
    pub(super) after: Option<i64>,
}

impl Wanted {
    /// By the words of a command line.
    pub(super) fn of(words: &[String], since: Option<&Since>) -> Result<Self, Trouble> {
        let filter = words.join(" ");
        checked(&filter)?;
        let mut wanted = Self { filter, after: None };
        match since {
            None => {}
            Some(Since::Exchange(id)) => wanted.after = Some(*id),
            Some(Since::Moment(term)) => wanted.filter = both(&wanted.filter, term),
        }
        Ok(wanted)
    }

    /// Whether exchanges that have not ended are asked for.
    pub(super) fn is_for_running(&self) -> bool {
        let bare = |word: &str| word.trim_matches(['(', ')']).eq_ignore_ascii_case("is:running");
        self.filter.split_whitespace().any(bare)
    }

    /// As a query of the API.
    pub(super) fn query(&self) -> String {
        format!("filter={}", segment(&self.filter))
    }
}

/// A filter that both of these have to let through.
pub(super) fn both(one: &str, other: &str) -> String {
    match (one.trim(), other.trim()) {
        ("", only) | (only, "") => only.to_owned(),
        (one, other) => format!("({one}) {other}"),
    }
}

/// The arguments of a command, where a term such as `-is:refused` is no option: parentheses mean the
/// same to a filter.
///
/// An option before the command, which is where other programs have it too, is put behind it.
pub(in crate::cli) fn arguments(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let args = command_first(args.collect());
    let mut takes_filter = false;
    let mut ended = false;
    let args = args.into_iter().enumerate().map(|(at, arg)| {
        let Some(text) = arg.to_str() else { return arg };
        takes_filter |= at == 1 && matches!(text, "tail" | "verify" | "export");
        ended |= text == "--";
        match takes_filter && !ended && is_turned_term(text) {
            true => format!("({text})").into(),
            false => arg,
        }
    });
    args.collect()
}

/// Options that commands have and that may stand before them, each with its value.
const SHARED: [&str; 4] = ["--lang", "--admin", "--config", "-c"];

fn command_first(mut args: Vec<OsString>) -> Vec<OsString> {
    let options: usize = {
        let text = |at: usize| args.get(at).and_then(|arg| arg.to_str());
        let mut at = 1;
        while let Some(option) = text(at) {
            let (name, value) =
                option.split_once('=').map_or((option, None), |(n, v)| (n, Some(v)));
            match SHARED.contains(&name) {
                true => at += if value.is_some() { 1 } else { 2 },
                false => break,
            }
        }
        let has_command = text(at).is_some_and(|word| !word.starts_with('-'));
        if has_command { at - 1 } else { 0 }
    };
    if options > 0 {
        args[1..=options + 1].rotate_right(1);
    }
    args
}

fn is_turned_term(text: &str) -> bool {
    let key = text.strip_prefix('-').and_then(|text| text.split_once(':'));
    key.is_some_and(|(key, _)| key.len() > 1 && key.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// What is wrong with a filter is shown below it.
fn checked(filter: &str) -> Result<(), Trouble> {
    let Err(error) = Filter::parse(filter, now()) else { return Ok(()) };
    let marks = "^".repeat(error.length.clamp(1, filter.chars().count().max(1)));
    let before = " ".repeat(error.at);
    let text = text!(
        "{message}\n  {filter}\n  {before}{marks}",
        message => error.message, filter, before, marks
    );
    Err(Trouble::usage(text, error.hint))
}

fn now() -> i64 {
    Timestamp::now().as_microsecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn options_before_the_command_are_put_behind_it() {
        let moved = |line: &str| {
            let line = format!("evotor-gateway {line}");
            let args = arguments(line.split(' ').map(Into::into));
            let args: Vec<_> = args.iter().filter_map(|arg| arg.to_str()).skip(1).collect();
            args.join(" ")
        };
        for (before, after) in [
            ("--lang ru status", "status --lang ru"),
            (
                "--admin :4041 --lang=ru tail -is:refused",
                "tail --admin :4041 --lang=ru (-is:refused)",
            ),
            ("-c a.yaml world list", "world -c a.yaml list"),
            ("status --lang ru", "status --lang ru"),
            ("--lang ru", "--lang ru"),
            ("--lang ru --help", "--lang ru --help"),
            ("--http :80 run", "--http :80 run"),
            ("--lang", "--lang"),
        ] {
            assert_eq!(moved(before), after);
        }
    }

    #[test]
    fn a_beginning_is_a_number_or_a_moment() {
        assert!(matches!(Since::read("42"), Ok(Since::Exchange(42))));
        assert!(matches!(Since::read("#42"), Ok(Since::Exchange(42))));
        for text in ["10m", "12:30", "2026-11-22", "10m ago"] {
            let wanted = Wanted::of(&words("app:a or app:b"), Some(&Since::read(text).unwrap()));
            let filter = wanted.unwrap().filter;
            let moment = text.trim_end_matches(" ago");
            assert_eq!(filter, format!("(app:a or app:b) after:\"{moment}\""));
            assert!(Filter::parse(&filter, now()).is_ok());
        }
        assert!(Since::read("soon").is_err());
    }

    #[test]
    fn a_term_turned_round_is_no_option() {
        let seen = |line: &str| {
            let args = line.split(' ').map(OsString::from);
            let seen: Vec<_> =
                arguments(args).into_iter().map(|arg| arg.into_string().unwrap()).collect();
            seen.join(" ")
        };
        assert_eq!(seen("x tail app:a -is:refused -n 3"), "x tail app:a (-is:refused) -n 3");
        assert_eq!(seen("x export har -code:y -c f"), "x export har (-code:y) -c f");
        for other in ["x run -c:f", "x tail -- -is:refused", "x tail -n 3 -c C:f --set a:b"] {
            assert_eq!(seen(other), other);
        }
    }

    #[test]
    fn a_mistake_is_marked_where_it_stands() {
        let Err(Trouble::Told { exit: 2, text, .. }) =
            Wanted::of(&words("app:x stattus:200"), None)
        else {
            panic!("accepted");
        };
        let text = text.to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[1], "  app:x stattus:200");
        assert!(lines[2].starts_with("        ^^^"), "{text}");
    }
}
