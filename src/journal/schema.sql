CREATE TABLE exchange (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What was numbered while it was under way is recorded after others with larger numbers.
    seq INTEGER NOT NULL,
    plane INTEGER NOT NULL,
    at INTEGER NOT NULL,
    took INTEGER NOT NULL,
    app TEXT,
    user TEXT,
    store TEXT,
    device TEXT,
    device_name TEXT,
    method TEXT NOT NULL,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    url TEXT NOT NULL,
    status INTEGER,
    code TEXT,
    culprit TEXT,
    why TEXT,
    rule INTEGER,
    event TEXT,
    delivery TEXT,
    attempt INTEGER,
    verdict TEXT,
    replay_of INTEGER,
    replay_as TEXT,
    faults TEXT,
    sent_bytes INTEGER NOT NULL,
    answer_bytes INTEGER NOT NULL,
    answer_type TEXT,
    size INTEGER NOT NULL,
    imported INTEGER NOT NULL,
    -- Of a person who looked at it.
    starred INTEGER NOT NULL,
    comment TEXT
);
CREATE INDEX exchange_at ON exchange (at);
CREATE INDEX exchange_seq ON exchange (seq);
CREATE INDEX exchange_delivery ON exchange (delivery) WHERE delivery IS NOT NULL;

-- Apart from the rows that searches read through.
CREATE TABLE particulars (
    exchange INTEGER PRIMARY KEY,
    json TEXT NOT NULL
);
CREATE TABLE stage (
    exchange INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 BLOB,
    broken INTEGER NOT NULL,
    head BLOB NOT NULL,
    body BLOB,
    PRIMARY KEY (exchange, stage)
);
CREATE VIRTUAL TABLE words USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
