//! A file of certificate authorities for programs that take one file instead of the system's: the
//! system's authorities and the gateway's.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::{talk, variable};
use crate::file;

/// Removed with the end of the command.
#[derive(Debug)]
pub(super) struct Bundle {
    path: PathBuf,
}

/// Where systems keep theirs: Debian, Fedora, SUSE, Alpine and macOS, FreeBSD.
const USUAL: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

impl Bundle {
    /// The system's, or what `SSL_CERT_FILE` names, and one more.
    pub(super) fn with(certificate: &Path) -> io::Result<Self> {
        let named = variable("SSL_CERT_FILE").filter(|name| !name.is_empty());
        let mut places = named.iter().map(String::as_str).chain(USUAL);
        let mut all = places.find_map(|place| file::read(Path::new(place), file::PEM).ok()).unwrap_or_else(|| {
            talk("note: no file of the system's authorities was found; only the gateway's is trusted");
            Vec::new()
        });
        if !all.is_empty() && !all.ends_with(b"\n") {
            all.push(b'\n');
        }
        all.extend(file::read(certificate, file::PEM)?);
        let path =
            std::env::temp_dir().join(format!("evotor-gateway-{}.pem", uuid::Uuid::new_v4()));
        let bundle = Self { path };
        let mut file = OpenOptions::new().write(true).create_new(true).open(&bundle.path)?;
        file.write_all(&all)?;
        Ok(bundle)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        // It may have been taken away already, with the whole folder.
        let _ = fs::remove_file(&self.path);
    }
}
