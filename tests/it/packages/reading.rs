//! What Newtonsoft.Json takes, and how it refuses the rest: its texts and places.

use evotor_gateway::asna::check::{DEPTH, check, value};
use serde_json::json;

use super::{anything, errors, unreadable};

#[test]
fn more_than_json_is_taken() {
    for body in [
        "{'a':'it\\'s'}",
        "{a:1,$b:2,_c:3,имя:4}",
        "{a :1}",
        "/* c */{//x\n\"a\":1}",
        "{\"a\":/**/1,/*,*/}//e",
        "[1,2,]",
        "[1,,2]",
        "[,]",
        "{\"a\":,\"b\":1,}",
        "[0x1F,010,.5,5.,-.5,1e5,NaN,Infinity,-Infinity,undefined]",
        "[\"a\nb\"]",
        "\u{a0}[1\u{2003},\0 2]\u{2028}",
        "{\"a\":1,\"a\":2}",
        "\"text\"",
        "7",
        "null",
        " [ ] // end",
        r#"["\/\u0041\'"]"#,
    ] {
        assert_eq!(check(&anything(), body.as_bytes()), Ok(()), "{body}");
    }
}

#[test]
fn refusals_have_the_librarys_words_path_and_place() {
    for (body, message) in [
        ("", "Error reading JToken from JsonReader. Path '', line 0, position 0."),
        ("\n", "Error reading JToken from JsonReader. Path '', line 0, position 0."),
        (" ", "Error reading JToken from JsonReader. Path '', line 1, position 1."),
        ("{", "Error reading JObject from JsonReader. Path '', line 1, position 1."),
        (
            "{\"a\":1",
            "Unexpected end of content while loading JObject. Path 'a', line 1, position 6.",
        ),
        (
            "[[1",
            "Unexpected end of content while loading JArray. Path '[0][0]', line 1, position 3.",
        ),
        (
            "{\"a\"",
            "Invalid character after parsing property name. Expected ':' but got: \0. Path '', line 1, position 4.",
        ),
        (
            "{\"a\":}",
            "Unexpected character encountered while parsing value: }. Path 'a', line 1, position 5.",
        ),
        (
            "{\"a\":1}x",
            "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 7.",
        ),
        (
            "{\"a\":1 \"b\":2}",
            "After parsing a value an unexpected character was encountered: \". Path 'a', line 1, position 7.",
        ),
        ("[\"ab", "Unterminated string. Expected delimiter: \". Path '', line 1, position 4."),
        ("['ab\"]", "Unterminated string. Expected delimiter: '. Path '', line 1, position 6."),
        ("{,}", "Invalid property identifier character: ,. Path '', line 1, position 1."),
        (
            "{a-b:1}",
            "Invalid JavaScript property identifier character: -. Path '', line 1, position 2.",
        ),
        (
            "{ab",
            "Unexpected end while parsing unquoted property name. Path '', line 1, position 3.",
        ),
        (
            "[1,2z]",
            "Unexpected character encountered while parsing number: z. Path '[0]', line 1, position 4.",
        ),
        ("[1,2f]", "Input string '2f' is not a valid number. Path '[1]', line 1, position 5."),
        (
            "x",
            "Unexpected character encountered while parsing value: x. Path '', line 0, position 0.",
        ),
        (
            "😀",
            "Unexpected character encountered while parsing value: \u{fffd}. Path '', line 0, position 0.",
        ),
        ("[tru]", "Error parsing boolean value. Path '', line 1, position 4."),
        ("[truex]", "Error parsing boolean value. Path '', line 1, position 5."),
        ("[tr", "Unexpected end when reading JSON. Path '', line 1, position 3."),
        ("[nulL]", "Error parsing null value. Path '', line 1, position 4."),
        (
            "[new Date(1)]",
            "Unexpected character encountered while parsing value: n. Path '', line 1, position 1.",
        ),
        (
            "[1}",
            "JsonToken EndObject is not valid for closing JsonType Array. Path '', line 1, position 3.",
        ),
        (
            "{\"a\":[1}",
            "JsonToken EndObject is not valid for closing JsonType Array. Path 'a', line 1, position 8.",
        ),
        (
            "]",
            "JsonToken EndArray is not valid for closing JsonType None. Path '', line 1, position 1.",
        ),
        ("[\"\\q\"]", "Bad JSON escape sequence: \\q. Path '', line 1, position 4."),
        (
            "[\"\\u12",
            "Unexpected end while parsing Unicode escape sequence. Path '', line 1, position 4.",
        ),
        ("[\"\\u12g4\"]", "Invalid Unicode escape sequence: \\u12g4. Path '', line 1, position 4."),
        ("[1]/", "Unexpected end while parsing comment. Path '', line 1, position 4."),
        ("[1]//", "Unexpected end while parsing comment. Path '', line 1, position 4."),
        ("[1]/x ", "Error parsing comment. Expected: *, got x. Path '', line 1, position 4."),
        ("[/* ", "Unexpected end while parsing comment. Path '', line 1, position 4."),
        (
            "{\"a b\":{\"c\":z}}",
            "Unexpected character encountered while parsing value: z. Path '['a b'].c', line 1, position 12.",
        ),
        (
            "[\r\n \"😀\" x]",
            "After parsing a value an unexpected character was encountered: x. Path '[0]', line 2, position 6.",
        ),
        (
            "[\"a\rb\n\r\nc\" x]",
            "After parsing a value an unexpected character was encountered: x. Path '[0]', line 4, position 3.",
        ),
    ] {
        assert_eq!(unreadable(body), message, "{body}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_replaced() {
    assert_eq!(check(&anything(), b"[\"\xff\xc0\"]"), Ok(()));
    assert!(check(&anything(), b"[\xff]").is_err());
}

#[test]
fn documents_are_64_levels_deep_and_no_deeper() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(check(&anything(), nested(DEPTH).as_bytes()), Ok(()));
    let path = "[0]".repeat(DEPTH);
    let expected = format!(
        "The reader's MaxDepth of 64 has been exceeded. Path '{path}', line 1, position 65."
    );
    assert_eq!(unreadable(&nested(DEPTH + 1)), expected);
    assert!(unreadable(&"[".repeat(10_000_000)).starts_with("The reader's MaxDepth"));
}

#[test]
fn values_are_written_as_dotnet_writes_them() {
    let schema = r#"{"items":{"type":"object"}}"#;
    for (body, value) in [
        ("['a\\u0062']", "ab"),
        ("[0x1F]", "31"),
        ("[-007]", "-7"),
        ("[12345678901234567890123]", "12345678901234567890123"),
        ("[137.50]", "137.5"),
        ("[1e20]", "1E+20"),
        ("[true]", "True"),
        ("[NaN]", "NaN"),
    ] {
        let (field, message) = errors(schema, body).remove(0);
        assert_eq!(field, "[0]");
        assert_eq!(message.split_once(" Error:").unwrap().0, value, "{body}");
    }
    for body in ["[[]]", "[null]", "[undefined]", "[,]"] {
        assert!(errors(schema, body)[0].1.starts_with("Error:"), "{body}");
    }
}

#[test]
fn what_is_taken_can_be_had_as_a_value() {
    let body = "{a:'it\\'s',b:[010,,1.5,{c:[],d:{}},NaN],'a':true,/**/e:12345678901234567890,}";
    let expected = json!({
        "a": true, "b": [8, null, 1.5, {"c": [], "d": {}}, null], "e": 12_345_678_901_234_567_890_f64
    });
    assert_eq!(value(body.as_bytes()), Ok(expected));
    assert_eq!(value(b"7"), Ok(json!(7)));
    assert!(value(b"[1").is_err());
}
