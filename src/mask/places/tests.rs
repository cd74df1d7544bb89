use std::time::{Duration, Instant};

use crate::mask::Masker;

fn masked(text: &str) -> String {
    Masker::new([]).text(text).into_owned()
}

#[test]
fn json_keeps_all_but_its_secrets() {
    for (text, shown) in [
        (r#"{"token":"0123456789"}"#, r#"{"token":"••••6789"}"#),
        ("{ \"a\" : {\"Password\"\n: \"x\\\"y\" } }", "{ \"a\" : {\"Password\"\n: \"••••\" } }"),
        (r#"{"token":12345678,"a":1}"#, r#"{"token":••••5678,"a":1}"#),
        (r#"{"token":null,"secret":false}"#, r#"{"token":null,"secret":false}"#),
        (
            r#"{"tokens":["abc",{"id":"x"}],"a":"b"}"#,
            r#"{"tokens":["••••",{"id":"••••"}],"a":"b"}"#,
        ),
        (
            r#"{"b":"{\"token\":\"0123456789\",\"a\":1}"}"#,
            r#"{"b":"{\"token\":\"••••6789\",\"a\":1}"}"#,
        ),
        (r#"{"пароль":"секрет"}"#, r#"{"пароль":"••••"}"#),
        (r#"{"authorization":"Bearer 0123456789"}"#, r#"{"authorization":"Bearer ••••6789"}"#),
        (r#"{"url":"https://a.ru/?token=abc&x=1"}"#, r#"{"url":"https://a.ru/?token=••••&x=1"}"#),
        (r#"{"code":"0123456789","key":"a"}"#, r#"{"code":"0123456789","key":"a"}"#),
        (r#"{"token":"a\\","x":"y"}"#, r#"{"token":"••••","x":"y"}"#),
    ] {
        assert_eq!(masked(text), shown, "{text}");
    }
}

#[test]
fn a_cut_text_is_masked_to_its_end() {
    assert_eq!(masked(r#"{"a":1,"token":"01234"#), r#"{"a":1,"token":"••••"#);
    assert_eq!(masked(r#"{"a":1,"tokens":["01234","5"#), r#"{"a":1,"tokens":["••••","••••"#);
    assert_eq!(masked("token=abc"), "token=••••");
    assert_eq!(masked("token="), "token=");
}

#[test]
fn forms_and_urls_keep_all_but_their_secrets() {
    for (text, shown) in [
        ("a=1&client_secret=0123456789&b=2", "a=1&client_secret=••••6789&b=2"),
        ("user[password]=x&a=1", "user[password]=••••&a=1"),
        ("user%5Bpassword%5D=x&a=1", "user%5Bpassword%5D=••••&a=1"),
        ("/p?refresh_token=abc#top", "/p?refresh_token=••••#top"),
        ("https://user:pa55@a.ru/b@c", "https://user:••••@a.ru/b@c"),
        ("https://0123456789@a.ru", "https://••••6789@a.ru"),
        ("/cb?state=1&code=0123456789", "/cb?state=1&code=••••6789"),
        ("/f?sig=0123456789&key=abc#top", "/f?sig=••••6789&key=••••#top"),
        (
            "/?u=https%3A%2F%2Fb%2F%3Fcode%3Dabc%26x%3D1&y=2",
            "/?u=https%3A%2F%2Fb%2F%3Fcode%3D••••%26x%3D1&y=2",
        ),
        (
            "/?u=https%3A%2F%2Fb%2F%3Ftoken%3Dabc%26x%3D1&y=2",
            "/?u=https%3A%2F%2Fb%2F%3Ftoken%3D••••%26x%3D1&y=2",
        ),
        ("/?q=%7B%22token%22%3A%22abc%22%7D", "/?q=%7B%22token%22%3A%22••••%22%7D"),
    ] {
        assert_eq!(masked(text), shown, "{text}");
    }
}

#[test]
fn xml_and_multipart_keep_all_but_their_secrets() {
    assert_eq!(
        masked("<a><s:token>0123456789</s:token></a>"),
        "<a><s:token>••••6789</s:token></a>"
    );
    assert_eq!(masked("<user token=\"abc\" id=\"1\"/>"), "<user token=\"••••\" id=\"1\"/>");
    let head = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n";
    let tail = "\r\n--b--\r\n";
    assert_eq!(masked(&format!("{head}0123456789{tail}")), format!("{head}••••6789{tail}"));
}

#[test]
fn running_text_stays_readable() {
    for text in [
        "Invalid token: expired at 12:30",
        "if (token == null) return",
        "token:",
        "the password is wrong",
        "<input name=\"password\" size=\"8\">\n\n<p>",
    ] {
        assert_eq!(masked(text), text);
    }
    assert_eq!(
        masked("Authorization: Bearer abc\r\nHost: a"),
        "Authorization: Bearer ••••\r\nHost: a"
    );
    assert_eq!(masked("token: 0123456789 x"), "token: ••••6789 x");
}

#[test]
fn hostile_texts_take_no_longer_than_others() {
    let parts = [
        "token:",
        "token=",
        "token%3D",
        "\"token\":[",
        "\"token\":\"\\",
        "\\",
        "://",
        "://@",
        "<token>",
        "name=\"",
        "form-data; name=\"token\"",
        "%3D",
        "%",
        " :",
        "=\\",
        "{\"token\":{",
        "'",
        "a",
        "ж=",
    ];
    let mut slowest = Duration::ZERO;
    for one in parts {
        for other in parts {
            let begin = Instant::now();
            masked(&format!("{one}{}", other.repeat(65_536 / other.len())));
            slowest = slowest.max(begin.elapsed());
        }
    }
    // What grows with the square of the text takes minutes here.
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
}
