//! Who calls, and whether they may (evotor.md, sections 0 and 6).

use std::sync::Arc;

use axum::extract::{self, FromRequestParts, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::State;
use super::limit::Rest;
use super::problem::Problem;
use super::reading::Reading;
use super::spelling::Surplus;
use crate::config::meant::{Config, Fidelity, InstalledBy};
use crate::injection::{Exchange, service};
use crate::model::injection::Plane;
use crate::model::notes::Notes;
use crate::model::world::{Store, UserIndex};
use crate::store::goods::Shelf;
use crate::store::{StoreError, facts};

/// Whose token came, and what of the world it opens.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// As it was when the request came.
    pub(super) config: Arc<Config>,
    /// The app's uuid, in lower case.
    pub(super) app: String,
    /// Whose shops the token is for.
    pub(super) user: UserIndex,
    /// The same user's id.
    pub(super) user_id: String,
    /// How the request is read.
    pub(super) reading: Reading,
}

/// Whose token a call carried; an answer has it among its extensions.
#[derive(Debug, Clone)]
pub struct Who {
    /// The app's uuid, in lower case.
    pub app: String,
    /// The user's id.
    pub user: String,
}

impl Caller {
    fn who(&self) -> Who {
        Who { app: self.app.clone(), user: self.user_id.clone() }
    }

    /// The user's shop of an id.
    pub(super) fn store(&self, id: &str) -> Result<&Store, Problem> {
        let known = self.config.world.stores.iter().find(|s| s.uuid.eq_ignore_ascii_case(id));
        let store = known.ok_or_else(|| Problem::missing("store", id))?;
        if store.user != self.user {
            return Err(Problem::forbidden(format!("The store {id} is another user's.")));
        }
        Ok(store)
    }

    /// The goods of the user's shop of an id.
    pub(super) fn shelf(&self, id: &str) -> Result<Shelf, Problem> {
        Ok(Shelf::of(&self.user_id, &self.store(id)?.uuid))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(unauthorized)
    }
}

/// Lets requests through whose token says who calls; the answers say what is left of the limit.
pub(super) async fn check(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let (extensions, path) = (request.extensions(), request.uri().path());
    let admitted = admit(&state, request.headers(), extensions, path).await;
    let app = admitted.as_ref().ok().map(|(caller, _)| caller.app.as_str());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let exchange = Exchange { plane: Plane::Cloud, app, path, event: None };
    let Some(spoil) = state.injections.decide(&exchange).and_then(|spoils| spoils.answer) else {
        return answer(admitted, request, next).await;
    };
    let who = admitted.as_ref().ok().map(|(caller, _)| caller.who());
    let answer = |request| answer(admitted, request, next);
    let mut response = Box::pin(service::spoiled(&spoil, request, answer)).await;
    if let Some(who) = who {
        response.extensions_mut().insert(who);
    }
    response
}

