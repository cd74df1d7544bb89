//! What is asked for when an event is triggered, and what came of asking.

use crate::model::event::Event;
use crate::store::StoreError;
use crate::store::deliveries::{Message, Waiting};
use crate::text::Text;
use crate::webhook::payload::DocumentKind;

/// Events that should happen now. What is not said is found in the configuration.
#[derive(Debug, Clone, Default)]
pub struct Trigger {
    /// In this order.
    pub events: Vec<Event>,
    /// An app's name or id.
    pub app: Option<String>,
    /// A user's id.
    pub user: Option<String>,
    /// A store's uuid.
    pub store: Option<String>,
    /// A device's uuid or IMEI.
    pub device: Option<String>,
    /// What a document tells of.
    pub document: DocumentKind,
    /// The body as a whole, in place of the composed one: JSON, sent as it is written.
    pub body: Option<String>,
    /// `a.b=1`, in this order.
    pub set: Vec<String>,
    /// `a.b`.
    pub unset: Vec<String>,
    /// Fields that get a value of a wrong type.
    pub invalid: Vec<String>,
    /// Each webhook goes out this often with the same body and id; 0 is once.
    pub copies: u32,
    /// How many different events of each kind happen; 0 is one.
    pub count: u32,
    /// Whether they go out in another order than they happened.
    pub shuffle: bool,
    /// Whether somebody who has no stores, devices or employees is told of as such; else that is a
    /// refusal.
    pub may_be_empty: bool,
    /// Milliseconds until they go out.
    pub delay_ms: i64,
    /// Same seed, same bodies (but for times); without one they differ.
    pub seed: Option<u64>,
}

/// A webhook that was put into the outbox.
#[derive(Debug, Clone)]
pub struct Made {
    /// The delivery's id.
    pub id: String,
    /// What happened.
    pub event: Event,
    /// Worth saying, but no obstacle.
    pub notes: Vec<Text>,
    pub(super) waiting: Waiting,
    /// What will be sent; it goes on to the outbox.
    pub(super) message: Option<Message>,
}

/// Why an event cannot happen. Nothing has changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// What was asked for does not fit the configuration.
    #[error("{text}")]
    Unfit {
        /// What is wrong.
        text: Text,
        /// What to do.
        hint: Text,
    },
    /// The user has no token that would authorise the webhook.
    #[error("{text}")]
    TokenMissing {
        /// Who lacks which token.
        text: Text,
        /// The webhook that fetches it.
        hint: Text,
    },
    /// The state cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal {
    pub(super) fn unfit(text: impl Into<Text>, hint: impl Into<Text>) -> Self {
        Self::Unfit { text: text.into(), hint: hint.into() }
    }

    /// The name in the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unfit { .. } => "trigger_refused",
            Self::TokenMissing { .. } => "token_missing",
            Self::Store(_) => "state_unavailable",
        }
    }

    /// What is wrong.
    pub fn text(&self) -> Text {
        match self {
            Self::Unfit { text, .. } | Self::TokenMissing { text, .. } => text.clone(),
            Self::Store(error) => Text::verbatim(error.to_string()),
        }
    }

    /// What to do; empty where the text says it.
    pub fn hint(&self) -> Text {
        match self {
            Self::Unfit { hint, .. } | Self::TokenMissing { hint, .. } => hint.clone(),
            Self::Store(_) => Text::default(),
        }
    }
}
