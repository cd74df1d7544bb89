//! `--help`, and what is said of wrong arguments, in the reader's language. clap writes both in
//! English alone, so that for others its commands are walked before anything is parsed.

mod catalogue;
mod layout;
mod mistakes;
mod translated;

#[cfg(test)]
mod tests;

use std::ffi::OsString;

use clap::{Command, CommandFactory, Parser};

use super::talk;
use crate::text::Language;

/// The variable that says the language, as `--lang` does.
const VARIABLE: &str = "EVOTOR_GATEWAY_LANG";

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
            Some(("", None)) => return args.next().map(|tag| tag.into_owned()),
            _ => {}
        }
    }
    None
}

/// The arguments of the process. Help and mistakes end it, as [`Parser::parse_from`] does.
pub(super) fn parse<C: Parser>(args: Vec<OsString>, language: Language) -> C {
    if language == Language::English {
        return C::parse_from(args);
    }
    let mut command = layout::laid_out(command::<C>(language));
    let parsed = command
        .try_get_matches_from_mut(args)
        .and_then(|mut matches| C::from_arg_matches_mut(&mut matches));
    parsed.unwrap_or_else(|error| match mistakes::told(&error) {
        Some(told) => {
            talk(&told);
            std::process::exit(error.exit_code())
        }
        None => error.exit(),
    })
}

/// The commands with their texts in a language.
pub(super) fn command<C: CommandFactory>(language: Language) -> Command {
    match language {
        Language::English => C::command(),
        Language::Russian => translated::translated(C::command()),
    }
}
