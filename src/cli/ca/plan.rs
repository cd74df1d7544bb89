//! Which commands make a machine trust the authority, or forget it; pure.

use std::fmt;
use std::path::Path;

use super::surroundings::{JavaStore, Surroundings, SystemStore};
use crate::shell::word;
use crate::text::{Text, text};

/// What is to happen to the trust stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The authority becomes trusted.
    Trust,
    /// It is no longer.
    Untrust,
}

/// One command. Prints as a line for a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The store that it changes, for people.
    pub store: Text,
    /// Program and arguments.
    pub command: Vec<String>,
    /// Removes what may not be there.
    pub may_fail: bool,
}

/// The steps for one authority, in order. Entries are named after its fingerprint, so that several
/// gateways on one machine do not take each other's place.
pub fn plan(
    action: Action,
    surroundings: &Surroundings,
    file: &Path,
    fingerprint: &str,
    serial: &str,
) -> Vec<Step> {
    let mark: String = fingerprint.chars().filter(char::is_ascii_hexdigit).take(8).collect();
    let name = format!("evotor-gateway-{}", mark.to_ascii_lowercase());
    let file = file.display().to_string();
    let mut steps = Vec::new();
    if let Some(store) = &surroundings.system {
        let sudo = if surroundings.root { None } else { Some("sudo") };
        steps.extend(system(action, store, &file, &name, serial, sudo));
    }
    if surroundings.certutil {
        let stores = surroundings.nss.iter().map(|dir| dir.display().to_string());
        steps.extend(stores.map(|dir| nss(action, &dir, &file, &name)));
    }
    if let Some(store) = &surroundings.java {
        steps.extend(java(action, store, &file, &name, surroundings.root));
    }
    steps
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.command.iter().map(|part| word(part)).collect();
        f.write_str(&words.join(" "))
    }
}

fn system(
    action: Action,
    store: &SystemStore,
    file: &str,
    name: &str,
    serial: &str,
    sudo: Option<&str>,
) -> Vec<Step> {
    let step = |words: &[&str]| Step {
        store: text!("the system's store"),
        command: words.iter().map(ToString::to_string).collect(),
        may_fail: false,
    };
    let as_root = |words: &[&str]| step(&[sudo.as_slice(), words].concat());
    match (store, action) {
        (SystemStore::Anchors { folder, refresh }, action) => {
            let anchor = folder.join(format!("{name}.crt")).display().to_string();
            let first = match action {
                Action::Trust => as_root(&["install", "-m", "644", file, &anchor]),
                Action::Untrust => as_root(&["rm", "-f", &anchor]),
            };
            vec![first, as_root(refresh)]
        }
        (SystemStore::Keychain, Action::Trust) => {
            let keychain = "/Library/Keychains/System.keychain";
            let add =
                ["security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", keychain, file];
            vec![as_root(&add)]
        }
        (SystemStore::Keychain, Action::Untrust) => {
            vec![as_root(&["security", "remove-trusted-cert", "-d", file])]
        }
        (SystemStore::Windows, Action::Trust) => {
            vec![step(&["certutil", "-user", "-addstore", "Root", file])]
        }
        (SystemStore::Windows, Action::Untrust) => {
            vec![step(&["certutil", "-user", "-delstore", "Root", serial])]
        }
    }
}

fn nss(action: Action, dir: &str, file: &str, name: &str) -> Step {
    let store = format!("sql:{dir}");
    let command: Vec<&str> = match action {
        Action::Trust => vec!["certutil", "-A", "-d", &store, "-t", "C,,", "-n", name, "-i", file],
        Action::Untrust => vec!["certutil", "-D", "-d", &store, "-n", name],
    };
    Step {
        command: command.into_iter().map(str::to_owned).collect(),
        store: text!("the browser's store in {dir}", dir),
        may_fail: action == Action::Untrust,
    }
}