async fn answer(
    admitted: Result<(Caller, Rest), Problem>,
    mut request: Request,
    next: Next,
) -> Response {
    match admitted {
        Ok((caller, rest)) => {
            let (app, user) = (caller.app.clone(), caller.user_id.clone());
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            request.extensions_mut().insert(caller);
            let mut response = next.run(request).await;
            let status = response.status().as_u16();
            response.extensions_mut().insert(Who { app: app.clone(), user: user.clone() });
            tracing::debug!(app, user, %method, path, status, "The Cloud API was called");
            if response.status().is_success() {
                rest.write(response.headers_mut());
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

async fn admit(
    state: &State,
    fields: &HeaderMap,
    extensions: &Extensions,
    path: &str,
) -> Result<(Caller, Rest), Problem> {
    let Shown { token, is_bare } = token(fields).ok_or_else(unauthorized)?;
    let (token, wanted) = (token.to_owned(), token.to_owned());
    let bearer = state
        .store
        .write(move |tx| {
            let Some((app, user)) = facts::bearer(tx, &wanted)? else { return Ok(None) };
            let installed = facts::installed(tx, &app, &user)?;
            Ok::<_, StoreError>(Some((app, user, installed)))
        })
        .await?;
    let (app, user_id, installed) = bearer.ok_or_else(unauthorized)?;
    let config = state.config.load_full();
    let notes = extensions.get::<Notes>().cloned().unwrap_or_default();
    let reading = Reading::new(config.fidelity == Fidelity::Strict, notes);
    if is_bare {
        reading.tolerate("Authorization holds the token without Bearer before it.", bare)?;
    }
    // What the file no longer has is unknown, however good its token was.
    let user = config.world.user_by_id(&user_id).ok_or_else(unauthorized)?;
    let known = config.apps.iter().find(|known| known.id.eq_ignore_ascii_case(&app));
    let by_file = match &known.ok_or_else(unauthorized)?.installed_by {
        InstalledBy::All => true,
        InstalledBy::Users(users) => users.contains(&user),
    };
    match installed {
        Some(false) => return Err(not_installed()),
        None if !by_file => {
            return Err(Problem::forbidden("The user has not installed the app."));
        }
        Some(true) | None => {}
    }
    let (call, rate) = ((&*token, path), config.limits.api_rate);
    let rest = Rest::count(&state.quota, call, rate, state.clock.now_ms())?;
    if let Some(surplus) = extensions.get::<Surplus>() {
        surplus.tolerated(&reading)?;
    }
    Ok((Caller { config, app, user, user_id, reading }, rest))
}

/// A token as a request shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown<'a> {
    token: &'a str,
    /// Whether it stands in `Authorization` without a scheme.
    is_bare: bool,
}

/// `X-Authorization` holds the token as it stands or after `Bearer`, `Authorization` after `Bearer`
/// or, as several public clients send it, alone; partners send either or both.
fn token(fields: &HeaderMap) -> Option<Shown<'_>> {
    if let Some(value) = said(fields.get("x-authorization")) {
        return shown(bearer(value).unwrap_or(value), false);
    }
    let value = said(fields.get(AUTHORIZATION))?;
    match bearer(value) {
        Some(token) => shown(token, false),
        None => shown(value, true).filter(|_| !value.contains(' ')),
    }
}

fn said(value: Option<&HeaderValue>) -> Option<&str> {
    value?.to_str().ok().map(str::trim).filter(|value| !value.is_empty())
}

fn shown(token: &str, is_bare: bool) -> Option<Shown<'_>> {
    let token = token.trim();
    (!token.is_empty() && !token.eq_ignore_ascii_case("bearer")).then_some(Shown { token, is_bare })
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn unauthorized() -> Problem {
    let message =
        "X-Authorization has no token of the cloud's that is known; user.token hands one over.";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}

fn bare() -> Problem {
    let message = "Authorization holds a token without a scheme. Write Bearer before it, or send it in \
                   X-Authorization.";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}

fn not_installed() -> Problem {
    let message = "The app is not installed on the user's devices any more.";
    Problem::new(StatusCode::PAYMENT_REQUIRED, "payment_required", message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn found(fields: &[(&'static str, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.insert(*name, value.parse().unwrap());
        }
        token(&map).map(|shown| shown.token.to_owned())
    }

    #[test]
    fn a_token_comes_in_either_field_and_either_form() {
        for fields in [
            &[("x-authorization", "t")][..],
            &[("x-authorization", "Bearer t")],
            &[("x-authorization", "bearer  t ")],
            &[("authorization", "Bearer t")],
            &[("x-authorization", "t"), ("authorization", "Bearer other")],
            &[("x-authorization", "t"), ("authorization", "Basic other")],
            &[("authorization", " t ")],
            &[("x-authorization", ""), ("authorization", "Bearer t")],
        ] {
            assert_eq!(found(fields).as_deref(), Some("t"), "{fields:?}");
        }
        for fields in [
            &[][..],
            &[("authorization", "Basic t")],
            &[("authorization", "Bearer")],
            &[("authorization", "Bearer ")],
            &[("x-authorization", "")],
        ] {
            assert_eq!(found(fields), None, "{fields:?}");
        }
    }
}
