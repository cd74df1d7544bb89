//! Bodies from files, whose bytes a partner gets.

use std::fs;

use super::stage::Desk;

#[test]
fn a_file_is_sent_byte_for_byte_and_a_change_leaves_the_rest_of_it() {
    let desk = Desk::start();
    let file = desk.gateway.path().join("body.json");
    let text = "\u{feff} { \"n\" : 12345678901234567890123.50, \"z\":1e3, \"a\":1.0,\r\n\t\"z\": -0,\
                \"s\":\"\\u0416\\/\", \"o\":{\"b\":[1.10,2E+2 ]}}\n\n";
    let sent = |text: &str, args: &[&str]| {
        fs::write(&file, text).unwrap();
        let before = desk.partner.requests().len();
        let all = [&["trigger", "user.token", "--wait", "--file", file.to_str().unwrap()], args];
        desk.say(&all.concat()).expect("it is sent", 0);
        String::from_utf8(desk.partner.wait(before + 1)[before].body.content.clone()).unwrap()
    };
    assert_eq!(sent(text, &[]), text);
    for text in ["[]", " 1e400\n", "\"\\ud800\"", "{\"a\":1,\"a\":1}"] {
        assert_eq!(sent(text, &[]), text);
    }
    let changed = sent(text, &["--set", "o.b.0=7.00", "--set", "new=1E5", "--unset", "s"]);
    let expected = text
        .replace("1.10", "7.00")
        .replace("2E+2 ]}}", "2E+2 ]},\"new\":1E5}")
        .replace("\"s\":\"\\u0416\\/\", ", "");
    assert_eq!(changed, expected);
    assert_eq!(sent(text, &["--invalid", "a"]), text.replace("1.0,", "\"invalid\","));
}
