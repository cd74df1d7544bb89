//! The texts of commands and of their options.

use clap::builder::StyledStr;
use clap::{Arg, Command};

use super::catalogue::russian;

/// A command and all below it, with their texts in Russian. What clap adds, such as `--help`, is there.
pub(super) fn translated(mut command: Command) -> Command {
    command.build();
    of_command(command)
}

fn of_command(mut command: Command) -> Command {
    if let Some(about) = command.get_about().map(of_text) {
        command = command.about(about);
    }
    if let Some(about) = command.get_long_about().map(of_text) {
        command = command.long_about(about);
    }
    if let Some(after) = command.get_after_help().map(of_lines) {
        command = command.after_help(after);
    }
    command.mut_args(of_arg).mut_subcommands(of_command)
}

fn of_arg(mut arg: Arg) -> Arg {
    if let Some(help) = arg.get_help().map(of_text) {
        arg = arg.help(help);
    }
    if let Some(help) = arg.get_long_help().map(of_text) {
        arg = arg.long_help(help);
    }
    arg
}

fn of_text(text: &StyledStr) -> String {
    russian(&text.to_string()).into_owned()
}

/// A long text is translated line by line.
fn of_lines(text: &StyledStr) -> String {
    let text = text.to_string();
    let lines: Vec<_> = text.lines().map(russian).collect();
    lines.join("\n")
}
