//! `/api/state`: everything that was learned, as one document. It holds tokens.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::problem::Problem;
use super::routes::Operation;
use super::{Surface, upload};
use crate::admin::object::Object;
use crate::store::StoreError;
use crate::store::dump::{self, Saved};
use crate::text::{Text, text};

/// Bytes of a document that is loaded, and values in it: two bytes of a file can be a hundred in memory.
const MOST: usize = 64 << 20;
const MOST_VALUES: usize = 2_000_000;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/state", save, "All that was learned. It holds tokens.").gives::<Map<
            String,
            Value,
        >>(
            200,
            "A document of this version.",
        ),
        Operation::put("/api/state", load, "Takes the place of all that was learned.")
            .takes::<Map<String, Value>>()
            .gives_nothing("It is in force.")
            .fails(400, "It is of another version, or contradicts itself.")
            .fails(408, "It did not come to its end.")
            .fails(413, "It has more than 64 MiB, or more than 2,000,000 values.")
            .fails(422, "The body has another form.")
            .fails(503, "Another document is being taken."),
        Operation::delete("/api/state", reset, "Forgets all that was learned.")
            .gives_nothing("It is forgotten."),
    ]
}

async fn save(State(surface): State<Surface>) -> Result<Json<Saved>, Problem> {
    Ok(Json(surface.plane.store().write(dump::take).await?))
}

async fn load(State(surface): State<Surface>, request: Request) -> Result<StatusCode, Problem> {
    let (head, body) = request.into_parts();
    upload::expect_room(&body, MOST)?;
    upload::expect_json(&head.headers)?;
    let turn = surface.work.import()?;
    let document = upload::whole(body, MOST, upload::QUIET).await?;
    // What the other thread has not allocated it would give back late.
    let (saved, document) = turn.run(move || (read(&document), document)).await?;
    drop(document);
    let saved = saved?;
    surface.plane.load(Some(saved)).await.map_err(|error| match error {
        StoreError::Refused(text) => {
            Problem::bad(Text::verbatim(text), text!("Load a document that `state save` wrote."))
        }
        other => other.into(),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(document: &[u8]) -> Result<Saved, Problem> {
    if values(document) > MOST_VALUES {
        let detail = text!("That document has more than {MOST_VALUES} values.", MOST_VALUES);
        let hint = "Nothing of it was loaded; `state reset` before saving makes a smaller one.";
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many_values",
            detail,
            Text::fixed(hint),
        ));
    }
    let Json(Object(saved)) = Json::from_bytes(document)?;
    Ok(saved)
}

/// How many values a document of JSON has at most, found without reading it.
fn values(document: &[u8]) -> usize {
    let (mut count, mut is_text, mut is_escaped) = (1, false, false);
    for byte in document {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' | b'[' | b'{' if !is_text => count += 1,
            _ => {}
        }
    }
    count
}

async fn reset(State(surface): State<Surface>) -> Result<StatusCode, Problem> {
    surface.plane.load(None).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_texts() {
        assert_eq!(values(br#"{"a": "[,\",{", "b": [1, 2]}"#), 5);
        assert!(values(br#"[{}, [], [[]], "x", 1]"#) >= 6);
        let many = format!("{{\"tables\": {{\"paper\": [{}0]}}}}", "0,".repeat(MOST_VALUES));
        let problem =
            axum::response::IntoResponse::into_response(read(many.as_bytes()).unwrap_err());
        assert_eq!(problem.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
