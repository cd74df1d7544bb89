//! One thing that matters now: how it stands, why, and what to do about it.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::admin::connect::near;
use crate::text::{Text, text};

/// How something stands, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Health")]
pub(super) enum State {
    /// As it should be.
    Ok,
    /// Nothing is known of it yet.
    Unknown,
    /// Worth knowing.
    Note,
    /// Likely not meant.
    Warn,
    /// Does not work.
    Fail,
}

/// What a chip is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ChipName")]
pub(super) enum Name {
    /// Who came last, and whether terminals trust the local authority.
    Terminal,
    /// The allowlist.
    Rules,
    /// Whether the partner's service can be connected to; one for each address.
    Upstream,
    /// The token of one user.
    Token,
    /// Requests that have not ended.
    Running,
    /// Webhooks that wait.
    Queue,
    /// What became of the latest webhook of one event.
    Webhook,
    /// gateway.yaml; one for each mistake.
    Configuration,
    /// Faults made on purpose.
    Faults,
    /// The simulated clock.
    Clock,
    /// Whether everything is recorded.
    Recording,
    /// Whether requests are taken.
    Gateway,
}

/// One thing that matters now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Chip {
    name: Name,
    pub(super) state: State,
    /// Which of the sentences it is, for whoever has words of their own.
    code: &'static str,
    /// What stands in the sentence. Members that end in `_ms` are durations in milliseconds, `at` is a
    /// moment in RFC 3339.
    params: Map<String, Value>,
    /// The sentence, in the language of the caller.
    text: Text,
    /// What to do; nothing where nothing is to be done.
    remedy: Option<Remedy>,
}

/// What to do about something.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Remedy {
    code: &'static str,
    /// In the language of the caller, with the command where one does it.
    text: Text,
    /// The call of this API that does it.
    call: Option<Call>,
    /// Where on the console's page it is done: what follows the page's address.
    page: Option<String>,
}

/// A call of this API.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Call {
    method: &'static str,
    path: String,
    /// JSON.
    body: Option<Map<String, Value>>,
}

impl Chip {
    pub(super) fn new(name: Name, state: State, code: &'static str, text: Text) -> Self {
        Self { name, state, code, params: Map::new(), text, remedy: None }
    }

    /// With one more of what stands in the sentence.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    /// Whether it is about a webhook that was sent.
    pub(super) fn is_of_a_sent_webhook(&self) -> bool {
        self.name == Name::Webhook && self.params.contains_key("delivery")
    }

    pub(super) fn is(&self, name: Name, state: State) -> bool {
        self.name == name && self.state == state
    }
}

impl Remedy {
    pub(super) fn new(code: &'static str, text: Text) -> Self {
        Self { code, text, call: None, page: None }
    }

    pub(super) fn call(
        mut self,
        method: &'static str,
        path: impl Into<String>,
        body: Value,
    ) -> Self {
        let body = match body {
            Value::Object(body) => Some(body),
            _ => None,
        };
        self.call = Some(Call { method, path: path.into(), body });
        self
    }

    pub(super) fn page(mut self, page: impl Into<String>) -> Self {
        self.page = Some(page.into());
        self
    }
}

/// The worst of several.
pub(super) fn worst<'c>(chips: impl Iterator<Item = &'c Chip>) -> State {
    chips.map(|chip| chip.state).max().unwrap_or(State::Ok)
}

/// A command line of this gateway's, which names its admin address.
pub(super) fn command(admin: SocketAddr, words: &str) -> Text {
    Text::verbatim(format!("evotor-gateway {words} --admin {}", near(admin)))
}

/// RFC 3339 of microseconds since 1970.
pub(super) fn moment(us: i64) -> String {
    jiff::Timestamp::from_microsecond(us).map_or_else(|_| us.to_string(), |at| format!("{at:.3}"))
}

/// Milliseconds as a person reads them: `400 ms`, `6 s`, `2 min`, `3 h`, `4 d`.
pub(super) fn span(ms: i64) -> Text {
    match ms.max(0) {
        ms @ ..1_000 => text!("{ms} ms", ms),
        ms @ ..120_000 => text!("{s} s", s = ms / 1_000),
        ms @ ..7_200_000 => text!("{min} min", min = ms / 60_000),
        ms @ ..172_800_000 => text!("{h} h", h = ms / 3_600_000),
        ms => text!("{d} d", d = ms / 86_400_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_the_unit_that_fits() {
        let table = [(0, "0 ms"), (999, "999 ms"), (6_400, "6 s"), (119_999, "119 s")];
        let long = [(180_000, "3 min"), (7_200_000, "2 h"), (259_200_000, "3 d"), (-5, "0 ms")];
        for (ms, text) in table.into_iter().chain(long) {
            assert_eq!(span(ms).to_string(), text);
        }
    }
}
