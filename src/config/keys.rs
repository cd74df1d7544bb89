//! Every key of `gateway.yaml` in one table: the reader refuses what is not in it, and the schema
//! is made from it.

mod certs;
mod fault;
mod webhooks;

pub(super) use certs::{CERTS, CERTS_CA};
pub(super) use fault::FAULT;
pub(super) use webhooks::{EVENTS, WEBHOOKS};

/// A map with known keys.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) about: &'static str,
    pub(super) keys: &'static [Key],
}

/// One key of a section.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) shape: Shape,
    pub(super) about: &'static str,
}

/// What may be written behind a key.
#[derive(Debug)]
pub(super) enum Shape {
    /// Any single value.
    Text,
    Flag,
    /// The format's version.
    Version,
    /// `auto` or a number.
    Workers,
    /// A whole number from 1.
    Count,
    /// A whole number.
    Whole,
    /// A number above 0, up to 1.
    Share,
    Address,
    Duration,
    /// A duration that may be written in days.
    Days,
    /// Whether `none` is a size as well.
    Size {
        none: bool,
    },
    Origin,
    Word(&'static [&'static str]),
    /// The word off, which older readers of YAML take for false.
    Off,
    Section(&'static Section),
    List(&'static Shape),
    /// A map whose keys are the user's: their shape, and that of the values.
    Dict(&'static Shape, &'static Shape),
    Either(&'static [Shape]),
}

use Shape::{
    Address, Count, Days, Dict, Duration, Either, Flag, List, Origin, Size, Text, Version, Word,
    Workers,
};

pub(super) const FILE: Section = Section {
    about: "Configuration of evotor-gateway.",
    keys: &[
        must("version", Version, "Version of this format: 1."),
        may("listen", Shape::Section(&LISTEN), "Where the gateway listens."),
        may("admin", Shape::Section(&ADMIN), "Who may use the console and the admin API."),
        may(
            "certs",
            Either(&[Text, Shape::Section(&CERTS)]),
            "Folder of the local CA, made on first start, and of NAME.pem with NAME.key.pem served \
             for SNI NAME. Default ./certs.",
        ),
        may(
            "state",
            Text,
            "Where learned state is kept: sqlite:PATH, memory: or postgres://… \
             Default sqlite:./data/gateway.db.",
        ),
        may(
            "fidelity",
            Word(&["loose", "strict"]),
            "What strict refuses, loose lets through and flags. Default loose.",
        ),
        may("users", List(&Shape::Section(&USER)), "The simulated world: users own stores."),
        may("apps", List(&Shape::Section(&APP)), "The apps of the developer portal."),
        may("terminal", Shape::Section(&TERMINAL), "Who is calling when the request does not say."),
        may("workers", Workers, "Worker threads; auto is one per usable core. Default auto."),
        may("limits", Shape::Section(&LIMITS), "Bounds on time and size."),
        may(
            "partner_ca",
            List(&Text),
            "PEM files of further authorities that partners' certificates may come from.",
        ),
        may(
            "cors",
            List(&Text),
            "Origins of pages that may call the clouds' APIs: loopback for this machine's, \"*\" for \
             all. Default [loopback].",
        ),
        may("retry", Shape::Section(&RETRY), "How webhooks are repeated."),
        may(
            "asna",
            Shape::Section(&ASNA),
            "The simulated ASNA: who may call it, and how it works.",
        ),
        may("journal", Shape::Section(&JOURNAL), "What is kept of every exchange for the console."),
        may(
            "faults",
            List(&Shape::Section(&FAULT)),
            "Faults made on purpose, to see how an app or a service bears them.",
        ),
        may(
            "diagnostic_headers",
            Flag,
            "Adds Via, traceparent and X-Request-Id toward the partner. Default false.",
        ),
    ],
};

pub(super) const LISTEN: Section = Section {
    about: "Listening addresses: IP:PORT; a bare port means 127.0.0.1, port 0 a free one.",
    keys: &[
        may("http", Address, "Terminal apps, plaintext. Default 127.0.0.1:80."),
        may("https", Address, "Terminal apps, TLS. Default 127.0.0.1:443."),
        may("admin", Address, "Console and admin API. Default 127.0.0.1:4040."),
    ],
};

pub(super) const ADMIN: Section = Section {
    about: "Who may use the console and the admin API.",
    keys: &[
        may(
            "token",
            SECRET,
            "Asked of everybody; auto makes one at each start and prints a link that signs a browser \
             in once. Where listen.admin is not on loopback there must be one.",
        ),
        may(
            "hosts",
            List(&Text),
            "Names that the console is called by, besides localhost and IP addresses.",
        ),
    ],
};

pub(super) const USER: Section = Section {
    about: "A user of Evotor Cloud, the owner of stores.",
    keys: &[
        must("id", Text, "Such as 01-000000000000001."),
        may("stores", List(&Shape::Section(&STORE)), "The user's stores."),
    ],
};

pub(super) const STORE: Section = Section {
    about: "A store.",
    keys: &[
        must("uuid", Text, "Such as 20240105-1A2B-40C3-80D4-E5F60718293A."),
        may("name", Text, "Name for people."),
        may("address", Text, "Postal address."),
        may("devices", List(&Shape::Section(&DEVICE)), "The store's smart-terminals."),
        may("employees", List(&Shape::Section(&EMPLOYEE)), "Who works there."),
    ],
};

pub(super) const DEVICE: Section = Section {
    about: "A smart-terminal.",
    keys: &[
        must("uuid", Text, "Such as 20240105-9F8E-407D-80C6-B5A493827160."),
        may("name", Text, "Name for people."),
        may("imei", Text, "The 15 digits, where known."),
    ],
};

pub(super) const EMPLOYEE: Section = Section {
    about: "A store's employee.",
    keys: &[
        must("uuid", Text, "Such as 20240106-44AA-40BB-80CC-DDEEFF001122."),
        may("name", Text, "First name."),
        may("last_name", Text, "Family name. Default: follows from the uuid."),
        may("patronymic_name", Text, "After the father. Default: follows from the uuid."),
        may("phone", Count, "Digits only. Default: follows from the uuid."),
        may("role", Word(ROLES), "Default CASHIER."),
    ],
};

pub(super) const APP: Section = Section {
    about: "An app of the developer portal.",
    keys: &[
        must("id", Text, "The app's uuid on the portal."),
        may("name", Text, "Short name for people and for --app. Default: the id."),
        may("proxy", Word(&["v1", "v2"]), "Version of the vendor's proxy. Default v2."),
        may(
            "envelope",
            Word(&["wrap", "require", "unwrap"]),
            "v1 only. wrap makes {status, body} of what is not one, require refuses it, unwrap \
             turns one into a plain response. Default wrap.",
        ),
        may("base_url", Text, "v1 only. Where a request that names the gateway itself goes."),
        may(
            "allow_origins",
            Either(&[Word(&["any"]), List(&Text)]),
            "With base_url only. Web pages, by origin, that may make such requests from a browser. \
             Default: none but the gateway's own.",
        ),
        may(
            "allow",
            List(&Text),
            "java.util.regex patterns, matched whole against scheme://host/path?query.",
        ),
        may(
            "keep",
            List(&Text),
            "The app's own headers that reach the partner although their names are a terminal's.",
        ),
        may(
            "authorization",
            Either(&[Word(&["user_token"]), Shape::Section(&CREDENTIAL)]),
            "The Authorization the partner receives. Default user_token.",
        ),
        may(
            "tokens",
            Dict(&Text, &SECRET),
            "User tokens known in advance, by user id; others are learned.",
        ),
        may(
            "installed_by",
            Either(&[Word(&["all"]), List(&Text)]),
            "Users who have the app, all or by id. Default all.",
        ),
        may(
            "upstreams",
            Dict(&Origin, &Either(&[Origin, Shape::Section(&UPSTREAM)])),
            "Where requests for an origin really go; without an entry, to the URL's own host.",
        ),
        may("webhooks", Shape::Section(&WEBHOOKS), "The partner's side of the webhooks."),
    ],
};

pub(super) const UPSTREAM: Section = Section {
    about: "Where requests for one origin really go.",
    keys: &[
        must("url", Origin, "scheme://host[:port]."),
        may(
            "host",
            Word(&["app", "upstream"]),
            "Whether Host is the app's URL's or the upstream's. Default app.",
        ),
        may("insecure", Flag, "Takes the partner's certificate unseen. Default false."),
    ],
};

pub(super) const CREDENTIAL: Section = Section {
    about: "One way to authorise.",
    keys: &[
        may("bearer", SECRET, "Sent as: Bearer and this token."),
        may("raw", SECRET, "Sent as it stands."),
        may("basic", Shape::Section(&BASIC), "Login and password."),
    ],
};

pub(super) const BASIC: Section = Section {
    about: "Login and password.",
    keys: &[must("login", Text, "Without a colon."), must("password", SECRET, "The password.")],
};

pub(super) const SECRET_FILE: Section = Section {
    about: "A secret kept in a file of its own.",
    keys: &[must("file", Text, "Path, from the folder of gateway.yaml.")],
};

pub(super) const RETRY: Section = Section {
    about: "How webhooks are repeated until the partner answers 200.",
    keys: &[
        may("timeout", Days, "How long an answer may take. Default 10s."),
        may(
            "notifications",
            List(&Days),
            "Pauses between the attempts of a notification. Default [10s, 1m, 5m, 15m, 1h, 6h, 1d].",
        ),
        may(
            "events_every",
            Days,
            "Pause between the attempts of subscription and installation events. Default 1m.",
        ),
        may("events_for", Days, "How long such an event is repeated. Default 3d."),
        may(
            "in_order",
            Flag,
            "Whether a message that fails holds back the later ones of the same app and user. \
             Default false.",
        ),
        may("parallel", Count, "How many messages are sent at a time. Default 64."),
    ],
};

pub(super) const JOURNAL: Section = Section {
    about: "What is kept of every exchange for the console.",
    keys: &[
        may("enabled", Flag, "Whether exchanges are recorded at all. Default true."),
        may(
            "body",
            Size { none: false },
            "How much is kept of each body; of a longer one also size and hash. Default 64KiB.",
        ),
        may("size", Size { none: false }, "Bound of the database; the oldest go. Default 512MiB."),
        may("age", Days, "Older exchanges are dropped. Default 7d."),
    ],
};

pub(super) const ASNA: Section = Section {
    about: "The simulated ASNA: who may call it, and how it works.",
    keys: &[
        may("clients", List(&Shape::Section(&ASNA_CLIENT)), "Who gets tokens."),
        may("processing", Days, "How long a package is processed. Default 1s."),
        may(
            "issuer",
            Text,
            "URL of the token service, as tokens name it. Default https://sso.asna.cloud:5000.",
        ),
        may(
            "retry",
            List(&Days),
            "Pauses between the attempts of a webhook. Default [1s, 5s, 30s].",
        ),
        may(
            "notify_errors",
            Flag,
            "Whether a package that could not be processed is reported as well. Default false.",
        ),
        may("rate", Count, "Calls of one client, a minute. Default 6000."),
        may(
            "schemas",
            Dict(&Word(ASNA_SCHEMAS), &Text),
            "Files with the JSON Schema of a package, in place of the built-in one.",
        ),
    ],
};

pub(super) const ASNA_CLIENT: Section = Section {
    about: "A client of ASNA's API.",
    keys: &[
        must("id", Text, "The client_id, a GUID of ASNA's directory."),
        must("secret", SECRET, "The client_secret."),
        may("webhook_key", SECRET, "Signs webhooks. Default: one is made up and kept."),
        may("stores", List(&Text), "GUIDs of the pharmacies and legal entities it may act for."),
    ],
};

pub(super) const TERMINAL: Section = Section {
    about: "Who is calling when the request does not say.",
    keys: &[
        may("default_app", Text, "Name or id of an app. With a single app it is that app."),
        may("default_device", Text, "Uuid or IMEI. With a single device it is that device."),
    ],
};

pub(super) const LIMITS: Section = Section {
    about: "Bounds on time and size.",
    keys: &[
        may("head_timeout", Duration, "From a head's first byte to its end. Default 10s."),
        may("body_timeout", Duration, "Between two pieces of a body. Default 30s."),
        may("connect_timeout", Duration, "For connecting, TLS included. Default 5s."),
        may("response_timeout", Duration, "From request to the answer's head. Default 30s."),
        may("max_head", Size { none: false }, "Bytes of a request head. Default 64KiB."),
        may("max_body", Size { none: true }, "Bytes of a request body. Default none."),
        may("max_connections", Count, "Connections from apps, together. Default 10000."),
        may("drain", Duration, "How long a shutdown waits for exchanges. Default 10s."),
        may(
            "api_rate",
            Count,
            "Calls of one address of Evotor's API with one token, a minute. Default 1000.",
        ),
    ],
};

pub(super) const ROLES: &[&str] = &["ADMIN", "CASHIER", "MANUAL"];

/// The packages that have a schema (asna.md, section 6.2).
pub(super) const ASNA_SCHEMAS: &[&str] = &["stocks", "preorders", "orders", "transactions"];

/// Whether a key of this name is known anywhere in the file.
pub(super) fn is_known(name: &str) -> bool {
    let sections = [
        &FILE,
        &LISTEN,
        &ADMIN,
        &USER,
        &STORE,
        &DEVICE,
        &EMPLOYEE,
        &APP,
        &UPSTREAM,
        &CREDENTIAL,
        &BASIC,
        &SECRET_FILE,
        &CERTS,
        &CERTS_CA,
        &WEBHOOKS,
        &RETRY,
        &JOURNAL,
        &ASNA,
        &ASNA_CLIENT,
        &TERMINAL,
        &LIMITS,
        &FAULT,
    ];
    sections.iter().any(|section| section.keys.iter().any(|key| key.name == name))
}

const SECRET: Shape = Either(&[Text, Shape::Section(&SECRET_FILE)]);

pub(super) const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, required: true, shape, about }
}

pub(super) const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, required: false, shape, about }
}
