//! `/api/session`: a browser shows the token once and has a cookie for twelve hours.
//!
//! Browsers send cookies to every port of a host, so that other servers on it see this one. It is good
//! for this gateway's port alone and for as long as the token is the same.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::{constant_time, digest, hmac};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, Html, IntoResponse};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::authority::Authority;
use super::is_known;
use crate::admin::Surface;
use crate::admin::object::Object;
use crate::admin::problem::Problem;
use crate::admin::routes::Operation;
use crate::model::token::Token;
use crate::text::Text;

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
    let signed_in = is_known(admin, &fields, &surface.proof());
    Json(Standing { token_wanted: admin.token.is_some(), signed_in })
}

async fn begin(
    State(surface): State<Surface>,
    fields: HeaderMap,
    asked: Result<Json<Object<Asked>>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(Object(asked)) = asked?;
    let known = surface.proxy.snapshot.load();
    let cookie = match &known.config.admin.token {
        None => None,
        Some(token) if is_same(&asked.token, token.expose()) => {
            Some((SET_COOKIE, surface.proof().cookie(token, &fields)))
        }
        Some(_) => {
            let hint = "It is `admin.token` of gateway.yaml; with `token: auto` the newest link that \
                        the gateway has printed signs in.";
            let detail = "That is not the token.";
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "wrong_token",
                Text::fixed(detail),
                Text::fixed(hint),
            ));
        }
    };
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie)))
}

async fn end(fields: HeaderMap) -> impl IntoResponse {
    (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie(&fields, "", 0))])
}

/// What a cookie is held against.
#[derive(Debug, Clone, Copy)]
pub(in crate::admin) struct Proof {
    /// Where the admin address listens.
    port: u16,
    /// Seconds since 1970.
    now: u64,
}

impl Proof {
    pub(in crate::admin) fn new(port: u16, now: SystemTime) -> Self {
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { port, now }
    }

    /// The cookie that the token is changed for.
    pub(super) fn cookie(&self, token: &Token, fields: &HeaderMap) -> String {
        let ends = self.now + LASTS;
        cookie(fields, &format!("{ends}.{}", self.mark(token, ends)), LASTS)
    }

    /// Whether a request brings it, and in time.
    pub(super) fn is_signed_in(&self, token: &Token, fields: &HeaderMap) -> bool {
        let name = cookie_name(fields);
        let lines = fields.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut values = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then_some(value)
        });
        values.any(|value| self.is_good(token, value))
    }

    fn is_good(&self, token: &Token, value: &str) -> bool {
        let Some((ends, mark)) = value.split_once('.') else { return false };
        let Ok(ends) = ends.parse::<u64>() else { return false };
        (self.now..=self.now + LASTS).contains(&ends) && is_same(mark, &self.mark(token, ends))
    }

    /// Proves that the token was shown, without being it.
    fn mark(&self, token: &Token, ends: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, token.expose().as_bytes());
        let said = format!("session of evotor-gateway on {} until {ends}", self.port);
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, said.as_bytes()))
    }
}

/// Compares without telling by the time it takes where, or by how much, two texts differ.
pub(super) fn is_same(shown: &str, wanted: &str) -> bool {
    let digest = |text: &str| digest::digest(&digest::SHA256, text.as_bytes());
    let (shown, wanted) = (digest(shown), digest(wanted));
    constant_time::verify_slices_are_equal(shown.as_ref(), wanted.as_ref()).is_ok()
}

/// Where a browser shows the token: as `#token=…`, which no server gets to see, or typed.
pub(super) fn page() -> impl IntoResponse {
    let [early, own] = [EARLY, SCRIPT]
        .map(|script| STANDARD.encode(digest::digest(&digest::SHA256, script.as_bytes())));
    let policy = format!(
        "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; script-src 'sha256-{early}' 'sha256-{own}'"
    );
    let fields = [(CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, "no-store".to_owned())];
    (fields, Html(html()))
}

// With the colours of the console, which nobody sees before.
fn html() -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>evotor-gateway</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <style>{COLOURS}{STYLE}</style>\n<script>{EARLY}</script>\n</head>\n<body>\n\
         {BODY}<script type=\"module\">{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

fn cookie(fields: &HeaderMap, value: &str, seconds: u64) -> String {
    let name = cookie_name(fields);
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict")
}

/// Cookies do not tell ports apart, and several gateways may run on one machine.
fn cookie_name(fields: &HeaderMap) -> String {
    let port = Authority::of_host(fields).and_then(|host| host.port);
    format!("evotor_gateway_{}", port.unwrap_or(80))
}

const BODY: &str = include_str!("signin.html");
const STYLE: &str = include_str!("signin.css");
const COLOURS: &str = include_str!("../../../console/colours.css");
/// Takes over the theme and the language that were chosen in the console.
const EARLY: &str = include_str!("../../../console/early.js");
const SCRIPT: &str = include_str!("signin.js");

/// Twelve hours, in seconds.
const LASTS: u64 = 12 * 3600;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::HeaderValue;
    use axum::http::header::HOST;

    use super::*;

    const BEGUN: u64 = 1_800_000_000;

    fn proof(port: u16, later: u64) -> Proof {
        Proof::new(port, UNIX_EPOCH + Duration::from_secs(BEGUN + later))
    }

    fn request(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([
            (HOST, HeaderValue::from_static("localhost:4040")),
            (COOKIE, HeaderValue::from_str(cookies).unwrap()),
        ])
    }

    /// The pair that a browser sends back.
    fn pair(token: &Token) -> String {
        let cookie = proof(4040, 0).cookie(token, &request(""));
        assert!(!cookie.contains(token.expose()));
        cookie.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn the_cookie_stands_for_this_token_and_this_port() {
        let token = Token::new("0123456789abcdef");
        let pair = pair(&token);
        assert!(proof(4040, 1).is_signed_in(&token, &request(&format!("a=b; {pair}"))));
        let elsewhere = pair.replace("gateway_4040", "gateway_4041");
        assert!(!proof(4040, 1).is_signed_in(&token, &request(&elsewhere)));
        assert!(!proof(4041, 1).is_signed_in(&token, &request(&pair)), "of another gateway");
        assert!(!proof(4040, 1).is_signed_in(&token, &request("evotor_gateway_4040=")));
        assert!(!proof(4040, 1).is_signed_in(&Token::new("another"), &request(&pair)));
    }

    #[test]
    fn the_cookie_lasts_twelve_hours_whatever_the_browser_keeps() {
        let token = Token::new("0123456789abcdef");
        let pair = pair(&token);
        let is_good = |later| proof(4040, later).is_signed_in(&token, &request(&pair));
        assert!(is_good(0) && is_good(LASTS));
        assert!(!is_good(LASTS + 1));
        let longer =
            pair.replacen(&(BEGUN + LASTS).to_string(), &(BEGUN + 2 * LASTS).to_string(), 1);
        assert_ne!(longer, pair);
        assert!(!proof(4040, LASTS + 1).is_signed_in(&token, &request(&longer)));
    }

    #[test]
    fn only_the_same_is_the_same() {
        assert!(is_same("a", "a") && !is_same("a", "ab") && !is_same("", "a"));
    }
}
