-- Writes down what people are told about the account.
INSERT INTO whatsapp_account_events (id, kind, reason, detail, at, account_id)
VALUES ($1, $2, $3, $4, $5, $6);
