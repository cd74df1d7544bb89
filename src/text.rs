//! What is said to people: a sentence with gaps and what stands in them, so that each reader gets it in
//! a language of their own.
//!
//! A [`Text`] keeps its English template, which is also its code in the catalogues of other languages,
//! and its values. It becomes words where it leaves the gateway: [`Text::in_language`], or serde within
//! [`Language::scope`]. Stores keep template and values, see [`kept`].

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod catalog;
mod language;

pub use language::Language;

/// A sentence for people, or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    template: Cow<'static, str>,
    /// Boxed as a slice: errors are handed up with two texts in them.
    values: Box<[(Cow<'static, str>, Value)]>,
}

/// What may stand in a gap and has words in every language: a text, or a fixed word of a table.
pub trait Words {
    /// As a text.
    fn text(self) -> Text;
}

impl Words for Text {
    fn text(self) -> Text {
        self
    }
}

impl Words for &'static str {
    fn text(self) -> Text {
        Text::fixed(self)
    }
}

/// What stands in a gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Data: the same in every language.
    Data(String),
    /// A text of its own.
    Text(Kept),
}

/// A text within another, which stores have as `{template, values}` even where it has no values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept(pub Text);

/// A [`Text`] of an English template and what stands in its `{gaps}`: `text!("No app has the id {id}", id)`.
///
/// `name = value` gives data by another name, `name => text` another text.
macro_rules! text {
    (@value $name:ident) => { $crate::text::Value::Data($name.to_string()) };
    (@value $name:ident = $value:expr) => { $crate::text::Value::Data($value.to_string()) };
    (@value $name:ident => $text:expr) => {
        $crate::text::Value::Text($crate::text::Kept($crate::text::Words::text($text)))
    };
    ($template:literal) => { $crate::text::Text::fixed($template) };
    ($template:literal, $($name:ident $(= $value:expr)? $(=> $text:expr)?),+ $(,)?) => {{
        // The compiler holds that gaps and names are the same.
        let _ = || drop(format!($template, $($name = ""),+));
        $crate::text::Text::of(
            $template,
            vec![$((stringify!($name).into(), $crate::text::text!(@value $name $(= $value)? $(=> $text)?))),+],
        )
    }};
}
pub(crate) use text;

impl Text {
    /// Of a template and its values. [`text!`] is the way to write one.
    pub fn of(template: &'static str, values: Vec<(Cow<'static, str>, Value)>) -> Self {
        Self { template: template.into(), values: values.into() }
    }

    /// One without gaps, of a table. [`text!`] is the way to write one elsewhere.
    pub fn fixed(template: &'static str) -> Self {
        Self { template: template.into(), values: Box::default() }
    }

    /// What has no template: said elsewhere, or by a person, the same in every language.
    pub fn verbatim(text: impl Into<String>) -> Self {
        Self::of(VERBATIM, vec![("text".into(), Value::Data(text.into()))])
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.template.is_empty()
    }

    /// Whether anything stands in gaps.
    pub fn has_values(&self) -> bool {
        !self.values.is_empty()
    }

    /// Its code: the sentence in English with its gaps.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// In words.
    pub fn in_language(&self, language: Language) -> Cow<'_, str> {
        let template = catalog::template(&self.template, language).unwrap_or(&self.template);
        if self.values.is_empty() {
            return template.into();
        }
        let mut said = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once(['{', '}']) {
            said.push_str(before);
            let brace = &rest[before.len()..=before.len()];
            rest = match (after.strip_prefix(brace), after.split_once('}')) {
                (Some(after), _) => {
                    said.push_str(brace);
                    after
                }
                (None, Some((name, after))) => {
                    self.write_value(name, language, &mut said);
                    after
                }
                (None, None) => after,
            };
        }
        (said + rest).into()
    }

    fn write_value(&self, name: &str, language: Language, said: &mut String) {
        let Some((_, value)) = self.values.iter().find(|(of, _)| of == name) else { return };
        let (words, is_named) = match value {
            Value::Data(data) => (Cow::Borrowed(&**data), false),
            Value::Text(Kept(text)) => {
                (text.in_language(language), text.begins_with_a_name(language))
            }
        };
        match name {
            SENTENCE => write_sentence(&words, is_named, said),
            _ => said.push_str(&words),
        }
    }

    /// Whether its first word is data, such as `user.create`, which stays as it is written.
    fn begins_with_a_name(&self, language: Language) -> bool {
        let template = catalog::template(&self.template, language).unwrap_or(&self.template);
        let gap = template.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let value = gap.and_then(|(name, _)| self.values.iter().find(|(of, _)| of == name));
        match value {
            Some((_, Value::Data(_))) => template != VERBATIM,
            Some((_, Value::Text(Kept(text)))) => text.begins_with_a_name(language),
            None => false,
        }
    }

    /// Words as a sentence: a capital at the beginning, a full stop at the end.
    #[must_use]
    pub fn sentence(self) -> Self {
        match self.is_empty() {
            true => self,
            false => Self::of("{sentence}", vec![(SENTENCE.into(), Value::Text(Kept(self)))]),
        }
    }

    /// The same with its data changed, as a mask does.
    #[must_use]
    pub fn map(mut self, change: &dyn Fn(&str) -> String) -> Self {
        for (_, value) in &mut self.values {
            match value {
                Value::Data(data) => *data = change(data),
                Value::Text(Kept(text)) => *text = std::mem::take(text).map(change),
            }
        }
        self
    }

    /// This one, then another.
    #[must_use]
    pub fn and(self, then: impl Into<Self>) -> Self {
        let then = then.into();
        match (self.is_empty(), then.is_empty()) {
            (_, true) => self,
            (true, false) => then,
            (false, false) => text!("{first} {then}", first => self, then => then),
        }
    }
}

