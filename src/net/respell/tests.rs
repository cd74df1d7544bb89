use proptest::prelude::*;

use super::*;

fn respelled(head: &str, names: &[&str], own: &[&str]) -> String {
    let names: Names = names.iter().map(|name| name.as_bytes()).collect();
    let mut out = Vec::new();
    assert_eq!(respell(head.as_bytes(), &names, own, &mut out), head.len());
    String::from_utf8(out).unwrap_or_default()
}

#[test]
fn fields_stand_where_and_as_they_were_written_and_repeated_ones_in_their_places() {
    let head = "GET / HTTP/1.1\r\nhost: h\r\ncookie: a\r\ncookie: c\r\naccept: b\r\n\r\n";
    let names = ["COOKIE", "X-Gone", "accept", "cooKie", "Host", "Cookie"];
    assert_eq!(
        respelled(head, &names, &[]),
        "GET / HTTP/1.1\r\nCOOKIE: a\r\naccept: b\r\ncooKie: c\r\nHost: h\r\n\r\n"
    );
}

#[test]
fn what_is_added_follows_spelled_as_its_owner_spells_it() {
    let head = "GET / HTTP/1.1\r\nhost: h\r\nx-evotor-device-uuid: d\r\nauthorization: t\r\ntraceparent: 0\r\nvia: v\r\n\r\n";
    assert_eq!(
        respelled(head, &["host"], &["X-Evotor-Device-UUID"]),
        "GET / HTTP/1.1\r\nhost: h\r\nX-Evotor-Device-UUID: d\r\nAuthorization: t\r\ntraceparent: 0\r\nVia: v\r\n\r\n"
    );
}

#[test]
fn where_no_names_are_known_the_order_is_hypers() {
    let head = "HTTP/1.1 200 OK\r\nx-b: 1\r\netag: \"e\"\r\nx-a: 2: 3\r\n\r\n";
    assert_eq!(
        respelled(head, &[], &[]),
        "HTTP/1.1 200 OK\r\nX-B: 1\r\nETag: \"e\"\r\nX-A: 2: 3\r\n\r\n"
    );
}

#[test]
fn a_head_may_have_no_fields_or_many() {
    assert_eq!(respelled("GET / HTTP/1.1\r\n\r\n", &["Host"], &[]), "GET / HTTP/1.1\r\n\r\n");
    let line = |at: usize| format!("x-{at}: {at}\r\n");
    let many: String = (0..200).map(line).collect();
    let told = respelled(&format!("HTTP/1.1 200 OK\r\n{many}\r\n"), &["X-150"], &[]);
    let others: String = (0..200).filter(|at| *at != 150).map(line).collect();
    assert_eq!(told.to_ascii_lowercase(), format!("http/1.1 200 ok\r\n{}{others}\r\n", line(150)));
}

#[test]
fn what_follows_the_head_is_not_touched_and_half_a_head_is_none() {
    let mut out = b"before".to_vec();
    let (head, body) = ("HTTP/1.1 200 OK\r\nx-a: 1\r\n\r\n", "x-b: 2\r\n\r\n");
    let len = respell(format!("{head}{body}").as_bytes(), &Names::default(), &[], &mut out);
    assert_eq!((len, &*out), (head.len(), &b"beforeHTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n"[..]));
    for half in ["", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\nx-a: 1\r\n"] {
        assert_eq!(respell(half.as_bytes(), &Names::default(), &[], &mut Vec::new()), 0);
    }
}

#[test]
fn names_that_differ_in_more_than_their_case_are_not_the_same() {
    let (lower, other) = ("aaaa~aaa-a_aaaaa", "AAAA^AAA-A_AAAAA");
    assert!(is_lower_of(lower.as_bytes(), lower.to_ascii_uppercase().as_bytes()));
    assert!(!is_lower_of(lower.as_bytes(), other.as_bytes()));
    assert!(!is_lower_of(b"x-evotor-user-id", b"x_evotor_user_id"));
}

proptest! {
    #[test]
    fn no_line_is_lost_made_or_changed_but_in_the_casing_of_its_name(
        fields in prop::collection::vec(("[a-d]{1,2}", "[ -~]{0,6}"), 0..12),
        names in prop::collection::vec("[a-dA-D]{1,2}", 0..12),
    ) {
        let head: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let told = respelled(&format!("GET / HTTP/1.1\r\n{head}\r\n"), &names, &[]);
        let sorted = |text: &str| {
            let mut lines: Vec<String> = text.split("\r\n").map(|line| {
                let (name, value) = line.split_once(": ").unwrap_or((line, ""));
                format!("{}: {value}", name.to_ascii_lowercase())
            }).collect();
            lines.sort();
            lines
        };
        prop_assert_eq!(sorted(&told), sorted(&format!("GET / HTTP/1.1\r\n{head}\r\n")));
        // Values of one name keep their order.
        for name in ["a", "b", "c", "d"] {
            let values = |text: &str| -> Vec<String> {
                text.split("\r\n").filter_map(|line| line.split_once(": "))
                    .filter(|(own, _)| own.eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.to_owned()).collect()
            };
            prop_assert_eq!(values(&told), values(&head));
        }
    }
}
