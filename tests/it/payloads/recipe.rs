//! A document that is composed later is the document that would have been sent.

use evotor_gateway::model::event::Event;
use evotor_gateway::webhook::payload::{
    DocumentKind, DocumentShape, Origin, Outline, Recipe, Scene, Shapes, Till, compose,
};
use serde_json::Value;

use super::stage::Stage;

const KINDS: [DocumentKind; 4] = [
    DocumentKind::Sell,
    DocumentKind::Payback,
    DocumentKind::OpenSession,
    DocumentKind::CloseSession,
];

fn tills() -> [Option<Till>; 3] {
    let till = |base| Till {
        number: 7,
        session: "shift".to_owned(),
        shift: 3,
        revenue: 990,
        drawer: -10,
        base,
    };
    let base = Origin { id: "sale".to_owned(), number: 6, seed: u64::MAX };
    [None, Some(till(None)), Some(till(Some(base)))]
}

/// Every kind of document for some seeds at each till.
fn each(check: impl Fn(&Scene<'_>)) {
    let (shop, tills) = (Stage::coffee_shop(), tills());
    for (document, till) in KINDS.iter().flat_map(|kind| tills.iter().map(move |t| (*kind, t))) {
        for seed in (0..30).chain([u64::MAX]) {
            let shapes = Shapes { document, ..shop.shapes };
            check(&Scene { shapes, till: till.as_ref(), ..shop.scene(seed) });
        }
    }
}

fn composed(scene: &Scene<'_>, documents: DocumentShape) -> Value {
    let scene = Scene { shapes: Shapes { documents, ..scene.shapes }, ..*scene };
    compose(Event::Documents, &scene).unwrap().body.unwrap()
}

#[test]
fn a_recipe_that_was_written_and_read_gives_the_documents_of_its_scene() {
    each(|scene| {
        let text = serde_json::to_string(&Recipe::of(scene).unwrap()).unwrap();
        let recipe: Recipe = serde_json::from_str(&text).unwrap();
        let (second, first) = (DocumentShape::V2, DocumentShape::V1);
        assert_eq!(recipe.document(second).unwrap(), composed(scene, second));
        assert_eq!(recipe.document(first).unwrap(), composed(scene, first)[0]);
    });
}

#[test]
fn an_outline_says_what_the_document_says() {
    each(|scene| {
        let (outline, document) = (Outline::of(scene), composed(scene, DocumentShape::V2));
        assert_eq!(document["id"], *outline.id);
        assert_eq!(document["number"], outline.number);
        assert_eq!(document["body"]["base_document_id"].as_str(), outline.base.as_deref());
        let result = document["body"]["result_sum"].as_i64();
        assert!(result.is_none_or(|result| result == outline.result), "{document}");
        assert_eq!(document["body"]["payments"][0]["type"] == "CASH", outline.cash);
        let closed = document["close_date"].as_str().unwrap();
        let closed = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", closed).unwrap();
        assert_eq!(closed.as_millisecond(), outline.closed_ms);
    });
}
