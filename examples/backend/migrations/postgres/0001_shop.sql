-- The shop's own tables. Amounts are paise.
CREATE TABLE customers (
    id              uuid PRIMARY KEY,
    name            text NOT NULL,
    sought_name     text NOT NULL, -- as searches compare it: small letters, no accents
    whatsapp_number text
);

CREATE TABLE invoices (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id),
    number      text NOT NULL UNIQUE,
    issued_on   date NOT NULL,
    due_on      date NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0),
    paid_on     date
);

-- What is unpaid, page by page: the paid ones, most of all after some years, are not read.
CREATE INDEX invoices_unpaid ON invoices (id) WHERE paid_on IS NULL;

CREATE TABLE orders (
    id           uuid PRIMARY KEY,
    customer_id  uuid NOT NULL REFERENCES customers (id),
    number       text NOT NULL UNIQUE,
    items        text NOT NULL, -- one thing a line
    delivered_on date
);
