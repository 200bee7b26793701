-- The elapsed times of open attempts: since when they are, and when they are looked up next.
UPDATE whatsapp_outbox AS o
SET open_base = item.open_base,
    open_elapsed = item.open_elapsed,
    look_base = item.look_base,
    look_elapsed = item.look_elapsed
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    AS item (message_id, open_base, open_elapsed, look_base, look_elapsed)
WHERE o.message_id = item.message_id;
