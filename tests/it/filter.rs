//! That a filter is read from any text, accepted by SQLite, and means in the database what it means
//! for a single exchange.

use evotor_gateway::journal::filter::{Filter, FilterError, Row, complete, install};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::{Connection, params, params_from_iter};

const NOW: i64 = 1_795_312_800_000_000;

const SCHEMA: &str = include_str!("../../src/journal/schema.sql");

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    install(&connection).unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection
}

fn insert(connection: &Connection, row: &Row<'_>, text: &str) {
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO exchange VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
             ?14, ?15, ?16, NULL, ?17, ?18, ?19, ?20, ?21, ?22, NULL, ?23, ?24, ?25, ?26, 0, ?27, ?28, ?29)",
        )
        .unwrap();
    let faults = row.faulty.then_some("[\"status 503\"]");
    statement
        .execute(params![
            row.id,
            row.plane,
            row.at,
            row.took,
            row.app,
            row.user,
            row.store,
            row.device,
            row.device_name,
            row.method,
            row.host,
            row.path,
            row.url,
            row.status,
            row.code,
            row.culprit,
            row.rule,
            row.event,
            row.delivery,
            row.attempt,
            row.verdict,
            row.replay_of,
            faults,
            row.sent_bytes,
            row.answer_bytes,
            row.answer_type,
            row.imported,
            row.starred,
            row.comment,
        ])
        .unwrap();
    let words = "INSERT INTO words (rowid, text) VALUES (?, ?)";
    connection.execute(words, params![row.id, text]).unwrap();
}

fn found(connection: &Connection, filter: &Filter) -> Vec<i64> {
    let (condition, parameters) = filter.sql();
    let sql = format!("SELECT e.id FROM exchange e WHERE {condition} ORDER BY e.id");
    let mut statement = connection.prepare(&sql).unwrap();
    let ids = statement.query_map(params_from_iter(parameters), |row| row.get(0)).unwrap();
    ids.map(|id| id.unwrap()).collect()
}

fn parse(text: &str) -> Result<Filter, FilterError> {
    Filter::parse_in(text, NOW, &TimeZone::UTC)
}

fn texts() -> impl Strategy<Value = &'static str> {
    select(vec![
        "loyalty",
        "Касса 1",
        "КАФЕ",
        "/api/Points?a=b",
        "x",
        "",
        "url_not_allowed",
        "POST",
    ])
}

fn row() -> impl Strategy<Value = Row<'static>> {
    let text = || prop::option::of(texts());
    let number = || prop::option::of(0_i64..4);
    let verdict = prop::option::of(select(vec!["pass", "warn", "fail"]));
    let culprit = prop::option::of(select(vec!["app", "gateway", "partner", "vendor_rule"]));
    let status = prop::option::of(select(vec![200_u16, 204, 399, 400, 404, 499, 500, 503]));
    let code = prop::option::of(select(vec!["url_not_allowed", "token_missing", "partner_dns"]));
    let numbers = (0_u8..3, -3_i64..3, 0_i64..4, 0_i64..4, 0_i64..4);
    let names = (text(), text(), text(), text(), text(), text(), text(), text());
    let required = (texts(), texts(), texts(), texts());
    let failure = (status, code, culprit, verdict, any::<bool>());
    let marks = (any::<bool>(), any::<bool>(), text());
    (numbers, names, required, failure, (number(), number(), number()), marks).prop_map(
        |(numbers, names, required, failure, counts, marks)| Row {
            id: 0,
            // None in the database is.
            running: false,
            plane: numbers.0,
            at: NOW + numbers.1 * 60_000_000,
            took: numbers.2 * 500_000,
            sent_bytes: numbers.3 * 512,
            answer_bytes: numbers.4 * 512,
            app: names.0,
            user: names.1,
            store: names.2,
            device: names.3,
            device_name: names.4,
            event: names.5,
            delivery: names.6,
            answer_type: names.7,
            method: required.0,
            host: required.1,
            path: required.2,
            url: required.3,
            status: failure.0,
            code: failure.1,
            culprit: failure.2,
            verdict: failure.3,
            faulty: failure.4,
            stubbed: false,
            stopped: false,
            rule: counts.0,
            attempt: counts.1,
            replay_of: counts.2,
            imported: marks.0,
            starred: marks.1,
            comment: marks.2,
        },
    )
}

/// A term of the language, most of them with a value that is in the rows.
fn term() -> impl Strategy<Value = String> {
    let values = [
        "1",
        "200",
        "4xx",
        ">=400",
        "400..499",
        "none",
        "NONE",
        ">1",
        "..2",
        "0",
        ">200ms",
        "1s",
        "100ms..1s",
        "<=500ms",
        ">1KiB",
        "512",
        "10m",
        "2m",
        "12:30",
        "2026-11-22",
        "касса",
        "loyal*y",
        "=x",
        "=/api/*",
        "\"касса 1\"",
        "=\"Касса 1\"",
        "\"none\"",
        "post",
        "/API/",
        "not_allowed",
        "x",
        "\"(\"",
        "\"\\\"\"",
        "\"=x\"",
    ];
    let made = keys().into_iter().flat_map(|key| values.map(|value| format!("{key}{value}")));
    let made: Vec<_> = made.filter(|text| parse(text).is_ok()).collect();
    prop_oneof![select(made), select(proposals())]
}

