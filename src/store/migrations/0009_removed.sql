-- What was removed from the world and can be brought back. `act` is the same for what went together;
-- `at` is when, NULL where that is not known; `change` is the row that `world` had of it, as JSON;
-- `entry` is what it was like, and `facts` holds the rows of other tables that went with it.
CREATE TABLE removed (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    act    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    at     INTEGER,
    change TEXT,
    entry  TEXT NOT NULL,
    facts  TEXT NOT NULL,
    UNIQUE (kind, id)
) STRICT;

INSERT INTO removed (act, kind, id, entry, facts)
    SELECT seq, kind, id, '{}', '{}' FROM world WHERE form IS NULL;
