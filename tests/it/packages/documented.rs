//! The vendor's example: asna.md, section 3.1.

use aws_lc_rs::digest::{SHA256, digest};
use evotor_gateway::asna::check::{Refused, check};

use super::layout::{Line, line, printed};
use super::{invalid, stocks, unreadable};

const DUMPS: Line = Line { member: " ", colon: " ", array: "", row: "", between: " ", edge: "" };
const NINETEEN: &str = "                   ";
const SEVENTEEN: &str = "                 ";
const PAGE: [usize; 10] = [88, 166, 188, 197, 246, 436, 516, 538, 547, 596];

const FIELDS: [(&str, &str); 5] = [
    ("prtId", "Invalid type. Expected String but got Integer."),
    ("supDate", "String '' does not validate against format 'date-time'."),
    ("gnvls", "Invalid type. Expected Boolean, Null but got Integer."),
    ("dp", "Invalid type. Expected Boolean, Null but got Integer."),
    ("exp", "Invalid type. Expected String, Null but got Integer."),
];

fn sha256(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[track_caller]
fn is_refused_at(body: &str, length: usize, hash: &str, places: [(usize, usize); 10]) {
    assert_eq!(body.chars().count(), length);
    assert_eq!(sha256(body), hash);
    let errors = invalid(&stocks(), body);
    assert_eq!(errors.len(), 10);
    for (number, (error, (line, position))) in errors.iter().zip(places).enumerate() {
        let (name, text) = FIELDS[number % 5];
        let value = match (name, number < 5) {
            ("prtId", true) => " 111445",
            ("prtId", false) => " 8608872",
            ("supDate", _) => "",
            ("gnvls", _) => " 1",
            _ => " 0",
        };
        assert_eq!(error.field, format!("stocks[{}].{name}", number / 5));
        let message = format!("Line: {line} Position: {position} Value:{value} Error: {text}");
        assert_eq!(error.message, message);
    }
}

fn on_line_1(positions: [usize; 10]) -> [(usize, usize); 10] {
    positions.map(|position| (1, position))
}

#[test]
fn without_blanks() {
    is_refused_at(
        &line(Line::default()),
        618,
        "bbf77b4d7717b3758a141f448fd6b5f739ab169abdf7a9b4cb0ba1ecf599a5f1",
        on_line_1([65, 131, 149, 156, 199, 349, 417, 435, 442, 485]),
    );
}

#[test]
fn with_a_blank_after_every_colon_and_comma() {
    is_refused_at(
        &line(DUMPS),
        712,
        "c9f58a4e180dbd7ea061ed414ac1714da58a0e04f2ef387d486b538e7debff92",
        on_line_1([69, 147, 169, 178, 227, 399, 479, 501, 510, 559]),
    );
}

#[test]
fn the_pages_ten_positions_with_blanks_before_each_row() {
    is_refused_at(
        &line(Line { array: NINETEEN, between: NINETEEN, ..DUMPS }),
        749,
        "cf1996999729fd7c3a697922d54b6a26590740f8d97fcb965185c294d24bec1d",
        on_line_1(PAGE),
    );
}

#[test]
fn the_pages_ten_positions_with_lines_joined_and_blanks_in_each_row() {
    is_refused_at(
        &line(Line { array: " ", row: SEVENTEEN, edge: " ", ..DUMPS }),
        752,
        "9c50117dad570b6f5a999cfb924e866cc0bf6317ef3eba3401af0bb94e192f5f",
        on_line_1(PAGE),
    );
}

const PRINTED: [(usize, usize); 10] = [
    (5, 27),
    (11, 25),
    (13, 22),
    (14, 19),
    (17, 20),
    (30, 28),
    (36, 25),
    (38, 22),
    (39, 19),
    (42, 20),
];

#[test]
fn on_many_lines() {
    let hash = "640c8e6b405a9907840beac09a7eb93c6580e404ba7d58817677b810b6eb444e";
    is_refused_at(&printed("\n"), 1316, hash, PRINTED);
    let hash = "c0fbe82ffe27604a4d91c95c79db4d33a4214349e12188bb30ff84b2c5ded8be";
    is_refused_at(&printed("\r\n"), 1370, hash, PRINTED);
}

#[test]
fn a_colon_left_out_is_refused_as_on_the_page() {
    let body = printed("\n").replacen("\"prtId\": 111445", "\"prtId\" 111445", 1);
    let message = "Invalid character after parsing property name. Expected ':' but got: 1. \
                   Path 'stocks[0]', line 5, position 20.";
    assert_eq!(unreadable(&body), message);
    let refused = check(&stocks(), body.as_bytes()).unwrap_err();
    assert_eq!(
        refused.to_json(),
        format!(
            r#"{{"statusCode":400,"isError":true,"isTransient":false,"exceptionMessage":"{message}"}}"#
        )
    );
}

#[test]
fn the_answer_has_the_pages_members_in_the_pages_order() {
    let body = line(Line { array: NINETEEN, between: NINETEEN, ..DUMPS });
    let refused = check(&stocks(), body.as_bytes()).unwrap_err();
    let start = concat!(
        r#"{"statusCode":400,"isError":true,"isTransient":false,"#,
        r#""exceptionMessage":"Please correct the specified validation errors and try again","#,
        r#""validationErrors":[{"field":"stocks[0].prtId","message":"#,
        r#""Line: 1 Position: 88 Value: 111445 Error: Invalid type. Expected String but got "#,
        r#"Integer."},{"field":"stocks[0].supDate","message":"Line: 1 Position: 166 Value: Error: "#,
        r#"String '' does not validate against format 'date-time'."},"#,
    );
    assert!(refused.to_json().starts_with(start), "{}", refused.to_json());
}

#[test]
fn a_package_that_is_well_has_no_errors() {
    let mut body = printed("\r\n");
    for (wrong, right) in [
        (": 111445", ": \"111445\""),
        (": 8608872", ": \"8608872\""),
        ("\"supDate\": \"\"", "\"supDate\": null"),
        ("\"gnvls\": 1", "\"gnvls\": true"),
        ("\"dp\": 0", "\"dp\": false"),
        ("\"exp\": 0", "\"exp\": \"2020-01-31T00:00:00\""),
    ] {
        body = body.replace(wrong, right);
    }
    assert_eq!(check(&stocks(), body.as_bytes()), Ok(()));
    let marked = format!("\u{feff}{body}");
    assert_eq!(check(&stocks(), marked.as_bytes()), Ok(()));
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    let plain = check(&stocks(), line(DUMPS).as_bytes());
    assert!(matches!(plain, Err(Refused::Invalid(_))));
    assert_eq!(check(&stocks(), format!("\u{feff}{}", line(DUMPS)).as_bytes()), plain);
}
