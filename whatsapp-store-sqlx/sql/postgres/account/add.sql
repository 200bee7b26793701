-- Writes down what people are told about the account.
INSERT INTO whatsapp_account_events (id, kind, reason, detail, at)
VALUES ($1, $2, $3, $4, $5);
