//! `apps[].webhooks`.

use super::Shape::{self, Dict, Either, Flag, Off, Text, Word};
use super::{CREDENTIAL, Section, may, must};
use crate::model::event::Event;

pub(in crate::config) const WEBHOOKS: Section = Section {
    about: "The partner's side of the webhooks.",
    keys: &[
        must("url", Text, "Base URL; the documented path of each event is appended."),
        may("auth", Shape::Section(&CREDENTIAL), "The Authorization of webhooks."),
        may(
            "auths",
            Dict(&Word(EVENTS), &Shape::Section(&CREDENTIAL)),
            "The Authorization of one event, in place of the app's or the user's token.",
        ),
        may(
            "paths",
            Dict(&Word(EVENTS), &Either(&[Text, Off])),
            "A whole path or URL for one event; off where the partner does not have this webhook.",
        ),
        may(
            "documents",
            Word(&["v1", "v2"]),
            "An array of documents in the old format, or one in today's. Default v2.",
        ),
        may(
            "inventories",
            Word(&["array", "items"]),
            "Stores, devices and employees as an array, or as {items: [...]} of today's objects. \
             Default array.",
        ),
        may(
            "subscription_times",
            Word(&["+0000", "Z"]),
            "How times in subscription events end: as on the vendor's page, or as in a live body. \
             Default +0000.",
        ),
        may("tariff", Flag, "Whether the old user.tariff is sent. Default false."),
    ],
};

/// The events that a partner may have another path or token for, or not have.
pub(in crate::config) const EVENTS: &[&str] = Event::NAMES;
