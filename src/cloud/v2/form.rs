//! What the bodies of products and groups must look like: one table for each (evotor.md, section
//! 5.4; the vendor's Java SDK).

use serde_json::{Map, Value};

use crate::cloud::problem::Violation;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Text of up to so many letters; blank only where the least is 0.
    Text { least: usize, most: usize },
    /// A uuid in either case.
    Uuid,
    /// A word of capitals, digits and `_`.
    Word,
    /// A number from 0 with up to so many digits before the point and behind it.
    Amount { whole: i32, part: i32 },
    /// A number of either sign.
    Number,
    /// True or false.
    Flag,
    /// Texts that are not blank.
    Texts,
    /// Any object.
    Object,
    /// Any array.
    List,
    /// The cloud's own: sent back by those who read it, and not looked at.
    Own,
}

/// A field of a body.
#[derive(Debug, Clone, Copy)]
struct Field {
    name: &'static str,
    kind: Kind,
    need: Need,
}

/// Whether a whole body has to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Always,
    Strict,
    Never,
}

/// The fields of one kind of goods.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form(&'static [Field]);

/// A product's.
pub(super) const PRODUCT: Form = Form(&[
    field("id", Kind::Uuid, Need::Never),
    field("parent_id", Kind::Uuid, Need::Never),
    field("name", Kind::Text { least: 1, most: 128 }, Need::Always),
    field("type", Kind::Word, Need::Strict),
    field("code", Kind::Text { least: 0, most: 10 }, Need::Never),
    field("article_number", Kind::Text { least: 0, most: 20 }, Need::Never),
    field("barcodes", Kind::Texts, Need::Never),
    field("price", MONEY, Need::Strict),
    field("cost_price", Kind::Amount { whole: 7, part: 3 }, Need::Never),
    field("quantity", Kind::Number, Need::Never),
    field("measure_name", Kind::Text { least: 1, most: 100 }, Need::Strict),
    field("tax", Kind::Word, Need::Strict),
    field("allow_to_sell", Kind::Flag, Need::Strict),
    field("description", Kind::Text { least: 0, most: 10_000 }, Need::Never),
    field("is_excisable", Kind::Flag, Need::Never),
    field("is_age_limited", Kind::Flag, Need::Never),
    field("attributes_choices", Kind::Object, Need::Never),
    field("alcocodes", Kind::Texts, Need::Never),
    field("alcohol_by_volume", Kind::Amount { whole: 2, part: 3 }, Need::Never),
    field("alcohol_product_kind_code", Kind::Amount { whole: 3, part: 0 }, Need::Never),
    field("tare_volume", Kind::Amount { whole: 3, part: 3 }, Need::Never),
    field("images", Kind::Own, Need::Never),
    field("store_id", Kind::Own, Need::Never),
    field("user_id", Kind::Own, Need::Never),
    field("created_at", Kind::Own, Need::Never),
    field("updated_at", Kind::Own, Need::Never),
]);

/// A group's.
pub(super) const GROUP: Form = Form(&[
    field("id", Kind::Uuid, Need::Never),
    field("parent_id", Kind::Uuid, Need::Never),
    field("name", Kind::Text { least: 1, most: 128 }, Need::Always),
    field("barcodes", Kind::Texts, Need::Never),
    field("attributes", Kind::List, Need::Never),
    field("store_id", Kind::Own, Need::Never),
    field("user_id", Kind::Own, Need::Never),
    field("created_at", Kind::Own, Need::Never),
    field("updated_at", Kind::Own, Need::Never),
]);

/// How much of an object a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it: what is needed must be there.
    Whole,
    /// Only what is to change; `null` takes a field away.
    Changes,
}

impl Form {
    /// What is wrong with a body, each field once. A field that is not known is wrong in a strict
    /// reading only.
    pub(super) fn violations(
        self,
        body: &Map<String, Value>,
        extent: Extent,
        strict: bool,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        for field in self.0 {
            let reason = match body.get(field.name) {
                None if extent == Extent::Whole && field.is_needed(strict) => "missing",
                Some(Value::Null) if field.is_needed(strict) => "incorrect",
                None | Some(Value::Null) => continue,
                Some(value) if field.kind.holds(value) => continue,
                Some(_) => "incorrect",
            };
            found.push(Violation::new(reason, field.name));
        }
        if strict {
            let unknown = body.keys().filter(|name| !self.knows(name));
            found.extend(unknown.map(|name| Violation::new("unexpected", name)));
        }
        found
    }

    /// Leaves what is kept of a body: the fields that are known, without the cloud's own and without
    /// those that are `null`.
    pub(super) fn keep(self, body: &mut Map<String, Value>) {
        body.retain(|name, value| {
            let field = self.0.iter().find(|field| field.name == name);
            field.is_some_and(|field| !matches!(field.kind, Kind::Own)) && !value.is_null()
        });
    }

    /// Applies changes: a field takes the new value, `null` takes it away.
    pub(super) fn change(self, body: &mut Map<String, Value>, changes: Map<String, Value>) {
        for (name, value) in changes {
            if name != "id" && self.knows(&name) {
                body.insert(name, value);
            }
        }
        self.keep(body);
    }

    fn knows(self, name: &str) -> bool {
        self.0.iter().any(|field| field.name == name)
    }
}

impl Field {
    fn is_needed(&self, strict: bool) -> bool {
        self.need == Need::Always || (strict && self.need == Need::Strict)
    }
}

impl Kind {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text { least, most } => value.as_str().is_some_and(|text| {
                text.trim().len() >= least && text.chars().nth(most).is_none()
            }),
            Self::Uuid => value.as_str().is_some_and(is_uuid),
            Self::Word => value.as_str().is_some_and(is_word),
            Self::Amount { whole, part } => value.as_f64().is_some_and(|number| {
                let scaled = number * 10_f64.powi(part);
                let is_exact = (scaled - scaled.round()).abs() < 1e-4;
                number >= 0.0 && number < 10_f64.powi(whole) && is_exact
            }),
            Self::Number => value.as_f64().is_some_and(|number| number.abs() < 1e7),
            Self::Flag => value.is_boolean(),
            Self::Texts => value.as_array().is_some_and(|texts| {
                texts.iter().all(|text| text.as_str().is_some_and(|text| !text.trim().is_empty()))
            }),
            Self::Object => value.is_object(),
            Self::List => value.is_array(),
            Self::Own => true,
        }
    }
}

/// Whether a text has the form of the ids of goods. The variants are not looked at: live ones of
/// other resources break the rules, and so may these (evotor.md, section 4).
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn is_word(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    !text.is_empty() && text.len() <= 40 && text.bytes().all(fits)
}

const MONEY: Kind = Kind::Amount { whole: 7, part: 2 };

const fn field(name: &'static str, kind: Kind, need: Need) -> Field {
    Field { name, kind, need }
}
