//! The values of a fault's keys, one by one.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::config::nearest::nearest;
use crate::config::value::{header, quantity};
use crate::model::event::Event;
use crate::model::wildcard::Wildcard;
use crate::text::{Text, text};

pub(super) fn hint(text: &str, known: &[&str], otherwise: impl FnOnce() -> Text) -> Text {
    match nearest(text, known.iter().copied()) {
        Some(word) => text!("did you mean `{word}`?", word),
        None => otherwise(),
    }
}

/// A value, or what it is not and what would be right.
type Read<T> = Result<T, (&'static str, Text)>;

pub(super) fn path(text: &str) -> Read<String> {
    let fits = text.starts_with(['/', '*']) && text.bytes().all(|byte| byte.is_ascii_graphic());
    let help = || "write it as it is sent, from its `/` on, with * for any characters: /api/*";
    fits.then(|| text.to_owned()).ok_or_else(|| ("is no path", Text::fixed(help())))
}

pub(super) fn event(text: &str) -> Read<String> {
    let wanted = Wildcard::new(text);
    let of_asna = text.starts_with("asna.") || text.starts_with('*');
    if of_asna || Event::NAMES.iter().any(|name| wanted.matches(name)) {
        return Ok(text.to_owned());
    }
    let list = || text!("`evotor-gateway trigger --list` has them; * stands for any characters");
    Err(("is the name of no event", hint(text, Event::NAMES, list)))
}

pub(super) fn status(text: &str) -> Read<u16> {
    let status = quantity::count(text, 200, 599).map_err(|help| ("is no status", help))?;
    u16::try_from(status).map_err(|_| ("is no status", Text::default()))
}

pub(super) fn delay(text: &str) -> Read<Duration> {
    match quantity::duration(text) {
        Ok(Duration::ZERO) => Err(("is no delay", text!("write more than nothing"))),
        read => read.map_err(|help| ("is not a duration", help)),
    }
}

pub(super) fn rate(text: &str) -> Read<NonZeroU64> {
    let rate = quantity::size(text).map_err(|help| ("is no rate", help))?;
    NonZeroU64::new(rate).ok_or_else(|| ("is no rate", text!("write at least 1 byte a second")))
}

pub(super) fn size(text: &str) -> Read<u64> {
    quantity::size(text).map_err(|help| ("is not a size", help))
}

pub(super) fn content_type(text: &str) -> Read<String> {
    let fits = !text.is_empty() && header::is_field(text);
    let help = || ("cannot be a Content-Type", text!("write one, as in text/html"));
    fits.then(|| text.to_owned()).ok_or_else(help)
}

pub(super) fn whole(text: &str) -> Read<Option<NonZeroU64>> {
    let number = quantity::count(text, 1, usize::MAX);
    let help = text!("write a whole number from 1");
    number.map(|number| NonZeroU64::new(number as u64)).map_err(|_| ("is no number of times", help))
}

pub(super) fn share(text: &str) -> Read<f64> {
    let share = text.parse().ok().filter(|share: &f64| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| ("is no probability", text!("write a number above 0, up to 1")))
}
