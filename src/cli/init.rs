//! `init`: a commented gateway.yaml to start from.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::talk;
use crate::config;
use crate::shell::word;

#[derive(Debug, clap::Args)]
pub(super) struct InitArgs {
    /// The folder it is written to; made where there is none.
    #[arg(default_value = ".")]
    folder: PathBuf,
}

pub(super) fn init(args: &InitArgs, out: &mut dyn Write) -> io::Result<u8> {
    let folder = &args.folder;
    let schema = format!("{:#}\n", config::schema());
    let files = [("gateway.yaml", config::template()), ("gateway.schema.json", &schema)];
    let files = files.map(|(name, text)| (folder.join(name), text));
    // Either both are written or none.
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        talk(&format!("error: {} exists", path.display()));
        let other = folder.join("my-gateway").display().to_string();
        let other = word(other.strip_prefix("./").unwrap_or(&other));
        talk(&format!("hint: `evotor-gateway init {other}` makes one in a folder of its own"));
        return Ok(2);
    }
    if let Err(error) = std::fs::create_dir_all(folder) {
        talk(&format!("error: the folder {} cannot be made: {error}", folder.display()));
        return Ok(3);
    }
    for (path, text) in files {
        if let Err(error) = write_new(&path, text) {
            talk(&format!("error: {} cannot be written: {error}", path.display()));
            return Ok(3);
        }
        writeln!(out, "{}", path.display())?;
    }
    let name = word(&folder.display().to_string());
    let go = if folder == Path::new(".") { String::new() } else { format!("`cd {name}`, ") };
    talk(&format!("next: {go}`evotor-gateway check`, then `evotor-gateway`"));
    Ok(0)
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
