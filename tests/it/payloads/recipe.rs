//! A document that is composed later is the document that would have been sent.

use evotor_gateway::model::event::Event;
use evotor_gateway::model::goods::Good;
use evotor_gateway::model::shift::Counters;
use evotor_gateway::webhook::payload::{
    DocumentKind, DocumentShape, Origin, Outline, Quantity, Recipe, Scene, Shapes, Till, Ware,
    compose,
};
use serde_json::{Number, Value, json};

use super::stage::Stage;

/// A product with kopecks and VAT, and one of which little is known.
fn uploaded() -> Vec<Ware> {
    let number = |rubles: f64| Number::from_f64(rubles);
    let nut = Good {
        id: "AAAA".to_owned(),
        name: "Орех".to_owned(),
        price: number(123.45),
        cost: number(100.123),
        quantity: number(7.5),
        tax: Some("VAT_20".to_owned()),
        measure: Some("кг".to_owned()),
        ..Good::default()
    };
    let bare = Good { id: "b".to_owned(), price: Some(10.into()), ..Good::default() };
    [nut, bare].iter().map(Ware::of).collect()
}

fn tills() -> [Option<Till>; 5] {
    let till = |base, goods| Till {
        number: 7,
        session: "shift".to_owned(),
        shift: 3,
        revenue: 990,
        drawer: -10,
        counters: Counters::default(),
        moved: 5,
        goods,
        base,
    };
    let base = Origin { id: "sale".to_owned(), number: 6, seed: u64::MAX, by_weight: true };
    let menu = Vec::new;
    [
        None,
        Some(till(None, menu())),
        Some(till(Some(base.clone()), menu())),
        Some(till(None, uploaded())),
        Some(till(Some(base), uploaded())),
    ]
}

/// Every kind of document for some seeds at each till.
fn each(check: impl Fn(&Scene<'_>)) {
    let (shop, tills) = (Stage::coffee_shop(), tills());
    let kinds = DocumentKind::ALL.iter();
    for (document, till) in kinds.flat_map(|kind| tills.iter().map(move |till| (*kind, till))) {
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
        let result = document["body"]["result_sum"].as_f64();
        let result = result.map(|rubles| (rubles * 100.0).round() as i64);
        assert!(result.is_none_or(|result| result == outline.result), "{document}");
        let positions = document["body"]["positions"].as_array();
        let pieces = |position: &Value| {
            let id = position["product_id"].as_str().unwrap().to_owned();
            let grams = (position["quantity"].as_f64().unwrap() * 1000.0).round();
            (id, Quantity::grams(grams as i64))
        };
        let mut moved: Vec<_> = positions.into_iter().flatten().map(pieces).collect();
        moved.retain(|(id, _)| ["AAAA", "b"].contains(&&**id));
        assert_eq!(outline.moved, moved);
        assert_eq!(document["body"]["payments"][0]["type"] == "CASH", outline.cash);
        let closed = document["close_date"].as_str().unwrap();
        let closed = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", closed).unwrap();
        assert_eq!(closed.as_millisecond(), outline.closed_ms);
    });
}

#[test]
fn an_uploaded_product_is_sold_as_it_was_uploaded() {
    let (shop, mut tills) = (Stage::coffee_shop().by_the_piece(), tills());
    let till = tills[3].take().unwrap();
    // With this seed nothing is at half price.
    let plain = |seed: &u64| {
        let scene = Scene { till: Some(&till), ..shop.scene(*seed) };
        composed(&scene, DocumentShape::V2)["body"]["positions"][0]["position_discount"].is_null()
    };
    let seed = (0..50).find(plain).unwrap();
    let scene = Scene { till: Some(&till), ..shop.scene(seed) };
    let nut = composed(&scene, DocumentShape::V2)["body"]["positions"][0].clone();
    let pieces = nut["quantity"].as_i64().unwrap();
    let (sum, tax) = if pieces == 1 { (123.45, 20.58) } else { (246.9, 41.15) };
    for (key, value) in [
        ("product_id", json!("AAAA")),
        ("product_name", json!("Орех")),
        ("measure_name", json!("кг")),
        ("initial_quantity", json!(7.5)),
        ("price", json!(123.45)),
        ("cost_price", json!(100.123)),
        ("sum", json!(sum)),
        ("tax", json!({"type": "VAT_20", "sum": tax, "result_sum": tax})),
    ] {
        assert_eq!(nut[key], value, "{key}: {nut}");
    }
    let first = composed(&scene, DocumentShape::V1)[0].clone();
    let steps = first["transactions"].as_array().unwrap();
    let step = |kind: &str| steps.iter().find(|step| step["type"] == kind).unwrap();
    assert_eq!(step("REGISTER_POSITION")["commodityUuid"], "AAAA");
    assert_eq!(step("POSITION_TAX")["taxPercent"], 20);
    assert_eq!(step("POSITION_TAX")["taxSum"], tax);
    let text = first["closeSum"].as_str().unwrap();
    assert!(text.split_once('.').is_some_and(|(_, kopecks)| kopecks.len() == 2), "{text}");
    let receipt = compose(Event::Receipts, &scene).unwrap().body.unwrap();
    assert_eq!(receipt["data"]["items"][0]["sumPrice"], sum);
    assert_eq!(receipt["data"]["items"][0]["tax"], tax);
}

#[test]
fn what_was_kept_before_goods_were_weighed_is_composed_without_them() {
    let old = Stage::coffee_shop().by_the_piece();
    for seed in 0..30 {
        let scene = old.scene(seed);
        let mut kept = serde_json::to_value(Recipe::of(&scene).unwrap()).unwrap();
        kept.as_object_mut().unwrap().remove("by_weight");
        let recipe: Recipe = serde_json::from_value(kept).unwrap();
        let document = recipe.document(DocumentShape::V2).unwrap();
        assert_eq!(document, composed(&scene, DocumentShape::V2));
        assert!(!document.to_string().contains("кг"), "{document}");
    }
}
