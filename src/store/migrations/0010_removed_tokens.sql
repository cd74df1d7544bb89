-- Tokens of users that were removed by hand and can be brought back. `at` is when; `written` is what the
-- app's entry had, and `learned` the row of `user_token`, as JSON; NULL where there was none.
CREATE TABLE removed_token (
    app     TEXT NOT NULL,
    user    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    written TEXT,
    learned TEXT,
    PRIMARY KEY (app, user)
) STRICT;
