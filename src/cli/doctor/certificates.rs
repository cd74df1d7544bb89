//! The authority, who trusts it, the user's own certificates and the clock they all depend on.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::Check;
use crate::tls::{Authority, AuthorityError, Certificates};

/// 2025-01-01 and 2100-01-01, seconds since 1970: outside of them a clock is not set.
const PLAUSIBLE: std::ops::Range<u64> = 1_735_689_600..4_102_444_800;
/// How long before its end the authority's replacement is due.
const NOTICE: Duration = Duration::from_secs(60 * 24 * 60 * 60);

pub(super) fn check(dir: &Path, now: SystemTime) -> Vec<Check> {
    let mut checks = vec![clock(now)];
    match Authority::find(dir, now) {
        Ok(Some(found)) => {
            checks.push(authority(&found, now));
            checks.push(trust(&found, now));
            checks.push(own(dir, now));
        }
        Ok(None) => checks.push(Check::ok(
            "authority",
            format!("{}: none yet; the first start makes it", dir.display()),
        )),
        Err(AuthorityError { file, flaw }) => checks.push(Check::fail(
            "authority",
            format!("{}: {flaw}", file.display()),
            flaw.remedy(),
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
        format!("{shown} cannot be right; no certificate is valid then"),
        "set the clock, for example: sudo timedatectl set-ntp true",
    )
}

fn authority(authority: &Authority, now: SystemTime) -> Check {
    let file = authority.file().display();
    let (_, until) = authority.validity();
    if now + NOTICE > until {
        return Check::warn(
            "authority",
            format!("{file}: expires within {} days", NOTICE.as_secs() / 86_400),
            "move ca.pem and ca.key.pem away, start the gateway, run: evotor-gateway ca trust",
        );
    }
    match authority.warnings() {
        [] => Check::ok("authority", format!("{file}: {}", authority.subject())),
        warnings => Check::warn("authority", warnings.join("\n"), ""),
    }
}

fn trust(authority: &Authority, now: SystemTime) -> Check {
    match authority.is_trusted_here(now) {
        Some(true) => Check::ok("trust", "this system's store knows the authority"),
        Some(false) => Check::warn(
            "trust",
            "this system's store does not know the authority; its clients refuse HTTPS",
            "run: evotor-gateway ca trust",
        ),
        None => Check::warn(
            "trust",
            "this system has no trust store; partners' certificates cannot be verified either",
            "install the package ca-certificates",
        ),
    }
}

/// Opening makes nothing here: the authority has just been found.
fn own(dir: &Path, now: SystemTime) -> Check {
    match Certificates::open(dir, Arc::new(move || now)) {
        Err(error) => Check::fail("certificates", error.to_string(), ""),
        Ok(certificates) => {
            let authority = certificates.authority().warnings();
            let own: Vec<_> = certificates
                .warnings()
                .into_iter()
                .filter(|warning| !authority.contains(warning))
                .collect();
            match own.is_empty() {
                true => Check::ok("certificates", format!("{}: nothing doubtful", dir.display())),
                false => Check::warn("certificates", own.join("\n"), ""),
            }
        }
    }
}
