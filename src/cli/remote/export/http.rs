//! A request as editors keep it in `.http` files.

use super::super::client::Client;
use super::outgoing::{Content, Outgoing};

/// With its separator before it, so that several can stand in one file.
pub(super) fn request(request: &Outgoing, client: &Client) -> String {
    let Outgoing { id, method, url, fields, content, href, .. } = request;
    let mut text = format!("### exchange {id}\n");
    let file = format!("exchange-{id}.bin");
    if matches!(content, Content::Bytes(_)) {
        text.push_str(&format!("# curl -o {file} {}\n", client.url(href)));
    }
    text.push_str(&format!("{method} {url} HTTP/1.1\n"));
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\n"));
    }
    match content {
        Content::None => {}
        Content::Text(body) => text.push_str(&format!("\n{}\n", body.trim_end_matches('\n'))),
        Content::Bytes(_) => text.push_str(&format!("\n< ./{file}\n")),
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::outgoing::sample;
    use super::*;

    #[test]
    fn a_text_stands_below_the_fields_and_bytes_come_from_a_file() {
        let client = Client::of("127.0.0.1:1".to_owned(), None);
        let sent = sample(&[("X-A", "b")], Content::Text("{}".into()));
        let wanted = "### exchange 1\nPOST http://127.0.0.1:9/a HTTP/1.1\nX-A: b\n\n{}\n\n";
        assert_eq!(request(&sent, &client), wanted);
        let sent = request(&sample(&[], Content::Bytes(vec![0])), &client);
        assert!(sent.contains("# curl -o exchange-1.bin http://127.0.0.1:1"), "{sent}");
        assert!(sent.ends_with("\n\n< ./exchange-1.bin\n\n"), "{sent}");
    }
}
