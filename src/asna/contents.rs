//! What is in a package: rows with names of their own, by part.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::store::StoreError;
use crate::store::asna::{self, Ripe, Scope};

/// A kind of package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A pharmacy's stocks.
    Stocks,
    /// A legal entity's price list.
    Preorders,
    /// Changes of orders.
    Orders,
}

impl Kind {
    /// The name, which is the schema's as well.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stocks => "stocks",
            Self::Preorders => "preorders",
            Self::Orders => "orders",
        }
    }

    /// The members that hold rows.
    pub(super) fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Stocks => &["stocks"],
            Self::Preorders => &["preorders"],
            Self::Orders => &["headers", "rows", "statuses"],
        }
    }

    /// The part that holds the date of the last package.
    pub(super) fn dated(self) -> Option<&'static str> {
        match self {
            Self::Stocks => Some("stocks_date"),
            Self::Preorders => Some("preorders_date"),
            Self::Orders => None,
        }
    }
}

/// A package that can be processed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// As JSON.
    date: Option<String>,
    rows: Vec<Named>,
}

#[derive(Debug, PartialEq, Eq)]
struct Named {
    part: &'static str,
    name: String,
    content: String,
}

/// The members that packages may have, one kind's or another's.
#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow, default)]
    date: Option<&'a RawValue>,
    #[serde(borrow, default)]
    stocks: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    preorders: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    headers: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    rows: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    statuses: Option<Vec<&'a RawValue>>,
}

/// The members that tell one row from another.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys<'a> {
    #[serde(borrow, default)]
    prt_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    nnt: Option<&'a RawValue>,
    #[serde(borrow, default)]
    sup_inn: Option<&'a RawValue>,
    #[serde(borrow, default)]
    order_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    row_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_id: Option<&'a RawValue>,
}

/// Reads a package. `None` where it cannot be processed: a member that must hold rows is missing, or a
/// row has nothing that tells it from the others.
pub(super) fn read(kind: Kind, text: &str) -> Option<Contents> {
    let whole: Whole<'_> = serde_json::from_str(text).ok()?;
    let mut contents =
        Contents { date: whole.date.map(|date| date.get().to_owned()), rows: vec![] };
    let mut any = false;
    for part in kind.parts() {
        let Some(rows) = whole.part(part) else { continue };
        any = true;
        for row in rows {
            let name = name(part, row)?;
            contents.rows.push(Named { part, name, content: row.get().to_owned() });
        }
    }
    any.then_some(contents)
}

impl<'a> Whole<'a> {
    fn part(&self, part: &str) -> Option<&[&'a RawValue]> {
        let rows = match part {
            "stocks" => &self.stocks,
            "preorders" => &self.preorders,
            "headers" => &self.headers,
            "rows" => &self.rows,
            "statuses" => &self.statuses,
            _ => return None,
        };
        rows.as_deref()
    }
}

fn name(part: &str, row: &RawValue) -> Option<String> {
    let keys: Keys<'_> = serde_json::from_str(row.get()).ok()?;
    match part {
        "stocks" => word(keys.prt_id?),
        "preorders" => {
            let supplier = keys.sup_inn.and_then(word).unwrap_or_default();
            Some(format!("{} {supplier}", word(keys.nnt?)?))
        }
        "headers" => word(keys.order_id?),
        "rows" => word(keys.row_id?),
        _ => word(keys.status_id?),
    }
}

/// The text of a string or a number.
fn word(value: &RawValue) -> Option<String> {
    let text = value.get();
    let word = match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok()?,
        b'-' | b'0'..=b'9' => text.to_owned(),
        _ => return None,
    };
    Some(word).filter(|word: &String| !word.is_empty())
}

/// Lets packages whose processing has ended take effect, and tells no one.
pub(super) fn settle(
    tx: &Connection,
    target: &str,
    kind: Kind,
    now_ms: i64,
) -> Result<(), StoreError> {
    for ripe in asna::ripe(tx, (target, kind.name()), now_ms)? {
        apply(tx, target, kind, &ripe)?;
    }
    Ok(())
}

fn apply(tx: &Connection, target: &str, kind: Kind, ripe: &Ripe) -> Result<(), StoreError> {
    if ripe.scope != Scope::Changes {
        for part in kind.parts().iter().copied().chain(kind.dated()) {
            asna::clear(tx, target, part)?;
        }
    }
    let Some(contents) = ripe.content.as_deref().and_then(|text| read(kind, text)) else {
        return Ok(());
    };
    if let (Some(part), Some(date)) = (kind.dated(), &contents.date) {
        asna::keep(tx, (target, part, ""), date, ripe.ended)?;
    }
    for row in &contents.rows {
        asna::keep(tx, (target, row.part, &row.name), &row.content, ripe.ended)?;
    }
    Ok(())
}

/// The package that would give what there is now.
pub(super) fn write(
    tx: &Connection,
    target: &str,
    kind: Kind,
    since: i64,
) -> Result<String, StoreError> {
    let mut members = Vec::new();
    if let Some(part) = kind.dated() {
        let date = asna::rows(tx, (target, part), i64::MIN)?;
        members.extend(date.first().map(|date| format!("\"date\":{date}")));
    }
    for part in kind.parts() {
        let rows = asna::rows(tx, (target, part), since)?;
        members.push(format!("\"{part}\":[{}]", rows.join(",")));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(kind: Kind, text: &str) -> Option<Vec<String>> {
        let rows = read(kind, text)?.rows;
        Some(rows.into_iter().map(|row| format!("{}:{}", row.part, row.name)).collect())
    }

    #[test]
    fn rows_are_told_apart_by_what_names_them() {
        let stocks = r#"{"date":"x","stocks":[{"prtId":"1","qnt":2},{"prtId":7}],"own":1}"#;
        assert_eq!(names(Kind::Stocks, stocks).unwrap(), ["stocks:1", "stocks:7"]);
        let preorders = r#"{"preorders":[{"nnt":5,"supInn":"77"},{"nnt":5,"supInn":null}]}"#;
        assert_eq!(names(Kind::Preorders, preorders).unwrap(), ["preorders:5 77", "preorders:5 "]);
        let orders = r#"{"rows":[{"rowId":"a"}],"statuses":[{"statusId":"b","orderId":"c"}]}"#;
        assert_eq!(names(Kind::Orders, orders).unwrap(), ["rows:a", "statuses:b"]);
    }

    #[test]
    fn what_cannot_be_told_apart_is_not_processed() {
        for text in [
            "{}",
            "[]",
            r#"{"stocks":{}}"#,
            r#"{"stocks":[1]}"#,
            r#"{"stocks":[{}]}"#,
            r#"{"stocks":[{"prtId":null}]}"#,
            r#"{"stocks":[{"prtId":""}]}"#,
            r#"{"stocks":[{"prtId":["1"]}]}"#,
            r#"{"preorders":[{"nnt":1}]}"#,
        ] {
            assert_eq!(names(Kind::Stocks, text), None, "{text}");
        }
    }
}
