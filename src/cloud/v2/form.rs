//! What the bodies of products and groups must look like: one table for each (evotor.md, section
//! 5.4; the vendor's Java SDK).

use serde_json::{Map, Value};

use crate::cloud::problem::Violation;
use crate::cloud::reader::is_uuid;
use crate::cloud::reading::Reading;
use crate::cloud::rules;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Text of up to so many letters; blank only where the least is 0.
    Text { least: usize, most: usize },
    /// A uuid in either case.
    Uuid,
    /// A word of a list.
    Word(fn(&str) -> bool),
    /// A number from 0 with up to so many digits before the point and behind it.
    Amount { whole: i32, part: i32 },
    /// A number of either sign.
    Number,
    /// A telephone number with the country's, as a number.
    Phone,
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
    field("type", Kind::Word(rules::is_kind), Need::Strict),
    field("code", Kind::Text { least: 0, most: 10 }, Need::Never),
    field("article_number", Kind::Text { least: 0, most: 20 }, Need::Never),
    field("barcodes", Kind::Texts, Need::Never),
    field("price", MONEY, Need::Strict),
    field("cost_price", Kind::Amount { whole: 7, part: 3 }, Need::Never),
    field("quantity", Kind::Number, Need::Never),
    field("measure_name", Kind::Text { least: 1, most: 100 }, Need::Strict),
    field("tax", Kind::Word(rules::is_tax), Need::Strict),
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

/// An employee's.
pub(super) const EMPLOYEE: Form = Form(&[
    field("name", Kind::Text { least: 1, most: 100 }, Need::Always),
    field("last_name", Kind::Text { least: 0, most: 100 }, Need::Never),
    field("patronymic_name", Kind::Text { least: 0, most: 100 }, Need::Never),
    field("phone", Kind::Phone, Need::Strict),
    field("role_id", Kind::Text { least: 1, most: 100 }, Need::Strict),
    field("role", Kind::Text { least: 1, most: 100 }, Need::Never),
    field("stores", Kind::Texts, Need::Always),
    field("id", Kind::Own, Need::Never),
    field("code", Kind::Own, Need::Never),
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
    /// Coerces what a loose reading takes: numbers written as text, text written as numbers, `[]` in
    /// place of an empty object. `place` goes before the names of fields in what is noted.
    pub(super) fn coerce(self, body: &mut Map<String, Value>, place: &str, reading: &Reading) {
        if reading.is_strict() {
            return;
        }
        for field in self.0 {
            if let Some(value) = body.get_mut(field.name) {
                let subject = format!("{place}{}", field.name);
                *value = field.kind.coerced(&subject, std::mem::take(value), reading);
            }
        }
    }

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
                None if extent == Extent::Whole && field.is_needed(strict) => "is required".into(),
                Some(Value::Null) if field.is_needed(strict) => "is required".into(),
                None | Some(Value::Null) => continue,
                Some(value) if field.kind.holds(value) => continue,
                Some(_) => field.kind.rule(),
            };
            found.push(Violation::new(field.name, reason));
        }
        if strict {
            let unknown = body.keys().filter(|name| !self.knows(name));
            found.extend(unknown.map(|name| Violation::new(name.as_str(), "is not known")));
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

    /// Whether it has a field of this name.
    pub(super) fn knows(self, name: &str) -> bool {
        self.0.iter().any(|field| field.name == name)
    }
}

impl Field {
    fn is_needed(&self, strict: bool) -> bool {
        self.need == Need::Always || (strict && self.need == Need::Strict)
    }
}

impl Kind {
    fn coerced(self, subject: &str, value: Value, reading: &Reading) -> Value {
        match self {
            Self::Text { .. } => reading.text(subject, value),
            Self::Amount { .. } | Self::Number | Self::Phone => reading.number(subject, value),
            Self::Flag => reading.flag(subject, value),
            Self::Texts => reading.texts(subject, value),
            Self::Object => reading.object(subject, value),
            Self::Uuid | Self::Word(_) | Self::List | Self::Own => value,
        }
    }

    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Text { least, most } => value
                .as_str()
                .is_some_and(|text| text.trim().len() >= least && text.chars().nth(most).is_none()),
            Self::Uuid => value.as_str().is_some_and(is_uuid),
            Self::Word(known) => value.as_str().is_some_and(known),
            Self::Amount { whole, part } => value.as_f64().is_some_and(|number| {
                let scaled = number * 10_f64.powi(part);
                let is_exact = (scaled - scaled.round()).abs() < 1e-4;
                number >= 0.0 && number < 10_f64.powi(whole) && is_exact
            }),
            Self::Number => value.as_f64().is_some_and(|number| number.abs() < 1e7),
            Self::Phone => value
                .as_u64()
                .is_some_and(|number| (10_u64.pow(9)..10_u64.pow(15)).contains(&number)),
            Self::Flag => value.is_boolean(),
            Self::Texts => value.as_array().is_some_and(|texts| {
                texts.iter().all(|text| text.as_str().is_some_and(|text| !text.trim().is_empty()))
            }),
            Self::Object => value.is_object(),
            Self::List => value.is_array(),
            Self::Own => true,
        }
    }

    /// What it must be.
    fn rule(self) -> String {
        match self {
            Self::Text { least, most } => format!("must be text of {least} to {most} characters"),
            Self::Uuid => "must be a uuid".into(),
            Self::Word(_) => "is not one of the known values".into(),
            Self::Amount { whole, part } => {
                format!(
                    "must be a number from 0 with up to {whole} digits, {part} behind the point"
                )
            }
            Self::Number => "must be a number of up to 7 digits".into(),
            Self::Phone => "must be a number of 10 to 15 digits".into(),
            Self::Flag => "must be true or false".into(),
            Self::Texts => "must be an array of texts".into(),
            Self::Object => "must be an object".into(),
            Self::List => "must be an array".into(),
            Self::Own => String::new(),
        }
    }
}

