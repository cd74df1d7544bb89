//! What bounds the listeners, and who is let into the one for the console.

use std::sync::Arc;
use std::time::Duration;

use super::StartError;
use crate::admin::random;
use crate::config::meant::Config;
use crate::model::token::Token;
use crate::net::bounded;
use crate::net::descriptors::{self, Shares};
use crate::net::worker::Bounds;

/// How long a connection to the admin address may rest between two requests.
const ADMIN_IDLE: Duration = Duration::from_secs(60);

/// The token of `admin: {token: auto}`, the same as long as the gateway runs.
pub(super) fn key(config: &mut Config, made: &mut Option<Token>) -> Result<(), StartError> {
    if config.admin.auto {
        if made.is_none() {
            *made = Some(random().ok_or(StartError::Token)?);
        }
        config.admin.token.clone_from(made);
    }
    Ok(())
}

/// Told in the log and by `/readyz`.
pub(super) fn shortfall(shares: &Shares) -> Option<Arc<str>> {
    let text = format!("{}: {}", shares.shortfall()?, descriptors::REMEDY);
    tracing::warn!("{text}");
    Some(text.into())
}

/// Bounds of the admin address: the times of the apps' connections, places of its own.
pub(super) fn of_admin(config: &Config, shares: &Shares) -> bounded::Limits {
    bounded::Limits {
        head_timeout: config.limits.head_timeout,
        idle_timeout: ADMIN_IDLE,
        body_timeout: config.limits.body_timeout,
        write_timeout: config.limits.body_timeout,
        max_connections: shares.admin,
    }
}

/// Bounds of the apps' connections.
pub(super) fn of_apps(config: &Config, shares: &Shares) -> Bounds {
    let limits = &config.limits;
    Bounds {
        head_timeout: limits.head_timeout,
        write_timeout: limits.body_timeout,
        max_head: limits.max_head,
        max_connections: shares.connections,
    }
}
