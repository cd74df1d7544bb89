//! Files that lead a program through the gateway, where it takes no variable's word.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::super::own_folder;
use super::super::variable;
use super::super::whole::WholeFile;
use super::trust_store::trust_store;
use super::trusted::Trusted;
use crate::file;

/// A folder of this user's alone.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    certificate: PathBuf,
    is_for_the_run: bool,
}

const NODE: &str = include_str!("node.cjs");

impl Files {
    /// Removed with the end of the command. The gateway's authority is in a file that stays.
    pub(super) fn for_the_run(certificate: PathBuf) -> io::Result<Self> {
        let own = read(&file::read(&certificate, file::PEM)?)?;
        let name = format!("evotor-gateway-{}", uuid::Uuid::new_v4());
        let folder = std::env::temp_dir().join(name);
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        let files = Self { folder, certificate, is_for_the_run: true };
        files.write(own)?;
        Ok(files)
    }

    /// Kept beside the tokens of running gateways, in a folder for each admin address.
    pub(super) fn to_stay(authority: &str, certificate: &str) -> io::Result<Self> {
        let own = read(certificate.as_bytes())?;
        let mut failed = io::ErrorKind::NotFound.into();
        for place in own_folder::folders() {
            let folder = place.join(folder_name(authority));
            let files = Self { certificate: folder.join("ca.pem"), folder, is_for_the_run: false };
            let made = own_folder::own(&place).and_then(|()| own_folder::own(&files.folder));
            let made =
                made.and_then(|()| WholeFile::write(&files.certificate, certificate.as_bytes()));
            match made.and_then(|()| files.write(own.clone())) {
                Ok(()) => return Ok(files),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// The gateway's authority alone.
    pub(super) fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// The gateway's authority beside those that were trusted before.
    pub(super) fn bundle(&self) -> PathBuf {
        self.folder.join("ca-bundle.pem")
    }

    /// The same for Java.
    pub(super) fn trust_store(&self) -> PathBuf {
        self.folder.join("trust.p12")
    }

    /// The folder of an ini file for PHP.
    pub(super) fn php(&self) -> PathBuf {
        self.folder.join("php")
    }

    /// A configuration for wget.
    pub(super) fn wget(&self) -> PathBuf {
        self.folder.join("wgetrc")
    }

    /// What Node loads before the program.
    pub(super) fn node(&self) -> PathBuf {
        self.folder.join("node.cjs")
    }

    fn write(&self, own: CertificateDer<'static>) -> io::Result<()> {
        let trusted = Trusted::with(own);
        own_folder::own(&self.php())?;
        WholeFile::write(&self.bundle(), trusted.pem().as_bytes())?;
        WholeFile::write(&self.trust_store(), &trust_store(trusted.certificates()))?;
        WholeFile::write(&self.node(), NODE.as_bytes())?;
        WholeFile::write(&self.wget(), &wget(&self.bundle()))?;
        let ini = self.php().join("evotor-gateway.ini");
        WholeFile::write(&ini, php(&self.bundle()).as_bytes())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        if self.is_for_the_run {
            // It may have been taken away already.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn read(pem: &[u8]) -> io::Result<CertificateDer<'static>> {
    CertificateDer::from_pem_slice(pem)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn folder_name(authority: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
    let plain = |letter: char| if is_plain(letter) { letter } else { '_' };
    format!("exec-{}", authority.chars().map(plain).collect::<String>())
}

fn php(bundle: &Path) -> String {
    let bundle = bundle.display();
    format!("curl.cainfo = \"{bundle}\"\nopenssl.cafile = \"{bundle}\"\n")
}

/// `WGETRC` stands in for the user's own file, whose text is kept.
fn wget(bundle: &Path) -> Vec<u8> {
    let own = variable("WGETRC").map(PathBuf::from);
    let own = own.or_else(|| Some(std::env::home_dir()?.join(".wgetrc")));
    let mut text = own.and_then(|own| file::read(&own, file::SECRET).ok()).unwrap_or_default();
    text.extend_from_slice(b"\nca_certificate = ");
    text.extend_from_slice(OsString::from(bundle).as_encoded_bytes());
    text.push(b'\n');
    text
}
