//! What the allowlist costs: one URL against 3 and against 10,000 rules.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use evotor_gateway::pattern::{Pattern, Set, Steps};

fn hosts(many: usize) -> Vec<String> {
    (0..many).map(|host| format!(r"https://h{host}\.example\.ru/api/.*")).collect()
}

fn paths(many: usize) -> Vec<String> {
    (0..many).map(|path| format!(r"https://loyalty\.example\.ru/api/v1/r{path}/.*")).collect()
}

fn compiled(rules: &[String]) -> Set {
    Set::new(rules.iter().map(|rule| Pattern::compile(rule).unwrap()).collect())
}

fn find(criterion: &mut Criterion) {
    for (name, many, rules) in [
        ("3 hosts", 3, hosts(3)),
        ("10,000 hosts", 10_000, hosts(10_000)),
        ("10,000 paths", 10_000, paths(10_000)),
    ] {
        let urls: Vec<String> = (0..20_000)
            .map(|number| {
                rules[number % many]
                    .replace('\\', "")
                    .replace(".*", &format!("items/{number}?page=1"))
            })
            .collect();
        let set = compiled(&rules);
        let mut cache = set.cache();
        let mut next = urls.iter().cycle();
        criterion.bench_function(&format!("find/{name}"), |bencher| {
            bencher.iter(|| {
                set.find(
                    &mut cache,
                    black_box(next.next().unwrap()),
                    &mut Steps::new(Steps::OF_A_REQUEST),
                )
            });
        });
    }
}

fn load(criterion: &mut Criterion) {
    let rules = hosts(10_000);
    criterion.bench_function("load/10,000 hosts", |bencher| {
        bencher.iter(|| compiled(black_box(&rules)));
    });
}

criterion_group!(benches, find, load);
criterion_main!(benches);
