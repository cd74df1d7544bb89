-- Single values: how far the clock is wound.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The partner's tokens of users. App ids are in lower case in every table.
CREATE TABLE user_token (
    app     TEXT NOT NULL,
    user    TEXT NOT NULL,
    token   TEXT NOT NULL,
    source  TEXT NOT NULL,
    learned INTEGER NOT NULL,
    PRIMARY KEY (app, user)
) STRICT, WITHOUT ROWID;

-- The cloud's own tokens, handed to partners by user/token.
CREATE TABLE cloud_token (
    app    TEXT NOT NULL,
    user   TEXT NOT NULL,
    token  TEXT NOT NULL UNIQUE,
    issued INTEGER NOT NULL,
    PRIMARY KEY (app, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE installation (
    app       TEXT NOT NULL,
    user      TEXT NOT NULL,
    installed INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    PRIMARY KEY (app, user)
) STRICT, WITHOUT ROWID;

-- The present subscription of an app and user, as JSON.
CREATE TABLE subscription (
    app   TEXT NOT NULL,
    user  TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (app, user)
) STRICT, WITHOUT ROWID;

-- The outbox: what is to be sent and what became of it. Times are milliseconds since 1970.
CREATE TABLE delivery (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    app      TEXT NOT NULL,
    user     TEXT NOT NULL,
    event    TEXT NOT NULL,
    class    TEXT NOT NULL CHECK (class IN ('request', 'lifecycle', 'notification')),
    method   TEXT NOT NULL,
    url      TEXT NOT NULL,
    fields   TEXT NOT NULL,
    body     BLOB,
    state    TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'delivered', 'failed')),
    created  INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    begun    INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    tries    INTEGER NOT NULL DEFAULT 0,
    ended    INTEGER
) STRICT;

CREATE INDEX delivery_queued ON delivery (due, seq, app, user, tries) WHERE state = 'queued';
CREATE INDEX delivery_failed ON delivery (created) WHERE state = 'failed';
CREATE INDEX delivery_ended ON delivery (ended) WHERE ended IS NOT NULL;

CREATE TABLE attempt (
    delivery INTEGER NOT NULL REFERENCES delivery (seq) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    took     INTEGER NOT NULL,
    status   INTEGER,
    failure  TEXT,
    verdict  TEXT NOT NULL,
    findings TEXT NOT NULL,
    kind     TEXT,
    answer   BLOB,
    PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;
