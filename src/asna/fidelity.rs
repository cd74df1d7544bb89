//! How near this ASNA is to the real one, behaviour by behaviour (asna.md, section 8). What the check
//! of packages does has rows of its own, [`check::FIDELITY`](super::check::FIDELITY).

use crate::model::fidelity::{Kind, Row};

const PAGE: &str = "docs.asna.cloud/5.0.2/other";
const AUTHORIZE: &str = "docs.asna.cloud/5.0.2/authorize";
const INTRO: &str = "docs.asna.cloud/5.0/intro";
const CLIENTS: &str = "public clients and look-alike servers";

/// One row per behaviour.
pub const FIDELITY: &[Row] = &[
    same("A token is an RS256 JWT of 3600 s with the printed claims.", PAGE, 2021),
    same("Credentials go to POST /connect/token as a form.", AUTHORIZE, 2021),
    chosen(
        "POST to what lies below /connect/token is the token endpoint as well; the public client \
         posts to /connect/token/Token.",
        CLIENTS,
        2020,
    ),
    chosen(
        "Routes have no case and take a final slash, as ASP.NET Core's do.",
        "ASP.NET Core routing",
        2021,
    ),
    strict(
        "A doubled first slash is the same resource, with a note.",
        "404, with the reason.",
        CLIENTS,
    ),
    chosen(
        "Through a proxy, on any port: a request to ASNA's hosts with nothing of a terminal is a \
         call; refusals there have the envelope as well.",
        "",
        0,
    ),
    chosen(
        "A token's answer has access_token, expires_in, token_type and no scope; refused \
         credentials are 400 {\"error\": …} as IdentityServer4 says it.",
        CLIENTS,
        2020,
    ),
    chosen("Credentials may come as Basic as well.", "IdentityServer4", 2018),
    chosen("kid is the SHA-1 of the public key, not of a certificate.", "", 0),
    chosen(
        "The issuer is https://sso.asna.cloud:5000 unless asna.issuer says otherwise.",
        AUTHORIZE,
        2021,
    ),
    chosen(
        "Every client may edit, replace and view; 403 is for the ids of others only.",
        PAGE,
        2021,
    ),
    chosen("401, 403, 404, 405, 413 and 500 have the envelope of 400.", "", 0),
    same("Errors of 400 have the printed envelope, its members in this order.", PAGE, 2021),
    same("GET /v5/keys/webhooks gives {\"secret\": …}.", PAGE, 2021),
    chosen("The webhook key of a client stays the same at every call.", "", 0),
    same("A subscription is made with 201, changed with 200, deleted with 204.", PAGE, 2021),
    chosen("A second POST of a subscription replaces the first with 201.", "", 0),
    chosen("PUT of a subscription that is not there is 400, DELETE of one is 204.", "", 0),
    chosen("An unknown eventName is 400.", "", 0),
    chosen("A clientId is the client's own id or one of its stores; others are 403.", PAGE, 2021),
    same("Stocks: GET reads, POST replaces, PUT changes, DELETE clears.", INTRO, 2021),
    same("A package is answered 202 with Location.", PAGE, 2021),
    chosen("Location is absolute.", "", 0),
    chosen(
        "DELETE of stocks and price lists is a package too, 202, and nobody is told of it.",
        "",
        0,
    ),
    chosen(
        "A package takes effect when its processing ends; rows are told apart by prtId, by nnt and \
         supInn, by orderId, rowId, statusId.",
        CLIENTS,
        2020,
    ),
    chosen(
        "A package that passes its schema and has no rows, or a row without its key, ends as 3.",
        "",
        0,
    ),
    chosen("Stocks and price lists are read back as bare lists of rows.", CLIENTS, 2020),
    chosen(
        "Members that are null are left out of what is read back; application/x-json-full shows \
         them.",
        CLIENTS,
        2020,
    ),
    chosen(
        "Names of members have no case in packages, and are in camel case in answers, as \
         Newtonsoft.Json and ASP.NET have it.",
        CLIENTS,
        2020,
    ),
    strict(
        "since is empty, an ISO date or time, or what DateTime.ToString() writes: 01.04.2020 \
         9:05:00, 4/1/2020 9:05:00 AM; dots put the day first, slashes the month.",
        "400 for the last.",
        CLIENTS,
    ),
    chosen(
        "orders_exchanger keeps what it is sent; the site's own orders are not played.",
        CLIENTS,
        2020,
    ),
    same("statusId is 0, 1, 2 or 3 with the Russian text of the table.", PAGE, 2021),
    chosen("Processing takes asna.processing: half of it as 0, half of it as 1.", "", 0),
    same("An unknown messageId is 204.", PAGE, 2021),
    chosen("The status of the latest 10,000 packages is known.", "", 0),
    chosen("A messageId that is no GUID is 400; another client's is unknown.", "", 0),
    same("Dates have up to seven digits of a second and +00:00.", PAGE, 2021),
    chosen("Zeros at the end of a fraction are left out, as Newtonsoft.Json does it.", "", 0),
    same("X-Signature is sha256= and the HMAC-SHA256 of the body in upper-case hex.", PAGE, 2021),
    chosen(
        "The body is compact: only then it has the printed Content-Length; the printed signature \
         is of another key and is never made.",
        PAGE,
        2021,
    ),
    chosen("Webhooks are signed whether or not the key was ever fetched.", "", 0),
    chosen(
        "Subscribers are told when processing ends, of 2 only; of 3 with asna.notify_errors.",
        PAGE,
        2021,
    ),
    chosen(
        "Who is subscribed when a package comes is told of it, though unsubscribed since.",
        "",
        0,
    ),
    chosen("A 2xx takes a webhook; redirects are not followed.", "", 0),
    chosen(
        "A webhook that is not taken is sent again after asna.retry, 1 s, 5 s and 30 s, the same \
         bytes each time.",
        "",
        0,
    ),
    chosen("Validation wants a token, though the printed example has none.", PAGE, 2021),
    chosen("A schemaName outside the four is 400.", "", 0),
    chosen("Validation that finds nothing is 200 without a body.", PAGE, 2021),
    chosen("An upload is held against the same schema as the validation call.", PAGE, 2021),
    chosen("A media type is not asked for.", "", 0),
    chosen("A body of more than 30,000,000 bytes is 413, as ASP.NET Core has it.", "", 0),
    chosen(
        "429 is for a client with more than asna.rate calls, 6000, within a minute of the simulated \
         clock, tokens included; ASNA counts by IP address, and here all have one. Who is not \
         known is 401 or invalid_client, never 429. There is no Retry-After.",
        PAGE,
        2021,
    ),
    unknown("How many calls of which time are too many."),
    unknown("references, assortment_plan and the transactions package."),
];

const fn same(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    row(behaviour, Kind::Same, source, year)
}

const fn chosen(behaviour: &'static str, source: &'static str, year: u16) -> Row {
    row(behaviour, Kind::Chosen, source, year)
}

const fn strict(behaviour: &'static str, strict: &'static str, source: &'static str) -> Row {
    Row { strict, ..row(behaviour, Kind::Chosen, source, 2020) }
}

const fn unknown(behaviour: &'static str) -> Row {
    row(behaviour, Kind::Unknown, "", 0)
}

const fn row(behaviour: &'static str, kind: Kind, source: &'static str, year: u16) -> Row {
    Row { plane: "asna", behaviour, kind, strict: "", source, year }
}
