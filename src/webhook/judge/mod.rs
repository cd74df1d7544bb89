//! What a partner's answer to a webhook is worth: a verdict, its reasons, and what the cloud learns.
//!
//! Pure: an answer comes in as bytes, a [`Judgement`] goes out. Two questions are kept apart. The
//! verdict says whether the partner kept the contract; a refusal can be perfectly documented.
//! [`Judgement::accepted`] says whether the cloud got what it came for and stops asking; for events
//! and notifications that is status 200 and nothing else, whatever the body is like.

mod body;
mod commodity;
mod finding;
mod framework;
mod hint;
mod inventory;
mod refusal;
mod registration;
mod rule;

pub use finding::{Finding, Place, Verdict};
pub use rule::Rule;

use crate::model::event::{Class, Event};
use crate::model::token::Token;
use crate::text::{Text, text};
use finding::Sheet;

/// What was asked of the partner.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The webhook that was sent.
    pub event: Event,
    /// The user it was about.
    pub user_id: &'a str,
    /// Whether `fidelity: strict` holds.
    pub strict: bool,
    /// Whether the event has a token of its own, in place of the app's or the user's.
    pub has_own_auth: bool,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub enum Reply<'a> {
    /// An HTTP answer.
    Answered(Answer<'a>),
    /// No answer, and what the machinery says about it.
    Failed {
        /// Which step failed.
        failure: Failure,
        /// The words of the error; may be empty.
        detail: &'a Text,
    },
}

/// An HTTP answer, its body without content coding.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The body, or its beginning.
    pub body: &'a [u8],
    /// Whether the partner sent more than was kept.
    pub truncated: bool,
}

/// How an attempt ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Nothing listens at the address.
    Refused,
    /// The host name does not resolve.
    Dns,
    /// The TLS handshake failed.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection closed before the answer was complete.
    Reset,
    /// The answer is not well-formed HTTP.
    Protocol,
}

/// What an answer is worth.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The gravest finding.
    pub verdict: Verdict,
    /// What there is to say, in the order in which it was found.
    pub findings: Vec<Finding>,
    /// The cloud has what it came for: the webhook is delivered.
    pub accepted: bool,
    /// What the answer tells of the user; only ever with an accepted answer.
    pub learned: Option<Learned>,
}

/// What the cloud keeps of an answer.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The user's token at the partner.
    pub user_token: Token,
    /// Whether the partner bills the user itself, where it said so.
    pub has_billing: Option<bool>,
}

/// The most of an error's words that is repeated.
const LONGEST_DETAIL: usize = 300;

/// Judges a reply.
pub fn judge(question: &Question<'_>, reply: &Reply<'_>) -> Judgement {
    let mut sheet = Sheet::new(question.strict);
    let mut learned = None;
    let mut is_200 = false;
    match reply {
        Reply::Failed { failure, detail } => failed(question.event, *failure, detail, &mut sheet),
        Reply::Answered(answer) if answer.status == 200 => {
            is_200 = true;
            learned = fulfilled(question, answer, &mut sheet);
        }
        Reply::Answered(answer) => refusal::check(question, answer, &mut sheet),
    }
    let verdict = sheet.worst();
    let accepted = is_200 && (verdict < Verdict::Fail || !needs_an_answer(question.event));
    Judgement {
        verdict,
        findings: sheet.into_findings(),
        accepted,
        learned: learned.filter(|_| accepted),
    }
}

/// Only the cloud's requests live by what the answer says.
fn needs_an_answer(event: Event) -> bool {
    event.class() == Class::Request
}

/// Checks the body of a 200.
fn fulfilled(question: &Question<'_>, answer: &Answer<'_>, sheet: &mut Sheet) -> Option<Learned> {
    match question.event {
        Event::UserCreate | Event::UserVerify => registration::check(question, answer, sheet),
        Event::UserTariff => registration::check_tariff(question, answer, sheet),
        Event::Commodities => {
            commodity::check(answer, sheet);
            None
        }
        Event::Stores | Event::Devices | Event::Employees => {
            inventory::check(answer, sheet);
            None
        }
        _ => {
            ignored(answer, sheet);
            None
        }
    }
}

