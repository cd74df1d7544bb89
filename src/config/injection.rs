//! What is written of a fault that is made on purpose: the same keys in `gateway.yaml` and in the
//! API, checked in one place.

mod values;

use std::num::NonZeroU64;
use std::time::Duration;

use values::{content_type, delay, event, hint, path, rate, share, size, status, whole};

use super::keys::FAULT;
use super::meant::Config;
use super::nearest::nearest;
use crate::model::injection::{AppName, Chance, Injection, Kind, Plane, Side};
use crate::model::wildcard::Wildcard;
use crate::text::{Text, text};

/// A value as written, by its key. What could not be read as a text has none, and has been
/// complained of.
pub type Written = (&'static str, Option<String>);

/// Something that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Whose value.
    pub key: &'static str,
    /// Whether it is the key that does not belong, or is missing, and not its value.
    pub of_key: bool,
    /// Behind the value or the key: `is no status`.
    pub what: Text,
    /// What would be right.
    pub help: Text,
    /// A value of a key that is missing.
    pub example: Option<&'static str>,
}

/// The apps that a fault may be for.
#[derive(Debug, Clone, Default)]
pub struct Known(Vec<(String, String)>);

impl Known {
    /// Name and id of each.
    pub fn new(apps: impl Iterator<Item = (String, String)>) -> Self {
        Self(apps.collect())
    }

    /// Those of a configuration, and the clients of the simulated ASNA by their ids.
    pub fn of(config: &Config) -> Self {
        let apps = config.apps.iter().map(|app| (app.name.clone(), app.id.clone()));
        let clients = config.asna.clients.iter();
        Self(apps.chain(clients.map(|client| (client.id.clone(), client.id.clone()))).collect())
    }
}

/// The known key of a name, or the nearest one.
///
/// # Errors
///
/// What to write instead.
pub fn key(name: &str) -> Result<&'static str, Text> {
    let known = || FAULT.keys.iter().map(|key| key.name);
    if let Some(key) = known().find(|key| *key == name) {
        return Ok(key);
    }
    Err(match nearest(name, known()) {
        Some(word) => text!("did you mean `{word}`?", word),
        None => text!("known here: {join}", join = known().collect::<Vec<_>>().join(", ")),
    })
}

/// The fault that is meant.
///
/// # Errors
///
/// Everything that is wrong; nothing, where that has been complained of already.
pub fn injection(written: &[Written], known: &Known) -> Result<Injection, Vec<Wrong>> {
    let mut check = Check { written, wrong: Vec::new() };
    let plane = check.word("plane", Plane::WORDS).unwrap_or(Plane::Proxy);
    let side = check.word("side", Side::WORDS).unwrap_or(Side::Answer);
    let app = check.app(known);
    let path = check.value("path", path).map(|path| Wildcard::new(&path));
    let event = check.value("event", event).map(|event| Wildcard::new(&event));
    let kind = check.kind();
    let first = check.value("first", whole).flatten();
    let chance = check.chance();
    check.fits(plane, side, kind.as_ref());
    let broken = written.iter().any(|(_, text)| text.is_none());
    match kind {
        Some(kind) if check.wrong.is_empty() && !broken => {
            Ok(Injection { plane, side, app, path, event, kind, first, chance })
        }
        _ => Err(check.wrong),
    }
}

/// Which exchanges a stub or a breakpoint is for, and what it has in common with a fault.
#[derive(Debug)]
pub struct Whom {
    /// Whose exchanges.
    pub plane: Plane,
    /// Which half.
    pub side: Option<Side>,
    /// One app's alone.
    pub app: Option<AppName>,
    /// Paths.
    pub path: Option<Wildcard>,
    /// Events.
    pub event: Option<Wildcard>,
    /// At most so often.
    pub first: Option<NonZeroU64>,
    /// A time; longer than none.
    pub delay: Option<Duration>,
}

/// What `plane`, `side`, `app`, `path`, `event`, `first` and `delay` mean, as they do of a fault.
///
/// # Errors
///
/// Everything that is wrong.
pub fn whom(written: &[Written], known: &Known) -> Result<Whom, Vec<Wrong>> {
    let mut check = Check { written, wrong: Vec::new() };
    let whom = Whom {
        plane: check.word("plane", &PROXIED).unwrap_or(Plane::Proxy),
        side: check.word("side", Side::WORDS),
        app: check.app(known),
        path: check.value("path", path).map(|path| Wildcard::new(&path)),
        event: check.value("event", event).map(|event| Wildcard::new(&event)),
        first: check.value("first", whole).flatten(),
        delay: check.value("delay", delay),
    };
    if whom.plane != Plane::Webhook && check.has("event") {
        check.stray("event", text!("is for plane: webhook"), "leave it out, or match a `path`");
    }
    if check.wrong.is_empty() { Ok(whom) } else { Err(check.wrong) }
}

/// Those whose receiver is a partner.
const PROXIED: [(&str, Plane); 2] = [("proxy", Plane::Proxy), ("webhook", Plane::Webhook)];

struct Check<'w> {
    written: &'w [Written],
    wrong: Vec<Wrong>,
}

