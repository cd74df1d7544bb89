//! What a command is handed in a file or on stdin.

use std::io;
use std::path::Path;

use super::trouble::Trouble;
use crate::file;
use crate::text::{Text, text};

/// The whole of a file, or of stdin where it is named `-`; `most` bytes at most.
pub(super) fn handed(path: &Path, most: u64) -> Result<Vec<u8>, Trouble> {
    let is_stdin = path == Path::new("-");
    let (name, read) = match is_stdin {
        true => ("stdin".into(), file::read_from(io::stdin().lock(), most)),
        false => (path.display().to_string(), file::read(path, most)),
    };
    read.map_err(|error| {
        let is_pipe = error.kind() == io::ErrorKind::InvalidInput;
        let hint = match is_pipe && !is_stdin {
            true => text!("what comes through a pipe is read from `-`"),
            false => Text::default(),
        };
        Trouble::usage(text!("{name} cannot be read: {error}", name, error), hint)
    })
}