/// Notes what is odd about a body that the cloud does not read.
fn ignored(answer: &Answer<'_>, sheet: &mut Sheet) {
    if answer.truncated {
        sheet.body(
            Rule::IgnoredBodyTooLarge,
            "",
            text!(
                "The cloud reads only the status here, and this body was cut. An empty one is \
                 enough."
            ),
        );
    }
    if body::is_page(answer) {
        sheet.body(
            Rule::CatchAllPage,
            "",
            text!(
                "A page of HTML came with the 200: a catch-all of the web server or a single-page \
                 app seems to have answered. The cloud takes the webhook for delivered and the \
                 service may never have seen it. Check the path and the method."
            ),
        );
    }
}

fn failed(event: Event, failure: Failure, detail: &Text, sheet: &mut Sheet) {
    let (rule, remedy) = match failure {
        Failure::Refused => {
            (Rule::ConnectionRefused, "Start the service, or correct `webhooks.url`.")
        }
        Failure::Dns => (Rule::ConnectionDns, "Correct the host in `webhooks.url`."),
        Failure::Tls => (
            Rule::ConnectionTls,
            "Check the certificate, its names and its chain; name a local authority under \
             `partner_ca`.",
        ),
        Failure::Timeout => (
            Rule::ConnectionTimeout,
            "Answer within 10 seconds: take the event in, answer 200, and do the work afterwards.",
        ),
        Failure::Reset => {
            (Rule::ConnectionReset, "Look for a crash in the service's log at this moment.")
        }
        Failure::Protocol => (Rule::ConnectionProtocol, "Answer with well-formed HTTP."),
    };
    let again = match event.class() {
        Class::Request => "The cloud does not ask again.",
        Class::Lifecycle | Class::Notification => "The cloud asks again.",
    };
    // The words of the error say the same as the rule, and more.
    let said = match detail.is_empty() {
        true => Text::fixed(rule.title()),
        false => detail.clone().map(&|data| hint::excerpt(data, LONGEST_DETAIL)),
    };
    sheet.connection(rule, said.and(Text::fixed(again)).and(Text::fixed(remedy)));
}

