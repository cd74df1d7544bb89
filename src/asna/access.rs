//! Who is calling: the client of a bearer token.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::State;
use super::refusal::Refusal;
use crate::config::meant::{AsnaClient, Config};

/// The API client that a token was issued to.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    client: AsnaClient,
}

impl Caller {
    /// The client's id as the store has it.
    pub(super) fn owner(&self) -> String {
        self.client.id.to_ascii_lowercase()
    }

    pub(super) fn client(&self) -> &AsnaClient {
        &self.client
    }

    /// Whether it acts for a pharmacy or legal entity: one of its own, or itself.
    pub(super) fn acts_for(&self, id: &str) -> bool {
        let own = self.client.stores.iter().chain([&self.client.id]);
        own.into_iter().any(|own| own.eq_ignore_ascii_case(id))
    }

    /// The id in lower case, if the caller acts for it.
    pub(super) fn target(&self, id: &str) -> Result<String, Refusal> {
        match self.acts_for(id) {
            true => Ok(id.to_ascii_lowercase()),
            false => Err(Refusal::forbidden()),
        }
    }
}

impl FromRequestParts<State> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or_else(Refusal::unauthorized)?;
        let key = state.key().await?.ok_or_else(Refusal::unauthorized)?;
        let claims = key.open(token).ok_or_else(Refusal::unauthorized)?;
        let now = state.clock.now_ms() / 1000;
        if now >= claims.exp {
            return Err(Refusal::unauthorized());
        }
        let config = state.config();
        let client = client(&config, &claims.client_id).ok_or_else(Refusal::unauthorized)?;
        // Who is nobody's client learns nothing of how much others call.
        match state.counts(client) {
            true => Ok(Self { client: client.clone() }),
            false => Err(Refusal::too_many()),
        }
    }
}

/// The configured client of an id.
pub(super) fn client<'a>(config: &'a Config, id: &str) -> Option<&'a AsnaClient> {
    config.asna.clients.iter().find(|client| client.id.eq_ignore_ascii_case(id))
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
