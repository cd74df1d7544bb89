//! Every keyword, and where its error is placed.

use evotor_gateway::asna::check::{FIDELITY, MOST, Refused, Schema, check};

use super::{errors, invalid};

#[track_caller]
fn one(schema: &str, body: &str, field: &str, message: &str) {
    assert_eq!(errors(schema, body), [(field.to_owned(), message.to_owned())], "{schema} {body}");
}

#[test]
fn every_keyword_has_the_librarys_words() {
    let a = |schema: &str| format!(r#"{{"properties":{{"a":{schema}}}}}"#);
    for (schema, value, shown, error) in [
        (r#"{"maxLength":2}"#, r#""кот""#, "кот ", "String 'кот' exceeds maximum length of 2."),
        (r#"{"minLength":2}"#, r#""😀""#, "😀 ", "String '😀' is less than minimum length of 2."),
        (
            r#"{"pattern":"^\\d+$"}"#,
            r#""x1""#,
            "x1 ",
            r"String 'x1' does not match regex pattern '^\d+$'.",
        ),
        (
            r#"{"format":"date-time"}"#,
            r#""x""#,
            "x ",
            "String 'x' does not validate against format 'date-time'.",
        ),
        (r#"{"maximum":3}"#, "4", "4 ", "Integer 4 exceeds maximum value of 3."),
        (r#"{"minimum":3}"#, "2.5", "2.5 ", "Float 2.5 is less than minimum value of 3.0."),
        (r#"{"enum":["x",1]}"#, r#""y""#, "y ", "Value \"y\" is not defined in enum."),
        (r#"{"enum":["x",1]}"#, "2", "2 ", "Value 2 is not defined in enum."),
        (r#"{"minItems":2}"#, "[1]", "", "Array item count 1 is less than minimum count of 2."),
        (r#"{"maxItems":0}"#, "[1]", "", "Array item count 1 exceeds maximum count of 0."),
        (
            r#"{"required":["x","y","z"]}"#,
            r#"{"y":1}"#,
            "",
            "Required properties are missing from object: x, z.",
        ),
        (r#"{"type":"integer"}"#, "1.0", "1 ", "Invalid type. Expected Integer but got Number."),
        (r#"{"type":"array"}"#, "{}", "", "Invalid type. Expected Array but got Object."),
        (
            r#"{"type":["null","object"]}"#,
            "[]",
            "",
            "Invalid type. Expected Object, Null but got Array.",
        ),
    ] {
        one(&a(schema), &format!(r#"{{"a":{value}}}"#), "a", &format!("{shown}Error: {error}"));
    }
}

#[test]
fn values_that_obey_have_no_errors() {
    let schema = r#"{"type":"object","required":["a"],"additionalProperties":{"type":"number"},
        "properties":{"a":{"enum":["x",1,null,true]},"b":{"minLength":1,"maximum":3}}}"#;
    let schema = Schema::parse(schema).unwrap();
    for body in
        [r#"{"a":"x"}"#, r#"{"a":1.0,"b":3,"c":2}"#, r#"{"a":true,"b":"y"}"#, r#"{"a":null}"#]
    {
        assert_eq!(check(&schema, body.as_bytes()), Ok(()), "{body}");
    }
}

#[test]
fn unknown_members_are_refused_behind_their_colon() {
    let schema = Schema::parse(r#"{"properties":{"a":{}},"additionalProperties":false}"#).unwrap();
    let errors = invalid(&schema, r#"{"a":1,"x" : {"y":2}}"#);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].field, "x");
    let error =
        "Property 'x' has not been defined and the schema does not allow additional properties.";
    assert_eq!(errors[0].message, format!("Line: 1 Position: 12 Value: x Error: {error}"));
}

#[test]
fn missing_members_are_told_at_the_closing_brace() {
    let schema = Schema::parse(r#"{"items":{"required":["a","b"]}}"#).unwrap();
    let errors = invalid(&schema, "[{\"a\":1,\"b\":2},\n{\"b\":{\"a\":1}}]");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].field, "[1]");
    assert!(errors[0].message.starts_with("Line: 2 Position: 13 Value: Error: Required"));
}

#[test]
fn a_wrong_type_ends_the_checks_of_a_value_and_what_it_holds() {
    let schema = r#"{"properties":{"a":{"type":"string","maxLength":0,"items":{"type":"null"},
        "properties":{"b":{"type":"null"}}}}}"#;
    for value in ["7", r#"{"b":1}"#, "[1,2]"] {
        assert_eq!(errors(schema, &format!(r#"{{"a":{value}}}"#)).len(), 1, "{value}");
    }
}

#[test]
fn errors_are_bounded() {
    let schema = Schema::parse(r#"{"items":{"type":"string"}}"#).unwrap();
    let body = format!("[{}]", "1,".repeat(5_000));
    assert_eq!(invalid(&schema, &body).len(), MOST);
    let long = format!("['{}',1]", "x".repeat(5 << 20));
    let schema = Schema::parse(r#"{"items":{"type":"null"}}"#).unwrap();
    assert_eq!(invalid(&schema, &long).len(), 1);
}

#[test]
fn a_body_that_cannot_be_read_has_no_field_errors() {
    let schema = Schema::parse(r#"{"items":{"type":"string"}}"#).unwrap();
    assert!(matches!(check(&schema, b"[1,2"), Err(Refused::Unreadable(_))));
}

#[test]
fn chosen_behaviour_has_its_rows() {
    assert!(FIDELITY.iter().all(|row| row.plane == "asna" && row.behaviour.ends_with('.')));
    assert!(FIDELITY.len() > 10);
}
