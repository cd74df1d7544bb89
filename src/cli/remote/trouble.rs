//! What stands in the way of a command, and the exit code it ends with.

use std::io;

use serde::Deserialize;

use crate::cli::words::{talk_error, talk_hint};
use crate::text::Text;

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum Trouble {
    /// To be told.
    Told {
        /// 1, 2 or 3.
        exit: u8,
        text: Text,
        /// What to do; empty where the text says it.
        hint: Text,
    },
    /// Nobody reads stdout.
    Output(io::Error),
}

/// The parts of RFC 9457 that are shown.
#[derive(Debug, Deserialize)]
struct Problem {
    code: String,
    detail: String,
    #[serde(default)]
    hint: String,
    /// Where the command line says it otherwise.
    command_hint: Option<String>,
}

impl Trouble {
    /// Wrong usage.
    pub(super) fn usage(text: impl Into<Text>, hint: impl Into<Text>) -> Self {
        Self::Told { exit: 2, text: text.into(), hint: hint.into() }
    }

    /// The environment.
    pub(super) fn surroundings(text: impl Into<Text>, hint: impl Into<Text>) -> Self {
        Self::Told { exit: 3, text: text.into(), hint: hint.into() }
    }

    /// The gateway's refusal of a request; `None` where these are no words of a gateway.
    pub(super) fn of_answer(status: u16, body: &[u8]) -> Option<Self> {
        let problem: Problem = serde_json::from_slice(body).ok()?;
        let exit = match problem.code.as_str() {
            "token_missing" => 1,
            _ if status < 500 => 2,
            _ => 3,
        };
        let hint = problem.command_hint.unwrap_or(problem.hint);
        let (text, hint) = (Text::verbatim(problem.detail), Text::verbatim(hint));
        Some(Self::Told { exit, text, hint })
    }

    /// Tells it. Gives the exit code.
    pub(super) fn tell(self) -> io::Result<u8> {
        match self {
            Self::Told { exit, text, hint } => {
                talk_error(&text);
                if !hint.is_empty() && hint != Text::verbatim("") {
                    talk_hint(&hint);
                }
                Ok(exit)
            }
            Self::Output(error) => Err(error),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(status: u16, body: &str) -> Option<u8> {
        match Trouble::of_answer(status, body.as_bytes())? {
            Trouble::Told { exit, .. } => Some(exit),
            Trouble::Output(error) => panic!("{error}"),
        }
    }

    #[test]
    fn problems_of_usage_are_2_a_missing_token_is_1_and_the_rest_is_3() {
        for (status, code, wanted) in [
            (400, "bad_request", 2),
            (401, "token_wanted", 2),
            (403, "foreign_host", 2),
            (404, "not_found", 2),
            (422, "trigger_refused", 2),
            (409, "token_missing", 1),
            (503, "state_unavailable", 3),
        ] {
            let problem = format!("{{\"code\":\"{code}\",\"detail\":\"d\"}}");
            assert_eq!(exit(status, &problem), Some(wanted), "{code}");
        }
    }

    #[test]
    fn what_is_no_problem_document_is_nobodys_we_know() {
        assert_eq!(exit(404, "<html>"), None);
        assert_eq!(exit(502, "{}"), None);
        assert_eq!(exit(403, "forbidden"), None);
    }
}