impl Check<'_> {
    fn has(&self, key: &str) -> bool {
        self.written.iter().any(|(name, _)| *name == key)
    }

    fn text(&self, key: &str) -> Option<&str> {
        let (_, text) = self.written.iter().find(|(name, _)| *name == key)?;
        text.as_deref().map(str::trim)
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, (&'static str, Text)>,
    ) -> Option<T> {
        match parse(self.text(key)?) {
            Ok(value) => Some(value),
            Err((what, help)) => {
                self.wrong.push(Wrong {
                    key,
                    of_key: false,
                    what: Text::fixed(what),
                    help,
                    example: None,
                });
                None
            }
        }
    }

    fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let help = hint(text, &names, || text!("write one of {names}", names = names.join(", ")));
        let what = text!("is not one of {names}", names = names.join(", "));
        self.wrong.push(Wrong { key, of_key: false, what, help, example: None });
        None
    }

    fn app(&mut self, known: &Known) -> Option<AppName> {
        let text = self.text("app")?;
        let by_name = known.0.iter().find(|(name, _)| name == text);
        let found =
            by_name.or_else(|| known.0.iter().find(|(_, id)| id.eq_ignore_ascii_case(text)));
        if let Some((_, id)) = found {
            return Some(AppName { written: text.to_owned(), id: id.clone() });
        }
        let names: Vec<&str> =
            known.0.iter().flat_map(|(name, id)| [name.as_str(), id.as_str()]).collect();
        let help = hint(text, &names, || text!("name one of `apps` by its name or id"));
        let what = text!("is the name of no app");
        self.wrong.push(Wrong { key: "app", of_key: false, what, help, example: None });
        None
    }

    /// Reads every key, so that each mistake is found whatever the kind.
    fn kind(&mut self) -> Option<Kind> {
        let words: Vec<_> = Kind::WORDS.iter().map(|word| (*word, *word)).collect();
        let word = self.word("kind", &words);
        let status = self.value("status", status);
        let delay = self.value("delay", delay);
        let rate = self.value("rate", rate);
        let content_type = self.value("type", content_type);
        let after = self.value("after", size);
        let raw = self.word("raw", &[("true", true), ("false", false)]).unwrap_or(false);
        if !self.has("kind") {
            self.missing(
                "kind",
                text!("write one of {kinds}", kinds = Kind::WORDS.join(", ")),
                None,
            );
        }
        match word? {
            "status" => status.map(Kind::Status).or_else(|| self.wanted("status", "503")),
            "delay" => delay.map(Kind::Delay).or_else(|| self.wanted("delay", "2s")),
            "drip" => Some(Kind::Drip(rate.unwrap_or(USUAL_RATE))),
            "reset" => Some(Kind::Reset(after.unwrap_or(0))),
            "empty" => Some(Kind::Empty { raw }),
            "garbage" => Some(Kind::Garbage { raw }),
            _ => content_type.map(Kind::ContentType).or_else(|| self.wanted("type", "text/html")),
        }
    }

    fn chance(&mut self) -> Option<Chance> {
        let seed = self.value("seed", |text| {
            text.parse::<u64>().map_err(|_| ("is no seed", text!("write a whole number")))
        });
        if self.has("seed") && !self.has("p") {
            self.stray("seed", text!("is for a fault by chance"), "add `p`, as in p: 0.5");
        }
        self.value("p", share).map(|share| Chance { share, seed })
    }

    /// What holds between keys.
    fn fits(&mut self, plane: Plane, side: Side, kind: Option<&Kind>) {
        if plane != Plane::Webhook && self.has("event") {
            self.stray("event", text!("is for plane: webhook"), "leave it out, or match a `path`");
        }
        if plane == Plane::Cloud && side == Side::Request && self.has("side") {
            self.stray("side", text!("can only be `answer` for plane: cloud"), "leave it out");
        }
        let Some(kind) = kind else { return };
        for (key, of) in OF_KINDS {
            if self.has(key) && !of.contains(&kind.word()) {
                let what = text!("is for kind: {kinds}", kinds = of.join(", "));
                self.stray(key, what, "leave it out");
            }
        }
        let in_apps_answer = plane == Plane::Proxy && side == Side::Answer;
        if matches!(kind, Kind::Empty { raw: true } | Kind::Garbage { raw: true })
            && !in_apps_answer
        {
            let help = "leave it out: elsewhere only the body can be damaged";
            self.stray("raw", text!("is for plane: proxy with side: answer"), help);
        }
        if matches!(kind, Kind::Reset(1..)) && (plane == Plane::Webhook || side == Side::Request) {
            self.stray("after", text!("is for what a caller gets"), "leave it out");
        }
    }

    /// A key that its kind cannot do without; where it was written, its value is wrong already.
    fn wanted<T>(&mut self, key: &'static str, example: &'static str) -> Option<T> {
        if !self.has(key) {
            let help = text!("write it beside the kind, as in {key}: {example}", key, example);
            self.missing(key, help, Some(example));
        }
        None
    }

    fn missing(&mut self, key: &'static str, help: Text, example: Option<&'static str>) {
        self.wrong.push(Wrong { key, of_key: true, what: text!("is missing"), help, example });
    }

    fn stray(&mut self, key: &'static str, what: impl Into<Text>, help: &'static str) {
        let (what, help) = (what.into(), Text::fixed(help));
        self.wrong.push(Wrong { key, of_key: true, what, help, example: None });
    }
}

