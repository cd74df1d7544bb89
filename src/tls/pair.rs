//! The authority's two files: read whole, made once, never overwritten.
//!
//! A maker holds the lock file, writes both files under other names and renames the key first. A
//! crash between the two renames leaves the certificate under its other name, where the next start
//! picks it up; any other lone file is somebody's and stays as it is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::file;
use crate::text::{Text, text};

/// The authority's certificate, within the folder of `certs:`.
pub const CERTIFICATE_FILE: &str = "ca.pem";
/// The authority's private key, within the same folder.
pub const KEY_FILE: &str = "ca.key.pem";

const LOCK_FILE: &str = ".ca.lock";
const STAGED_CERTIFICATE: &str = ".ca.pem.new";
const STAGED_KEY: &str = ".ca.key.pem.new";

/// Why the local authority cannot be used; says which file and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub struct AuthorityError {
    /// The file to look at.
    pub file: PathBuf,
    /// What is wrong with it.
    pub flaw: Flaw,
}

impl AuthorityError {
    /// In words.
    pub fn text(&self) -> Text {
        let file = self.file.display();
        text!("{file}: {flaw}; {remedy}", file, flaw => self.flaw.text(), remedy => self.flaw.remedy())
    }
}

/// What is wrong with a file of the authority.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum Flaw {
    /// The system refused what the text says.
    System(Text, io::Error),
    /// The same, for the disk has no room.
    Full(Text),
    /// The other half of the pair is missing.
    Alone(&'static str),
    /// Not a regular file.
    NotAFile,
    /// No PEM section of the kind that is wanted.
    Garbled(Text),
    /// A key of a kind that cannot sign.
    UnusableKey(Text),
    /// Certificate and key are not of one pair.
    Mismatch,
    /// A certificate that may not sign others.
    NotAnAuthority(Text),
    /// Good for any name, where the configuration wants an authority with limits.
    Unconstrained,
    /// Outside its validity.
    Lapsed(Text),
    /// The machine's clock cannot be right.
    Clock(String),
    /// A subject that does not survive being read and written.
    OddSubject,
    /// The certificate could not be made.
    Signing(String),
}

impl Flaw {
    /// In words that follow the file's name.
    pub fn text(&self) -> Text {
        match self {
            Self::System(what, error) => text!("{what} ({error})", what => what.clone(), error),
            Self::Full(what) => text!("{what}: the disk is full", what => what.clone()),
            Self::Alone(file) => text!("stands without {file}", file),
            Self::NotAFile => text!("is not a file"),
            Self::Garbled(what) | Self::Lapsed(what) => what.clone(),
            Self::UnusableKey(why) => {
                text!("holds a key that cannot be used ({why})", why => why.clone())
            }
            Self::Mismatch => {
                text!("does not belong to the certificate in {file}", file = CERTIFICATE_FILE)
            }
            Self::NotAnAuthority(why) => {
                text!("is not an authority's certificate: {why}", why => why.clone())
            }
            Self::Unconstrained => {
                text!("is good for any host, and `certs.constrain` wants it limited")
            }
            Self::Clock(day) => text!("cannot be made while the clock says {day}", day),
            Self::OddSubject => text!("has a subject that leaves cannot repeat"),
            Self::Signing(error) => text!("cannot sign ({error})", error),
        }
    }
}

impl Flaw {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::System(..) => {
                "check owner and permissions of the folder, or set `certs:` to another one"
            }
            Self::Full(_) => "free some room there, or set `certs:` to another folder",
            Self::Alone(_) => {
                "put that file back, or move this one away to have a new authority made"
            }
            Self::NotAFile => "move it away",
            Self::Clock(_) => "set the clock",
            Self::UnusableKey(_) => {
                "ECDSA, Ed25519 and RSA from 2048 bits are understood, without a passphrase"
            }
            Self::NotAnAuthority(_) => {
                "a server's own certificate goes into NAME.pem; move this pair away"
            }
            Self::Unconstrained => {
                "run: evotor-gateway ca untrust; move both files away to have a new authority made; \
                 start the gateway; run: evotor-gateway ca trust"
            }
            Self::Lapsed(_) => {
                "check the clock, or move both files away to have a new authority made"
            }
            Self::OddSubject => {
                "each kind of field may stand in it once (O and CN will do); make it anew"
            }
            Self::Garbled(_) | Self::Mismatch | Self::Signing(_) => {
                "restore it, or move both files away to have a new authority made"
            }
        }
    }
}

/// Both files as read.
pub(super) struct Pair {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
}

