//! The authority, who trusts it, the user's own certificates and the clock they all depend on.

use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;

use super::Check;
use crate::cli::words::{fixed, said, words};
use crate::text::Text;
use crate::tls::{Authority, AuthorityError, Certificates, Place, RENEWAL};

/// 2025-01-01 and 2100-01-01, seconds since 1970: outside of them a clock is not set.
const PLAUSIBLE: std::ops::Range<u64> = 1_735_689_600..4_102_444_800;

pub(super) fn check(place: &Place, now: SystemTime) -> Vec<Check> {
    let mut checks = vec![clock(now)];
    match Authority::find(place.clone(), now) {
        Ok(Some(found)) => {
            checks.push(authority(&found));
            checks.push(trust(&found, now));
            checks.push(own(place, now));
        }
        Ok(None) => checks.push(Check::ok(
            "authority",
            words!("{folder}: none yet; the first start makes it", folder = place.dir.display()),
        )),
        Err(AuthorityError { file, flaw }) => checks.push(Check::fail(
            "authority",
            format!("{}: {}", file.display(), said(&flaw.text())),
            fixed(flaw.remedy()),
        )),
    }
    checks
}

fn clock(now: SystemTime) -> Check {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let shown = Timestamp::try_from(now).map(|at| format!("{at:.0}")).unwrap_or_default();
    if PLAUSIBLE.contains(&seconds) {
        return Check::ok("clock", shown);
    }
    Check::fail(
        "clock",
        words!("{shown} cannot be right; no certificate is valid then", shown),
        words!("set the clock, for example: sudo timedatectl set-ntp true"),
    )
}

fn authority(authority: &Authority) -> Check {
    let file = authority.file().display();
    let outdated = authority.outdated();
    match (authority.warnings(), outdated.is_empty()) {
        ([], true) => Check::ok("authority", format!("{file}: {}", authority.subject())),
        ([], false) => Check::warn(
            "authority",
            words!(
                "{file} was made by an earlier version and works: {what}",
                file,
                what = lines(&outdated, "; ")
            ),
            fixed(RENEWAL),
        ),
        (warnings, _) => Check::warn("authority", lines(&[warnings, &outdated].concat(), "\n"), ""),
    }
}

fn trust(authority: &Authority, now: SystemTime) -> Check {
    match authority.is_trusted_here(now) {
        Some(true) => Check::ok("trust", words!("this system's store knows the authority")),
        Some(false) => Check::warn(
            "trust",
            words!("this system's store does not know the authority; its clients refuse HTTPS"),
            words!("run: evotor-gateway ca trust"),
        ),
        None => Check::warn(
            "trust",
            words!(
                "this system has no trust store; partners' certificates cannot be verified either"
            ),
            words!("install the package ca-certificates"),
        ),
    }
}

fn lines(texts: &[Text], between: &str) -> String {
    texts.iter().map(said).collect::<Vec<_>>().join(between)
}

/// Opening makes nothing here: the authority has just been found.
fn own(place: &Place, now: SystemTime) -> Check {
    match Certificates::open(place.clone(), Arc::new(move || now)) {
        Err(error) => Check::fail("certificates", said(&error.text()), ""),
        Ok(certificates) => {
            let authority = certificates.authority().warnings();
            let own: Vec<_> = certificates
                .warnings()
                .into_iter()
                .filter(|warning| !authority.contains(warning))
                .collect();
            match own.is_empty() {
                true => Check::ok(
                    "certificates",
                    words!("{folder}: no warnings", folder = place.dir.display()),
                ),
                false => Check::warn("certificates", lines(&own, "\n"), ""),
            }
        }
    }
}
