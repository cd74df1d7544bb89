//! Whom and what the machine has room for: other people's accounts, and descriptors.

use super::{Check, Facts};
use crate::cli::words::{fixed, said, words};
use crate::net::descriptors::{REMEDY, Shares};

/// Whether as many connections fit as the configuration allows.
pub(super) fn descriptors(shares: &Shares) -> Check {
    match shares.shortfall() {
        Some(text) => Check::warn("descriptors", said(&text), fixed(REMEDY)),
        None => Check::ok("descriptors", words!("there are enough for limits.max_connections")),
    }
}

/// Whether others than the user of the gateway can reach a console that asks for no token.
pub(super) fn accounts(facts: &Facts<'_>) -> Check {
    const NAME: &str = "console";
    if facts.is_guarded {
        return Check::ok(NAME, words!("it asks for a token"));
    }
    let people = people(facts.passwd);
    if people.len() < 2 {
        return Check::ok(
            NAME,
            words!("no token is asked for; nobody else has an account on this machine"),
        );
    }
    Check::warn(
        NAME,
        words!(
            "no token is asked for, and {n} people have an account on this machine ({people}): each can see and change everything",
            n = people.len(),
            people = people.join(", ")
        ),
        words!("write `admin: {{token: auto}}` in gateway.yaml"),
    )
}

/// Accounts of people in a text of passwd(5): those that can log in, of the range that systems give to
/// people (`UID_MIN` and `UID_MAX` of login.defs(5)).
fn people(passwd: &str) -> Vec<&str> {
    let person = |line: &'_ str| -> bool {
        let mut fields = line.split(':').skip(2);
        let uid: Option<u32> = fields.next().and_then(|uid| uid.parse().ok());
        let shell = fields.nth(3).unwrap_or_default();
        uid.is_some_and(|uid| (1000..=60_000).contains(&uid))
            && !shell.ends_with("nologin")
            && !shell.ends_with("false")
    };
    passwd.lines().filter(|line| person(line)).filter_map(|line| line.split(':').next()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::SystemTime;

    use super::super::State;
    use super::*;

    const SYSTEM: &str = "root:x:0:0:root:/root:/bin/bash\n\
                          daemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n\
                          nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n\
                          ci:x:1002:1002::/srv/ci:/bin/false\nbroken line\n\n";
    const ANNA: &str = "anna:x:1000:1000:Anna,,,:/home/anna:/bin/bash\n";
    const BORIS: &str = "boris:x:1001:1001::/home/boris:/usr/bin/zsh\n";

    fn judged(passwd: &str, is_guarded: bool) -> Check {
        accounts(&Facts {
            config: Ok(String::new()),
            certs: &Path::new("certs").into(),
            readable: &[],
            running: None,
            listen: &[],
            hosts: &[],
            hosts_file: "",
            variable: &|_| None,
            now: SystemTime::UNIX_EPOCH,
            is_guarded,
            passwd,
            shares: Shares::of(None, 1, 1),
        })
    }

    #[test]
    fn a_token_is_recommended_where_several_people_have_accounts() {
        let check = judged(&[SYSTEM, ANNA, BORIS].concat(), false);
        assert_eq!(check.state, State::Warn);
        assert!(check.detail.contains("2 people") && check.detail.contains("(anna, boris)"));
        assert!(check.remedy.contains("token: auto"), "{check:?}");
    }

    #[test]
    fn one_person_and_a_guarded_console_need_nothing() {
        for (passwd, is_guarded) in [
            (String::new(), false),
            (SYSTEM.to_owned(), false),
            ([SYSTEM, ANNA].concat(), false),
            ([ANNA, BORIS].concat(), true),
        ] {
            let check = judged(&passwd, is_guarded);
            assert_eq!((check.state, check.remedy.as_str()), (State::Ok, ""), "{passwd}");
        }
    }

    #[test]
    fn too_few_descriptors_are_told_with_their_remedy() {
        let check = descriptors(&Shares::of(Some(1024), 10_000, 2));
        assert_eq!(check.state, State::Warn);
        assert!(check.detail.contains("1024") && check.remedy.contains("LimitNOFILE"), "{check:?}");
        assert_eq!(descriptors(&Shares::of(Some(524_288), 10_000, 2)).state, State::Ok);
    }
}
