-- Opens attempts of messages $1 with numbers $2 at instants $3, and counts the POSTs that are about
-- to be made. The unique index on open attempts refuses a second one of the same message. The log
-- row is left alone until the outcome is known, and so is the instant at which the message was due.
WITH item AS (
    SELECT *
    FROM unnest($1::uuid[], $2::int[], $3::timestamptz[]) AS item (message_id, no, at)
), opened AS (
    INSERT INTO whatsapp_message_attempts (message_id, no, part, whatsapp_number, started_at)
    SELECT item.message_id, item.no, l.part, l.whatsapp_number, item.at
    FROM item
    INNER JOIN whatsapp_message_logs AS l ON l.id = item.message_id
    RETURNING message_id
), counted AS (
    UPDATE whatsapp_outbox AS o
    SET step = 'send',
        open_since = item.at,
        posts = item.no,
        looks = 0,
        looks_unavailable = 0
    FROM item
    WHERE o.message_id = item.message_id
    RETURNING o.message_id
)
SELECT (SELECT count(*) FROM opened) AS opened, (SELECT count(*) FROM counted) AS counted;