/// The gap whose words become a sentence.
const SENTENCE: &str = "sentence";

/// The template of what has none of its own.
const VERBATIM: &str = "{text}";

fn write_sentence(words: &str, is_named: bool, said: &mut String) {
    let mut letters = words.chars();
    match is_named {
        true => {}
        false => said.extend(letters.next().into_iter().flat_map(char::to_uppercase)),
    }
    said.push_str(letters.as_str());
    if !words.ends_with(['.', '?', '!', '*']) {
        said.push('.');
    }
}

/// In English.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.in_language(Language::English))
    }
}

impl std::error::Error for Text {}

/// In English.
impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.to_string()
    }
}

/// In the language of the [scope](Language::scope); English where there is none.
impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.in_language(Language::of_scope()))
    }
}

/// From either form: words, or template and values.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        kept::deserialize(deserializer)
    }
}

impl schemars::JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

/// The form in which stores have a text: the words themselves where nothing stands in gaps, which is
/// also what earlier versions wrote; else `{"template": …, "values": {…}}`.
pub mod kept {
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Kept, Text, Value};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Form<'a> {
        Words(Cow<'a, str>),
        Filled { template: Cow<'a, str>, values: BTreeMap<Cow<'a, str>, Cow<'a, Value>> },
    }

    /// For `#[serde(with)]` and `serialize_with` of what is kept.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
        match text.values.is_empty() {
            true => Form::Words(Cow::Borrowed(&*text.template)).serialize(serializer),
            false => filled(text).serialize(serializer),
        }
    }

    fn filled(text: &Text) -> Form<'_> {
        let values = text.values.iter();
        let values = values.map(|(name, value)| (Cow::Borrowed(&**name), Cow::Borrowed(value)));
        Form::Filled { template: Cow::Borrowed(&*text.template), values: values.collect() }
    }

    /// From either form.
    ///
    /// # Errors
    /// It has neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Words(words) => {
                Text { template: words.into_owned().into(), values: Box::default() }
            }
            Form::Filled { template, values } => Text {
                template: template.into_owned().into(),
                values: (values.into_iter())
                    .map(|(name, value)| (name.into_owned().into(), value.into_owned()))
                    .collect(),
            },
        })
    }

    /// For a column.
    pub fn write(text: &Text) -> String {
        if text.values.is_empty() {
            return text.template.clone().into_owned();
        }
        // A map of strings can always be written.
        serde_json::to_string(&Kept(text.clone())).unwrap_or_default()
    }

    /// Of a column.
    pub fn read(column: &str) -> Text {
        let filled =
            column.starts_with('{').then(|| serde_json::from_str::<Kept>(column).ok()).flatten();
        let words = || Text { template: column.to_owned().into(), values: Box::default() };
        filled.map_or_else(words, |kept| kept.0)
    }

    impl Serialize for Kept {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            filled(&self.0).serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Kept {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested() -> Text {
        let (name, inner) = ("{x}", text!("It is {status, body}."));
        text!("No app is {name}, {{sic}}. {inner}", name, inner => inner)
    }

    #[test]
    fn values_stand_in_the_gaps_and_are_not_read_again() {
        assert_eq!(nested().to_string(), "No app is {x}, {sic}. It is {status, body}.");
        assert_eq!(text!("").and(text!("b")).to_string(), "b");
        assert_eq!(text!("a").and(text!("b")).and(Text::default()).to_string(), "a b");
    }

    #[test]
    fn a_sentence_has_a_capital_unless_a_name_begins_it() {
        let event = "user.create";
        let said = |text: Text| text.sentence().to_string();
        assert_eq!(said(text!("{event} is off", event)), "user.create is off.");
        assert_eq!(said(text!("no app is called {event}", event)), "No app is called user.create.");
        assert_eq!(said(Text::verbatim("the disk is full")), "The disk is full.");
        assert_eq!(said(Text::default()), "");
    }

    #[test]
    fn what_is_kept_comes_back_and_earlier_words_are_read() {
        for text in [nested(), text!("plain"), Text::verbatim("{"), text!("a").and(text!("b"))] {
            let back = kept::read(&kept::write(&text));
            assert_eq!((back.template(), back.to_string()), (text.template(), text.to_string()));
        }
        assert_eq!(kept::read("{not json}").to_string(), "{not json}");
        assert_eq!(
            serde_json::to_string(&nested()).unwrap(),
            format!("{:?}", nested().to_string())
        );
    }

    #[test]
    fn a_mask_changes_data_alone() {
        let masked = nested().map(&|data| data.replace('x', "***"));
        assert_eq!(masked.to_string(), "No app is {***}, {sic}. It is {status, body}.");
    }
}
