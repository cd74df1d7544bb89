//! The list of dependencies in a released binary, as `cargo audit bin` reads it.
//!
//! Only a build by `cargo auditable` has one: `EVOTOR_RELEASED` names it, as `.ci/run` does.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::ZlibDecoder;
use serde_json::Value;

#[test]
fn the_binary_lists_what_it_is_made_of() {
    let Some(binary) = std::env::var_os("EVOTOR_RELEASED") else {
        println!("skipped: EVOTOR_RELEASED names no binary");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let image = fs::read(root.join(binary)).unwrap();
    let packed = section(&image, ".dep-v0").expect("a list of dependencies");
    let mut text = String::new();
    ZlibDecoder::new(packed).read_to_string(&mut text).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    let of = |package: &Value| {
        let text = |key: &str| package[key].as_str().unwrap().to_owned();
        format!("{} {}", text("name"), text("version"))
    };
    let listed: BTreeSet<_> = list["packages"].as_array().unwrap().iter().map(of).collect();
    let locked = locked(&fs::read_to_string(root.join("Cargo.lock")).unwrap());
    assert!(listed.len() > 50, "{listed:?}");
    assert_eq!(listed.difference(&locked).next(), None);
    for name in ["evotor-gateway", "hyper", "rustls", "rusqlite", "aws-lc-rs"] {
        assert!(listed.iter().any(|package| package.starts_with(&format!("{name} "))), "{name}");
    }
}

/// Every package of a lock file with its version.
fn locked(text: &str) -> BTreeSet<String> {
    let value = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let lines: Vec<_> = text.lines().collect();
    let pairs = lines.windows(2).filter(|pair| pair[0].starts_with("name = "));
    pairs.filter_map(|pair| Some(format!("{} {}", value(pair[0])?, value(pair[1])?))).collect()
}

/// The bytes of a section of a 64-bit little-endian ELF file.
fn section<'i>(image: &'i [u8], name: &str) -> Option<&'i [u8]> {
    assert_eq!(&image[..6], b"\x7fELF\x02\x01");
    let number = |at: usize, bytes: usize| {
        let slice = &image[at..at + bytes];
        slice.iter().rev().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let (table, size) = (number(40, 8), number(58, 2));
    let header = |index: usize| table + index * size;
    let content = |index: usize| {
        let at = header(index);
        let (offset, length) = (number(at + 24, 8), number(at + 32, 8));
        &image[offset..offset + length]
    };
    let names = content(number(62, 2));
    let named = |index: &usize| {
        let start = number(header(*index), 4);
        names[start..].split(|byte| *byte == 0).next() == Some(name.as_bytes())
    };
    (1..number(60, 2)).find(named).map(content)
}
