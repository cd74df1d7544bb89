//! Certificates that the user has put beside the authority: `NAME.pem` with `NAME.key.pem`.
//!
//! `_wildcard.example.ru.pem` serves every name one label below `example.ru`. A certificate of an
//! authority without a key is somebody's trust anchor and passed over.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::name::Name;
use super::pair::{CERTIFICATE_FILE, KEY_FILE};
use super::provider;
use crate::file;
use crate::text::{Text, text};

/// A certificate of the user's own that cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", file.display())]
pub struct OwnError {
    /// The file to look at.
    pub file: PathBuf,
    /// What is wrong and what to do.
    pub why: Text,
}

impl OwnError {
    /// In words.
    pub fn text(&self) -> Text {
        text!("{file}: {why}", file = self.file.display(), why => self.why.clone())
    }
}

/// The user's own certificates.
#[derive(Debug, Default)]
pub(super) struct Own {
    by_name: HashMap<String, Arc<CertifiedKey>>,
    pub(super) warnings: Vec<Text>,
}

impl Own {
    /// Everything in the folder that is named for a host.
    pub(super) fn read(dir: &Path, now: SystemTime) -> Result<Self, OwnError> {
        let mut own = Self::default();
        for stem in stems(dir)? {
            let Some(key) = read_pair(dir, &stem)? else { continue };
            let name = served_name(dir, &stem)?;
            own.warnings.extend(doubts(&dir.join(format!("{stem}.pem")), &key, &name, now));
            own.by_name.insert(name, Arc::new(key));
        }
        Ok(own)
    }

    /// For a name in its canonical spelling; an exact name goes before a wildcard.
    pub(super) fn get(&self, name: &str) -> Option<&Arc<CertifiedKey>> {
        if self.by_name.is_empty() {
            return None;
        }
        let wildcard = || name.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        self.by_name.get(name).or_else(|| self.by_name.get(&wildcard()?))
    }
}

/// `NAME` of each `NAME.pem` and `NAME.key.pem`, each once and in order.
fn stems(dir: &Path) -> Result<Vec<String>, OwnError> {
    let unreadable =
        |error: std::io::Error| flawed(dir, text!("cannot be listed ({error})", error));
    let mut stems = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?.file_name();
        let Some(file) = entry.to_str() else { continue };
        if file.starts_with('.') || file == CERTIFICATE_FILE || file == KEY_FILE {
            continue;
        }
        if let Some(stem) = file.strip_suffix(".key.pem").or_else(|| file.strip_suffix(".pem")) {
            stems.push(stem.to_owned());
        }
    }
    stems.sort_unstable();
    stems.dedup();
    Ok(stems)
}

fn read_pair(dir: &Path, stem: &str) -> Result<Option<CertifiedKey>, OwnError> {
    let (file, key_file) = (dir.join(format!("{stem}.pem")), dir.join(format!("{stem}.key.pem")));
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(&file, &key_file)?)
        .collect::<Result<_, _>>()
        .map_err(|error| {
            flawed(&file, text!("is not whole PEM ({error}); copy it again", error))
        })?;
    if !key_file.exists() {
        return match chain.iter().all(is_authority) && !chain.is_empty() {
            true => Ok(None),
            false => Err(flawed(
                &file,
                text!(
                    "stands without {stem}.key.pem; put the private key there, or move it away",
                    stem
                ),
            )),
        };
    }
    if chain.is_empty() {
        return Err(flawed(&file, text!("holds no certificate in PEM form")));
    }
    let key = PrivateKeyDer::from_pem_slice(&read(&key_file, &file)?)
        .map_err(|_| flawed(&key_file, text!("holds no private key in PEM form")))?;
    CertifiedKey::from_der(chain, key, &provider()).map(Some).map_err(|error| {
        flawed(&key_file, text!("cannot be used with {stem}.pem ({error})", stem, error))
    })
}

fn read(path: &Path, other: &Path) -> Result<Vec<u8>, OwnError> {
    file::read(path, file::PEM).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => flawed(
            other,
            text!(
                "stands without {file}; put that file beside it, or move this one away",
                file = path.display()
            ),
        ),
        _ => flawed(path, text!("cannot be read ({error})", error)),
    })
}

fn served_name(dir: &Path, stem: &str) -> Result<String, OwnError> {
    let (star, host) = match stem.strip_prefix("_wildcard.") {
        Some(rest) => ("*.", rest),
        None => ("", stem),
    };
    match Name::parse(host) {
        Some(Name::Dns(name)) => Ok(format!("{star}{name}")),
        Some(Name::Ip(ip)) if star.is_empty() => Ok(ip.to_string()),
        _ => Err(flawed(
            &dir.join(format!("{stem}.pem")),
            text!("is not named after a host; call it NAME.pem or _wildcard.NAME.pem"),
        )),
    }
}

/// What a client will stumble over, although the pair can be served.
fn doubts(file: &Path, key: &CertifiedKey, name: &str, now: SystemTime) -> Vec<Text> {
    let Some(first) = key.cert.first() else { return Vec::new() };
    let mut doubts = Vec::new();
    if let Ok((_, parsed)) = X509Certificate::from_der(first) {
        let until = parsed.validity().not_after.to_datetime();
        if now > SystemTime::from(until) {
            doubts.push(text!(
                "{file}: has expired on {day}; renew it",
                file = file.display(),
                day = until.date()
            ));
        }
    }
    if !covers(first, &name.replace('*', "any")) {
        doubts.push(text!(
            "{file}: is not issued for {name}; clients will refuse it",
            file = file.display(),
            name
        ));
    }
    doubts
}

fn covers(der: &CertificateDer<'_>, name: &str) -> bool {
    let (Ok(parsed), Ok(name)) = (ParsedCertificate::try_from(der), ServerName::try_from(name))
    else {
        return false;
    };
    verify_server_name(&parsed, &name).is_ok()
}

fn is_authority(der: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(der).is_ok_and(|(_, parsed)| parsed.is_ca())
}

fn flawed(file: &Path, why: Text) -> OwnError {
    OwnError { file: file.to_owned(), why }
}
