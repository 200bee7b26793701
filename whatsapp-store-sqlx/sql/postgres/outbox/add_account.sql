-- Begins the account $1 as one of which nothing is known.
INSERT INTO whatsapp_account (id)
VALUES ($1)
ON CONFLICT (id) DO NOTHING;
