//! `POST /connect/token`: client credentials become a bearer token (asna.md, section 6.1).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::State;
use super::access::client;
use super::key::Claims;
use crate::config::meant::{AsnaClient, Config};

/// Seconds that a token holds.
const LIFETIME: i64 = 3600;

const SCOPE: &str = "api";

/// What every client may do (asna.md, section 6.1).
const ACCESS: [&str; 3] = ["stocks.edit", "stocks.full_access", "stocks.view"];

pub(super) async fn issue(
    Shared(state): Shared<State>,
    fields: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let (status, answer) = match issued(&state, &fields, body).await {
        Ok(answer) => (StatusCode::OK, answer),
        Err((status, error)) => (status, json!({ "error": error })),
    };
    let kept_nowhere = [(CACHE_CONTROL, "no-store, no-cache, max-age=0"), (PRAGMA, "no-cache")];
    (status, kept_nowhere, Json(answer)).into_response()
}

async fn issued(
    state: &State,
    fields: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Value, (StatusCode, &'static str)> {
    let bad = |error| (StatusCode::BAD_REQUEST, error);
    let failed = (StatusCode::INTERNAL_SERVER_ERROR, "server_error");
    let body = body.map_err(|_| bad("invalid_request"))?;
    let form = form(&body).ok_or(bad("invalid_request"))?;
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| &**value);
    let config = state.config();
    let given = match (value("client_id"), value("client_secret")) {
        (Some(id), secret) => Some((id.to_owned(), secret.unwrap_or_default().to_owned())),
        (None, _) => basic(fields),
    };
    let client =
        given.and_then(|(id, secret)| known(&config, &id, &secret)).ok_or(bad("invalid_client"))?;
    if !state.counts(client) {
        return Err((StatusCode::TOO_MANY_REQUESTS, "too_many_requests"));
    }
    if value("grant_type") != Some("client_credentials") {
        return Err(bad("unsupported_grant_type"));
    }
    if value("scope").is_some_and(|scope| scope.split(' ').any(|word| word != SCOPE)) {
        return Err(bad("invalid_scope"));
    }
    let key = state.own_key().await.ok().flatten().ok_or(failed)?;
    let claims = claims(&config, client, state.clock.now_ms() / 1000);
    let token = key.sign(&claims).ok_or(failed)?;
    Ok(json!({ "access_token": token, "expires_in": LIFETIME, "token_type": "Bearer" }))
}

fn claims(config: &Config, client: &AsnaClient, now: i64) -> Claims {
    let issuer = &config.asna.issuer;
    Claims {
        nbf: now,
        exp: now + LIFETIME,
        iss: issuer.clone(),
        aud: vec![format!("{issuer}/resources"), SCOPE.to_owned()],
        client_id: client.id.clone(),
        client_access: ACCESS.map(str::to_owned).to_vec(),
        scope: vec![SCOPE.to_owned()],
    }
}

fn known<'a>(config: &'a Config, id: &str, secret: &str) -> Option<&'a AsnaClient> {
    let client = client(config, id)?;
    let own = client.secret.expose().as_bytes();
    verify_slices_are_equal(own, secret.as_bytes()).is_ok().then_some(client)
}

/// Credentials of `Authorization: Basic`, each form-encoded (RFC 6749, section 2.3.1).
fn basic(fields: &HeaderMap) -> Option<(String, String)> {
    let (scheme, pair) = fields.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((decoded(id.as_bytes())?, decoded(secret.as_bytes())?))
}

/// The pairs of `application/x-www-form-urlencoded`.
fn form(body: &[u8]) -> Option<Vec<(String, String)>> {
    let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (key, value) = pair.split_at(at);
            Some((decoded(key)?, decoded(value.get(1..).unwrap_or_default())?))
        })
        .collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => u8::try_from(digit(rest.next())? << 4 | digit(rest.next())?).ok()?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_is_decoded() {
        let pairs = form(b"client_id=A%2dB&x=1+2%D0%96&&empty&y==").unwrap();
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(pairs, [("client_id", "A-B"), ("x", "1 2Ж"), ("empty", ""), ("y", "=")]);
        for broken in ["a=%", "a=%4", "a=%zz", "a=%ff"] {
            assert_eq!(form(broken.as_bytes()), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_harm(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = form(&body);
        }
    }
}
