-- Documents of the simulated terminals, in the versions that are known of each. Times are
-- milliseconds since 1970.
CREATE TABLE paper (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    id     TEXT NOT NULL,
    user   TEXT NOT NULL,
    store  TEXT NOT NULL,
    device TEXT NOT NULL,
    kind   TEXT NOT NULL,
    number INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    -- What it was made from, and the document that it undoes.
    seed   INTEGER,
    base   TEXT,
    second TEXT,
    first  TEXT,
    UNIQUE (user, id)
) STRICT;

CREATE INDEX paper_store ON paper (store, closed, seq);
CREATE INDEX paper_device ON paper (device, closed, seq);
CREATE INDEX paper_base ON paper (base) WHERE base IS NOT NULL;

-- Where each simulated terminal stands: its last numbers, its open shift if it has one, and what
-- that has taken. Sums are whole rubles.
CREATE TABLE till (
    device  TEXT PRIMARY KEY,
    number  INTEGER NOT NULL,
    shift   INTEGER NOT NULL,
    session TEXT,
    revenue INTEGER NOT NULL,
    drawer  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
