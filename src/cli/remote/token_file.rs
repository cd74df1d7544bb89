//! The token of a running gateway, where commands of the same user find it.
//!
//! `admin: {token: auto}` makes a token that stands in no configuration. It lies in a file that only
//! its owner reads, named by the admin address, as long as the gateway runs.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::own_folder::{folders, is_own, own};
use super::reach::reachable;
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
}
