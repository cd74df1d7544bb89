//! The way of an app's requests: the terminal, the rules, the partner's service, what is under way.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::Now;
use super::chip::{Chip, Name, Remedy, State, command, moment, span};
use super::probe::{Reached, Target};
use super::seen::App as SeenApp;
use crate::admin::connect::near;
use crate::config::meant::{App, Origin};
use crate::journal::Summary;
use crate::proxy::explanation::explanation;
use crate::text::{Text, text};
use crate::webhook::plane::origin_of_webhooks;

/// How long a refusal, or a handshake that came to nothing, is worth a warning.
const LATELY: Duration = Duration::from_secs(3600);

/// Who came last, and whether terminals trust the local authority.
pub(super) fn terminal(now: &Now, seen: &SeenApp) -> Chip {
    let connect = || {
        let text = text!(
            "lead an app through the proxy http://{proxy}; the console's page says how",
            proxy = near(now.http)
        );
        Remedy::new("terminal_connect", text).page("#/connect")
    };
    if let Some(failed) = now.seen.handshake.as_ref().filter(|failed| now.is_late(failed.at_us))
        && seen.trusted.as_ref().is_none_or(|trusted| trusted.at_us < failed.at_us)
    {
        let why = now.mask.text(failed.why.as_deref().unwrap_or_default()).into_owned();
        return Chip::new(
            Name::Terminal,
            State::Warn,
            "terminal_handshake_failed",
            text!("a TLS handshake of a terminal failed: {why}", why),
        )
        .with("why", why)
        .with("url", now.mask.url(&failed.url))
        .with("at", moment(failed.at_us))
        .with("exchange", failed.id)
        .remedy(
            Remedy::new(
                "terminal_trust",
                text!("install certs/ca.pem where the app runs; the console's page says how"),
            )
            .page("#/connect"),
        );
    }
    let Some(latest) = &seen.latest else {
        let text = text!("no request has come yet");
        return Chip::new(Name::Terminal, State::Unknown, "terminal_none", text).remedy(connect());
    };
    let device = latest.device.clone().unwrap_or_default();
    let (code, over) = match &seen.trusted {
        Some(_) => ("terminal_trusts", text!("TLS is trusted")),
        None => ("terminal_plain", text!("over plain HTTP so far")),
    };
    let (who, named) = match device.is_empty() {
        true => ("a terminal", text!("a terminal")),
        false => (&*device, Text::verbatim(&*device)),
    };
    let at = moment(latest.at_us);
    Chip::new(
        Name::Terminal,
        State::Ok,
        code,
        text!("{who} called at {at}; {over}", who => named, at, over => over),
    )
    .with("device", who)
    .with("at", moment(latest.at_us))
    .with("exchange", latest.id)
}

/// The allowlist, and the last URL that it did not allow.
pub(super) fn rules(now: &Now, place: usize, app: &App, seen: &SeenApp) -> Chip {
    let n = app.allow.len();
    let chip = |state, code, text: Text| Chip::new(Name::Rules, state, code, text).with("n", n);
    if n == 0 {
        let remedy = Remedy::new(
            "rules_add",
            command(now.admin, &format!("world set app {} allow=PATTERN", app.name)),
        )
        .page(world(app));
        return chip(State::Fail, "rules_none", text!("no rules: every URL is refused"))
            .remedy(remedy);
    }
    let refused = seen.refused.as_ref().filter(|refused| now.is_late(refused.at_us));
    let found =
        refused.and_then(|refused| Some((refused, explanation(&refused.url, place, &now.known)?)));
    let Some((refused, found)) = found.filter(|(_, found)| !found.allowed) else {
        return chip(State::Ok, "rules_allow", number(n));
    };
    let url = now.mask.url(&refused.url).into_owned();
    let text = text!("{rules}; the last refused URL is {url}", rules => number(n), url);
    // A rule made of a path with a secret in it would tell the secret.
    let suggestion = found.suggestion.filter(|rule| now.mask.url(rule) == rule.as_str());
    let remedy = match suggestion {
        Some(rule) => {
            let mut allow: Vec<Value> =
                app.allow.iter().map(|rule| rule.pattern.source().into()).collect();
            allow.push(rule.as_str().into());
            Remedy::new("rules_allow_url", text!("add to allow in gateway.yaml: '{rule}'", rule))
                .call("PATCH", format!("/api/world/apps/{}", app.id), json!({"allow": allow}))
        }
        None => Remedy::new("rules_look", text!("see why, rule by rule, on the console's page")),
    };
    chip(State::Warn, "rules_refused", text)
        .with("url", url)
        .with("at", moment(refused.at_us))
        .with("exchange", refused.id)
        .remedy(remedy.page(format!("#/exchange/{}", refused.id)))
}

