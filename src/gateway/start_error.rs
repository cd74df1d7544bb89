//! Why a gateway does not start.

use std::io;
use std::net::SocketAddr;

use crate::journal::JournalError;
use crate::net::holder::Holder;
use crate::store::StoreError;
use crate::text::{Text, text};
use crate::tls;

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener.
    #[error("{}", self.text())]
    Bind {
        /// `http`, `https` or `admin`.
        name: &'static str,
        /// As configured.
        address: SocketAddr,
        /// As the system says.
        error: io::Error,
        /// Who has the port, where the system tells.
        holder: Option<Holder>,
    },
    /// The folder of certificates.
    #[error(transparent)]
    Certificates(#[from] tls::OpenError),
    /// A file of `partner_ca`.
    #[error(transparent)]
    PartnerCa(#[from] tls::ClientError),
    /// What outlives a restart.
    #[error(transparent)]
    State(#[from] StoreError),
    /// What is kept of exchanges.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The token of `admin: {token: auto}`.
    #[error("{}", self.text())]
    Token,
    /// Threads.
    #[error("{}", self.text())]
    Thread(io::Error),
}

impl StartError {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::Bind { name, address, error, .. } => {
                text!("{address} ({name}) cannot be listened on: {error}", address, name, error)
            }
            Self::Certificates(error) => error.text(),
            Self::PartnerCa(error) => error.text(),
            Self::State(error) => Text::verbatim(error.to_string()),
            Self::Journal(error) => Text::verbatim(error.to_string()),
            Self::Token => text!("no token can be made: the system gives no random numbers"),
            Self::Thread(error) => text!("a thread cannot be started: {error}", error),
        }
    }
}
