//! From nothing to a request and a webhook that pass: what `init` writes, and the commands that the
//! gateway itself proposes.

mod init;
mod newcomer;
mod page;
mod samples;

use std::path::Path;
use std::process::Command;

use crate::cli::Said;
use crate::support::gateway::{BINARY, command_of};

/// Lets a shell run a command line in a folder, as it stands; the program is on its path, and what the
/// environment says of proxies is not heard.
pub fn shell(folder: &Path, line: &str) -> Said {
    let mut shell = command_of("bash", folder);
    without_proxies(&mut shell);
    Said::of(&shell.args(["-c", line]).output().unwrap())
}

fn without_proxies(shell: &mut Command) {
    let programs = Path::new(BINARY).parent().unwrap().display();
    shell.env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap_or_default()));
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        shell.env_remove(name).env_remove(name.to_ascii_uppercase());
    }
    shell.env_remove("EVOTOR_GATEWAY_CONFIG");
}