fn number(n: usize) -> Text {
    if n == 1 { text!("1 rule") } else { text!("{n} rules", n) }
}

/// Where an app's requests and webhooks are connected to, each once, and what for.
pub(super) fn targets(app: &App) -> Vec<(Target, Option<&Origin>)> {
    let mut found: Vec<(Target, Option<&Origin>)> = Vec::new();
    let ways = app.upstreams.iter().map(|upstream| (target(&upstream.to), Some(&upstream.from)));
    let webhooks = origin_of_webhooks(app).map(|origin| (target(&origin), None));
    for (target, from) in ways.chain(webhooks) {
        if found.iter().all(|(known, _)| *known != target) {
            found.push((target, from));
        }
    }
    found
}

fn target(origin: &Origin) -> Target {
    (origin.host.trim_start_matches('[').trim_end_matches(']').to_owned(), origin.port)
}

/// Whether the partner's service can be connected to.
pub(super) fn upstreams(now: &Now, app: &App, reached: &HashMap<Target, Reached>) -> Vec<Chip> {
    let targets = targets(app);
    if targets.is_empty() {
        let text = text!("requests go to the hosts of the rules; no upstream is configured");
        let set = command(
            now.admin,
            &format!("world set app {} upstreams.https://HOST=http://127.0.0.1:9000", app.name),
        );
        let remedy = Remedy::new("upstream_set", set).page(world(app));
        return vec![
            Chip::new(Name::Upstream, State::Unknown, "upstream_none", text).remedy(remedy),
        ];
    }
    let chip = |(target, from): &(Target, Option<&Origin>)| {
        let to = match target.0.contains(':') {
            true => format!("[{}]:{}", target.0, target.1),
            false => format!("{}:{}", target.0, target.1),
        };
        let chip = |state, code, text: Text| {
            Chip::new(Name::Upstream, state, code, text)
                .with("to", to.as_str())
                .with("from", from.map(ToString::to_string))
        };
        let down = |code, text, why: Option<&String>| {
            let app_name = &app.name;
            let start = text!(
                "start the service at {to}, or change upstreams of {app}",
                to,
                app = app_name
            );
            chip(State::Fail, code, text)
                .with("why", why.cloned())
                .remedy(Remedy::new("upstream_change", start).page(world(app)))
        };
        match reached.get(target).unwrap_or(&Reached::Untried) {
            Reached::Yes(took) => {
                let took = took.as_micros() as f64 / 1e3;
                chip(State::Ok, "upstream_up", text!("{to} answers", to)).with("took_ms", took)
            }
            Reached::Closed => down("upstream_closed", text!("nothing listens at {to}", to), None),
            Reached::Silent => down("upstream_silent", text!("{to} does not answer", to), None),
            Reached::No(why) => {
                down("upstream_down", text!("{to} cannot be reached: {why}", to, why), Some(why))
            }
            Reached::Untried => {
                chip(State::Unknown, "upstream_untried", text!("{to} was not tried", to))
            }
        }
    };
    targets.iter().map(chip).collect()
}

/// Requests that have not ended.
pub(super) fn running(now: &Now, app: &App, rows: &[Summary]) -> Chip {
    let mine: Vec<_> = rows.iter().filter(|row| row.app.as_deref() == Some(&*app.name)).collect();
    let Some(oldest) = mine.iter().max_by_key(|row| row.took_us) else {
        return Chip::new(Name::Running, State::Ok, "running_none", text!("nothing is under way"));
    };
    let for_ms = oldest.took_us / 1000;
    let state = if for_ms >= 5000 { State::Warn } else { State::Note };
    let text = match mine.len() {
        1 => text!("1 exchange under way, the oldest for {span}", span => span(for_ms)),
        n => text!("{n} exchanges under way, the oldest for {span}", n, span => span(for_ms)),
    };
    Chip::new(Name::Running, state, "running", text)
        .with("n", mine.len())
        .with("for_ms", for_ms)
        .with("exchange", oldest.id)
        .remedy(Remedy::new("running_look", command(now.admin, "tail is:running")).page(format!(
            "#/timeline?filter={}",
            super::query(&format!("is:running app:\"{}\"", app.name))
        )))
}

/// The app's form on the console's page.
pub(super) fn world(app: &App) -> String {
    format!("#/world/apps/{}", app.id)
}

impl Now {
    /// Whether something happened lately enough to warn of.
    fn is_late(&self, at_us: i64) -> bool {
        let lately = i64::try_from(LATELY.as_micros()).unwrap_or(i64::MAX);
        at_us >= self.at_us.saturating_sub(lately)
    }
}
