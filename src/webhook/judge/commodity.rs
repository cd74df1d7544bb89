//! The answer to commodities: a product known by its bar code.

use serde_json::Value;

use super::finding::Sheet;
use super::rule::Rule;
use super::{Answer, body, hint};

use crate::text::text;

const TEXTS: [&str; 2] = ["name", "measure"];
const NUMBERS: [&str; 3] = ["alcoholByVolume", "alcoholProductKindCode", "tareVolume"];
const LISTS: [&str; 2] = ["alcCodes", "scanCodes"];
const ALC_CODE_DIGITS: usize = 19;

/// Checks the answer. An absent field and null are the same.
pub(super) fn check(answer: &Answer<'_>, sheet: &mut Sheet) {
    let Some(object) = body::object(answer, sheet) else { return };
    let known = |name: &'static str| Some((name, object.get(name).filter(|v| !v.is_null())?));
    if known("name").is_none_or(|(_, name)| name == "") {
        let text = text!("Answer `name`, or 404 for an unknown code.")
            .and(hint::elsewhere(&object, "name"));
        sheet.body(Rule::CommodityName, "", text);
    }
    for (name, value) in TEXTS.into_iter().filter_map(known) {
        if !value.is_string() {
            wrong_type(&format!("/{name}"), value, "a string", sheet);
        }
    }
    for (name, value) in NUMBERS.into_iter().filter_map(known) {
        number(name, value, sheet);
    }
    for (name, value) in LISTS.into_iter().filter_map(known) {
        codes(name, value, sheet);
    }
}

fn number(name: &str, value: &Value, sheet: &mut Sheet) {
    let pointer = format!("/{name}");
    match value {
        Value::Number(_) => {}
        Value::String(text) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            let text = text!("`{name}` is a number in quotes; leave them out.", name);
            sheet.body(Rule::CommodityNumber, pointer, text);
        }
        _ => wrong_type(&pointer, value, "a number", sheet),
    }
}

fn codes(name: &str, value: &Value, sheet: &mut Sheet) {
    let Value::Array(codes) = value else {
        return wrong_type(&format!("/{name}"), value, "an array of strings", sheet);
    };
    for (at, code) in codes.iter().enumerate() {
        let pointer = format!("/{name}/{at}");
        let Value::String(code) = code else {
            wrong_type(&pointer, code, "a string", sheet);
            continue;
        };
        let digits = code.len() == ALC_CODE_DIGITS && code.bytes().all(|b| b.is_ascii_digit());
        if name == "alcCodes" && !digits {
            let text = text!(
                "`{code}` is not {ALC_CODE_DIGITS} digits.",
                code = hint::shown(code),
                ALC_CODE_DIGITS
            );
            sheet.body(Rule::CommodityAlcCode, pointer, text);
        }
    }
}

fn wrong_type(pointer: &str, value: &Value, wanted: &'static str, sheet: &mut Sheet) {
    let text = text!(
        "Here stands {value}; the cloud reads {wanted}.",
        value => hint::kind(value), wanted => wanted
    );
    sheet.body(Rule::CommodityType, pointer, text);
}
