//! What is not shown unless asked for: tokens and passwords, in fields, URLs and bodies.
//!
//! A secret is found by its value, where that is known, and by its name, where it stands behind one:
//! `Authorization: …`, `?token=…`, `"client_secret": "…"`, `<password>…`. Only stretches of the text
//! are replaced, nothing is parsed and written again, so broken and cut texts stay what they are. The
//! time is linear in the text.

mod cookie;
mod json;
mod known;
mod names;
mod places;

use std::borrow::Cow;
use std::ops::Range;

use known::Known;

/// Hides secrets. The usual one knows none by their values.
#[derive(Debug, Default)]
pub struct Masker {
    known: Known,
}

impl Masker {
    /// Hides these values wherever they stand, and whatever stands behind a secret's name. Values of
    /// less than [`SHORTEST`] characters are hidden behind names alone.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        Self { known: Known::new(secrets) }
    }

    /// A field's value, and whether something in it was hidden. The scheme of an authorization and
    /// the names of cookies stay.
    pub fn field<'v>(&self, name: &str, value: &'v str) -> (Cow<'v, str>, bool) {
        let mut spans = match name.to_ascii_lowercase().as_str() {
            "cookie" => cookie::all(value),
            "set-cookie" => cookie::first(value),
            lower if names::is_secret(lower.as_bytes()) => {
                let start = places::after_scheme(value.as_bytes(), 0);
                std::iter::once(start..value.len()).collect()
            }
            _ => places::find(value),
        };
        self.known.find(value, &mut spans);
        let shown = replaced(value, spans);
        let hidden = matches!(shown, Cow::Owned(_));
        (shown, hidden)
    }

    /// A URL, with or without its host.
    pub fn url<'u>(&self, url: &'u str) -> Cow<'u, str> {
        self.text(url)
    }

    /// A body, whole or cut: JSON, a form, XML or any other text.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut spans = places::find(text);
        self.known.find(text, &mut spans);
        replaced(text, spans)
    }

    /// Bytes that are no text: what is known is blotted out where it stands, and all stay in their
    /// places.
    pub fn bytes<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let mut spans = Vec::new();
        self.known.find_in(bytes, &mut spans);
        if spans.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut shown = bytes.to_vec();
        for span in spans {
            shown.get_mut(span).unwrap_or_default().fill(b'*');
        }
        Cow::Owned(shown)
    }
}

/// In characters: shorter values are words that stand anywhere, or would be shown by half.
pub const SHORTEST: usize = 8;

/// How many characters at the end stay, to tell one secret from another.
const SHOWN: usize = 4;

const DOTS: &str = "••••";

/// The text with dots in place of some stretches.
fn replaced(text: &str, mut spans: Vec<Range<usize>>) -> Cow<'_, str> {
    spans.retain(|span| !span.is_empty());
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable_by_key(|span| span.start);
    // Of two that overlap neither may be told by what stays of the other.
    spans.dedup_by(|next, last| {
        let overlaps = next.start < last.end;
        last.end = if overlaps { last.end.max(next.end) } else { last.end };
        overlaps
    });
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        let is_boundary = |place: &usize| text.is_char_boundary(*place);
        let start = (at..=span.start).rfind(is_boundary).unwrap_or(at);
        let end = (span.end..text.len()).find(is_boundary).unwrap_or(text.len());
        shown.push_str(text.get(at..start).unwrap_or_default());
        shown.push_str(DOTS);
        shown.push_str(text.get(start..end).map_or("", tail));
        at = end;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(shown)
}

