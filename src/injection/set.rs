//! The rules in force, and what one of them decides.

use std::fmt;
use std::sync::Arc;

use super::rule::Rule;
use super::{Exchange, Spoils};
use crate::config::{duration_text, size_text};
use crate::model::injection::{Injection, Kind, Plane, Side};

/// The rules in force, in the order in which they are asked.
#[derive(Debug, Default)]
pub struct Set(Vec<Arc<Rule>>);

/// What is done to one half of an exchange.
#[derive(Debug, Clone)]
pub struct Spoil(Arc<Rule>);

impl Set {
    /// Of these.
    pub fn new(rules: Vec<Arc<Rule>>) -> Self {
        Self(rules)
    }

    /// All of them.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.0
    }

    /// What the first rule does that is for this half of an exchange and has not spent itself.
    pub fn decide(
        &self,
        plane: Plane,
        side: Side,
        app: Option<&str>,
        path: &str,
        event: Option<&str>,
    ) -> Option<Spoil> {
        let is_meant = |injection: &Injection| {
            injection.plane == plane && injection.side == side && injection.meets(app, path, event)
        };
        let found = self.0.iter().find(|rule| is_meant(&rule.injection) && rule.befalls());
        found.map(|rule| Spoil(Arc::clone(rule)))
    }

    /// Both halves of an exchange.
    pub(super) fn spoils(&self, exchange: &Exchange<'_>) -> Spoils {
        let Exchange { plane, app, path, event } = *exchange;
        let half = |side| self.decide(plane, side, app, path, event);
        Spoils { request: half(Side::Request), answer: half(Side::Answer) }
    }
}

impl Spoil {
    /// The rule's id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Which half of the exchange.
    pub fn side(&self) -> Side {
        self.0.injection.side
    }

    /// Whether the caller gets nothing that is an answer.
    pub fn leaves_no_answer(&self) -> bool {
        let none = matches!(
            self.kind(),
            Kind::Reset(0) | Kind::Empty { raw: true } | Kind::Garbage { raw: true }
        );
        none && self.side() == Side::Answer
    }

    /// What is done.
    pub fn kind(&self) -> &Kind {
        self.0.kind()
    }
}

/// `answer: status 503 (fault f1)`.
impl fmt::Display for Spoil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.side().word())?;
        match self.kind() {
            Kind::Status(status) => write!(f, "status {status}")?,
            Kind::Delay(delay) => write!(f, "delay {}", duration_text(*delay))?,
            Kind::Drip(rate) => write!(f, "drip {} a second", size_text(rate.get()))?,
            Kind::Reset(0) => f.write_str("reset")?,
            Kind::Reset(after) => write!(f, "reset after {}", size_text(*after))?,
            Kind::Empty { raw: false } => f.write_str("empty")?,
            Kind::Empty { raw: true } => f.write_str("nothing at all")?,
            Kind::Garbage { raw: false } => f.write_str("garbage")?,
            Kind::Garbage { raw: true } => f.write_str("garbage instead of HTTP")?,
            Kind::ContentType(kind) => write!(f, "content type {kind}")?,
        }
        write!(f, " (fault {})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU64;

    use std::time::Duration;

    use super::super::rule::Source;
    use super::*;
    use crate::model::injected::Injected;
    use crate::model::wildcard::Wildcard;

    fn rule(id: &str, path: &str, first: Option<u64>) -> Arc<Rule> {
        let injection = Injection {
            plane: Plane::Proxy,
            side: Side::Answer,
            app: None,
            path: Some(Wildcard::new(path)),
            event: None,
            kind: Kind::Status(503),
            first: first.and_then(NonZeroU64::new),
            chance: None,
        };
        Arc::new(Rule::new(id, injection, Source::File))
    }

    /// A record is read back, whatever the fault.
    #[test]
    fn the_words_of_a_record_say_what_was_done() {
        let rate = NonZeroU64::new(1024).unwrap();
        let rows: [(Kind, Option<&str>, bool); 11] = [
            (Kind::Status(503), Some("503"), false),
            (Kind::Delay(Duration::from_millis(900)), Some("900ms"), false),
            (Kind::Drip(rate), Some("1KiB"), false),
            (Kind::Reset(0), None, false),
            (Kind::Reset(1024), Some("1KiB"), false),
            (Kind::Empty { raw: false }, None, false),
            (Kind::Empty { raw: true }, None, true),
            (Kind::Garbage { raw: false }, None, false),
            (Kind::Garbage { raw: true }, None, true),
            (Kind::ContentType("text/html".into()), Some("text/html"), false),
            (Kind::ContentType("a (fault f2)".into()), Some("a (fault f2)"), false),
        ];
        for ((kind, value, raw), side) in
            rows.into_iter().zip([Side::Answer, Side::Request].into_iter().cycle())
        {
            let word = kind.word();
            let injection = Injection { kind, side, ..rule("f1", "/*", None).injection.clone() };
            let spoil = Spoil(Arc::new(Rule::new("f1", injection, Source::File)));
            let told = Injected::read(&spoil.to_string()).unwrap();
            assert_eq!((&*told.id, &*told.side, &*told.kind), ("f1", side.word(), word), "{spoil}");
            assert_eq!((told.value.as_deref(), told.raw), (value, raw), "{spoil}");
        }
    }

    fn decided(set: &Set, side: Side, path: &str) -> Option<String> {
        set.decide(Plane::Proxy, side, None, path, None).map(|spoil| spoil.to_string())
    }

    #[test]
    fn the_first_that_is_meant_and_not_spent_decides() {
        let set = Set::new(vec![rule("f1", "/a/*", Some(1)), rule("f2", "/*", None)]);
        let told = |id| Some(format!("answer: status 503 (fault {id})"));
        assert_eq!(decided(&set, Side::Answer, "/b"), told("f2"));
        assert_eq!(decided(&set, Side::Answer, "/a/b"), told("f1"));
        assert_eq!(decided(&set, Side::Answer, "/a/b"), told("f2"));
        assert_eq!(decided(&set, Side::Request, "/a/b"), None);
        assert!(set.decide(Plane::Webhook, Side::Answer, None, "/b", None).is_none());
    }
}
