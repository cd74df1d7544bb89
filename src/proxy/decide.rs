//! The verdict on a URL: which rule allows it, or why none does. Pure; `explain` prints the same.

use super::asked::{Asked, bad_target};
use super::snapshot::Snapshot;
use crate::config::meant::{App, Rule};
use crate::fault::{Code, Fault};
use crate::pattern::{Cache, Steps, Undecided};
use crate::text::{Text, text};

/// The hosts of the clouds' own APIs, which apps may not call (the vendor's page, first note), and
/// below which path the admin address answers a partner's calls of each.
pub const CLOUD_API: &[(&str, &str)] =
    &[("api.evotor.ru", "/evotor"), ("api.asna.cloud", "/asna"), ("sso.asna.cloud", "/asna")];

/// Whether a host is one of ASNA's, which knows nothing of terminals and their ports.
pub fn is_asna(host: &str) -> bool {
    CLOUD_API.iter().any(|(known, below)| *known == host && *below == "/asna")
}

/// A rule that allows a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    /// Its place in the app's `allow`.
    pub rule: usize,
}

/// The fault of an app that calls a cloud's own API.
pub fn cloud_api_forbidden(host: &str) -> Fault {
    Fault::new(Code::CloudApiForbidden, text!("{host} is a cloud's own API.", host)).hint(text!(
        "Call it from the partner's service, with the token of user/token in X-Authorization \
             and nothing of a terminal."
    ))
}

/// How far one rule got.
#[derive(Debug, Clone)]
pub struct Nearest<'a> {
    /// Its place in the app's `allow`.
    pub rule: usize,
    /// As written.
    pub source: &'a str,
    /// Bytes of the URL after which a match was still possible.
    pub reach: usize,
}

/// Decides on a URL for an app.
///
/// # Errors
///
/// `port_not_allowed`, `cloud_api_forbidden`, `url_not_allowed`, and `bad_target` where
/// `fidelity: strict` refuses what a loose reading lets through.
pub fn decide(
    asked: &Asked,
    app: usize,
    known: &Snapshot,
    cache: &mut Option<Cache>,
) -> Result<Allowed, Fault> {
    if asked.port != 80 && asked.port != 443 {
        return Err(port_not_allowed(asked.port));
    }
    if CLOUD_API.iter().any(|(host, _)| *host == asked.host()) {
        return Err(cloud_api_forbidden(asked.host()));
    }
    usual(asked, known)?;
    let (Some(plan), Some(written)) = (known.plans.get(app), known.config.apps.get(app)) else {
        return Err(Fault::new(Code::AppUnknown, text!("The app is gone from gateway.yaml.")));
    };
    let cache = cache.get_or_insert_with(|| plan.allow.cache());
    let mut steps = Steps::new(Steps::OF_A_REQUEST);
    match plan.allow.find(cache, &asked.url, &mut steps) {
        Ok(Some(rule)) => Ok(Allowed { rule }),
        Ok(None) => Err(not_allowed(asked, written, &known.config.file, &mut steps)),
        Err(undecided) => Err(not_decided(undecided, written, &known.config.file)),
    }
}

/// Whether a URL's characters are let through: what RFC 3986 does not allow and public clients send is
/// refused by a strict reading alone.
///
/// # Errors
///
/// `bad_target`.
pub fn usual(asked: &Asked, known: &Snapshot) -> Result<(), Fault> {
    match asked.unusual {
        Some(unusual) if known.is_strict() => Err(bad_target(unusual.text()).hint(text!(
            "fidelity: strict reads URLs as RFC 3986 writes them. Encode it in the app, or let it \
             through with fidelity: loose."
        ))),
        _ => Ok(()),
    }
}

/// An app's URL may use ports 80 and 443 (the vendor's page).
pub fn port_not_allowed(port: u16) -> Fault {
    Fault::new(Code::PortNotAllowed, text!("The URL's port is {port}.", port)).hint(text!(
        "Terminals reach ports 80 and 443 only. `upstreams` may lead to any port; to use the \
         gateway on another port, set it as the client's proxy."
    ))
}

/// The rules that can backtrack used up what a request may cost.
fn not_decided(undecided: Undecided, app: &App, file: &str) -> Fault {
    let Undecided { pattern: rule, many } = undecided;
    let source = app.allow.get(rule).map_or("", |rule| rule.pattern.source());
    let among = match many {
        1 => text!("It can backtrack"),
        many => text!("It is one of {many} that can backtrack here", many),
    };
    Fault::new(
        Code::UrlNotAllowed,
        text!(
            "The rules of {app} take too many steps on this URL, and none has matched yet.",
            app = app.name
        ),
    )
    .hint(text!(
        "Rule {rule} of {app}, `{source}` ({file}), did not come to an end. {among}: write it \
         without look-around, back-references and possessive parts. `evotor-gateway check` names \
         all such rules.",
        rule = rule + 1, app = app.name, source, file => place(rule, app, file), among => among
    ))
}

/// Where a rule stands.
fn place(rule: usize, app: &App, file: &str) -> Text {
    match app.allow.get(rule).map_or(0, |rule| rule.line) {
        0 => text!("made at run time"),
        line => text!("line {line} of {file}", line, file),
    }
}

fn not_allowed(asked: &Asked, app: &App, file: &str, steps: &mut Steps) -> Fault {
    let hint = nearest(&asked.url, &app.allow, steps).map_or_else(
        || text!("The app {app} has no rule under `allow`.", app = app.name),
        |nearest| hint(&nearest, &asked.url, app, file),
    );
    Fault::new(
        Code::UrlNotAllowed,
        text!("No rule of the app {app} matches {url}.", app = app.name, url = asked.url),
    )
    .hint(hint)
}

fn hint(nearest: &Nearest<'_>, url: &str, app: &App, file: &str) -> Text {
    let rule = text!(
        "The nearest rule of {app} is `{source}` (rule {rule}, {place})",
        app = app.name, source = nearest.source, rule = nearest.rule + 1,
        place => place(nearest.rule, app, file)
    );
    match url.get(nearest.reach..).and_then(|rest| rest.chars().next()) {
        Some(stop) => text!(
            "{rule}; it stops matching at `{stop}`, character {at} of the URL, after `{before}`.",
            rule => rule, stop, at = nearest.reach + 1,
            before = url.get(..nearest.reach).unwrap_or_default()
        ),
        None => text!("{rule}; it wants more text after the end of the URL.", rule => rule),
    }
}

/// The rule that gets furthest into a URL, the first of equals, as far as the steps do.
pub fn nearest<'a>(url: &str, rules: &'a [Rule], steps: &mut Steps) -> Option<Nearest<'a>> {
    let mut best: Option<Nearest<'a>> = None;
    for (rule, written) in rules.iter().enumerate() {
        let reach = written.pattern.reach_within(url, steps);
        if best.as_ref().is_none_or(|best| reach > best.reach) {
            best = Some(Nearest { rule, source: written.pattern.source(), reach });
        }
    }
    best
}
