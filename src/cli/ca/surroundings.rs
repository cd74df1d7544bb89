//! Which trust stores this machine has.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::text::{Text, text};

/// The system's own store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemStore {
    /// Linux: a folder of anchors and the command that reads it.
    Anchors {
        /// Where the certificate goes.
        folder: PathBuf,
        /// What makes it count.
        refresh: &'static [&'static str],
    },
    /// macOS.
    Keychain,
    /// Windows, the user's own root store.
    Windows,
}

/// The `cacerts` of a Java installation that the system's store does not feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JavaStore {
    /// The tool that changes it.
    pub keytool: PathBuf,
    /// Whether this user may write to it.
    pub writable: bool,
}

/// The trust stores of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether this process may change the system's store without sudo.
    pub root: bool,
    /// The system's own store, where one is known.
    pub system: Option<SystemStore>,
    /// Folders of NSS databases: Chromium's and each Firefox profile's.
    pub nss: Vec<PathBuf>,
    /// Whether NSS's `certutil` is installed.
    pub certutil: bool,
    /// Java's store, where it is one of its own.
    pub java: Option<JavaStore>,
}

/// Anchor folders by distribution: Debian and Alpine, Fedora, Arch, openSUSE.
const ANCHORS: &[(&str, &[&str])] = &[
    ("/usr/local/share/ca-certificates", &["update-ca-certificates"]),
    ("/etc/pki/ca-trust/source/anchors", &["update-ca-trust", "extract"]),
    ("/etc/ca-certificates/trust-source/anchors", &["trust", "extract-compat"]),
    ("/usr/share/pki/trust/anchors", &["update-ca-certificates"]),
];

impl Surroundings {
    /// Looks around on this machine.
    pub fn look() -> Self {
        let home = env::home_dir().unwrap_or_default();
        Self {
            root: is_root(),
            system: system(),
            nss: nss(&home),
            certutil: !cfg!(windows) && find("certutil").is_some(),
            java: java(),
        }
    }

    /// What the user may want to install to reach more stores.
    pub fn hints(&self) -> Vec<Text> {
        if self.nss.is_empty() || self.certutil {
            return Vec::new();
        }
        vec![text!(
            "Firefox and Chromium keep stores of their own; to reach them install certutil (Debian: libnss3-tools, Fedora: nss-tools, macOS: brew install nss) and run this again."
        )]
    }
}

fn system() -> Option<SystemStore> {
    if cfg!(target_os = "macos") {
        return Some(SystemStore::Keychain);
    }
    if cfg!(windows) {
        return Some(SystemStore::Windows);
    }
    ANCHORS.iter().find_map(|(folder, refresh)| {
        let tool = refresh.first()?;
        (Path::new(folder).is_dir() && find(tool).is_some())
            .then(|| SystemStore::Anchors { folder: folder.into(), refresh })
    })
}

fn nss(home: &Path) -> Vec<PathBuf> {
    let profiles = [
        ".mozilla/firefox",
        "snap/firefox/common/.mozilla/firefox",
        "Library/Application Support/Firefox/Profiles",
    ];
    let firefox = profiles
        .iter()
        .filter_map(|folder| fs::read_dir(home.join(folder)).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()));
    let chromium = [".pki/nssdb", "snap/chromium/current/.pki/nssdb"].map(|dir| home.join(dir));
    chromium.into_iter().chain(firefox).filter(|dir| dir.join("cert9.db").is_file()).collect()
}

fn java() -> Option<JavaStore> {
    let tool = if cfg!(windows) { "keytool.exe" } else { "keytool" };
    let keytool = env::var_os("JAVA_HOME")
        .map(|home| Path::new(&home).join("bin").join(tool))
        .filter(|keytool| keytool.is_file())
        .or_else(|| find(tool))?;
    let home = fs::canonicalize(&keytool).ok()?.parent()?.parent()?.to_owned();
    let store = fs::canonicalize(home.join("lib/security/cacerts")).ok()?;
    // Distributions link it to a store that their refresh command fills.
    if store.starts_with("/etc") || store.starts_with("/var/lib/ca-certificates") {
        return None;
    }
    let writable = fs::OpenOptions::new().append(true).open(&store).is_ok();
    Some(JavaStore { keytool, writable })
}

fn find(program: &str) -> Option<PathBuf> {
    let file = if cfg!(windows) && !program.contains('.') {
        format!("{program}.exe")
    } else {
        program.to_owned()
    };
    let path = env::var_os("PATH")?;
    // Administration tools lie where a user's PATH does not always lead.
    let further = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path).chain(further).map(|dir| dir.join(&file)).find(|file| file.is_file())
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    env::var_os("USER").is_some_and(|user| user == "root")
}