/// Keys that some kinds alone have.
const OF_KINDS: &[(&str, &[&str])] = &[
    ("status", &["status"]),
    ("delay", &["delay"]),
    ("rate", &["drip"]),
    ("type", &["content_type"]),
    ("after", &["reset"]),
    ("raw", &["empty", "garbage"]),
];

/// Where none is written.
const USUAL_RATE: NonZeroU64 = match NonZeroU64::new(1024) {
    Some(rate) => rate,
    None => NonZeroU64::MIN,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(written: &[(&str, &str)]) -> Result<Injection, Vec<String>> {
        let written: Vec<Written> = written
            .iter()
            .map(|(name, text)| (key(name).unwrap(), Some((*text).to_owned())))
            .collect();
        let known = Known::new([("loyalty".to_owned(), "5C0D".to_owned())].into_iter());
        let told = |wrong: Vec<Wrong>| {
            wrong.into_iter().map(|wrong| format!("{} {}: {}", wrong.key, wrong.what, wrong.help))
        };
        injection(&written, &known).map_err(|wrong| told(wrong).collect())
    }

    #[test]
    fn a_kind_alone_spoils_every_answer_to_an_app() {
        let made = read(&[("kind", "drip")]).unwrap();
        assert_eq!((made.plane, made.side), (Plane::Proxy, Side::Answer));
        assert_eq!(made.kind, Kind::Drip(USUAL_RATE));
        assert_eq!((made.app, made.path, made.first), (None, None, None));
    }

    #[test]
    fn every_key_has_its_meaning() {
        let made = read(&[
            ("kind", "status"),
            ("plane", "webhook"),
            ("side", "request"),
            ("app", "loyalty"),
            ("path", "/hooks/*"),
            ("event", "subscription.*"),
            ("status", "503"),
            ("first", "2"),
            ("p", "0.5"),
            ("seed", "7"),
        ])
        .unwrap();
        assert_eq!(made.kind, Kind::Status(503));
        assert_eq!(made.app.unwrap().id, "5C0D");
        assert_eq!(made.first, NonZeroU64::new(2));
        assert_eq!(made.chance, Some(Chance { share: 0.5, seed: Some(7) }));
    }

    #[test]
    fn every_mistake_is_named_with_its_remedy() {
        for (written, told) in [
            (&[][..], "kind is missing"),
            (&[("kind", "stauts")], "did you mean `status`?"),
            (&[("kind", "status")], "status is missing"),
            (&[("kind", "status"), ("status", "99")], "from 200 to 599"),
            (&[("kind", "delay"), ("delay", "5")], "5s"),
            (&[("kind", "delay"), ("delay", "0s")], "more than nothing"),
            (&[("kind", "empty"), ("status", "500")], "status is for kind: status"),
            (&[("kind", "empty"), ("path", "api")], "/api/*"),
            (&[("kind", "empty"), ("app", "loyalt")], "did you mean `loyalty`?"),
            (&[("kind", "empty"), ("event", "documents")], "event is for plane: webhook"),
            (&[("kind", "empty"), ("plane", "webhook"), ("event", "docments")], "`documents`"),
            (&[("kind", "empty"), ("plane", "cloud"), ("side", "request")], "can only be `answer`"),
            (&[("kind", "empty"), ("p", "1.5")], "up to 1"),
            (&[("kind", "empty"), ("p", "NaN")], "up to 1"),
            (&[("kind", "empty"), ("seed", "1")], "add `p`"),
            (&[("kind", "empty"), ("first", "0")], "from 1"),
            (&[("kind", "empty"), ("raw", "true"), ("side", "request")], "raw is for"),
            (&[("kind", "reset"), ("after", "1KiB"), ("plane", "webhook")], "after is for"),
            (&[("kind", "content_type"), ("type", "ж")], "text/html"),
            (&[("kind", "drip"), ("rate", "0")], "at least 1"),
        ] {
            let wrong = read(written).unwrap_err();
            assert!(wrong.iter().any(|line| line.contains(told)), "{told}: {wrong:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_told_of_the_nearest() {
        assert_eq!(key("stattus").unwrap_err().to_string(), "did you mean `status`?");
        assert!(key("colour").unwrap_err().to_string().contains("known here"));
    }

    #[test]
    fn what_was_complained_of_is_not_complained_of_again() {
        assert_eq!(injection(&[("kind", None)], &Known::default()), Err(vec![]));
        let written = [("kind", Some("status".to_owned())), ("status", None)];
        assert_eq!(injection(&written, &Known::default()), Err(vec![]));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(at in 0usize..14, text in ".{0,12}", kind in 0usize..7) {
            let key = FAULT.keys[at % FAULT.keys.len()].name;
            let _ = read(&[("kind", Kind::WORDS[kind]), (key, &text)]);
        }
    }
}
