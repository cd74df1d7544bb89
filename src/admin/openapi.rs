//! The table of routes as OpenAPI 3.1, whose schemas are JSON Schema of draft 2020-12.

use axum::Json;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::routes::{self, JSON, Operation, PROBLEM};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/api/openapi.json", serve, "This document.")
            .gives::<Map<String, Value>>(200, "OpenAPI 3.1."),
    ]
}

async fn serve() -> Json<Value> {
    Json(document())
}

/// The description of the whole API.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for row in routes::operations() {
        let path = paths.entry(row.path).or_insert_with(|| json!({}));
        path[row.method] = operation(&row, &mut schemas);
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "evotor-gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the console and the command line speak. Loopback is answered \
                without a token; where `admin.token` is set every request but those of health and \
                signing in wants it. Only known names are answered (403 foreign_host), and no pages \
                of other origins (403 foreign_origin).",
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions(),
            "responses": shared(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "evotor_gateway_PORT"},
            },
        },
    });
    bound(&mut document);
    document
}

/// Whole numbers get the bounds of their format, beyond which nothing is read; their schemas come with
/// some of them alone.
fn bound(value: &mut Value) {
    let bounds: Option<(Value, Value)> = match value.get("format").and_then(Value::as_str) {
        Some("uint32") => Some((0.into(), u32::MAX.into())),
        Some("uint64" | "uint") => Some((0.into(), u64::MAX.into())),
        Some("int64") => Some((i64::MIN.into(), i64::MAX.into())),
        _ => None,
    };
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(bound);
            if let Some((least, most)) = bounds {
                members.entry("minimum").or_insert(least);
                members.entry("maximum").or_insert(most);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// Schemas of what is taken and of what is given: a member that may be left out of the one is always
/// in the other.
struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            taken: settings().for_deserialize().into_generator(),
            given: settings().for_serialize().into_generator(),
        }
    }

    fn definitions(mut self) -> Map<String, Value> {
        let mut all = self.given.take_definitions(true);
        all.append(&mut self.taken.take_definitions(true));
        all.sort_keys();
        all
    }
}

fn operation(row: &Operation, schemas: &mut Schemas) -> Value {
    let mut made = json!({
        "operationId": id(row),
        "tags": [row.path.trim_start_matches("/api/").split(['/', '.']).next().unwrap_or_default()],
        "summary": row.summary,
    });
    let mut parameters = Vec::new();
    for (name, shape, about) in &row.parts {
        let schema = shape(&mut schemas.taken);
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": about, "schema": schema,
        }));
    }
    parameters.extend(row.query.map(|shape| query(&shape(&mut schemas.taken))).unwrap_or_default());
    if !parameters.is_empty() {
        made["parameters"] = parameters.into();
    }
    if let Some((kind, shape)) = row.body {
        let schema = shape(&mut schemas.taken);
        made["requestBody"] = json!({"required": true, "content": {kind: {"schema": schema}}});
    }
    made["responses"] = answers(row, schemas);
    made
}

/// The members of an object as parameters.
fn query(schema: &Schema) -> Vec<Value> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|names| names.iter().any(|other| *other == *name));
    let members = schema.get("properties").and_then(Value::as_object);
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let mut made = json!({"name": name, "in": "query", "required": is_required(name)});
        if let Some(about) = about {
            made["description"] = about;
        }
        made["schema"] = schema;
        made
    };
    members.into_iter().flatten().map(parameter).collect()
}

/// By status; several of one status are told together.
fn answers(row: &Operation, schemas: &mut Schemas) -> Value {
    let mut made = Map::new();
    for answer in &row.answers {
        let place = made.entry(answer.status.to_string()).or_insert_with(|| json!({}));
        place["description"] = match place["description"].as_str() {
            Some(before) => format!("{before} {}", answer.about).into(),
            None => answer.about.into(),
        };
        if let Some((kind, shape)) = answer.body {
            let schema = shape(&mut schemas.given);
            place["content"] = json!({kind: {"schema": schema}});
        }
    }
    for (status, _, concerns) in SHARED {
        if concerns(row) {
            let shared = json!({"$ref": format!("#/components/responses/{status}")});
            made.entry(status).or_insert(shared);
        }
    }
    made.sort_keys();
    made.into()
}

/// `getApiExchangesId`.
fn id(row: &Operation) -> String {
    let words = row.path.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).fold(row.method.to_owned(), |mut id, word| {
        let (first, rest) = word.split_at(1);
        id.push_str(&first.to_ascii_uppercase());
        id.push_str(rest);
        id
    })
}

/// A status that many operations have in common, what it means, and which they are.
type Shared = (&'static str, &'static str, fn(&Operation) -> bool);

/// What access may answer to any operation, and the reading of what is sent to those that take it.
const SHARED: [Shared; 7] = [
    ("400", "The body is not JSON, or the query or a part of the path cannot be read.", |row| {
        row.body.is_some() || row.query.is_some() || !row.parts.is_empty()
    }),
    ("401", "The token is wanted and not shown.", |_| true),
    ("403", "The name, the origin or the machine that asks is foreign.", |_| true),
    ("413", "The body is longer than is taken.", |row| row.body.is_some()),
    ("415", "Content-Type does not say application/json.", is_json),
    ("422", "The body is JSON of another form.", is_json),
    ("503", "What is kept cannot be read or written now.", |_| true),
];

fn is_json(row: &Operation) -> bool {
    row.body.is_some_and(|(kind, _)| kind == JSON)
}

fn shared() -> Value {
    let problem = json!({PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let answer = |(status, about, _): Shared| {
        (status.to_owned(), json!({"description": about, "content": problem.clone()}))
    };
    SHARED.into_iter().map(answer).collect::<Map<_, _>>().into()
}
