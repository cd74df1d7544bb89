//! The header fields, except `Authorization`.

use crate::model::event::Event;

use super::place;
use super::seeded::Seeded;
use super::{DocumentShape, Lacking, Scene};

/// Documents have what live captures show, the others what the vendor's specification says
/// (evotor.md, sections 3.9 and 3.1). A GET has no `Content-Type`.
pub(super) fn fields(
    event: Event,
    scene: &Scene<'_>,
) -> Result<Vec<(&'static str, String)>, Lacking> {
    if event == Event::Documents && scene.shapes.documents == DocumentShape::V2 {
        return captured(scene);
    }
    let mut fields = vec![("Accept", JSON.to_owned())];
    if event.method() != "GET" {
        fields.push(("Content-Type", JSON.to_owned()));
    }
    fields.push(("Accept-Charset", "UTF-8".to_owned()));
    Ok(fields)
}

fn captured(scene: &Scene<'_>) -> Result<Vec<(&'static str, String)>, Lacking> {
    let mut trace = Seeded::part(scene.seed, "trace");
    let (id, span) = (trace.hex(), trace.hex());
    Ok(vec![
        ("Accept", "application/json, application/*+json".to_owned()),
        ("Content-Type", "application/json".to_owned()),
        ("X-Evotor-User-Id", place::user(scene)?.id.clone()),
        ("X-B3-Traceid", id.clone()),
        ("X-B3-Spanid", span),
        ("X-B3-Parentspanid", id),
        ("X-B3-Sampled", "0".to_owned()),
        ("User-Agent", "Java/1.8.0_151".to_owned()),
    ])
}

const JSON: &str = "application/json;charset=UTF-8";
