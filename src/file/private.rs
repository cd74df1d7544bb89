//! Folders and files that hold secrets: made for their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder and those above it, where they are missing, for the owner alone.
///
/// # Errors
///
/// As the system says.
pub fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a file for the owner alone, where there is none. A link to a file is followed, one that
/// leads nowhere is an error: whoever laid it would choose what is made.
///
/// # Errors
///
/// As the system says.
pub fn make_private(path: &Path) -> io::Result<()> {
    if path.is_symlink() && !path.exists() {
        let text = "it is a link that leads nowhere; remove it, or make the file that it names";
        return Err(io::Error::new(io::ErrorKind::NotFound, text));
    }
    private().open(path).map(drop)
}

/// Opens a file to be locked, made where there is none; a link is not followed.
///
/// # Errors
///
/// As the system says.
pub fn lockable(path: &Path) -> io::Result<File> {
    let mut options = private();
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path).map_err(|error| match path.is_symlink() {
        true => io::Error::new(error.kind(), format!("{} is a link; remove it", path.display())),
        false => error,
    })
}

/// Whether others than the owner may read a file; always false where modes do not exist.
pub fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_is_made_is_its_owners() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        make_folder(&folder).unwrap();
        make_folder(&folder).unwrap();
        for made in ["a", "a/b"] {
            let mode = fs::metadata(root.path().join(made)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{made}");
        }
        make_private(&folder.join("c")).unwrap();
        lockable(&folder.join("d")).unwrap();
        for made in ["c", "d"] {
            assert!(!is_open_to_others(&folder.join(made)), "{made}");
        }
    }

    #[test]
    fn a_link_makes_nothing_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        symlink(&target, &link).unwrap();
        assert!(lockable(&link).unwrap_err().to_string().contains("is a link"));
        assert!(make_private(&link).unwrap_err().to_string().contains("leads nowhere"));
        assert!(!target.exists());
        fs::write(&target, "kept").unwrap();
        make_private(&link).unwrap();
        lockable(&link).unwrap_err();
        assert_eq!(fs::read(&target).unwrap(), b"kept");
    }
}
