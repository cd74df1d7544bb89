-- Schemes and extra fields of products, of an app in a user's store. `store` is in upper case, `id` and
-- `product` in lower; `product` is whose field it is, NULL of a scheme; `form` is JSON.
CREATE TABLE product_extra (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    app     TEXT NOT NULL,
    user    TEXT NOT NULL,
    store   TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('scheme', 'extra')),
    id      TEXT NOT NULL,
    product TEXT,
    form    TEXT NOT NULL,
    UNIQUE (app, user, store, kind, id)
) STRICT;

CREATE INDEX product_extra_of ON product_extra (user, store, product) WHERE product IS NOT NULL;

-- Bulk tasks are listed in the order in which they were made.
CREATE INDEX task_listed ON task (app, user, kind, created, id);
