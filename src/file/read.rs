//! Reading a file that somebody has named: never without end, never without a bound.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Bytes of a configuration or of a schema at most.
pub const CONFIG: u64 = 16 << 20;
/// Bytes of a file that holds one secret at most.
pub const SECRET: u64 = 64 << 10;
/// Bytes of a file of certificates at most; the largest bundles have less than one MiB.
pub const PEM: u64 = 8 << 20;
/// Bytes of a body that is sent, and of whatever else a command is handed, at most.
pub const DATA: u64 = 64 << 20;

/// The whole of a file of `most` bytes at most.
///
/// # Errors
///
/// As the system says; [`ErrorKind::IsADirectory`], [`ErrorKind::InvalidInput`] for a pipe or a
/// device, [`ErrorKind::FileTooLarge`]. Each text says what to do.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    read_from(open(path)?, most)
}

/// The same of a text.
///
/// # Errors
///
/// As [`read`], and [`ErrorKind::InvalidData`] where it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text"))
}

/// The whole of what is read from `source`, `most` bytes at most.
///
/// # Errors
///
/// As the source says, and [`ErrorKind::FileTooLarge`].
pub fn read_from(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= most => Ok(bytes),
        _ => {
            let text = format!("it holds more than {}, the most that is read", size(most));
            Err(io::Error::new(ErrorKind::FileTooLarge, text))
        }
    }
}

/// Opens a regular file to read it. What is no such file is not waited for.
///
/// # Errors
///
/// As [`read`].
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Without it, opening a pipe waits until somebody writes.
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        return Ok(file);
    }
    if metadata.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
    }
    let text = format!("it is {}; write the content to a file and name that", special(&metadata));
    Err(io::Error::new(ErrorKind::InvalidInput, text))
}

#[cfg(unix)]
fn special(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match metadata.file_type() {
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(_: &Metadata) -> &'static str {
    "no regular file"
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn refusal(path: &Path) -> (ErrorKind, String) {
        let error = read(path, 10).unwrap_err();
        (error.kind(), error.to_string())
    }

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(read(&path, 10).unwrap(), b"0123456789");
        std::fs::write(&path, "0123456789-").unwrap();
        assert_eq!(refusal(&path).0, ErrorKind::FileTooLarge);
        std::fs::write(&path, [0xFF]).unwrap();
        assert_eq!(read_text(&path, 10).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let (kind, text) = refusal(&pipe);
        assert_eq!(kind, ErrorKind::InvalidInput);
        assert!(text.contains("a pipe") && text.contains("write the content to a file"), "{text}");
        let (kind, text) = refusal(Path::new("/dev/zero"));
        assert_eq!(kind, ErrorKind::InvalidInput);
        assert!(text.contains("a device"), "{text}");
        assert_eq!(refusal(folder.path()).0, ErrorKind::IsADirectory);
        assert_eq!(refusal(&folder.path().join("none")).0, ErrorKind::NotFound);
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        read(&socket, 10).unwrap_err();
    }
}
