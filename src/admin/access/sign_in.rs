//! `/signin`: a link that signs one browser in, once.
//!
//! The code in it is changed for a cookie and is worth nothing from then on, so that it does no harm in
//! a history or a log.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use aws_lc_rs::rand;
use axum::extract::{Query, State};
use axum::http::header::{
    CACHE_CONTROL, HeaderName, LOCATION, REFERRER_POLICY, SET_COOKIE, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::CHALLENGE;
use super::session::{self, is_same};
use crate::admin::Surface;
use crate::model::token::Token;

pub(in crate::admin) const PATH: &str = "/signin";

/// A secret that nobody can guess; `None` where the system has no randomness.
pub fn random() -> Option<Token> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).ok()?;
    Some(Token::new(URL_SAFE_NO_PAD.encode(bytes)))
}

/// The link that is good at the moment; used, it gives way to another.
pub struct SignIn {
    address: SocketAddr,
    code: Mutex<Option<Token>>,
    tell: OnceLock<Tell>,
}

/// Shows a link to the user.
type Tell = Box<dyn Fn(&str) + Send + Sync>;

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("address", &self.address).finish_non_exhaustive()
    }
}

impl SignIn {
    /// To the console at an address. There is no link until one is told.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, code: Mutex::default(), tell: OnceLock::new() }
    }

    /// Makes a link and tells it; each time one was used, the next.
    pub fn announce(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        // Whoever was to be told stays so.
        let _ = self.tell.set(Box::new(tell));
        self.renew(&mut self.code());
    }

    /// Whether this is the code of the link. It is good once.
    fn take(&self, shown: &str) -> bool {
        let mut code = self.code();
        let is_good = code.as_ref().is_some_and(|code| is_same(shown, code.expose()));
        if is_good {
            self.renew(&mut code);
        }
        is_good
    }

    fn renew(&self, code: &mut Option<Token>) {
        *code = random();
        if let (Some(tell), Some(code)) = (self.tell.get(), code.as_ref()) {
            tell(&format!("http://{}{PATH}?code={}", reachable(self.address), code.expose()));
        }
    }

    fn code(&self) -> MutexGuard<'_, Option<Token>> {
        self.code.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever listens everywhere is met on loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address {
        SocketAddr::V4(at) if at.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(at) if at.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        named => named.ip(),
    };
    SocketAddr::new(ip, address.port())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::admin) struct Asked {
    code: String,
}

/// Follows the link.
pub(in crate::admin) async fn sign_in(
    State(surface): State<Surface>,
    method: Method,
    fields: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let known = surface.proxy.snapshot.load();
    let admin = &known.config.admin;
    let proof = surface.proof();
    let Some(token) = admin.token.as_ref() else { return leads_on(None) };
    if proof.is_signed_in(token, &fields) {
        return leads_on(None);
    }
    // A browser that only looks ahead, and one that only asks for the head, does not use the link up.
    let is_meant = method == Method::GET && !fields.contains_key(&PURPOSE);
    if admin.auto && is_meant && surface.sign_in.take(&asked.code) {
        return leads_on(Some(proof.cookie(token, &fields)));
    }
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, CHALLENGE)], session::page()).into_response()
}

/// To the console, the code left behind.
fn leads_on(cookie: Option<String>) -> Response {
    let fields = [(LOCATION, "/"), (CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer")];
    let cookie = AppendHeaders(cookie.map(|cookie| (SET_COOKIE, cookie)));
    (StatusCode::SEE_OTHER, fields, cookie).into_response()
}

static PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn code(link: &str) -> &str {
        link.split_once("?code=").unwrap().1
    }

    #[test]
    fn a_link_is_good_once_and_the_next_one_is_told() {
        let sign_in = SignIn::new("0.0.0.0:4040".parse().unwrap());
        assert!(!sign_in.take(""), "there is none yet");
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let theirs = Arc::clone(&told);
        sign_in.announce(move |link| theirs.lock().unwrap().push(link.to_owned()));
        let first = told.lock().unwrap()[0].clone();
        assert!(first.starts_with("http://127.0.0.1:4040/signin?code="), "{first}");
        assert!(code(&first).len() >= 43, "{first}");
        assert!(!sign_in.take("") && !sign_in.take("guess"));
        assert!(sign_in.take(code(&first)));
        assert!(!sign_in.take(code(&first)));
        let all = told.lock().unwrap().clone();
        assert_eq!(all.len(), 2);
        assert!(sign_in.take(code(&all[1])));
    }
}
