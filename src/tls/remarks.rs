//! What is not wrong enough with an authority to stop for, each with its remedy.

use std::path::Path;
use std::time::{Duration, SystemTime};

use x509_parser::prelude::X509Certificate;

use super::constraint::Limits;
use super::founding;
use super::name::Name;
use crate::file::is_open_to_others;
use crate::shell::word;
use crate::text::{Text, text};

/// How an authority is replaced.
pub const RENEWAL: &str = "run: evotor-gateway ca untrust; move ca.pem and ca.key.pem away; start the gateway; run: evotor-gateway ca trust";

/// How long before its end the authority's replacement is due.
const NOTICE: Duration = Duration::from_secs(60 * 24 * 60 * 60);

/// What has to be told at every start.
pub(super) fn pressing(
    certificate: &X509Certificate<'_>,
    key_file: &Path,
    only: Option<&[Name]>,
    now: SystemTime,
) -> Vec<Text> {
    let mut told = Vec::new();
    if is_open_to_others(key_file) {
        let (file, word) = (key_file.display(), word(&key_file.to_string_lossy()));
        told.push(text!(
            "{file}: other users can read this key; run: chmod 600 {word}",
            file,
            word
        ));
    }
    let until = certificate.validity().not_after.to_datetime();
    if now + NOTICE > SystemTime::from(until) {
        told.push(text!(
            "the authority expires on {day}; {renewal}",
            day = until.date(), renewal => RENEWAL
        ));
    }
    match (Limits::of(certificate), only) {
        (Some(limits), Some(names)) => {
            let (missing, needless) = (limits.missing(names), limits.needless(names));
            if !missing.is_empty() {
                let names = missing.join(", ");
                told.push(text!(
                    "the authority is limited to other names, clients refuse it for {names}; {renewal}",
                    names, renewal => RENEWAL
                ));
            }
            if !needless.is_empty() {
                let names = needless.join(", ");
                told.push(text!(
                    "the authority may still sign for {names}, which gateway.yaml no longer names; {renewal}",
                    names, renewal => RENEWAL
                ));
            }
        }
        (Some(_), None) => told.push(text!(
            "The authority is limited to certain names; clients refuse it for any other"
        )),
        (None, _) => {}
    }
    told
}

/// In what one that an earlier version has made is behind those made now. It works all the same.
pub(super) fn outdated(certificate: &X509Certificate<'_>) -> Vec<Text> {
    if !founding::is_ours(certificate.subject()) {
        return Vec::new();
    }
    let mut told = Vec::new();
    let validity = certificate.validity();
    let life = validity.not_after.to_datetime() - validity.not_before.to_datetime();
    if life > time::Duration::days(founding::DAYS.into()) {
        let years = life.whole_days() / 365;
        told.push(text!("it is valid for {years} years, those made now for two at most", years));
    }
    if certificate.extended_key_usage().ok().flatten().is_none() {
        told.push(text!("it is good for any purpose, those made now for servers only"));
    }
    told
}
