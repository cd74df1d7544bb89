//! `--help`, and what is said of wrong arguments, in the reader's language. clap writes both in
//! English alone, so that for others its commands are walked before anything is parsed.

mod catalogue;
mod layout;
mod mistakes;
mod translated;

#[cfg(test)]
mod tests;

use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory, Parser};

use super::talk;
use crate::text::Language;

/// The variable that says the language, as `--lang` does.
const VARIABLE: &str = "EVOTOR_GATEWAY_LANG";

/// Behind any own option, before `--help` (clap's 999).
const SHARED: usize = 900;

/// The language of the reader, who may have asked for help: what `--lang` says, then the variable, then
/// the locale. What is neither is left for the parser to refuse.
pub(super) fn language(
    args: &[OsString],
    variable: impl Fn(&str) -> Option<String> + Copy,
) -> Language {
    let named = option(args).or_else(|| variable(VARIABLE));
    let named = named.and_then(|tag| Language::of_tag(&tag));
    named.unwrap_or_else(|| Language::of_environment(variable))
}

/// The value of `--lang`, which is wanted before the arguments are parsed.
fn option(args: &[OsString]) -> Option<String> {
    let mut args = args.iter().skip(1).map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next().filter(|arg| *arg != "--") {
        match arg.strip_prefix("--lang").map(|rest| (rest, rest.strip_prefix('='))) {
            Some((_, Some(tag))) => return Some(tag.to_owned()),
            Some(("", None)) => return args.next().map(std::borrow::Cow::into_owned),
            _ => {}
        }
    }
    None
}

/// The arguments of the process. Help and mistakes end it, as [`Parser::parse`] does.
pub(super) fn parse<C: Parser>(args: Vec<OsString>, language: Language) -> C {
    let mut command = command::<C>(language);
    if language != Language::English {
        command = layout::laid_out(command);
    }
    let matches = command.try_get_matches_from_mut(args);
    let parsed = matches.and_then(|mut matches| {
        C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    });
    parsed.unwrap_or_else(|error| match mistakes::told(&error, language) {
        Some(told) => {
            talk(&told);
            std::process::exit(error.exit_code())
        }
        None => error.exit(),
    })
}

/// The commands with their texts in a language.
pub(super) fn command<C: CommandFactory>(language: Language) -> Command {
    let command = in_order(C::command());
    match language {
        Language::English => command,
        Language::Russian => translated::translated(command),
    }
}

/// Options that a command shares with others stand behind its own.
fn in_order(command: Command) -> Command {
    let of_arg = |arg: Arg| match arg.is_global_set() {
        true => arg.display_order(SHARED),
        false => arg,
    };
    command.mut_args(of_arg).mut_subcommands(in_order)
}