const MONEY: Kind = Kind::Amount { whole: 7, part: 2 };

const fn field(name: &'static str, kind: Kind, need: Need) -> Field {
    Field { name, kind, need }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(form: Form, body: &Value, extent: Extent, strict: bool) -> Vec<String> {
        let found = form.violations(body.as_object().unwrap(), extent, strict);
        assert!(found.iter().all(|found| !found.reason.is_empty()));
        found.into_iter().map(|found| found.subject).collect()
    }

    fn with(name: &str, value: Value) -> Value {
        let mut body = json!({
            "id": "01ba18b6-8707-4f47-bd9c-4db058054cb3", "name": "Сидр", "type": "NORMAL",
            "price": 123.12, "measure_name": "шт", "tax": "VAT_20", "allow_to_sell": true,
        });
        body[name] = value;
        body
    }

    #[test]
    fn a_field_of_the_wrong_kind_is_named() {
        for (name, value) in [
            ("id", json!("1")),
            ("id", json!("01ba18b687074f47bd9c4db058054cb3")),
            ("parent_id", json!(7)),
            ("name", json!("")),
            ("name", json!("  ")),
            ("name", json!("я".repeat(129))),
            ("name", Value::Null),
            ("type", json!("normal")),
            ("code", json!("12345678901")),
            ("price", json!("1.00")),
            ("price", json!(-0.01)),
            ("price", json!(10_000_000)),
            ("price", json!(1.001)),
            ("quantity", json!("12")),
            ("allow_to_sell", json!("true")),
            ("barcodes", json!("2000000000060")),
            ("barcodes", json!([2_000_000_000_060_u64])),
            ("attributes_choices", json!([])),
            ("alcohol_by_volume", json!(100)),
        ] {
            let found = wrong(PRODUCT, &with(name, value.clone()), Extent::Whole, false);
            assert_eq!(found, [name], "{value}");
        }
    }

    #[test]
    fn what_is_right_is_let_through() {
        for (name, value) in [
            ("price", json!(9_999_999.99)),
            ("price", json!(0)),
            ("cost_price", json!(100.123)),
            ("quantity", json!(-3.125)),
            ("parent_id", Value::Null),
            ("name", json!("я".repeat(128))),
            ("created_at", json!("whatever it was")),
            ("id", json!("01BA18B6-8707-5F47-3D9C-4DB058054CB3")),
        ] {
            let found = wrong(PRODUCT, &with(name, value.clone()), Extent::Whole, true);
            assert!(found.is_empty(), "{name} {value}: {found:?}");
        }
    }

    #[test]
    fn what_is_needed_depends_on_the_reading() {
        let missing = |strict| wrong(PRODUCT, &json!({}), Extent::Whole, strict).len();
        assert_eq!((missing(false), missing(true)), (1, 6));
        assert!(wrong(PRODUCT, &json!({}), Extent::Changes, true).is_empty());
        assert_eq!(wrong(PRODUCT, &with("colour", json!(1)), Extent::Whole, true), ["colour"]);
        assert!(wrong(PRODUCT, &with("colour", json!(1)), Extent::Whole, false).is_empty());
    }

    #[test]
    fn a_change_sets_and_takes_away() {
        let mut body = with("description", json!("old")).as_object().unwrap().clone();
        let changes = json!({"description": null, "price": 5, "id": "other", "user_id": "x"});
        PRODUCT.change(&mut body, changes.as_object().unwrap().clone());
        let mut expected = with("price", json!(5));
        assert_eq!(Value::Object(body.clone()), expected);
        PRODUCT.change(&mut body, json!({"code": "7"}).as_object().unwrap().clone());
        expected["code"] = json!("7");
        assert_eq!(Value::Object(body), expected);
    }
}
