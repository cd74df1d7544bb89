-- What was made, changed and removed of the world at run time, over gateway.yaml. `id` is in the case
-- that makes it comparable; `made` is when it was made, NULL where the file's own was changed; `form`
-- is JSON, NULL where it was removed.
CREATE TABLE world (
    seq  INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'store', 'device', 'employee', 'app')),
    id   TEXT NOT NULL,
    made INTEGER,
    form TEXT,
    UNIQUE (kind, id)
) STRICT;

-- The delivery whose answer brought the token.
ALTER TABLE user_token ADD COLUMN delivery TEXT;
