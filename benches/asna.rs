//! What the check of a package costs: 20,000 rows of stocks, read and held against the schema.
#![allow(missing_docs, clippy::unwrap_used)]

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use evotor_gateway::asna::check::{Refused, Schema, check};

/// Rows as the vendor's page shows them; the identifier is a string, or wrongly a number.
fn package(rows: usize, quote: &str, colon: &str, between: &str) -> String {
    let mut body =
        format!("{{\"date\":{colon}\"2018-11-22T16:01:13.032+03:00\",\"stocks\":{colon}[");
    for row in 0..rows {
        let comma = if row == 0 { "" } else { "," };
        let start = format!("\"prtId\": {quote}{}{quote}, \"nnt\": {}", 111_445 + row, 6_072 + row);
        let members = start + MEMBERS;
        let members = members.replace(": ", &format!(":{colon}"));
        let members = members.replace(", ", &format!(",{between}"));
        write!(body, "{comma}{between}{{{members}}}").unwrap();
    }
    body + "]}"
}

const MEMBERS: &str = r#", "qnt": 5, "doc": "1к", "supInn": "7704867654", "supId": "", "supDate": "2018-11-01T00:00:00", "nds": 10, "gnvls": true, "dp": false, "man": "Beaufour-ipsen", "series": "A 12", "exp": "2020-05-01T00:00:00", "prcMan": 120, "prcOpt": 125.5, "prcOptNds": 137.5, "prcRet": 170, "prcReestr": 0, "prcGnvlsMax": 170, "sumOpt": 627.5, "sumOptNds": 687.5, "mrGnvls": 0, "tag": 0"#;

fn stocks(criterion: &mut Criterion) {
    let schema = Schema::built_in("stocks").unwrap();
    let mut group = criterion.benchmark_group("stocks, 20,000 rows");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for (name, body) in [
        ("compact", package(20_000, "\"", "", "")),
        ("on many lines", package(20_000, "\"", " ", "\n            ")),
    ] {
        assert_eq!(check(&schema, body.as_bytes()), Ok(()));
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| check(&schema, black_box(body.as_bytes())));
        });
    }
    let wrong = package(20_000, "", "", "");
    assert!(matches!(check(&schema, wrong.as_bytes()), Err(Refused::Invalid(_))));
    group.throughput(Throughput::Bytes(wrong.len() as u64));
    group.bench_function("an error in every row", |bencher| {
        bencher.iter(|| check(&schema, black_box(wrong.as_bytes())));
    });
    group.finish();
}

criterion_group!(benches, stocks);
criterion_main!(benches);
