//! How near the proxy is to the vendor's.

use crate::model::fidelity::{Kind, Row};

const fn same(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    Row { plane: "proxy", behaviour, kind: Kind::Same, strict: "", source, year }
}

const fn chosen(behaviour: &'static str, strict: &'static str) -> Row {
    Row { plane: "proxy", behaviour, kind: Kind::Chosen, strict, source: "", year: 0 }
}

const fn unknown(behaviour: &'static str) -> Row {
    Row { plane: "proxy", behaviour, kind: Kind::Unknown, strict: "", source: "", year: 0 }
}

const PAGE: &str = "the vendor's page on messages to a partner's service";

/// The proxy's rows.
pub const FIDELITY: &[Row] = &[
    same(
        "The terminal's headers are removed: X-Device-ID, X-Device-IMEI, X-User-ID, X-Signed-Url, X-Shop-UUID, X-Device-Salt, X-Device-Algorithm, X-Device-Date, X-Secret-Device-ID, X-OAuth-Client-ID, X-Device-UUID, X-Evotor-*, Expect, Host, Transfer-Encoding.",
        PAGE,
        2018,
    ),
    same("X-Evotor-Store-Uuid, X-Evotor-Device-UUID and X-Evotor-User-Id are added.", PAGE, 2018),
    same("Authorization is Bearer with the user's token that the partner gave.", PAGE, 2018),
    same("GET, POST, PUT and DELETE pass, others are refused.", PAGE, 2018),
    same("Ports 80 and 443 only; no WebSocket.", PAGE, 2018),
    same("An app may not call the cloud's own API through the proxy.", PAGE, 2018),
    same("Rules are Java regular expressions over the URL with its query.", PAGE, 2018),
    same("A partner of a v1 app answers {status, body}.", PAGE, 2018),
    chosen("A rule must match the whole URL (matches, not find).", ""),
    chosen(
        "Rules that can backtrack share 1,000,000 steps for each request; a URL that takes more is refused (url_not_allowed), and the first rule that did not come to an end is named.",
        "",
    ),
    chosen(
        "Where a v1 app has a base_url, what a browser sends for a page of another origin (Origin, Sec-Fetch-Site) is refused: misdirected_request. allow_origins lists exceptions. Requests to a partner's own name that leads to the gateway have no such check: a web view in an app sends the same fields.",
        "",
    ),
    chosen(
        "Scheme and host are matched in lower case, a default port is left out, path and query as sent.",
        "",
    ),
    chosen("An answer of a v1 app that is not {status, body} is wrapped.", ""),
    chosen(
        "An answer of a v1 app has 32 MiB at most, one that is packed 8 MiB packed and unpacked, its envelope 48 MiB. A longer one is an error (v1_envelope_invalid), never cut.",
        "",
    ),
    chosen(
        "For a v1 app gzip (all members), deflate (also without zlib's wrapping) and br are undone, up to four of them. An answer that ends early, is damaged, goes on after its end or is packed otherwise is an error (v1_envelope_invalid).",
        "",
    ),
    chosen(
        "An answer of a v1 app is read in the characters that a byte order mark, its Content-Type or its XML declaration tells (windows-1251, koi8-r and others) and sent to the app in UTF-8, without the mark. JSON that is UTF-8 stays UTF-8; what is not in the characters that it tells is sent in base64.",
        "",
    ),
    chosen(
        "UTF-8 that would more than double in a JSON string, mostly control characters, is sent to a v1 app in base64.",
        "",
    ),
    chosen(
        "Every X-Device-* and the other spellings of these names (X_Device_Id) are removed; `keep` exempts one.",
        "",
    ),
    chosen(
        "A request without a known token goes on without Authorization, with a warning.",
        "It is refused: token_missing.",
    ),
    chosen(
        "Refusals are problem documents with X-Gateway-Error; names, statuses and texts are this program's.",
        "",
    ),
    chosen(
        "X-Gateway-Error and X-Gateway-Fault of a partner, in any spelling, are removed from its answer: only the gateway's own answers have them.",
        "",
    ),
    chosen(
        "Toward an HTTP/1.1 partner the names of fields are written as the app wrote them, in its order, repeated ones in their places. Behind them stand X-Evotor-Store-Uuid, X-Evotor-Device-UUID, X-Evotor-User-Id and Authorization, spelled so. The answer's names reach an HTTP/1.1 app as the partner wrote them.",
        "",
    ),
    chosen(
        "Names of a peer that speaks HTTP/2 are written in Title-Case over HTTP/1.1. Toward HTTP/2 names are in lower case and the order of fields is not kept.",
        "",
    ),
    chosen("A POST or PUT without content has Content-Length: 0.", ""),
    chosen("A target that two parsers could read differently is refused.", ""),
    chosen(
        "| ^ { } [ ] and the backtick in path and query, which OkHttp and HttpURLConnection leave raw, and a path that begins with // arrive as they were sent, with a note on the exchange; a partner that speaks HTTP/2 gets a backtick in the path over HTTP/1.1. From an app over HTTP/2 a backtick in the path resets the stream: the library that reads heads refuses it.",
        "They are refused: bad_target.",
    ),
    chosen(
        "CONNECT goes by its target: Host may be absent, empty, the proxy's own, another or repeated with one value (RFC 9112, section 3.2.2, by analogy). Of a target that is an address the server name of the TLS handshake counts for certificate, rule and upstream, over plain HTTP the Host; a tunnel to a name with another server name is refused (bad_target).",
        "",
    ),
    chosen(
        "Plain HTTP in a tunnel to port 80 is served as http://host; in a tunnel to another port, and on the TLS listener, it is refused in readable HTTP (bad_request).",
        "",
    ),
    chosen(
        "TLS 1.2 and 1.3 with ECDHE and AES-GCM or ChaCha20; RSA certificates for clients that take nothing else; no TLS 1.0, TLS 1.1 or CBC. A failed handshake is an exchange with the method TLS.",
        "",
    ),
    same(
        "The media types application/x-www-form-urlencoded, application/json, application/xml, text/*, image/* and multipart/form-data are guaranteed. A body of another one passes here, with a note on the exchange; in strict it is a finding too.",
        PAGE,
        2018,
    ),
    same(
        "A partner is not in the terminal's own network. A rule or URL whose host is this machine, a private address or a name without a dot works here: check and the exchange say that the cloud does not reach it.",
        PAGE,
        2018,
    ),
    chosen(
        "Over HTTP/2 a #fragment in :path is dropped, and :scheme without :authority is not looked at: the library that reads heads hands on neither. Over HTTP/1 a fragment is refused.",
        "",
    ),
    chosen(
        "HEAD and other methods that are refused get 405, HEAD without content; the connection stays open unless content was left unread.",
        "",
    ),
    chosen(
        "The app is named by X-OAuth-Client-ID, a proxy user name or gateway.yaml; the device by X-Device-UUID, X-Device-ID, X-Device-IMEI, a proxy password or gateway.yaml.",
        "",
    ),
    chosen("One of these headers without a value counts as absent.", ""),
    chosen(
        "`authorization` of an app sends one token for all users, as the portal's option of 2026 does.",
        "",
    ),
    chosen(
        "A request straight to api.evotor.ru that carries a token and nothing of a terminal is a partner's call; through a proxy, in a tunnel too, it is one with a valid cloud token.",
        "",
    ),
    chosen(
        "The cloud has no `exec`: below it each runtime's usual client is led through the gateway and trusts it, by variables, a trust store for Java and a file for PHP; what the user had set stays beside them.",
        "",
    ),
    chosen(
        "The cloud shows nobody its exchanges: `show`, `replay`, `diff`, `export` and `verify` wait up to two seconds for one that has just ended; exchanges of a HAR come in whatever their age; the console's API is docs/openapi.json, the vendor has none like it.",
        "",
    ),
    unknown("How a terminal carries a request to the cloud, and its signature."),
    unknown("Limits of size and time of the real proxy."),
    unknown(
        "Whether the circuit breaker of an unpublished text (20 s, 50 %, 10 s) exists; there is none here.",
    ),
    unknown("The response header X-Market-request of a withdrawn draft; it is not sent."),
];
