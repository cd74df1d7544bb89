//! What of each product is in stock: `{"uuid": "1.23"}`.

use axum::Json;
use axum::extract;
use axum::response::Response;
use rusqlite::Connection;
use serde_json::{Number, Value, json};

use super::left_out::LeftOut;
use crate::cloud::State;
use crate::cloud::access::Caller;
use crate::cloud::intake::{At, Intake};
use crate::cloud::problem::{Problem, Violation};
use crate::cloud::rules::QUANTITY;
use crate::cloud::stream::{self, Form};
use crate::model::goods::Good;
use crate::store::StoreError;
use crate::store::goods::{self, Kind, Ready, Shelf};

pub(super) async fn list(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
) -> Result<Response, Problem> {
    let form = Form { around: *b"{}", write };
    stream::all(&state, caller.shelf(&store)?, &[Kind::Product], form).await
}

pub(super) async fn one(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At((store, product)): At<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let shelf = caller.shelf(&store)?;
    let id = product.clone();
    let kept = state.store.write(move |tx| goods::find(tx, &shelf, &id)).await?;
    let good = kept.map(|kept| kept.good).filter(|good| !good.group);
    let good = good.ok_or_else(|| Problem::missing("product", &product))?;
    Ok(Json(json!({ (good.id.as_str()): text(&good) })))
}

pub(super) async fn put(
    extract::State(state): extract::State<State>,
    caller: Caller,
    At(store): At<String>,
    intake: Intake,
) -> Result<LeftOut, Problem> {
    let shelf = caller.shelf(&store)?;
    let reading = caller.reading;
    let wanted = intake.read(move |body| read(reading.object("body", body.json()?))).await?;
    let now = state.clock.now_ms();
    Ok(state.store.write(move |tx| set(tx, &shelf, wanted, now)).await?)
}

/// Gives the products that are not there.
fn set(
    tx: &Connection,
    shelf: &Shelf,
    wanted: Vec<(String, Number)>,
    now_ms: i64,
) -> Result<LeftOut, StoreError> {
    let mut unknown = LeftOut::default();
    for (id, quantity) in wanted {
        match goods::find(tx, shelf, &id)?.map(|kept| kept.good).filter(|good| !good.group) {
            Some(good) => {
                let good = Good { quantity: Some(quantity), ..good };
                goods::put(tx, shelf, &Ready::of(&good)?, now_ms)?;
            }
            None => unknown.note(Violation::new(id, "is no product of the store")),
        }
    }
    Ok(unknown)
}

fn read(body: Value) -> Result<Vec<(String, Number)>, Problem> {
    let Value::Object(wanted) = body else {
        return Err(Problem::bad("The body is not an object of products and quantities."));
    };
    let (mut read, mut wrong) = (Vec::new(), LeftOut::default());
    for (id, value) in wanted {
        match quantity(value) {
            Some(number) => read.push((id, number)),
            None => wrong.note(Violation::new(id, "must be a number, such as \"1.23\"")),
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(Problem::violated(wrong.into_first())) }
}

/// Written as text or as a number, with up to three digits after the point.
fn quantity(value: Value) -> Option<Number> {
    let number = match value {
        Value::Number(number) => number,
        Value::String(text) => {
            let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
            let digits = |text: &str, most| {
                (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
            };
            if !digits(whole.strip_prefix('-').unwrap_or(whole), 7) || !digits(part, 3) {
                return None;
            }
            text.parse::<i64>()
                .map(Number::from)
                .ok()
                .or_else(|| text.parse().ok().and_then(Number::from_f64))?
        }
        _ => return None,
    };
    number.as_f64().is_some_and(|n| QUANTITY.contains(&n)).then_some(number)
}

/// `12` or `1.23`: no more digits than it takes.
fn text(good: &Good) -> String {
    let exact = good.quantity.as_ref().and_then(Number::as_f64).unwrap_or(0.0);
    let text = format!("{exact:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn write(good: &Good, out: &mut Vec<u8>) -> serde_json::Result<()> {
    serde_json::to_writer(&mut *out, &good.id)?;
    out.push(b':');
    serde_json::to_writer(out, &text(good))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_from_text_and_numbers_and_written_short() {
        for (value, written) in [
            (json!("1.23"), "1.23"),
            (json!("-1.230"), "-1.23"),
            (json!("12"), "12"),
            (json!("0"), "0"),
            (json!("100"), "100"),
            (json!(7), "7"),
            (json!(0.5), "0.5"),
        ] {
            let good = Good { quantity: quantity(value.clone()), ..Good::default() };
            assert_eq!(text(&good), written, "{value}");
        }
        for odd in ["", "-", ".", "1.", ".5", "1,5", "1e3", "NaN", "inf", "1.2345", "12345678"] {
            assert_eq!(quantity(json!(odd)), None, "{odd}");
        }
        for odd in [json!(null), json!(true), json!([1]), json!({}), json!(1e300)] {
            assert_eq!(quantity(odd.clone()), None, "{odd}");
        }
    }
}
