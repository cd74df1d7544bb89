//! What is in a package: rows with names of their own, by part.

use rusqlite::Connection;
use serde_json::value::RawValue;

use super::members::Members;
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
}

/// A package that can be processed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    rows: Vec<Named>,
}

#[derive(Debug, PartialEq, Eq)]
struct Named {
    part: &'static str,
    name: String,
    content: String,
}

/// Reads a package. `None` where it cannot be processed: a member that must hold rows is missing, or a
/// row has nothing that tells it from the others.
pub(super) fn read(kind: Kind, text: &str) -> Option<Contents> {
    let whole: Members<'_> = serde_json::from_str(text).ok()?;
    let mut contents = Contents::default();
    let mut any = false;
    for part in kind.parts() {
        let Some(rows) = whole.get(part).filter(|rows| rows.get() != "null") else { continue };
        let rows: Vec<&RawValue> = serde_json::from_str(rows.get()).ok()?;
        any = true;
        for row in rows {
            let name = name(part, row)?;
            contents.rows.push(Named { part, name, content: row.get().to_owned() });
        }
    }
    any.then_some(contents)
}

/// What tells a row of a part from the others.
fn name(part: &str, row: &RawValue) -> Option<String> {
    let row: Members<'_> = serde_json::from_str(row.get()).ok()?;
    match part {
        "stocks" => word(row.get("prtId")?),
        "preorders" => {
            let supplier = row.get("supInn").and_then(word).unwrap_or_default();
            Some(format!("{} {supplier}", word(row.get("nnt")?)?))
        }
        "headers" => word(row.get("orderId")?),
        "rows" => word(row.get("rowId")?),
        _ => word(row.get("statusId")?),
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
        for part in kind.parts() {
            asna::clear(tx, target, part)?;
        }
    }
    let Some(contents) = ripe.content.as_deref().and_then(|text| read(kind, text)) else {
        return Ok(());
    };
    for row in &contents.rows {
        asna::keep(tx, (target, row.part, &row.name), &row.content, ripe.ended)?;
    }
    Ok(())
}

/// What there is now, as the public client's types read it: stocks and price lists are lists of rows,
/// orders an object of three.
pub(super) fn write(
    tx: &Connection,
    target: &str,
    kind: Kind,
    (since, full): (i64, bool),
) -> Result<String, StoreError> {
    let list = |part: &str| -> Result<String, StoreError> {
        let rows = asna::rows(tx, (target, part), since)?;
        let rows: Vec<String> = rows.iter().map(|row| written(row, full)).collect();
        Ok(format!("[{}]", rows.join(",")))
    };
    if let [part] = kind.parts() {
        return list(part);
    }
    let parts = kind.parts().iter().map(|part| Ok(format!("\"{part}\":{}", list(part)?)));
    let parts: Result<Vec<String>, StoreError> = parts.collect();
    Ok(format!("{{{}}}", parts?.join(",")))
}

fn written(row: &str, full: bool) -> String {
    match serde_json::from_str::<Members<'_>>(row) {
        Ok(members) => members.written(full),
        Err(_) => row.to_owned(),
    }
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
        let pascal = r#"{"Date":"x","Stocks":[{"PrtId":"1","Qnt":2}]}"#;
        assert_eq!(names(Kind::Stocks, pascal).unwrap(), ["stocks:1"], ".NET's names have no case");
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
