//! The environment as lines that a shell carries out.

use std::ffi::OsStr;
use std::io;

use super::environment::Environment;
use crate::shell::word;

/// Whose lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shell {
    /// sh, bash, zsh: eval "$(evotor-gateway exec --env)"
    Sh,
    /// fish: evotor-gateway exec --env=fish | source
    Fish,
    /// PowerShell: evotor-gateway exec --env=powershell | Out-String | Invoke-Expression
    Powershell,
    /// cmd.exe: evotor-gateway exec --env=cmd > env.cmd, then call env.cmd
    Cmd,
}

/// A line for each variable.
///
/// # Errors
///
/// A value that the shell cannot be given.
pub(super) fn lines(shell: Shell, environment: &Environment) -> io::Result<String> {
    let mut text = String::new();
    for (name, value) in environment {
        if cfg!(windows) && name.chars().any(|letter| letter.is_ascii_lowercase()) {
            // Names have no case there.
            continue;
        }
        text.push_str(&line(shell, name, value)?);
        text.push_str(if shell == Shell::Cmd { "\r\n" } else { "\n" });
    }
    Ok(text)
}

fn line(shell: Shell, name: &str, value: &OsStr) -> io::Result<String> {
    let unwritable = || {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{name} cannot be written for this shell"),
        )
    };
    let value =
        value.to_str().filter(|value| !value.contains(['\n', '\r'])).ok_or_else(unwritable)?;
    Ok(match shell {
        Shell::Sh => format!("export {name}={}", word(value)),
        Shell::Fish => {
            format!("set -gx {name} '{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        // Typographic quotes end a text there as well.
        Shell::Powershell => {
            let quoted = value.replace('\'', "''");
            let quoted = ['\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}']
                .iter()
                .fold(quoted, |text, quote| text.replace(*quote, &format!("{quote}{quote}")));
            format!("$env:{name} = '{quoted}'")
        }
        // A quote inside does not end the value, for all up to the last one is taken.
        Shell::Cmd => format!("@set \"{name}={}\"", value.replace('%', "%%")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_reads_the_value_that_was_meant() {
        let value = "a b'c\"d%e|f$g\\h";
        let made = |shell| line(shell, "N", OsStr::new(value)).unwrap();
        assert_eq!(made(Shell::Sh), format!("export N={}", word(value)));
        assert_eq!(made(Shell::Fish), "set -gx N 'a b\\'c\"d%e|f$g\\\\h'");
        assert_eq!(made(Shell::Powershell), "$env:N = 'a b''c\"d%e|f$g\\h'");
        assert_eq!(made(Shell::Cmd), "@set \"N=a b'c\"d%%e|f$g\\h\"");
        assert!(line(Shell::Sh, "N", OsStr::new("a\nb")).is_err());
    }
}
