//! Folders for files of this user alone, which other commands of the same user find.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::variable;

/// Where such files may lie, the best place first.
pub(super) fn folders() -> Vec<PathBuf> {
    let of_session = variable("XDG_RUNTIME_DIR").or_else(|| variable("LOCALAPPDATA"));
    let of_session = of_session.filter(|folder| Path::new(folder).is_absolute());
    let of_session = of_session.map(|folder| Path::new(&folder).join("evotor-gateway"));
    of_session.into_iter().chain([std::env::temp_dir().join(shared_name())]).collect()
}

#[cfg(unix)]
fn shared_name() -> String {
    format!("evotor-gateway-{}", rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn shared_name() -> String {
    "evotor-gateway".to_owned()
}

/// Makes a folder, unless it is there; it is this user's alone.
pub(super) fn own(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    is_own(folder)
}

/// In a folder for everybody, another user may have made it first.
#[cfg(unix)]
pub(super) fn is_own(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::symlink_metadata(folder)?;
    let is_mine = found.uid() == rustix::process::geteuid().as_raw();
    if found.is_dir() && is_mine && found.mode() & 0o077 == 0 {
        return Ok(());
    }
    let text = format!("{} is not this user's alone", folder.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}

#[cfg(not(unix))]
pub(super) fn is_own(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_others_can_use_is_not_used() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("own");
        own(&folder).unwrap();
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        symlink(&folder, place.path().join("link")).unwrap();
        assert!(own(&place.path().join("link")).is_err());
        fs::write(place.path().join("file"), "").unwrap();
        assert!(own(&place.path().join("file")).is_err());
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(own(&folder).is_err());
    }
}