/// The pair, if there is one; an error if there is half of one.
pub(super) fn read(dir: &Path) -> Result<Option<Pair>, AuthorityError> {
    match (read_file(&dir.join(CERTIFICATE_FILE))?, read_file(&dir.join(KEY_FILE))?) {
        (Some(certificate), Some(key)) => Ok(Some(Pair { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(flawed(&dir.join(CERTIFICATE_FILE), Flaw::Alone(KEY_FILE))),
        (None, Some(_)) => Err(flawed(&dir.join(KEY_FILE), Flaw::Alone(CERTIFICATE_FILE))),
    }
}

/// The pair in two files that the user has named.
pub(super) fn read_own(certificate: &Path, key: &Path) -> Result<Pair, AuthorityError> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, "there is no such file");
    let read = |path| {
        read_file(path)?
            .ok_or_else(|| flawed(path, Flaw::System(text!("cannot be read"), missing())))
    };
    Ok(Pair { certificate: read(certificate)?, key: read(key)? })
}

/// The pair of the folder, or the one `make` returns, written before it is handed back.
///
/// `fits` tells whether a pair left by a crashed maker is whole.
pub(super) fn read_or_make(
    dir: &Path,
    fits: impl Fn(&Pair) -> bool,
    make: impl FnOnce() -> Result<Pair, AuthorityError>,
) -> Result<Pair, AuthorityError> {
    let first = read(dir);
    if let Ok(Some(pair)) = first {
        return Ok(pair);
    }
    file::make_folder(dir)
        .map_err(|error| flawed(dir, Flaw::System(text!("cannot be made"), error)))?;
    let _held = lock(&dir.join(LOCK_FILE)).map_err(|error| first.err().unwrap_or(error))?;
    finish_interrupted(dir, fits)?;
    if let Some(pair) = read(dir)? {
        return Ok(pair);
    }
    let pair = make()?;
    write(dir, &pair)?;
    Ok(pair)
}

pub(super) fn flawed(file: &Path, flaw: Flaw) -> AuthorityError {
    let flaw = match flaw {
        Flaw::System(verb, error) if file::is_full(&error) => Flaw::Full(verb),
        flaw => flaw,
    };
    AuthorityError { file: file.to_owned(), flaw }
}

fn read_file(path: &Path) -> Result<Option<Vec<u8>>, AuthorityError> {
    // A dangling link is an entry all the same: a rename onto it would destroy it.
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(flawed(path, Flaw::System(text!("cannot be read"), error))),
        Ok(_) => {}
    }
    file::read(path, file::PEM).map(Some).map_err(|error| match error.kind() {
        io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput => flawed(path, Flaw::NotAFile),
        _ => flawed(path, Flaw::System(text!("cannot be read"), error)),
    })
}

/// Held until dropped; the system lets go of it when the process dies.
fn lock(path: &Path) -> Result<File, AuthorityError> {
    let refused = |error| flawed(path, Flaw::System(text!("cannot be locked"), error));
    let held = file::lockable(path).map_err(refused)?;
    match held.lock() {
        // Some network file systems know no locks; there the rename order has to do.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(refused(error)),
        _ => Ok(held),
    }
}

fn finish_interrupted(dir: &Path, fits: impl Fn(&Pair) -> bool) -> Result<(), AuthorityError> {
    let (staged, certificate) = (dir.join(STAGED_CERTIFICATE), dir.join(CERTIFICATE_FILE));
    if read_file(&certificate)?.is_some() {
        return Ok(());
    }
    let (Some(key), Some(left)) = (read_file(&dir.join(KEY_FILE))?, read_file(&staged)?) else {
        return Ok(());
    };
    if !fits(&Pair { certificate: left, key }) {
        return Ok(());
    }
    rename(&staged, &certificate)
}

fn write(dir: &Path, pair: &Pair) -> Result<(), AuthorityError> {
    let (staged, staged_key) = (dir.join(STAGED_CERTIFICATE), dir.join(STAGED_KEY));
    write_file(&staged, &pair.certificate, 0o644)?;
    write_file(&staged_key, &pair.key, 0o600)?;
    rename(&staged_key, &dir.join(KEY_FILE))?;
    rename(&staged, &dir.join(CERTIFICATE_FILE))?;
    // The names are on disk once the folder is; where folders cannot be opened, so it is anyway.
    if let Ok(folder) = File::open(dir) {
        folder.sync_all().ok();
    }
    Ok(())
}

fn write_file(file: &Path, bytes: &[u8], mode: u32) -> Result<(), AuthorityError> {
    // What lies here was left by a maker that died; the lock says that no other is at work.
    fs::remove_file(file).ok();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options
        .open(file)
        .and_then(|mut made| made.write_all(bytes).and_then(|()| made.sync_all()))
        .map_err(|error| flawed(file, Flaw::System(text!("cannot be written"), error)))
}

fn rename(from: &Path, to: &Path) -> Result<(), AuthorityError> {
    fs::rename(from, to)
        .map_err(|error| flawed(to, Flaw::System(text!("cannot be written"), error)))
}
