-- The simulated ASNA. Ids of clients and stores are in lower case; times are milliseconds since 1970.

-- What signs tokens: PKCS#8.
CREATE TABLE asna_key (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    body BLOB NOT NULL,
    made INTEGER NOT NULL
) STRICT;

-- What webhooks are signed with, of clients whose key gateway.yaml does not name.
CREATE TABLE asna_secret (
    owner  TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is told of what: `client` as it was registered, `target` the same in lower case.
CREATE TABLE asna_subscription (
    owner  TEXT NOT NULL,
    event  TEXT NOT NULL,
    target TEXT NOT NULL,
    client TEXT NOT NULL,
    url    TEXT NOT NULL,
    made   INTEGER NOT NULL,
    PRIMARY KEY (event, target, owner)
) STRICT, WITHOUT ROWID;

-- Packages of data. What is in one takes effect when it ends; `content` is emptied then.
CREATE TABLE asna_package (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    message  TEXT NOT NULL UNIQUE,
    owner    TEXT NOT NULL,
    target   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    scope    TEXT NOT NULL CHECK (scope IN ('all', 'changes', 'none')),
    failed   INTEGER NOT NULL,
    received INTEGER NOT NULL,
    began    INTEGER NOT NULL,
    ended    INTEGER NOT NULL,
    applied  INTEGER NOT NULL DEFAULT 0,
    content  TEXT
) STRICT;

CREATE INDEX asna_package_open ON asna_package (target, kind, ended) WHERE applied = 0;

-- What packages have left: stocks, price lists, the parts of orders.
CREATE TABLE asna_row (
    target  TEXT NOT NULL,
    part    TEXT NOT NULL,
    name    TEXT NOT NULL,
    content TEXT NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (target, part, name)
) STRICT, WITHOUT ROWID;
