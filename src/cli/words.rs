//! What commands say to people, in the language of whoever runs them. Data for scripts, such as states,
//! codes and JSON, is the same in every language and does not come by here.

use std::borrow::Cow;

use super::talk::talk;
use crate::text::{Language, Text, text};

/// The words of a [`text!`] in the language of the command.
macro_rules! words {
    ($($text:tt)+) => {
        $crate::cli::words::said(&$crate::text::text!($($text)+)).into_owned()
    };
}
pub(in crate::cli) use words;

/// A text in the language of the command.
pub(in crate::cli) fn said(text: &Text) -> Cow<'_, str> {
    text.in_language(Language::of_scope())
}

/// A word of a table in the language of the command.
pub(in crate::cli) fn fixed(word: &'static str) -> String {
    said(&Text::fixed(word)).into_owned()
}

/// What a command cannot do, as a line on stderr.
pub(in crate::cli) fn talk_error(text: &Text) {
    talk(&said(&error(text)));
}

/// As the first line of what went wrong.
pub(in crate::cli) fn error(text: &Text) -> Text {
    text!("error: {text}", text => text.clone())
}

/// What to do about it.
pub(in crate::cli) fn talk_hint(text: &Text) {
    talk(&words!("hint: {hint}", hint => text.clone()));
}

/// What is worth knowing beside the result.
pub(in crate::cli) fn talk_note(text: &Text) {
    talk(&words!("note: {note}", note => text.clone()));
}