/// What stays of a secret. Nothing of one whose end is written in escapes.
fn tail(secret: &str) -> &str {
    let start = secret.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
    let tail = secret.get(start..).unwrap_or_default();
    let is_long = secret.chars().nth(SHORTEST - 1).is_some();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | '+' | '/');
    if is_long && tail.chars().all(is_plain) { tail } else { "" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(name: &str, value: &str) -> String {
        Masker::new([]).field(name, value).0.into_owned()
    }

    #[test]
    fn a_secret_field_keeps_its_scheme_and_four_characters() {
        assert_eq!(field("Authorization", "Bearer 0123456789abcd3f9a"), "Bearer ••••3f9a");
        assert_eq!(field("authorization", "Basic dTpwYXNzd29yZA=="), "Basic ••••ZA==");
        assert_eq!(field("X-Authorization", "0123456789"), "••••6789");
        assert_eq!(field("Authorization", "Bearer short"), "Bearer ••••");
        assert_eq!(field("X-Device-Token", "1234567"), "••••");
        assert_eq!(field("X-API-Key", "12345678"), "••••5678");
        assert_eq!(field("X-Signed-Url", "https://a.ru/?s=1234567890"), "••••7890");
        assert_eq!(field("authorization", "Basic parole%3D%3D"), "Basic ••••");
    }

    #[test]
    fn cookies_keep_their_names() {
        assert_eq!(field("Cookie", "sid=0123456789; lang=ru"), "sid=••••6789; lang=••••");
        assert_eq!(
            field("Set-Cookie", "sid=0123456789; Path=/; HttpOnly"),
            "sid=••••6789; Path=/; HttpOnly"
        );
    }

    #[test]
    fn other_fields_are_looked_through() {
        assert_eq!(
            Masker::new([]).field("X-Signature", "abcdefgh"),
            (Cow::Borrowed("abcdefgh"), false)
        );
        let location = "https://a.ru/?access_token=0123456789&x=1";
        assert_eq!(field("Location", location), "https://a.ru/?access_token=••••6789&x=1");
        let masker = Masker::new(["hunter2hunter2"]);
        assert_eq!(masker.field("X-A", "<hunter2hunter2>"), ("<••••ter2>".into(), true));
    }

    #[test]
    fn overlapping_secrets_do_not_tell_each_other() {
        let masker = Masker::new(["abcdefgh", "efghXXXX"]);
        assert_eq!(masker.text("-abcdefghXXXX-"), "-••••XXXX-");
    }

    #[test]
    fn bytes_keep_their_places() {
        let masker = Masker::new(["hunter2hunter2"]);
        assert_eq!(*masker.bytes(b"\xff\0hunter2hunter2\xfe"), *b"\xff\0**************\xfe");
        assert!(matches!(masker.bytes(b"\xff\0"), Cow::Borrowed(_)));
    }

    fn secrets() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[a-cж/=\" %]{8,12}", 1..4)
    }

    proptest! {
        #[test]
        fn no_known_secret_is_left(
            secrets in secrets(),
            parts in prop::collection::vec(("[a-cж%&=\":{}\\\\ ]{0,12}", any::<prop::sample::Index>(), 0..3), 0..6),
        ) {
            let masker = Masker::new(secrets.iter().map(String::as_str));
            let text: String = parts.iter().map(|(text, index, form)| {
                let secret = index.get(&secrets);
                match form {
                    0 => format!("{text}{secret}"),
                    1 => format!("{text}{}", percent(secret)),
                    _ => format!("{text}{}", serde_json::to_string(secret).unwrap()),
                }
            }).collect();
            for shown in [masker.text(&text), masker.field("a", &text).0] {
                for secret in &secrets {
                    prop_assert!(!shown.contains(secret), "{shown}");
                    prop_assert!(!shown.contains(&percent(secret)), "{shown}");
                }
            }
        }

        #[test]
        fn any_text_is_masked_without_a_panic(text in any::<String>(), name in "[a-z-]{0,12}") {
            let masker = Masker::new(["токен-токен", "token=token"]);
            masker.text(&text);
            masker.field(&name, &text);
        }

        #[test]
        fn signs_in_any_order_are_masked_without_a_panic(
            text in "(token|password|\"|\\\\|:|=|%3D|%22|\\{|\\}|\\[|\\]|,|<|>|/|://|@|ж| |\r\n|name|Bearer |1234567890){0,20}",
        ) {
            Masker::new([]).text(&text);
        }

        #[test]
        fn what_holds_no_secret_is_borrowed(text in "[a-zж0-9 {}\\[\\],/?&.\n]{0,80}") {
            prop_assert!(matches!(Masker::new(["zzzzzzzzzz"]).text(&text), Cow::Borrowed(_)));
        }
    }

    fn percent(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02x}")).collect()
    }
}
