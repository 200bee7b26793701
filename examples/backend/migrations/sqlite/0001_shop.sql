-- The shop's own tables. Ids are UUIDs, 16 bytes here; amounts are paise; dates are ISO 8601.
CREATE TABLE customers (
    id              BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    name            TEXT NOT NULL,
    sought_name     TEXT NOT NULL, -- as searches compare it: small letters, no accents
    whatsapp_number TEXT
) STRICT;

CREATE TABLE invoices (
    id          BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    customer_id BLOB NOT NULL REFERENCES customers (id),
    number      TEXT NOT NULL UNIQUE,
    issued_on   TEXT NOT NULL,
    due_on      TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    paid_on     TEXT
) STRICT;

-- What is unpaid, page by page: the paid ones, most of all after some years, are not read.
CREATE INDEX invoices_unpaid ON invoices (id) WHERE paid_on IS NULL;

CREATE TABLE orders (
    id           BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    customer_id  BLOB NOT NULL REFERENCES customers (id),
    number       TEXT NOT NULL UNIQUE,
    items        TEXT NOT NULL, -- one thing a line
    delivered_on TEXT
) STRICT;
