//! Products that the service knows by their bar code (evotor.md, section 3.13).

use serde_json::{Value, json};

use super::answer::Answer;
use crate::model::event::Event;

/// Bar code and name.
const KNOWN: &[(&str, &str)] = &[
    ("2000000000015", "Эспрессо"),
    ("2000000000022", "Капучино 0,3"),
    ("2000000000039", "Американо"),
    ("2000000000046", "Сироп"),
    ("2000000000053", "Латте 0,4"),
    ("2000000000060", "Раф 0,3"),
    ("2000000000077", "Чай чёрный"),
    ("2000000000084", "Какао"),
    (CIDER, "Сидр яблочный"),
];

const CIDER: &str = "2000000000091";
const EXCISE: &str = "0000000000000000001";

/// Answers for a query such as `scanCode=2000000000022`.
pub(super) fn find(query: &str) -> Result<Answer, Answer> {
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value)
    };
    let Some(code) = value("scanCode") else {
        return Err(Answer::missing(Event::Commodities, "scanCode"));
    };
    let known = KNOWN.iter().find(|(known, _)| *known == code);
    let (code, name) = known.ok_or_else(Answer::unknown)?;
    Ok(Answer::of(200, described(code, name)))
}

fn described(code: &str, name: &str) -> Value {
    match code {
        CIDER => json!({
            "name": name, "scanCodes": [code], "alcCodes": [EXCISE], "measure": "шт",
            "alcoholByVolume": 4.7, "alcoholProductKindCode": 500, "tareVolume": 0.33,
        }),
        _ => json!({"name": name, "scanCodes": [code], "alcCodes": [], "measure": "шт"}),
    }
}