/// All that completion can bring about.
fn proposals() -> Vec<String> {
    let values = keys().into_iter().flat_map(|key| complete(&key, key.len()));
    values.map(|value| value.insert).collect()
}

fn keys() -> Vec<String> {
    complete("", 0).into_iter().map(|key| key.insert).collect()
}

fn free() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zа-яё]{1,6}[*]{0,1}",
        "\"[a-zё*() +^:-]{0,8}[a-z]\"[*]{0,1}",
        select(vec![
            "https://a.ru/b?c=d",
            "{\"a\":\"b\"}",
            "NEAR",
            "a'b",
            "c\u{0}d",
            "x\"y",
            "e(f)"
        ])
        .prop_map(str::to_owned),
    ]
}

fn expression(leaf: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" ")),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(" or "))),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one} and {other}")),
            inner.prop_map(|part| format!("-({part})")),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_its_bounds(text in any::<String>(), at in 0_usize..40) {
        match parse(&text) {
            Ok(filter) => drop(found(&database(), &filter)),
            Err(error) => prop_assert!(error.at + error.length <= text.chars().count()),
        }
        let _ = complete(&text, at);
    }

    #[test]
    fn signs_in_any_order_are_read_or_refused(
        text in "([-()\"*:= ]|or |and |app:|after:|status:|none|>|\\.\\.|9|a|ё|\u{0}|\\\\){0,20}",
    ) {
        match parse(&text) {
            Ok(filter) => {
                found(&database(), &filter);
                prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
            }
            Err(error) => prop_assert!(error.at + error.length <= text.chars().count()),
        }
    }

    #[test]
    fn a_printed_filter_means_the_same(text in expression(prop_oneof![term(), free()])) {
        let filter = parse(&text).unwrap();
        prop_assert_eq!(parse(&filter.to_string()), Ok(filter.clone()), "{}", filter);
        found(&database(), &filter);
    }

    #[test]
    fn the_database_and_the_row_agree(
        rows in prop::collection::vec(row(), 1..12),
        filters in prop::collection::vec(expression(term()), 8),
    ) {
        let connection = database();
        let rows: Vec<_> = (1..).zip(rows).map(|(id, row)| Row { id, ..row }).collect();
        rows.iter().for_each(|row| insert(&connection, row, ""));
        for filter in filters.iter().map(|text| parse(text).unwrap()) {
            let found = found(&connection, &filter);
            for row in &rows {
                let matches = filter.matches(row);
                let agrees = matches.is_none_or(|matches| matches == found.contains(&row.id));
                prop_assert!(agrees, "{filter}: {matches:?} of {row:?}");
            }
        }
    }
}

#[test]
fn every_proposal_is_accepted() {
    assert!(proposals().len() > 60);
    for text in proposals() {
        let filter = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        found(&database(), &filter);
    }
}

#[test]
fn words_are_found_whole_or_by_the_beginning_of_the_last() {
    let connection = database();
    for (id, text) in
        [(1, "Касса на Лесной user@mail.ru"), (2, "X-Device-Id: 01-0002"), (3, "кассир")]
    {
        insert(&connection, &Row { id, ..Row::default() }, text);
    }
    for (text, ids) in [
        ("", vec![1, 2, 3]),
        ("касс", vec![1, 3]),
        ("\"касс\"", vec![]),
        ("касс на", vec![]),
        ("касс* на", vec![1]),
        ("касса ЛЕСН", vec![1]),
        ("\"касса на\"", vec![1]),
        ("\"касса на лес\"*", vec![1]),
        ("\"на касса\"", vec![]),
        ("-касс", vec![2]),
        ("-\"касса\"", vec![2, 3]),
        ("user@mail", vec![1]),
        ("01-00", vec![2]),
        ("кассир or x-device", vec![2, 3]),
        ("касс id:2..", vec![3]),
        ("-(касса or кассир)", vec![2]),
    ] {
        assert_eq!(found(&connection, &parse(text).unwrap()), ids, "{text}");
    }
}

#[test]
fn what_takes_the_database_is_asked_of_it() {
    let connection = database();
    insert(&connection, &Row { id: 1, ..Row::default() }, "Authorization: Bearer x");
    insert(&connection, &Row { id: 2, replay_of: Some(1), ..Row::default() }, "nothing");
    let stage =
        "INSERT INTO stage VALUES (2, 0, 3, NULL, 0, '', x'0102'), (1, 0, 1, NULL, 0, '', x'01')";
    connection.execute(stage, []).unwrap();
    for (text, id) in [("has:token", 1), ("has:replay", 1), ("is:replayed", 2), ("is:truncated", 2)]
    {
        assert_eq!(found(&connection, &parse(text).unwrap()), [id], "{text}");
    }
    let row = Row { id: 2, ..Row::default() };
    assert_eq!(parse("has:token id:2").unwrap().matches(&row), None);
    assert_eq!(parse("has:token id:3").unwrap().matches(&row), Some(false));
    assert_eq!(parse("has:token or id:2").unwrap().matches(&row), Some(true));
}
