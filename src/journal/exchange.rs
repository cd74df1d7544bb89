//! One exchange as it is recorded: whole, with its secrets. What is shown of it, others decide.

use std::sync::Arc;

use crate::fault::Fault;
use crate::net::tape::Tape;
use crate::text::{Text, text};

/// Whose exchange it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plane {
    /// An app's request to a partner.
    #[default]
    Proxy,
    /// The cloud's own request to a partner.
    Webhook,
    /// A partner's call of a cloud's API.
    Cloud,
}

impl Plane {
    /// In the database's order.
    pub const ALL: [Self; 3] = [Self::Proxy, Self::Webhook, Self::Cloud];

    /// The word in filters and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Webhook => "webhook",
            Self::Cloud => "cloud",
        }
    }
}

/// The four points at which a message is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// What the caller sent.
    Asked,
    /// What the receiver got.
    Passed,
    /// What the receiver answered.
    Answered,
    /// What the caller got.
    Returned,
}

impl Stage {
    /// In the order of an exchange, which is the database's.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Passed, Self::Answered, Self::Returned];

    /// The word in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Passed => "passed",
            Self::Answered => "answered",
            Self::Returned => "returned",
        }
    }

    /// The stage of a word.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// A message at one stage.
#[derive(Clone, Default)]
pub struct Message {
    /// Start line and fields as HTTP/1.1 writes them, the empty line left out or not.
    pub head: Vec<u8>,
    /// `None` where it is that of the stage before.
    pub body: Option<Tape>,
}

/// Without what it holds: fields hold tokens.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("body", &self.body).finish_non_exhaustive()
    }
}

/// When what happened, in microseconds from the beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// A connection to the receiver was at hand.
    pub connected: Option<u64>,
    /// Whether it had been used before.
    pub reused: Option<bool>,
    /// The head of the receiver's answer had come.
    pub first_byte: Option<u64>,
    /// The end.
    pub done: u64,
}

/// Why an exchange failed, in the words of the refusal.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The fault's name.
    pub code: &'static str,
    /// Who has to act.
    pub culprit: &'static str,
    /// A sentence.
    pub why: Text,
    /// What to do, where something is known.
    pub hint: Text,
}

impl Trouble {
    /// A fault's.
    pub fn of(fault: &Fault) -> Self {
        Self {
            code: fault.code.name(),
            culprit: fault.culprit().name(),
            why: fault.detail.clone(),
            hint: fault.hint.clone(),
        }
    }
}

/// What an exchange of the webhook plane was about.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The event's name.
    pub event: String,
    /// The delivery's id.
    pub delivery: String,
    /// Which attempt it was, from 1; none of them where it is replayed.
    pub attempt: Option<u32>,
    /// `pass`, `warn` or `fail`, where it was judged.
    pub verdict: Option<&'static str>,
    /// As JSON.
    pub findings: String,
}

/// How a recorded exchange is made to happen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayAs {
    /// As the app's request, through everything again.
    App,
    /// As it was delivered, straight to the receiver.
    Delivered,
}

impl ReplayAs {
    /// The word in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Delivered => "delivered",
        }
    }
}

/// That an exchange repeats another.
#[derive(Debug, Clone, Copy)]
pub struct Replayed {
    /// The exchange that is repeated.
    pub of: i64,
    /// How.
    pub how: ReplayAs,
    /// By which whoever asked for it recognises the record.
    pub ticket: u64,
}

/// What stands for the method of a TLS handshake that came to nothing.
pub const HANDSHAKE: &str = "TLS";

/// The entrance of an exchange that came from a file.
pub const IMPORTED: &str = "import";

/// See the module.
#[derive(Debug, Default)]
pub struct Exchange {
    /// Given while it was under way; 0 where it is numbered when it is written.
    pub number: i64,
    /// Whose it was.
    pub plane: Plane,
    /// Beginning, in microseconds since 1970, by the machine's clock.
    pub at: i64,
    /// How far the simulated clock was ahead of the machine's then, in milliseconds.
    pub ahead_ms: i64,
    /// What happened when.
    pub times: Times,
    /// The app's name.
    pub app: Option<Arc<str>>,
    /// The user's id.
    pub user: Option<String>,
    /// The store's UUID.
    pub store: Option<String>,
    /// The device's UUID.
    pub device: Option<String>,
    /// The device's name.
    pub device_name: Option<String>,
    /// Of the request.
    pub method: Box<str>,
    /// Absolute.
    pub url: String,
    /// What the caller got; of a webhook, what the receiver answered.
    pub status: Option<u16>,
    /// What went wrong.
    pub trouble: Option<Trouble>,
    /// The rule that allowed it, from 1.
    pub rule: Option<u32>,
    /// Of a webhook.
    pub errand: Option<Errand>,
    /// Of a replay.
    pub replayed: Option<Replayed>,
    /// Injected faults that touched it.
    pub faults: Vec<String>,
    /// What was taken although a stricter reading refuses it, as sentences.
    pub notes: Vec<Text>,
    /// Whether a file that it came from has it starred.
    pub starred: bool,
    /// A person's note on it, which a file that it came from has.
    pub comment: Option<String>,
    /// `http`, `https`, `tunnel`, or [`IMPORTED`].
    pub entrance: Option<&'static str>,
    /// What was connected to: scheme, host and port.
    pub to: Option<String>,
    /// What it is held by now, where somebody holds it.
    pub held: Option<Box<str>>,
    /// By [`Stage`].
    pub stages: [Option<Message>; 4],
}

impl Exchange {
    /// The message of a stage, made where there is none yet.
    pub fn stage(&mut self, stage: Stage) -> &mut Message {
        let [asked, passed, answered, returned] = &mut self.stages;
        let place = match stage {
            Stage::Asked => asked,
            Stage::Passed => passed,
            Stage::Answered => answered,
            Stage::Returned => returned,
        };
        place.get_or_insert_default()
    }

    /// Notes that it ended before anybody was given an answer, unless it is known why it has none.
    pub fn note_abort(&mut self) {
        if self.status.is_none() && self.trouble.is_none() && self.faults.is_empty() {
            self.notes.push(text!("The connection was closed before an answer began."));
        }
    }

    /// Bytes that it takes while it waits to be written.
    pub fn weight(&self) -> usize {
        let stages = self.stages.iter().flatten();
        let parts = stages.map(|message| {
            message.head.len() + message.body.as_ref().map_or(0, |body| body.kept().len())
        });
        parts.sum::<usize>() + self.url.len() + 1024
    }
}
