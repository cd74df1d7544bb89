//! What clap itself writes around the texts: headings, variables, defaults and possible values.

use clap::builder::PossibleValue;
use clap::{Arg, Command};

use super::catalogue::russian;

// The headings of help, and of what is noted beside the text of an option.
pub(super) const USAGE: &str = "Usage";
pub(super) const COMMANDS: &str = "Commands";
pub(super) const ARGUMENTS: &str = "Arguments";
pub(super) const OPTIONS: &str = "Options";
pub(super) const VARIABLE: &str = "env";
pub(super) const DEFAULT: &str = "default";
pub(super) const VALUES: &str = "possible values";

/// A command that has been built, and all below it, laid out in Russian.
pub(super) fn laid_out(mut command: Command) -> Command {
    let template = template(&mut command);
    command.help_template(template).mut_args(of_arg).mut_subcommands(laid_out)
}

fn template(command: &mut Command) -> String {
    let style = *command.get_styles().get_header();
    let heading = |word: &str| format!("{style}{}:{style:#}", russian(word));
    let usage = usage(command);
    let is_shown = |arg: &Arg| !arg.is_hide_set();
    let parts = [
        (COMMANDS, "subcommands", command.get_subcommands().any(|one| !one.is_hide_set())),
        (ARGUMENTS, "positionals", command.get_positionals().any(is_shown)),
        (OPTIONS, "options", command.get_arguments().any(|arg| !arg.is_positional())),
    ];
    let parts = parts.iter().filter(|(_, _, is_there)| *is_there);
    let parts: String =
        parts.map(|(word, tag, _)| format!("\n\n{}\n{{{tag}}}", heading(word))).collect();
    format!(
        "{{before-help}}{{about-with-newline}}\n{} {usage}{parts}{{after-help}}",
        heading(USAGE)
    )
}

/// How a command is used; in the styles of a terminal.
fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().ansi().to_string();
    let style = command.get_styles().get_usage();
    below(usage.strip_prefix(&format!("{style}{USAGE}:{style:#} ")).unwrap_or(&usage))
}

/// The lines of usage, each below the first as it stands behind its heading.
pub(super) fn below(usage: &str) -> String {
    let indent = " ".repeat(russian(USAGE).chars().count() + ": ".len());
    let lines: Vec<_> = usage.lines().map(str::trim_start).collect();
    lines.join(&format!("\n{indent}"))
}

/// clap's own notes are hidden, and stand in the text.
fn of_arg(arg: Arg) -> Arg {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let long = arg.get_long_help().map_or_else(|| help.clone(), ToString::to_string);
    let (mut notes, values) = (notes(&arg), values(&arg));
    let are_described = values.iter().any(|value| value.get_help().is_some());
    let named = match values.is_empty() {
        true => String::new(),
        false => {
            let names: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
            note(VALUES, &names.join(", "))
        }
    };
    let short = [&[help], &notes[..], std::slice::from_ref(&named)].concat();
    let long = match are_described {
        true => vec![long, described(&values), notes.join("\n")],
        false => {
            notes.push(named);
            vec![long, joined(notes, "\n")]
        }
    };
    let arg = arg.hide_env(true).hide_default_value(true).hide_possible_values(true);
    arg.help(joined(short, " ")).long_help(joined(long, "\n\n"))
}

/// What is noted of an option that takes a value.
fn notes(arg: &Arg) -> Vec<String> {
    if !arg.get_action().takes_values() {
        return Vec::new();
    }
    let variable = arg.get_env().map(|name| note(VARIABLE, &name.to_string_lossy()));
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let default = (!defaults.is_empty()).then(|| note(DEFAULT, &defaults.join(" ")));
    variable.into_iter().chain(default).collect()
}

fn note(word: &str, value: &str) -> String {
    format!("[{}: {value}]", russian(word))
}

/// The values that help names.
fn values(arg: &Arg) -> Vec<PossibleValue> {
    match arg.is_hide_possible_values_set() {
        true => Vec::new(),
        false => arg.get_possible_values().into_iter().filter(|one| !one.is_hide_set()).collect(),
    }
}

/// Values with what is said of each.
fn described(values: &[PossibleValue]) -> String {
    let longest = values.iter().map(|value| value.get_name().len()).max().unwrap_or_default();
    let lines = values.iter().map(|value| {
        let help = value.get_help().map(ToString::to_string).unwrap_or_default();
        format!(
            "\n- {:width$} {}",
            format!("{}:", value.get_name()),
            russian(&help),
            width = longest + 1
        )
    });
    let mut heading = russian(VALUES).into_owned();
    if let Some(first) = heading.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{heading}:{}", lines.collect::<String>())
}

fn joined(parts: Vec<String>, separator: &str) -> String {
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(separator)
}
