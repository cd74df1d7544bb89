-- Products and groups of the stores, in the order they were made. `form` is JSON; `id` and `store`
-- are in the case that makes them comparable, lower and upper.
CREATE TABLE product (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    user    TEXT NOT NULL,
    store   TEXT NOT NULL,
    id      TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('product', 'group')),
    form    TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (user, store, id)
) STRICT;

CREATE INDEX product_listed ON product (user, store, kind, seq);

-- Employees made over the API; those of the file are not here. `id` is in upper case.
CREATE TABLE employee (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    user    TEXT NOT NULL,
    id      TEXT NOT NULL,
    form    TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (user, id)
) STRICT;

-- What goes on for a while: bulk changes and push notifications of an app and user.
CREATE TABLE task (
    id      TEXT PRIMARY KEY,
    app     TEXT NOT NULL,
    user    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    form    TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
