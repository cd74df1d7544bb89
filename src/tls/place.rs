//! Where certificates are kept, and which authority signs the minted ones.

use std::path::{Path, PathBuf};

use super::name::Name;
use super::pair::{CERTIFICATE_FILE, KEY_FILE};

/// A folder of certificates and its authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder.
    pub dir: PathBuf,
    /// An authority of the user's own, certificate and key, instead of the one in the folder.
    pub own: Option<(PathBuf, PathBuf)>,
    /// The only names that the authority may sign for; `None` is any.
    pub only: Option<Vec<Name>>,
}

impl Place {
    /// Where the authority's certificate lies.
    pub fn certificate(&self) -> PathBuf {
        match &self.own {
            Some((certificate, _)) => certificate.clone(),
            None => self.dir.join(CERTIFICATE_FILE),
        }
    }

    /// Where its private key lies.
    pub fn key(&self) -> PathBuf {
        match &self.own {
            Some((_, key)) => key.clone(),
            None => self.dir.join(KEY_FILE),
        }
    }
}

/// A folder whose authority may sign for any name.
impl From<&Path> for Place {
    fn from(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), own: None, only: None }
    }
}
