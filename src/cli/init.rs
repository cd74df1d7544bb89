//! `init`: a commented gateway.yaml to start from.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::talk;
use crate::config;

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// The folder it is written to.
    #[arg(default_value = ".")]
    folder: PathBuf,
}

pub(super) fn init(args: &InitArgs, out: &mut dyn Write) -> io::Result<u8> {
    let schema = format!("{:#}\n", config::schema());
    let files = [("gateway.yaml", config::template()), ("gateway.schema.json", &schema)];
    for (name, text) in files {
        let path = args.folder.join(name);
        match write_new(&path, text) {
            Ok(()) => writeln!(out, "{}", path.display())?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                talk(&format!(
                    "error: {} exists; remove it first, or use another folder",
                    path.display()
                ));
                return Ok(2);
            }
            Err(error) => {
                talk(&format!("error: {} cannot be written: {error}", path.display()));
                return Ok(3);
            }
        }
    }
    talk("next: `evotor-gateway check`, then `evotor-gateway`");
    Ok(0)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
