//! Envelopes of any body, small ones at once and large ones apart.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn parts(status: u16, kind: &str) -> Parts {
    let mut response = Response::builder().status(status);
    if !kind.is_empty() {
        response = response.header(CONTENT_TYPE, kind);
    }
    response.body(()).unwrap().into_parts().0
}

fn answer(mode: Envelope, status: u16, kind: &str, body: &[u8]) -> Result<String, Fault> {
    let answer = enclose_small(mode, parts(status, kind), body)?;
    Ok(format!("{} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body())))
}

#[test]
fn json_is_embedded_as_it_stands() {
    let body = br#"{"a":1e400,"a": 12345678901234567890123}"#;
    let wrapped = answer(Envelope::Wrap, 201, "application/json", body).unwrap();
    assert_eq!(wrapped, r#"200 {"status":201,"body":{"a":1e400,"a": 12345678901234567890123}}"#);
}

#[test]
fn text_becomes_a_string_and_bytes_become_base64() {
    let text = answer(Envelope::Wrap, 404, "text/plain", "нет \"чека\"".as_bytes()).unwrap();
    assert_eq!(text, "200 {\"status\":404,\"body\":\"нет \\\"чека\\\"\"}");
    let bytes = answer(Envelope::Wrap, 200, "image/png", b"\x89PNG").unwrap();
    assert_eq!(bytes, r#"200 {"status":200,"body":"iVBORw==","encoding":"base64"}"#);
    let controls = answer(Envelope::Wrap, 200, "", b"\0\0\0").unwrap();
    assert_eq!(controls, r#"200 {"status":200,"body":"AAAA","encoding":"base64"}"#);
    let none = answer(Envelope::Wrap, 204, "", b"").unwrap();
    assert_eq!(none, r#"200 {"status":204,"body":null}"#);
}

#[test]
fn an_envelope_passes_is_required_or_is_opened() {
    let own = br#" {"status": 418, "body": {"x": 1}}"#;
    for mode in [Envelope::Wrap, Envelope::Require] {
        let kept = answer(mode, 200, "application/json", own).unwrap();
        assert_eq!(kept, r#"200  {"status": 418, "body": {"x": 1}}"#);
    }
    let opened = answer(Envelope::Unwrap, 200, "application/json", own).unwrap();
    assert_eq!(opened, r#"418 {"x": 1}"#);
    let text = answer(Envelope::Unwrap, 200, "", br#"{"body":"a\n","status":201}"#).unwrap();
    assert_eq!(text, "201 a\n");
    let refused = answer(Envelope::Require, 200, "application/json", b"{}").unwrap_err();
    assert_eq!(refused.code, Code::V1EnvelopeInvalid);
}

#[test]
fn an_array_of_a_status_and_a_body_is_no_envelope() {
    let wrapped = answer(Envelope::Wrap, 200, "application/json", b"[418, 1]").unwrap();
    assert_eq!(wrapped, r#"200 {"status":200,"body":[418, 1]}"#);
}

/// In the characters of an encoding.
fn written(text: &str, label: &str) -> Vec<u8> {
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
}

/// UTF-16 with its mark.
fn wide(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_be_bytes).collect()
}

#[test]
fn a_mark_before_json_is_skipped() {
    let marked = |text: &str| [&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat();
    let of = |mode, text: &str| answer(mode, 201, "application/json", &marked(text)).unwrap();
    assert_eq!(of(Envelope::Wrap, r#"{"a":"я"}"#), r#"200 {"status":201,"body":{"a":"я"}}"#);
    assert_eq!(of(Envelope::Wrap, "привет"), r#"200 {"status":201,"body":"привет"}"#);
    let own = r#"{"status":418,"body":{"x":1}}"#;
    assert_eq!(of(Envelope::Require, own), format!("200 {own}"));
    assert_eq!(of(Envelope::Unwrap, own), r#"418 {"x":1}"#);
    assert_eq!(of(Envelope::Unwrap, r#"{"status":418,"body":"я"}"#), "418 я");
    assert_eq!(of(Envelope::Unwrap, "{}"), "201 \u{feff}{}", "no envelope passes as it came");
    let bytes = [&b"\xEF\xBB\xBF"[..], b"\xff"].concat();
    let encoded = answer(Envelope::Wrap, 200, "", &bytes).unwrap();
    assert_eq!(encoded, r#"200 {"status":200,"body":"77u//w==","encoding":"base64"}"#);
}

#[test]
fn text_is_read_in_the_characters_that_it_tells() {
    let plain = "Приём \"чека\" №1";
    let quoted = r#"200 {"status":200,"body":"Приём \"чека\" №1"}"#;
    for label in ["windows-1251", "koi8-r", "ibm866", "x-mac-cyrillic", "iso-8859-5", "gb18030"] {
        let plain = if label == "koi8-r" { plain.replace('№', "N") } else { plain.to_owned() };
        let quoted = if label == "koi8-r" { quoted.replace('№', "N") } else { quoted.to_owned() };
        let body = written(&plain, label);
        for kind in
            [format!("text/plain; charset={label}"), format!("text/html;Charset=\"{label}\"")]
        {
            assert_eq!(answer(Envelope::Wrap, 200, &kind, &body).unwrap(), quoted, "{kind}");
        }
        let json = written(r#"{"a":"Приём"}"#, label);
        let kind = format!("application/json; charset={label}");
        let embedded = r#"200 {"status":200,"body":{"a":"Приём"}}"#;
        assert_eq!(answer(Envelope::Wrap, 200, &kind, &json).unwrap(), embedded, "{label}");
        let own = written(r#" {"status":418,"body":{"a":"Приём"}}"#, label);
        let kept = r#"200  {"status":418,"body":{"a":"Приём"}}"#;
        assert_eq!(answer(Envelope::Require, 200, &kind, &own).unwrap(), kept, "{label}");
        assert_eq!(answer(Envelope::Unwrap, 200, &kind, &own).unwrap(), r#"418 {"a":"Приём"}"#);
        let text = written(r#"{"status":404,"body":"Приём"}"#, label);
        assert_eq!(answer(Envelope::Unwrap, 200, &kind, &text).unwrap(), "404 Приём");
    }
    assert_eq!(answer(Envelope::Wrap, 200, "", &wide(plain)).unwrap(), quoted);
    let declared =
        written("<?xml version='1.0' encoding='windows-1251'?><a>чек</a>", "windows-1251");
    let told = answer(Envelope::Wrap, 200, "application/xml", &declared).unwrap();
    assert!(told.ends_with("<a>чек</a>\"}"), "{told}");
}

#[test]
fn what_is_not_in_the_characters_that_it_tells_loses_nothing() {
    for (kind, body) in [
        ("text/plain; charset=utf-16", &b"\x00\xd8\x00"[..]),
        ("text/plain; charset=gb18030", b"\xff\xff"),
        ("image/png; charset=windows-1251", b"\xcf\xf0"),
        ("text/plain; charset=utf-8", b"\xcf\xf0"),
        ("text/plain; charset=klingon", b"\xcf\xf0"),
    ] {
        let encoded = answer(Envelope::Wrap, 200, kind, body).unwrap();
        assert!(encoded.contains("base64"), "{kind}: {encoded}");
    }
    // JSON in UTF-8 stays what it is.
    let json = r#"{"a":"чек"}"#;
    let kind = "application/json; charset=windows-1251";
    let embedded = answer(Envelope::Wrap, 200, kind, json.as_bytes()).unwrap();
    assert_eq!(embedded, format!(r#"200 {{"status":200,"body":{json}}}"#));
}

#[test]
fn large_text_is_recoded_apart() {
    let plain = "Приём чека, №1\n".repeat(20_000);
    let body = written(&plain, "windows-1251");
    let mut parts = parts(200, "text/plain; charset=windows-1251");
    let answer = enclosed(parts.clone(), &body, false).unwrap();
    let made: Value = serde_json::from_slice(answer.body()).unwrap();
    assert!(made["body"] == plain.as_str() && made.get("encoding").is_none());
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=koi8-r"));
    let json = json!({"rows": plain.replace('№', "N")}).to_string();
    let answer = enclosed(parts, &packed(&written(&json, "koi8-r")), true).unwrap();
    let made: Value = serde_json::from_slice(answer.body()).unwrap();
    assert!(made["body"]["rows"] == plain.replace('№', "N").as_str());
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// The same way as an answer goes, from a body in pieces.
fn enclosed(mut parts: Parts, body: &[u8], is_packed: bool) -> Result<Response<Bytes>, Fault> {
    if is_packed {
        parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let capacity = Capacity::default();
        let pieces = body.chunks(100_000).map(Bytes::copy_from_slice);
        let body = Collected::from_iter(pieces);
        let (answer, tape) = enclose(Envelope::Wrap, parts, body, &capacity, Some(1 << 10)).await?;
        if let Some(tape) = tape {
            assert_eq!(tape.bytes(), answer.body().len() as u64);
            assert!(answer.body().starts_with(tape.kept()));
        }
        Ok(answer)
    })
}

#[test]
fn what_is_large_becomes_the_same_envelope_apart() {
    let json = json!({"rows": (0..40_000).collect::<Vec<_>>(), "name": "К"}).to_string();
    let text = "<p class=\"x\">Привет</p>\n".repeat(10_000);
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    for body in [json.as_bytes(), text.as_bytes(), &bytes] {
        let small = enclose_small(Envelope::Wrap, parts(200, ""), body).unwrap();
        for is_packed in [false, true] {
            let sent = if is_packed { packed(body) } else { body.to_vec() };
            let large = enclosed(parts(200, ""), &sent, is_packed).unwrap();
            assert!(large.body() == small.body());
            assert!(!large.headers().contains_key(CONTENT_ENCODING));
        }
    }
}

#[test]
fn a_limit_holds_to_the_byte() {
    let most = vec![b'a'; MAX_UNPACKED];
    let answer = enclosed(parts(200, ""), &packed(&most), true).unwrap();
    assert_eq!(answer.body().len(), HEAD + MAX_UNPACKED + 3);
    let fault = enclosed(parts(200, ""), &packed(&[&most[..], b"a"].concat()), true).unwrap_err();
    assert_eq!(fault.code, Code::V1EnvelopeInvalid);
    assert!(fault.detail.to_string().contains("8 MiB"), "{}", fault.detail);
}

proptest! {
    #[test]
    fn any_body_becomes_json_that_holds_it(
        status in 200_u16..600,
        kind in prop::sample::select(vec!["", "text/plain", "application/json", "image/png"]),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "\\PC{0,80}".prop_map(String::into_bytes),
            "[\\x00-\\x20\"\\\\a]{0,80}".prop_map(String::into_bytes),
            r#" ?(\{"a" ?: ?[0-9]{1,40}(\.5)?\}|\[null, ?"я\\u0041"\]|"x"|1e999|true) ?"#
                .prop_map(String::into_bytes),
        ],
        is_packed in any::<bool>(),
    ) {
        prop_assume!(encoding_rs::Encoding::for_bom(&body).is_none());
        let sent = if is_packed { packed(&body) } else { body.clone() };
        let answer = enclosed(parts(status, kind), &sent, is_packed).unwrap();
        prop_assert_eq!(answer.status().as_u16(), 200);
        prop_assert_eq!(&answer.headers()[CONTENT_TYPE], "application/json");
        prop_assert!(answer.body().len() <= 2 * body.len() + 64);
        let text = std::str::from_utf8(answer.body()).unwrap();
        let envelope: std::collections::HashMap<&str, &serde_json::value::RawValue> =
            serde_json::from_str(text).unwrap();
        prop_assert_eq!(envelope["status"].get(), status.to_string());
        let held = envelope["body"].get();
        if envelope.contains_key("encoding") {
            let held: String = serde_json::from_str(held).unwrap();
            let held = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, held);
            prop_assert_eq!(held.unwrap(), body);
        } else if body.is_empty() {
            prop_assert_eq!(held, "null");
        } else if serde_json::from_slice::<&serde_json::value::RawValue>(&body).is_ok() {
            prop_assert_eq!(held.as_bytes(), body.trim_ascii());
        } else {
            let held: Value = serde_json::from_str(held).unwrap();
            prop_assert_eq!(held.as_str().unwrap().as_bytes(), body);
        }
    }

    #[test]
    fn any_packed_bytes_are_refused_or_unpacked(body in prop::collection::vec(any::<u8>(), 0..100)) {
        match enclosed(parts(200, ""), &body, true) {
            Ok(answer) => prop_assert!(serde_json::from_slice::<Value>(answer.body()).is_ok()),
            Err(fault) => prop_assert_eq!(fault.code, Code::V1EnvelopeInvalid),
        }
    }
}
