//! A file that others find whole or not at all, and that only its owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Written aside, and put in its place at the end. Dropped before, it leaves nothing behind.
#[derive(Debug)]
pub(super) struct WholeFile {
    file: File,
    aside: PathBuf,
    place: PathBuf,
    is_done: bool,
}

impl WholeFile {
    /// Begins one that will stand at a path.
    pub(super) fn create(place: &Path) -> io::Result<Self> {
        let mut aside = place.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        aside.push(format!(".{}.new", std::process::id()));
        let aside = place.with_file_name(aside);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&aside)?;
        Ok(Self { file, aside, place: place.to_owned(), is_done: false })
    }

    /// Puts it in its place.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.aside, &self.place)?;
        self.is_done = true;
        Ok(())
    }

    /// The whole at once.
    pub(super) fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = Self::create(place)?;
        file.write_all(bytes)?;
        file.finish()
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.is_done {
            // Why it was given up is told by whoever gave it up.
            let _ = fs::remove_file(&self.aside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_only_its_owner_reads_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("state.json");
        fs::write(&file, "old and longer").unwrap();
        WholeFile::write(&file, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn nothing_is_left_behind_where_a_file_cannot_be_written() {
        let folder = tempfile::TempDir::new().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir_all(taken.join("inside")).unwrap();
        assert!(WholeFile::write(&taken, b"x").is_err());
        drop(WholeFile::create(&folder.path().join("half")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