/// An alias that exists is an error for keytool, so that trusting anew begins with removing.
fn java(action: Action, store: &JavaStore, file: &str, name: &str, root: bool) -> Vec<Step> {
    let keytool = store.keytool.display().to_string();
    let sudo = if root || store.writable { None } else { Some("sudo") };
    let step = |words: &[&str], may_fail| Step {
        store: text!("Java's store"),
        command: sudo
            .iter()
            .chain([&keytool.as_str()])
            .chain(words)
            .chain(&["-cacerts", "-storepass", "changeit", "-alias", name])
            .map(ToString::to_string)
            .collect(),
        may_fail,
    };
    let remove = step(&["-delete"], true);
    match action {
        Action::Untrust => vec![remove],
        Action::Trust => {
            vec![remove, step(&["-importcert", "-noprompt", "-file", file], false)]
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const PRINT: &str = "AB:CD:EF:01:23";

    fn lines(action: Action, surroundings: &Surroundings) -> Vec<String> {
        let file = Path::new("/srv/my certs/ca.pem");
        plan(action, surroundings, file, PRINT, "4F01").iter().map(ToString::to_string).collect()
    }

    fn debian() -> Surroundings {
        Surroundings {
            system: Some(SystemStore::Anchors {
                folder: "/usr/local/share/ca-certificates".into(),
                refresh: &["update-ca-certificates"],
            }),
            ..Surroundings::default()
        }
    }

    #[test]
    fn debian_gets_a_file_and_a_refresh() {
        let trust = [
            "sudo install -m 644 '/srv/my certs/ca.pem' /usr/local/share/ca-certificates/evotor-gateway-abcdef01.crt",
            "sudo update-ca-certificates",
        ];
        assert_eq!(lines(Action::Trust, &debian()), trust);
        let untrust = [
            "rm -f /usr/local/share/ca-certificates/evotor-gateway-abcdef01.crt",
            "update-ca-certificates",
        ];
        assert_eq!(lines(Action::Untrust, &Surroundings { root: true, ..debian() }), untrust);
    }

    #[test]
    fn macos_and_windows_have_commands_of_their_own() {
        let mac = Surroundings { system: Some(SystemStore::Keychain), ..Surroundings::default() };
        assert!(
            lines(Action::Trust, &mac)[0]
                .starts_with("sudo security add-trusted-cert -d -r trustRoot")
        );
        assert!(
            lines(Action::Untrust, &mac)[0].starts_with("sudo security remove-trusted-cert -d")
        );
        let windows =
            Surroundings { system: Some(SystemStore::Windows), ..Surroundings::default() };
        assert_eq!(lines(Action::Untrust, &windows), ["certutil -user -delstore Root 4F01"]);
    }

    #[test]
    fn browsers_are_served_only_where_certutil_is() {
        let nss = vec![PathBuf::from("/home/a/.pki/nssdb")];
        let without = Surroundings { nss, ..Surroundings::default() };
        assert!(lines(Action::Trust, &without).is_empty());
        assert!(without.hints()[0].to_string().contains("libnss3-tools"));
        let with = Surroundings { certutil: true, ..without };
        assert_eq!(
            lines(Action::Trust, &with),
            [
                "certutil -A -d sql:/home/a/.pki/nssdb -t C,, -n evotor-gateway-abcdef01 -i '/srv/my certs/ca.pem'"
            ]
        );
    }

    #[test]
    fn java_is_asked_to_forget_before_it_learns() {
        let java = Some(JavaStore { keytool: "/opt/jdk/bin/keytool".into(), writable: true });
        let steps = lines(Action::Trust, &Surroundings { java, ..Surroundings::default() });
        assert_eq!(
            steps[0],
            "/opt/jdk/bin/keytool -delete -cacerts -storepass changeit -alias evotor-gateway-abcdef01"
        );
        assert!(steps[1].contains("-importcert -noprompt -file '/srv/my certs/ca.pem'"));
    }

    #[test]
    fn a_quote_in_a_path_stays_one_word() {
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(word(""), "''");
    }
}
