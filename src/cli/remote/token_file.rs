//! The token of a running gateway, where commands of the same user find it.
//!
//! `admin: {token: auto}` makes a token that stands in no configuration. It lies in a file that only
//! its owner reads, named by the admin address, as long as the gateway runs.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::reach::reachable;
use super::variable;
use super::whole::WholeFile;
use crate::model::token::Token;

/// It is removed when this is dropped.
#[derive(Debug)]
pub(in crate::cli) struct TokenFile(PathBuf);

impl TokenFile {
    /// Writes the token of the gateway at an admin address.
    ///
    /// # Errors
    ///
    /// Where no folder is the user's alone, or the file cannot be written.
    pub(in crate::cli) fn write(admin: SocketAddr, token: &Token) -> io::Result<Self> {
        let mut failed = io::ErrorKind::NotFound.into();
        for folder in folders() {
            match own(&folder).and_then(|()| put(&folder, admin, token)) {
                Ok(path) => return Ok(Self(path)),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        // One that stays is worth nothing: the next gateway makes another token.
        let _ = fs::remove_file(&self.0);
    }
}

/// The token of the gateway at a host and port, if the same user runs it on this machine.
pub(super) fn read(authority: &str) -> Option<Token> {
    folders().iter().find_map(|folder| find(folder, authority))
}

fn put(folder: &Path, admin: SocketAddr, token: &Token) -> io::Result<PathBuf> {
    let path = folder.join(name(reachable(admin)));
    WholeFile::write(&path, token.expose().as_bytes())?;
    Ok(path)
}

fn find(folder: &Path, authority: &str) -> Option<Token> {
    is_own(folder).ok()?;
    addresses(authority).into_iter().find_map(|address| {
        let text = fs::read_to_string(folder.join(name(address))).ok()?;
        (!text.is_empty()).then(|| Token::new(text))
    })
}

/// What a name of this machine leads to; another name leads to no file.
fn addresses(authority: &str) -> Vec<SocketAddr> {
    match authority.strip_prefix("localhost:").map(str::parse) {
        Some(Ok(port)) => {
            vec![(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()]
        }
        Some(Err(_)) => Vec::new(),
        None => authority.parse().into_iter().collect(),
    }
}

fn name(address: SocketAddr) -> String {
    format!("{}-{}.token", address.ip().to_string().replace(':', "_"), address.port())
}

/// Where such files may lie, the best place first.
fn folders() -> Vec<PathBuf> {
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
fn own(folder: &Path) -> io::Result<()> {
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
fn is_own(folder: &Path) -> io::Result<()> {
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
fn is_own(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_by_every_name_of_its_address_and_by_no_other() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("own");
        own(&folder).unwrap();
        let put = |address: &str, token| {
            put(&folder, address.parse().unwrap(), &Token::new(token)).unwrap()
        };
        let path = put("0.0.0.0:4040", "first");
        put("[::1]:4041", "second");
        let found = |authority| find(&folder, authority).map(|token| token.expose().to_owned());
        for authority in ["127.0.0.1:4040", "localhost:4040"] {
            assert_eq!(found(authority).as_deref(), Some("first"), "{authority}");
        }
        assert_eq!(found("[::1]:4041").as_deref(), Some("second"));
        assert_eq!(found("localhost:4041").as_deref(), Some("second"));
        for other in ["127.0.0.1:4041", "evil.example:4040", "127.0.0.2:4040", "localhost:x", ""] {
            assert_eq!(found(other), None, "{other}");
        }
        drop(TokenFile(path));
        assert_eq!(found("127.0.0.1:4040"), None);
    }

    #[cfg(unix)]
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