impl std::fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("truncated", &self.truncated)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ask(event: Event, strict: bool, status: u16, body: &[u8], truncated: bool) -> Judgement {
        let question =
            Question { event, user_id: "01-000000000012345", strict, has_own_auth: false };
        let kind = Some("application/json");
        judge(&question, &Reply::Answered(Answer { status, content_type: kind, body, truncated }))
    }

    fn some_event() -> impl Strategy<Value = Event> {
        proptest::sample::select(Event::ALL)
    }

    fn some_body() -> impl Strategy<Value = Vec<u8>> {
        let token = "[ -~а-я]{0,140}";
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            token.prop_map(|token| {
                let answer = serde_json::json!({"userId": "01-000000000012345", "token": token});
                answer.to_string().into_bytes()
            }),
            r#"[\[\]\{\}":,0-9a-z<>! \\-]{0,80}"#.prop_map(String::into_bytes),
            r#"\{"errors":\[\{"code":"?-?[0-9.e]{1,22}"?\},?[\{\}\[\]0-9]{0,5}\]\}"#
                .prop_map(String::into_bytes),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_answered_only_200_is_accepted_and_only_the_accepted_is_learned(
            event in some_event(),
            strict: bool,
            status in prop_oneof![Just(200_u16), 0_u16..1000, any::<u16>()],
            body in some_body(),
            kind in proptest::option::of(".{0,20}|text/html|application/json"),
            truncated: bool,
        ) {
            let question = Question { event, user_id: "01-000000000012345", strict, has_own_auth: false };
            let answer =
                Answer { status, content_type: kind.as_deref(), body: &body, truncated };
            let judgement = judge(&question, &Reply::Answered(answer));
            prop_assert!(!judgement.accepted || status == 200);
            prop_assert!(judgement.learned.is_none() || judgement.accepted);
            prop_assert!(judgement.findings.len() <= 40);
            let worst = judgement.findings.iter().map(|finding| finding.level).max();
            prop_assert_eq!(judgement.verdict, worst.unwrap_or(Verdict::Pass));
        }

        #[test]
        fn a_learned_token_can_be_sent_back(body in some_body(), strict: bool) {
            let judgement = ask(Event::UserCreate, strict, 200, &body, false);
            if let Some(learned) = judgement.learned {
                let token = learned.user_token.expose();
                prop_assert!((1..=128).contains(&token.len()));
                prop_assert!(hyper::header::HeaderValue::from_str(token).is_ok());
                prop_assert_eq!(token.trim(), token);
            }
        }
    }

    #[test]
    fn json_of_any_depth_or_breadth_is_read_safely() {
        let deep = [b"[".repeat(100_000), b"{\"a\":".repeat(100_000)];
        for body in deep {
            for event in [Event::UserCreate, Event::Stores, Event::Commodities] {
                let judgement = ask(event, false, 200, &body, false);
                assert!(judgement.learned.is_none());
            }
            ask(Event::UserCreate, false, 400, &body, false);
        }
        let broad = format!("[{}1]", "{},".repeat(100_000));
        let judgement = ask(Event::Stores, false, 200, broad.as_bytes(), false);
        assert!(judgement.accepted);
        assert_eq!(judgement.findings.len(), 20);
    }

    #[test]
    fn a_judgement_and_an_answer_do_not_print_the_token() {
        let token = "user-token-0123456789abcdef";
        let body = format!(r#"{{"userId":"01-000000000012345","token":"{token}"}}"#);
        let judgement = ask(Event::UserCreate, false, 200, body.as_bytes(), false);
        assert_eq!(judgement.learned.as_ref().unwrap().user_token.expose(), token);
        assert!(!format!("{judgement:?}").contains(token));
        let answer =
            Answer { status: 200, content_type: None, body: body.as_bytes(), truncated: false };
        assert!(!format!("{answer:?}").contains(token));
        let long = format!(r#"{{"userId":"01-000000000012345","token":"{}"}}"#, token.repeat(9));
        let judgement = ask(Event::UserCreate, false, 200, long.as_bytes(), false);
        assert!(!format!("{judgement:?}").contains(token));
    }

    #[test]
    fn each_failure_names_its_step_and_a_remedy() {
        use Failure::{Dns, Protocol, Refused, Reset, Timeout, Tls};
        for failure in [Refused, Dns, Tls, Timeout, Reset, Protocol] {
            let question = Question {
                event: Event::Receipts,
                user_id: "1",
                strict: false,
                has_own_auth: false,
            };
            let judgement = judge(
                &question,
                &Reply::Failed { failure, detail: &Text::verbatim("os error 111") },
            );
            let never_there = matches!(failure, Refused | Dns | Tls);
            let verdict = if never_there { Verdict::Undelivered } else { Verdict::Fail };
            assert_eq!(judgement.verdict, verdict);
            assert!(!judgement.accepted);
            let finding = &judgement.findings[0];
            assert_eq!(finding.place, Place::Connection);
            assert!(finding.text.to_string().contains("os error 111"), "{}", finding.text);
            assert!(finding.text.to_string().contains("asks again"), "{}", finding.text);
        }
    }

    #[test]
    fn a_finding_is_serialised_for_the_api() {
        let judgement = ask(Event::UserCreate, false, 200, b"{\"token\":1}", false);
        let first = serde_json::to_value(&judgement.findings[0]).unwrap();
        assert_eq!(first["level"], "fail");
        assert_eq!(first["place"], "body");
        assert_eq!(first["pointer"], "");
        assert_eq!(first["rule"], "user-id-missing");
        assert!(first["source"].as_str().is_some_and(|source| source.starts_with("https://")));
    }
}
