//! The keys of `faults`; the API takes the same.

use super::Shape::{Count, Duration, Flag, Share, Size, Text, Whole, Word};
use super::{Section, may, must};
use crate::model::injection::Kind;

pub(in crate::config) const FAULT: Section = Section {
    about: "A fault made on purpose. Without app, path and event it befalls every exchange of its plane.",
    keys: &[
        must(
            "kind",
            Word(Kind::WORDS),
            "status answers without asking the receiver, delay waits, drip sends slowly, reset cuts \
             the connection, empty takes the body away, garbage replaces it, content_type says \
             another type.",
        ),
        may(
            "plane",
            Word(PLANES),
            "Apps' requests, the cloud's webhooks, or calls of the cloud. Default proxy.",
        ),
        may(
            "side",
            Word(SIDES),
            "Which half of the exchange is affected: request, or answer. Default answer.",
        ),
        may("app", Text, "One app's exchanges alone, by its name or id."),
        may("path", Text, "As it is sent, with * for any characters: /api/*."),
        may("event", Text, "Of a webhook, with * for any characters: subscription.*."),
        may("status", Count, "For status: which one, 200 to 599."),
        may("delay", Duration, "For delay: how long, as in 2s."),
        may("rate", Size { none: false }, "For drip: bytes a second. Default 1KiB."),
        may("type", Text, "For content_type: which one, as in text/html."),
        may(
            "after",
            Size { none: false },
            "For reset: how much of the body a caller gets first. Default 0, which is not even a head.",
        ),
        may(
            "raw",
            Flag,
            "For empty and garbage, toward apps: instead of the whole answer, and not of its body.",
        ),
        may("first", Count, "The first so many matches alone."),
        may("p", Share, "Only with this probability, above 0 and up to 1."),
        may("seed", Whole, "The same one gives the same sequence. Default: one is made up."),
    ],
};

const PLANES: &[&str] = &["proxy", "webhook", "cloud"];
const SIDES: &[&str] = &["request", "answer"];
