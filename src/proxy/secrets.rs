//! What must not be shown of the configuration in force and of what was learned.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::snapshot::Snapshot;
use crate::config::meant::{Authorization, State};

/// Every secret that an exchange, an answer of the admin API or a line of the log may carry.
pub(super) fn secrets(known: &Snapshot) -> Vec<String> {
    let config = &known.config;
    let mut found = Vec::new();
    for app in &config.apps {
        found.extend(app.tokens.values().map(|token| token.expose().to_owned()));
        if let Authorization::Fixed(field) = &app.authorization {
            found.extend(of_field(field.expose()));
        }
        let auths = app.webhooks.iter().flat_map(|own| own.auth.iter().chain(own.auths.values()));
        found.extend(auths.flat_map(|auth| of_field(auth.expose())));
    }
    let entries = config.removed.iter().flat_map(|removed| &removed.secrets);
    let tokens = config.removed_tokens.iter().flat_map(|removed| &removed.secrets);
    found.extend(entries.chain(tokens).flat_map(|secret| {
        let mut all = of_field(secret.expose());
        all.push(secret.expose().to_owned());
        all
    }));
    let learned = known.overlay.tokens().filter_map(|field| field.to_str().ok());
    found.extend(learned.flat_map(of_field));
    for client in &config.asna.clients {
        let secrets = [Some(&client.secret), client.webhook_key.as_ref()];
        found.extend(secrets.into_iter().flatten().map(|secret| secret.expose().to_owned()));
    }
    found.extend(config.admin.token.as_ref().map(|token| token.expose().to_owned()));
    if let State::Postgres(url) = &config.state {
        found.push(url.expose().to_owned());
    }
    found
}

/// The secrets in a value of `Authorization`: what stands behind the scheme, and of a login and
/// password the password too.
fn of_field(field: &str) -> Vec<String> {
    let (scheme, secret) = field.split_once(' ').unwrap_or(("", field));
    let pair = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(secret).ok()).flatten();
    let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
    let password = pair.and_then(|pair| Some(pair.split_once(':')?.1.to_owned()));
    std::iter::once(secret.to_owned()).chain(password).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_hides_its_password_as_sent_and_as_written() {
        let field = format!("Basic {}", STANDARD.encode("crm:hunter2:hunter2"));
        assert_eq!(
            of_field(&field),
            [STANDARD.encode("crm:hunter2:hunter2"), "hunter2:hunter2".into()]
        );
        assert_eq!(of_field("Bearer abc"), ["abc"]);
        assert_eq!(of_field("raw"), ["raw"]);
    }
}
