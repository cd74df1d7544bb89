//! `/api/session`: a browser shows the token once and has a cookie from then on.

use aws_lc_rs::{constant_time, digest, hmac};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::is_known;
use crate::admin::Surface;
use crate::admin::problem::Problem;
use crate::admin::routes::Operation;
use crate::model::token::Token;

pub(super) const PATH: &str = "/api/session";

pub(in crate::admin) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(PATH, standing, "Whether this browser is signed in.")
            .gives::<Standing>(200, "How it stands."),
        Operation::post(PATH, begin, "Changes the token for a cookie.")
            .takes::<Asked>()
            .gives_nothing("The cookie is set, where a token is wanted at all.")
            .fails(401, "That is not the token.")
            .fails(422, "The body has another form."),
        Operation::delete(PATH, end, "Takes the cookie away.").gives_nothing("It is taken away."),
    ]
}

/// Whether somebody has to sign in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct Standing {
    /// Whether a token is asked for at all.
    token_wanted: bool,
    /// Whether this request has shown it, or need not.
    signed_in: bool,
}

/// The token of gateway.yaml.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SignIn")]
struct Asked {
    token: String,
}

async fn standing(State(surface): State<Surface>, fields: HeaderMap) -> Json<Standing> {
    let known = surface.proxy.snapshot.load();
    let admin = &known.config.admin;
    Json(Standing { token_wanted: admin.token.is_some(), signed_in: is_known(admin, &fields) })
}

async fn begin(
    State(surface): State<Surface>,
    fields: HeaderMap,
    asked: Result<Json<Asked>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(asked) = asked?;
    let known = surface.proxy.snapshot.load();
    let cookie = match &known.config.admin.token {
        None => None,
        Some(token) if is_same(&asked.token, token.expose()) => {
            Some((SET_COOKIE, cookie(&fields, &mark(token), LASTS)))
        }
        Some(_) => {
            let hint = "It is `admin.token` of gateway.yaml.";
            let detail = "That is not the token.";
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "wrong_token", detail, hint));
        }
    };
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie)))
}

async fn end(fields: HeaderMap) -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie(&fields, "", 0))])
}

/// Whether a request brings the cookie that the token was changed for.
pub(super) fn is_signed_in(token: &Token, fields: &HeaderMap) -> bool {
    let name = cookie_name(fields);
    let lines = fields.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut values = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    });
    values.any(|value| is_same(value, &mark(token)))
}

/// Compares without telling by the time it takes where, or by how much, two texts differ.
pub(super) fn is_same(shown: &str, wanted: &str) -> bool {
    let digest = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
    let (shown, wanted) = (digest(shown), digest(wanted));
    constant_time::verify_slices_are_equal(shown.as_ref(), wanted.as_ref()).is_ok()
}

/// Where a browser shows the token: as `#token=…`, which no server gets to see, or typed.
pub(super) fn page() -> impl IntoResponse {
    let hash = digest::digest(&digest::SHA256, SCRIPT.as_bytes());
    let policy = format!(
        "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; script-src 'sha256-{}'",
        STANDARD.encode(hash)
    );
    let fields = [(CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, "no-store".to_owned())];
    (fields, Html([PAGE, "<script type=\"module\">", SCRIPT, "</script>\n"].concat()))
}

/// Proves that the token was shown, without being it.
fn mark(token: &Token) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.expose().as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"session of evotor-gateway"))
}

fn cookie(fields: &HeaderMap, value: &str, seconds: u32) -> String {
    let name = cookie_name(fields);
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict")
}

/// Cookies do not tell ports apart, and several gateways may run on one machine.
fn cookie_name(fields: &HeaderMap) -> String {
    let host = fields.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let port: Option<u16> = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    format!("evotor_gateway_{}", port.unwrap_or(80))
}

const PAGE: &str = include_str!("signin.html");
const SCRIPT: &str = include_str!("signin.js");

/// Thirty days.
const LASTS: u32 = 30 * 86_400;

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn request(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([
            (HOST, HeaderValue::from_static("localhost:4040")),
            (COOKIE, HeaderValue::from_str(cookies).unwrap()),
        ])
    }

    #[test]
    fn the_cookie_stands_for_this_token_and_this_port() {
        let token = Token::new("0123456789abcdef");
        let mark = mark(&token);
        assert!(!mark.contains(token.expose()));
        assert!(is_signed_in(&token, &request(&format!("a=b; evotor_gateway_4040={mark}"))));
        assert!(!is_signed_in(&token, &request(&format!("evotor_gateway_4041={mark}"))));
        assert!(!is_signed_in(&token, &request("evotor_gateway_4040=")));
        assert!(!is_signed_in(
            &Token::new("another"),
            &request(&format!("evotor_gateway_4040={mark}"))
        ));
    }

    #[test]
    fn only_the_same_is_the_same() {
        assert!(is_same("a", "a") && !is_same("a", "ab") && !is_same("", "a"));
    }
}
