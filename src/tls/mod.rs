//! Certificates and TLS, in both directions.
//!
//! Toward apps: a local [`Authority`] signs one leaf per name, [`Certificates`] hands them to
//! rustls and prefers what the user has put into the folder. Toward partners: [`client_config`]
//! trusts the system's roots and the files of `partner_ca`. Nothing here knows about requests.

mod authority;
mod client;
mod constraint;
mod founding;
mod hello;
mod leaf;
mod name;
mod offer;
mod own;
mod pair;
mod place;
mod reason;
mod recipes;
mod refused;
mod remarks;
mod resolver;
mod roots;
mod server;

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

pub use authority::{Authority, pem};
pub use client::{ClientError, client_config, client_config_of, partner_ca};
pub use leaf::LEAF_DAYS;
pub use name::Name;
pub use own::OwnError;
pub use pair::{AuthorityError, CERTIFICATE_FILE, Flaw, KEY_FILE};
pub use place::Place;
pub use reason::{HandshakeFault, client_fault_text};
pub use recipes::{Recipe, recipes};
pub use refused::{named, server_fault_text};
pub use remarks::RENEWAL;
pub use resolver::{Certificates, MAX_MINTED, OpenError};
pub use server::{HTTP1, HTTP2_AND_1, server_config, server_config_at, server_config_for};

/// What time it is; a test hands in its own.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The clock of the machine.
pub fn system_clock() -> Clock {
    Arc::new(SystemTime::now)
}

/// The one set of algorithms, named wherever rustls asks: with two compiled in it would panic.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())).clone()
}
